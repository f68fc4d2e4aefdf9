"""The gate validates the change and not the world, and must say what a full run would say.

Random small worlds, conforming or not, and random changes to them. Three things are held equal:
the entailments kept up by change and those computed from nothing; the verdict on the nodes that
the gate judges and that of a full run; and, for all the other nodes, a full run before and after.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph import index as indexes
from cepgraph.change import Change, with_entailments
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.store.base import Object
from cepgraph.terms import RDF_TYPE, RDFS_LABEL, XSD, entailed_graph
from cepgraph.validation import overlay as overlays
from cepgraph.validation.engines import Validator
from cepgraph.validation.gate import Gate
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.report import Report, Result
from cepgraph.validation.scope import affected
from cepgraph.validation.view import View
from tests import mini

_NODES = [mini.thing(name) for name in "abcdef"]
_CLASSES = [mini.term(name) for name in ("Pet", "Animal", "Owner", "Club", "Tie")]
_LINKS = [mini.term(name) for name in ("owner", "friend", "club", "animal", "pet")]
_WORDS = [Literal("x"), Literal("Rex"), Literal("Ann"), Literal("Rex", language="en")]
_DATES = [Literal(f"20{n}-01-01", datatype=NamedNode(XSD + "date")) for n in (10, 11, 12)]
_NUMBERS = [Literal(str(n), datatype=NamedNode(XSD + "integer")) for n in (0, 1, 2)]
_GRAPHS = [mini.HOME, mini.AWAY]

_node = st.sampled_from(_NODES)
_triples = st.one_of(
    st.builds(Triple, _node, st.just(RDF_TYPE), st.sampled_from(_CLASSES)),
    st.builds(Triple, _node, st.sampled_from(_LINKS), _node),
    st.builds(Triple, _node, st.just(RDFS_LABEL), st.sampled_from(_WORDS)),
    st.builds(Triple, _node, st.just(mini.term("tag")), st.sampled_from(_WORDS[:2])),
    st.builds(
        Triple,
        _node,
        st.sampled_from([mini.term("born"), mini.term("died")]),
        st.sampled_from(_DATES),
    ),
    st.builds(Triple, _node, st.just(mini.term("limit")), st.sampled_from(_NUMBERS)),
)
_FULL = """
id:a a cep:Owner ; rdfs:label "Ann" .
id:b a cep:Owner ; rdfs:label "Bob" .
id:c a cep:Pet ; rdfs:label "Rex" ; cep:owner id:a ; cep:friend id:d, id:b ; cep:tag "Rex" ;
    cep:born "2010-01-01"^^xsd:date ; cep:died "2011-01-01"^^xsd:date .
