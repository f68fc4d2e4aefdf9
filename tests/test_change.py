"""Changes: what makes a graph hold exactly what is wanted, and the state that it leads to."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change, GraphState, Overlay, with_entailments
from cepgraph.inference import Rules
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import RDF_TYPE, entailed_graph
from tests import mini

_P, _Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
_NODES = [mini.thing(name) for name in "abc"]
_triples = st.sets(
    st.builds(
        Triple,
        st.sampled_from(_NODES),
        st.sampled_from([_P, _Q]),
        st.sampled_from([*_NODES, Literal("x"), Literal("x", language="en")]),
    ),
    max_size=8,
)
_graphs = st.dictionaries(st.sampled_from([mini.HOME, mini.AWAY]), _triples)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"))).rules


def _store(graphs: dict[NamedNode, set[Triple]]) -> OxigraphStore:
    store = OxigraphStore()
    store.apply((mini.quad(t, g) for g, triples in graphs.items() for t in triples), (), 1)
    return store


def _held(store: OxigraphStore, graph: NamedNode) -> set[Triple]:
    return {quad.triple for quad in store.graph(graph)}


@settings(deadline=None)
@given(before=_graphs, wanted=_graphs)
def test_replacing_and_applying_gives_exactly_the_wanted_graphs(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    store = _store(before)
    change = Change.replacing(store, wanted)
    store.apply(change.added_quads(), change.removed_quads(), 2)
    for graph in (mini.HOME, mini.AWAY):
        expected = wanted.get(graph, before.get(graph, set()))
        assert _held(store, graph) == expected
    assert not Change.replacing(store, wanted)


@settings(deadline=None)
@given(before=_graphs, wanted=_graphs)
def test_nothing_is_added_that_is_there_nor_removed_that_is_not(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    change = Change.replacing(_store(before), wanted)
    for graph, added in change.added.items():
        assert added.isdisjoint(before.get(graph, set()))
    for graph, removed in change.removed.items():
        assert removed <= before[graph]


@settings(deadline=None)
@given(before=_graphs, wanted=_graphs)
def test_overlay_shows_the_state_after_the_change(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    store = _store(before)
    change = Change.replacing(store, wanted)
    overlay = Overlay(store, change)
    foreseen = {
        "graphs": {g: set(overlay.graph(g)) for g in (mini.HOME, mini.AWAY)},
        "outgoing": set(overlay.outgoing(_NODES)),
        "by p": set(overlay.outgoing(_NODES, _P)),
        "incoming": set(overlay.incoming([*_NODES, Literal("x")], _Q)),
    }
    store.apply(change.added_quads(), change.removed_quads(), 2)
    assert foreseen == {
        "graphs": {g: set(store.graph(g)) for g in (mini.HOME, mini.AWAY)},
        "outgoing": set(store.outgoing(_NODES)),
        "by p": set(store.outgoing(_NODES, _P)),
        "incoming": set(store.incoming([*_NODES, Literal("x")], _Q)),
    }
    assert set(store.graphs()) <= set(overlay.graphs())


@settings(deadline=None)
@given(before=_graphs, wanted=_graphs)
def test_state_of_one_graph_before_and_after_leaves_out_the_others(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    store = _store(before)
    change = Change.replacing(store, wanted)
    after = GraphState(
        store, mini.HOME, change.added.get(mini.HOME, ()), change.removed.get(mini.HOME, ())
    )
    expected = wanted.get(mini.HOME, before.get(mini.HOME, set()))
    out = {t for node in _NODES for t in after.outgoing(node, _P)}
    back = {t for node in (*_NODES, Literal("x")) for t in after.incoming(node, _P)}
    assert out == {t for t in expected if t.predicate == _P}
    assert back == {t for t in out if t.object != Literal("x", language="en")}


def test_order_of_the_quads_does_not_depend_on_the_order_of_arrival() -> None:
    triples = [Triple(node, _P, Literal(str(n))) for n, node in enumerate(_NODES)]
    one, other = Change(), Change()
    for triple in triples:
        one.add(mini.HOME, {triple})
        one.add(mini.AWAY, {triple})
    for triple in reversed(triples):
        other.add(mini.AWAY, {triple})
        other.add(mini.HOME, {triple})
    assert one.added_quads() == other.added_quads()
    assert [q.graph_name for q in one.added_quads()] == [mini.AWAY] * 3 + [mini.HOME] * 3


def test_empty_change_is_no_change() -> None:
    change = Change()
    change.add(mini.HOME, set())
    change.remove(mini.HOME, set())
    assert not change
    assert change.graphs == []


def test_companion_counts_as_the_graph_that_it_belongs_to() -> None:
    change = Change()
    change.add(entailed_graph(mini.HOME), {Triple(_NODES[0], _P, _NODES[1])})
    change.remove(mini.AWAY, {Triple(_NODES[0], _P, _NODES[1])})
    assert change.graphs == [mini.AWAY, mini.HOME]


def test_entailments_come_and_go_with_their_triples(rules: Rules) -> None:
    pet = mini.turtle("id:rex a cep:Pet ; cep:owner id:ann .")
    store = _store({})
    change = Change.replacing(store, {mini.HOME: pet})
    whole = with_entailments(change, rules, store)
    assert whole.added[entailed_graph(mini.HOME)] == rules.closure(pet)
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    gone = with_entailments(Change.replacing(store, {mini.HOME: set()}), rules, store)
    assert gone.removed[entailed_graph(mini.HOME)] == rules.closure(pet)
    assert entailed_graph(mini.HOME) not in gone.added


def test_entailment_that_another_triple_still_gives_stays(rules: Rules) -> None:
    both = mini.turtle("id:rex a cep:Pet, cep:Animal .")
    store = _store({})
    whole = with_entailments(Change.replacing(store, {mini.HOME: both}), rules, store)
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    wanted = {mini.HOME: mini.turtle("id:rex a cep:Animal .")}
    whole = with_entailments(Change.replacing(store, wanted), rules, store)
    store.apply(whole.added_quads(), whole.removed_quads(), 3)
    assert _held(store, entailed_graph(mini.HOME)) == mini.turtle("id:rex a cep:Entity .")


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
