"""Changes: what makes a graph hold exactly what is wanted, and the state that it leads to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from cepgraph.change import Change, GraphState, SortedQuads, with_entailments
from cepgraph.history import Entry, History, Provenance
from cepgraph.index import Index
from cepgraph.inference import Rules
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import RDF_TYPE, entailed_graph
from tests import mini
from tests.strategies import iris, literals

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
_node = st.sampled_from(_NODES)
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
def test_state_of_one_graph_before_and_after_leaves_out_the_others(
    before: dict[NamedNode, set[Triple]], wanted: dict[NamedNode, set[Triple]]
) -> None:
    store = _store(before)
    change = Change.replacing(store, wanted)
    after = GraphState(store, mini.HOME, change.index(mini.HOME), change.removed.get(mini.HOME, ()))
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
    assert list(one.added_quads()) == list(other.added_quads())
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


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([mini.HOME, mini.AWAY]),
        st.sets(st.builds(Triple, iris, iris, st.one_of(iris, literals)), min_size=1, max_size=20),
    )
)
def test_quads_are_sorted_by_graph_and_then_as_they_are_written(
    graphs: dict[NamedNode, set[Triple]],
) -> None:
    found = SortedQuads({graph: Index(triples) for graph, triples in graphs.items()})
    expected = [
        mini.quad(triple, graph)
        for graph in sorted(graphs, key=lambda name: name.value)
        for triple in sorted(graphs[graph], key=str)
    ]
    assert list(found) == expected
    assert len(found) == len(expected)
    assert found[:2] == expected[:2]
    assert b"".join(found.nquads()) == serialize(expected, format=RdfFormat.N_QUADS)


@settings(deadline=None)
@given(
    added=st.sets(st.builds(Triple, iris, iris, st.one_of(iris, literals)), max_size=20),
    removed=st.sets(st.builds(Triple, iris, iris, st.one_of(iris, literals)), max_size=20),
)
def test_entry_of_a_change_has_the_bytes_that_its_quads_give_and_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, added: set[Triple], removed: set[Triple]
) -> None:
    change = Change()
    change.add(mini.HOME, added)
    change.remove(mini.AWAY, removed)
    sides = change.added_quads(), change.removed_quads()
    whole, parts = (History(tmp_path_factory.mktemp("log")) for _ in range(2))
    one = whole.append(list(sides[0]), list(sides[1]), Provenance("a", "b"), ())
    other = parts.append(*sides, Provenance("a", "b"), ())
    assert _body(one) == _body(other)
    assert [list(side) for side in other.written] == [list(side) for side in sides]
    assert [len(side) for side in other.written] == [len(added), len(removed)]


def _body(entry: Entry) -> list[bytes]:
    lines = entry.path.read_bytes().splitlines(keepends=True)
    return [line for line in lines if not line.startswith((b"H id", b"H when"))]


def test_index_is_made_anew_when_the_change_grows() -> None:
    change = Change()
    one, two = (Triple(_NODES[0], _P, node) for node in _NODES[:2])
    for triples in ({one}, {two}):
        change.add(mini.HOME, triples)
        change.remove(mini.AWAY, triples)
        assert set(change.index(mini.HOME).outgoing(_NODES, _P)) == change.added[mini.HOME]
        gone = change.index(mini.AWAY, added=False)
        assert set(gone.outgoing(_NODES, _P)) == change.removed[mini.AWAY]


_LINKED = [mini.term(name) for name in ("owner", "pet", "friend", "club", "animal")]
_CLASSES = [mini.term(name) for name in ("Pet", "Animal", "Owner")]
_WORLD = st.sets(
    st.one_of(
        st.builds(Triple, st.sampled_from(_NODES), st.just(RDF_TYPE), st.sampled_from(_CLASSES)),
        st.builds(
            Triple, st.sampled_from(_NODES), st.sampled_from(_LINKED), st.sampled_from(_NODES)
        ),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=200)
@given(before=_WORLD, after=_WORLD)
def test_working_out_what_little_is_left_entails_equals_asking_of_each_conclusion(
    rules: Rules, before: set[Triple], after: set[Triple]
) -> None:
    store = _store({})
    first = with_entailments(Change.replacing(store, {mini.HOME: before}), rules, store)
    store.apply(first.added_quads(), first.removed_quads(), 2)
    changes = []
    for many in (0, 10_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("cepgraph.change._MANY", many)
            patch.setattr("cepgraph.change._LITTLE", 0)
            change = Change.replacing(store, {mini.HOME: after})
            changes.append(with_entailments(change, rules, store))
    assert changes[0].added == changes[1].added
    assert changes[0].removed == changes[1].removed
