"""The state after a change, seen without making it; and with few questions to the store."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change
from cepgraph.store import OxigraphStore
from cepgraph.terms import RDF_TYPE, asserted_graph, entailed_graph
from cepgraph.validation import overlay as overlays
from cepgraph.validation.overlay import Overlay, Said
from tests import mini

_P, _Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
_NODES = [mini.thing(name) for name in "abc"]
_VALUES = [*_NODES, Literal("x")]
_NAMES = [mini.HOME, mini.AWAY, entailed_graph(mini.HOME)]
_triples = st.sets(
    st.builds(
        Triple,
        st.sampled_from(_NODES),
        st.sampled_from([_P, _Q]),
        st.sampled_from([*_NODES, Literal("x"), Literal("x", language="en")]),
    ),
    max_size=8,
)
_graphs = st.dictionaries(st.sampled_from(_NAMES), _triples)


@pytest.fixture(params=[0, 64], ids=["asks what nodes have", "looks nodes up"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every number of nodes counted as many, and as few."""
    monkeypatch.setattr(overlays, "_FEW", request.param)


def _store(graphs: dict[NamedNode, set[Triple]]) -> OxigraphStore:
    store = OxigraphStore()
    store.apply((mini.quad(t, g) for g, triples in graphs.items() for t in triples), (), 1)
    return store


def _flat(said: Iterable[Said]) -> set[tuple[str, Triple]]:
    return {(graph, triple) for graph, triples in said for triple in triples}


def _said(quads: Iterable[Quad]) -> set[tuple[str, Triple]]:
    return {
        (asserted_graph(quad.graph_name).value, quad.triple)
        for quad in quads
        if isinstance(quad.graph_name, NamedNode)
    }


@pytest.mark.usefixtures("few")
@settings(deadline=None)
@given(before=_graphs, wanted=_graphs)
def test_overlay_shows_the_state_after_the_change(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    store = _store(before)
    change = Change.replacing(store, wanted)
    overlay = Overlay(store, change)
    overlay.gather(_NODES[:2])
    foreseen = {
        "graphs": {g: set(overlay.graph(g)) for g in _NAMES},
        "outgoing": _flat(overlay.outgoing(_NODES)),
        "by p": _flat(overlay.outgoing(_NODES, _P)),
        "incoming": _flat(overlay.incoming(_VALUES, _Q)),
        "incoming from home": _flat(overlay.incoming(_VALUES, _Q, mini.HOME)),
    }
    earlier = _flat(overlay.before(_NODES, _P)), _flat(overlay.kept(_NODES))
    assert earlier == (
        _said(store.outgoing(_NODES, _P)),
        _said(
            mini.quad(t, g)
            for g, triples in before.items()
            for t in triples & wanted.get(g, triples)
        ),
    )
    store.apply(change.added_quads(), change.removed_quads(), 2)
    home = (mini.HOME, entailed_graph(mini.HOME))
    assert foreseen == {
        "graphs": {g: set(store.graph(g)) for g in _NAMES},
        "outgoing": _said(store.outgoing(_NODES)),
        "by p": _said(store.outgoing(_NODES, _P)),
        "incoming": _said(store.incoming(_VALUES, _Q)),
        "incoming from home": _said(q for g in home for q in store.incoming(_VALUES, _Q, g)),
    }
    assert set(store.graphs()) <= set(overlay.graphs())


def test_graphs_that_describe_a_node_are_those_that_give_it_a_class() -> None:
    quads = {
        mini.HOME: {Triple(_NODES[0], RDF_TYPE, mini.term("Pet"))},
        mini.AWAY: {Triple(_NODES[0], _P, _NODES[1])},
        entailed_graph(mini.AWAY): {Triple(_NODES[1], RDF_TYPE, mini.term("Entity"))},
    }
    overlay = Overlay(_store(quads), Change())
    assert overlay.describing(_NODES) == {_NODES[0]: {mini.HOME}, _NODES[1]: {mini.AWAY}}


def test_quads_added_to_a_new_graph_are_seen_before_they_are_written(tmp_path: Path) -> None:
    change = Change()
    change.add(mini.HOME, {Triple(_NODES[0], _P, _NODES[1])})
    overlay = Overlay(OxigraphStore(tmp_path / "store"), change)
    assert overlay.graphs() == [mini.HOME]
    assert list(overlay.graph(mini.HOME)) == [Quad(_NODES[0], _P, _NODES[1], mini.HOME)]


class _Asked(OxigraphStore):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up: list[object] = []

    def outgoing(
        self, nodes: Iterable[NamedNode], predicate: NamedNode | None = None
    ) -> Iterator[Quad]:
        wanted = list(nodes)
        self.looked_up += wanted
        return super().outgoing(wanted, predicate)


def test_nodes_that_the_store_has_never_seen_are_not_looked_up_in_it() -> None:
    store = _Asked()
    known = Triple(mini.thing("known"), _P, _NODES[0])
    store.apply([mini.quad(known, mini.AWAY)], (), 1)
    nodes = {mini.thing(str(n)) for n in range(200)}
    change = Change()
    change.add(mini.HOME, {Triple(node, _P, _NODES[0]) for node in nodes})
    overlay = Overlay(store, change)
    assert len(_flat(overlay.outgoing(nodes | {mini.thing("known")}, _P))) == 201
    assert store.looked_up == [mini.thing("known")]
    assert _flat(overlay.before(nodes | {mini.thing("known")}, _Q)) == set()
    assert store.looked_up == [mini.thing("known")]
    assert overlay.stored(nodes | {mini.thing("known")}) == {mini.thing("known")}
