"""Triples of one graph, found from both ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from cepgraph import index as index_module
from cepgraph.index import Index
from tests import mini

_P, _Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
_NODES = [mini.thing(name) for name in "abc"]
_node = st.sampled_from(_NODES)
_triples = st.sets(
    st.builds(
        Triple,
        _node,
        st.sampled_from([_P, _Q]),
        st.sampled_from([*_NODES, Literal("x"), Literal("x", language="en")]),
    ),
    max_size=8,
)


@pytest.mark.parametrize("scan", [0, 16])
@pytest.mark.parametrize("hub", [1, 64])
@settings(deadline=None)
@given(triples=_triples, nodes=st.sets(_node), near=st.sets(_node))
def test_index_finds_what_looking_through_all_triples_finds(
    scan: int, hub: int, triples: set[Triple], nodes: set[NamedNode], near: set[NamedNode]
) -> None:
    asked = frozenset(nodes)
    values = {*nodes, Literal("x")}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(index_module, "_SCAN", scan)
        patched.setattr(index_module, "_HUB", hub)
        index = Index(triples)
        index.gather(near)
        for wanted in (None, _P, _Q, _P):
            expected = {t for t in triples if t.subject in asked and wanted in (None, t.predicate)}
            found = index.outgoing(nodes, wanted)
            assert set(found) == expected
            assert len(found) == len(expected)
        assert nodes == asked
        for wanted in (_P, _Q):
            expected = {t for t in triples if t.object in values and t.predicate == wanted}
            assert set(index.incoming(values, wanted)) == expected
            assert set(index.incoming(list(values), wanted)) == expected
    for name, of_name in index.by_predicate.items():
        assert set(of_name) == {t for t in triples if t.predicate.value == name}
        assert index.subjects[name] == {t.subject for t in of_name}


def test_index_finds_few_among_very_many_triples() -> None:
    hub, other = _NODES[0], _NODES[1]
    triples = {Triple(hub, _P, Literal(str(n))) for n in range(500)}
    rare = {Triple(hub, _Q, other), Triple(other, _P, hub)}
    index = Index(triples | rare)
    index.gather({other})
    for _ in range(2):
        assert set(index.outgoing({hub}, _Q)) == {Triple(hub, _Q, other)}
        assert set(index.outgoing({other}, _P)) == {Triple(other, _P, hub)}
        assert set(index.outgoing({hub, other}, _P)) == triples | {Triple(other, _P, hub)}
