"""The gate against a full run once more, on the project's own shapes.

The world is made of the valid fixtures of all classes, so that every path of every shape leads
somewhere; changes take triples away, and put subjects, properties and values together anew.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Triple, parse

from cepgraph.change import Change, with_entailments
from cepgraph.content import Content
from cepgraph.door import settle
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import entailed_graph
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.report import Report
from cepgraph.validation.scope import affected
from tests import mini

_FIXTURES = Path(__file__).parent.parent / "shapes" / "fixtures"
_GRAPHS = [mini.HOME, mini.AWAY]

Placed = frozenset[tuple[Triple, NamedNode]]


@cache
def _model() -> Model:
    return Model(Content.default())


@cache
def _triples() -> tuple[Triple, ...]:
    files = sorted(_FIXTURES.glob("*/valid.ttl"))
    assert len(files) >= 30
    found = {
        quad.triple
        for file in files
        for quad in parse(path=str(file), rename_blank_nodes=True)
        if isinstance(quad.subject, NamedNode)
    }
    # as they come through the door: amounts as the store spells them
    return tuple(sorted(settle(mini.HOME, found), key=str))


@cache
def _subjects() -> tuple[NamedNode, ...]:
    named = {t.subject for t in _triples() if isinstance(t.subject, NamedNode)}
    return tuple(sorted(named, key=str))


@cache
def _nodes() -> frozenset[NamedNode]:
    objects = {t.object for t in _triples() if isinstance(t.object, NamedNode)}
    return frozenset(_subjects()) | objects


@cache
def _world(away: frozenset[NamedNode]) -> Placed:
    return frozenset((t, mini.AWAY if t.subject in away else mini.HOME) for t in _triples())


@st.composite
def _splits(draw: st.DrawFn) -> frozenset[NamedNode]:
    return frozenset(draw(st.sets(st.sampled_from(_subjects()), max_size=40)))


@st.composite
def _additions(draw: st.DrawFn) -> tuple[Triple, NamedNode]:
    source = draw(st.sampled_from(_triples()))
    same = [t.object for t in _triples() if t.predicate == source.predicate]
    subject = draw(st.one_of(st.just(source.subject), st.sampled_from(_subjects())))
    target = draw(st.one_of(st.sampled_from(same), st.sampled_from(_subjects())))
    return Triple(subject, source.predicate, target), draw(st.sampled_from(_GRAPHS))


def _store_of(world: Placed) -> OxigraphStore:
    store = OxigraphStore()
    for graph in _GRAPHS:
        triples = {t for t, g in world if g == graph}
        companion = entailed_graph(graph)
        quads = [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
        quads += [
            Quad(t.subject, t.predicate, t.object, companion)
            for t in _model().rules.closure(triples)
        ]
        store.apply(quads, (), 1)
    return store


@cache
def _full_run(world: Placed) -> Report:
    return _model().gate.judge_everything(_store_of(world))


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    away=_splits(),
    removed=st.sets(st.integers(0, 10_000), max_size=4),
    added=st.sets(_additions(), max_size=3),
)
def test_verdict_on_a_change_equals_that_of_a_full_run_on_the_projects_own_shapes(
    away: frozenset[NamedNode], removed: set[int], added: set[tuple[Triple, NamedNode]]
) -> None:
    world = _world(away)
    ordered = sorted(world, key=str)
    gone = {ordered[number % len(ordered)] for number in removed}
    fresh = added - world
    change = Change()
    for graph in _GRAPHS:
        change.remove(graph, {t for t, g in gone if g == graph})
        change.add(graph, {t for t, g in fresh if g == graph})
    store = _store_of(world)
    gate = _model().gate
    whole = with_entailments(change, _model().rules, store)
    focus = affected(whole, Overlay(store, whole), gate.plan)
    judged = {(graph.value, node.value) for graph, nodes in focus.items() for node in nodes}
    verdict = {r for r in gate.judge(whole, store).results if r.shape != "ceps:Vocabulary"}
    world_after = (world - gone) | fresh
    before, after = _full_run(world), _full_run(world_after)
    described = {
        (graph.value, node.value)
        for node, graphs in Overlay(_store_of(world_after), Change()).describing(_nodes()).items()
        for graph in graphs
    }
    assert verdict == {r for r in after.results if (r.graph, r.focus) in judged}
    # what its graph no longer describes is no longer anybody's business
    assert {r for r in before.results if (r.graph, r.focus) in described - judged} == {
        r for r in after.results if (r.graph, r.focus) not in judged
    }