id:d a cep:Pet ; rdfs:label "Max" ; cep:owner id:a, id:b ; cep:tag "x" .
id:e a cep:Club ; rdfs:label "Club" ; cep:limit 1 .
id:f a cep:Tie ; rdfs:label "Tie" ; cep:club id:e ; cep:animal id:c .
"""
"""A world in which every path of every shape leads somewhere."""

Placed = set[tuple[Triple, NamedNode]]


@st.composite
def _worlds(draw: st.DrawFn) -> Placed:
    """The full world, its things spread over two graphs, with holes and with oddities."""
    homes = {node: draw(st.sampled_from([*_GRAPHS, None])) for node in _NODES}
    world: Placed = set()
    for triple in sorted(mini.turtle(_FULL), key=str):
        home = homes[triple.subject]
        world |= {(triple, graph) for graph in ([home] if home else _GRAPHS)}
    holes = draw(st.sets(st.sampled_from(sorted(world, key=str)), max_size=4))
    return (world - holes) | draw(_changes)


_changes = st.sets(st.tuples(_triples, st.sampled_from(_GRAPHS)), max_size=4)
_picks = st.lists(st.integers(0, 60), max_size=4)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


def _store_of(world: Placed, model: Model, store: OxigraphStore | None = None) -> OxigraphStore:
    store = store or OxigraphStore()
    quads = [Quad(t.subject, t.predicate, t.object, g) for t, g in world]
    for graph in _GRAPHS:
        triples = {t for t, g in world if g == graph}
        companion = entailed_graph(graph)
        entailed = model.rules.closure(triples)
        quads += [Quad(t.subject, t.predicate, t.object, companion) for t in entailed]
    store.apply(quads, (), 1)
    return store


def _change_of(world: Placed, added: Placed, removed: Placed) -> Change:
    change = Change()
    for graph in _GRAPHS:
        change.remove(graph, {t for t, g in world & removed if g == graph})
        change.add(graph, {t for t, g in added - world - removed if g == graph})
    return change


def _about(report: Report, judged: set[tuple[str, str]], *, inside: bool) -> set[Result]:
    return {
        result
        for result in report.results
        if ((result.graph, result.focus) in judged) is inside and result.shape != "ceps:Vocabulary"
    }


def _world_after(world: Placed, change: Change) -> Placed:
    added = {(t, g) for g, ts in change.added.items() for t in ts}
    removed = {(t, g) for g, ts in change.removed.items() for t in ts}
    return (world | added) - removed


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), added=_changes, picks=_picks)
def test_entailments_kept_up_by_change_equal_those_computed_from_nothing(
    model: Model, world: Placed, added: Placed, picks: list[int]
) -> None:
    change = _change_of(world, added, _picked(world, picks))
    store = _store_of(world, model)
    whole = with_entailments(change, model.rules, store)
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    afresh = _store_of(_world_after(world, change), model)
    for graph in (*_GRAPHS, *map(entailed_graph, _GRAPHS)):
        assert set(store.graph(graph)) == set(afresh.graph(graph))


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), added=_changes, picks=_picks)
def test_verdict_on_a_change_equals_that_of_a_full_run(
    model: Model, world: Placed, added: Placed, picks: list[int]
) -> None:
    change = _change_of(world, added, _picked(world, picks))
    store = _store_of(world, model)
    whole = with_entailments(change, model.rules, store)
    judged = {
        (graph.value, node.value)
        for graph, nodes in affected(whole, Overlay(store, whole), model.gate.plan).items()
        for node in nodes
    }
    verdict = model.gate.judge(whole, store)
    before = model.gate.judge_everything(store)
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    after = model.gate.judge_everything(store)
    assert _about(verdict, judged, inside=True) == _about(after, judged, inside=True)
    # a node that its graph no longer describes is no longer anybody's business
    gone = {(r.graph, r.focus) for r in before.results} - _described(store)
    assert _about(before, judged | gone, inside=False) == _about(after, judged, inside=False)


@contextmanager
def _all_counted_as_many() -> Iterator[None]:
    """As for a large change: nothing is few, and every node has many triples."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(overlays, "_FEW", 0)
        patched.setattr(indexes, "_SCAN", 0)
        patched.setattr(indexes, "_HUB", 2)
        yield


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), added=_changes, picks=_picks, slice_size=st.integers(1, 3))
def test_verdict_does_not_depend_on_how_a_change_is_judged(
    model: Model, world: Placed, added: Placed, picks: list[int], slice_size: int
) -> None:
    """In slices, by the faster engine, with every number of nodes counted as many: as in one."""
    change = _change_of(world, added, _picked(world, picks))
    store = _store_of(world, model)
    whole = with_entailments(change, model.rules, store)
    sliced = Gate(model.shapes, model.ontology, slice_size=slice_size, large=0)
    with _all_counted_as_many():
        verdict = sliced.judge(whole, store)
        focus = affected(whole, Overlay(store, whole), sliced.plan)
    assert verdict == model.gate.judge(whole, store)
    assert focus == affected(whole, Overlay(store, whole), model.gate.plan)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), home=_worlds(), slice_size=st.integers(1, 3))
def test_verdict_on_a_new_graph_equals_that_of_a_full_run(
    model: Model, world: Placed, home: Placed, slice_size: int
) -> None:
    """The whole graph is new, next to another one that may say the same, or something else."""
    store = _store_of({(t, g) for t, g in world if g == mini.AWAY}, model)
    change = Change()
    change.add(mini.HOME, {t for t, _ in home})
    whole = with_entailments(change, model.rules, store)
    sliced = Gate(model.shapes, model.ontology, slice_size=slice_size, large=0)
    before = model.gate.judge_everything(store)
    with _all_counted_as_many():
        verdict = sliced.judge(whole, store)
        focus = affected(whole, Overlay(store, whole), sliced.plan)
    judged = {(graph.value, node.value) for graph, nodes in focus.items() for node in nodes}
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    after = model.gate.judge_everything(store)
    assert _about(verdict, judged, inside=True) == _about(after, judged, inside=True)
    assert _about(before, judged, inside=False) == _about(after, judged, inside=False)


class _Terse(OxigraphStore):
    """A store that says no more than the protocol asks for: which nodes it knows, not how."""

    def linked(
        self, nodes: Iterable[Object], *, inverse: bool = False
    ) -> Iterator[tuple[Object, NamedNode | None]]:
        known = {node for node, _ in super().linked(nodes, inverse=inverse)}
        yield from ((node, None) for node in sorted(known, key=str))


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), wanted=_worlds(), terse=st.booleans(), slice_size=st.integers(1, 3))
def test_verdict_on_graphs_that_are_all_replaced_equals_that_of_a_full_run(
    model: Model, world: Placed, wanted: Placed, terse: bool, slice_size: int
) -> None:
    """In one change things move between graphs, get other classes, and are no longer described."""
    store = _store_of(world, model, _Terse() if terse else OxigraphStore())
    whole = with_entailments(_change_of(world, wanted, world - wanted), model.rules, store)
    sliced = Gate(model.shapes, model.ontology, slice_size=slice_size, large=0)
    before = model.gate.judge_everything(store)
    with _all_counted_as_many():
        verdict = sliced.judge(whole, store)
        focus = affected(whole, Overlay(store, whole), sliced.plan)
    judged = {(graph.value, node.value) for graph, nodes in focus.items() for node in nodes}
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    after = model.gate.judge_everything(store)
    gone = {(r.graph, r.focus) for r in before.results} - _described(store)
    assert _about(verdict, judged, inside=True) == _about(after, judged, inside=True)
    assert _about(before, judged | gone, inside=False) == _about(after, judged, inside=False)


def _described(store: OxigraphStore) -> set[tuple[str, str]]:
    overlay = Overlay(store, Change())
    return {
        (graph.value, node.value)
        for node, graphs in overlay.describing(_NODES).items()
        for graph in graphs
    }


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=_worlds(), graph=st.sampled_from(_GRAPHS))
def test_faster_engine_gives_the_results_of_the_reference(
    model: Model, world: Placed, graph: NamedNode
) -> None:
    overlay = Overlay(_store_of(world, model), Change())
    focus = {node for node, graphs in overlay.describing(_NODES).items() if graph in graphs}
    triples = View(overlay, graph).everything()
    reference = Validator(model.shapes)
    faster = Validator(model.shapes, large=0)
    assert set(faster.validate(triples, focus, graph)) == set(
        reference.validate(triples, focus, graph)
    )


def _picked(world: Placed, picks: Iterable[int]) -> Placed:
    ordered = sorted(world, key=str)
    return {ordered[pick] for pick in picks if pick < len(ordered)}


def test_false_declaration_of_what_a_constraint_reads_is_caught(tmp_path: Path) -> None:
    """The same comparison, on shapes that declare too little: it has to fail."""
    declared = "ceps:reads ( [ sh:inversePath cep:club ] cep:animal ), cep:limit ;"
    assert declared in mini.SHAPES
    shapes = mini.SHAPES.replace(declared, "ceps:reads cep:limit ;")
    model = Model(mini.write_content(tmp_path, shapes=shapes))
    world = {
        (t, mini.HOME)
        for t in mini.turtle(
            'id:a a cep:Club ; rdfs:label "Aa" ; cep:limit 0 . id:b a cep:Tie ; cep:club id:a .'
        )
    }
    store = _store_of(world, model)
    added = {(Triple(mini.thing("b"), mini.term("animal"), mini.thing("c")), mini.HOME)}
    whole = with_entailments(_change_of(world, added, set()), model.rules, store)
    verdict = model.gate.judge(whole, store)
    store.apply(whole.added_quads(), whole.removed_quads(), 2)
    full = Model(mini.write_content(tmp_path / "true")).gate.judge_everything(store)
    missed = {r.shape for r in full.results} - {r.shape for r in verdict.results}
    assert "ceps:Club-limit" in missed


def test_constraint_that_declares_nothing_is_run_in_full(tmp_path: Path) -> None:
    declared = "ceps:reads ( [ sh:inversePath cep:club ] cep:animal ), cep:limit ;"
    model = Model(mini.write_content(tmp_path, shapes=mini.SHAPES.replace(declared, "")))
    world = {
        (t, mini.HOME)
        for t in mini.turtle(
            'id:a a cep:Club ; rdfs:label "Aa" ; cep:limit 0 . id:b a cep:Tie ; cep:club id:a .'
        )
    }
    store = _store_of(world, model)
    added = {(Triple(mini.thing("b"), mini.term("animal"), mini.thing("c")), mini.HOME)}
    whole = with_entailments(_change_of(world, added, set()), model.rules, store)
    assert "ceps:Club-limit" in {r.shape for r in model.gate.judge(whole, store).results}
