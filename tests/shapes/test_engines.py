"""What pySHACL finds, the faster engine and the gate find too."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from rdflib import Graph

from cepgraph.change import Change, with_entailments
from cepgraph.store import OxigraphStore
from cepgraph.terms import CEPS, GRAPH, SH, shorten
from cepgraph.validation.gate import Gate
from tests.shapes import harness
from tests.shapes.harness import Fixture, Found

_HOME = NamedNode(GRAPH + "test/shapes")
_KINDS = sorted({fixture.kind for fixture in harness.fixtures()})
_QUERIES = [f for f in harness.fixtures() if f.component == "SPARQLConstraintComponent"]


@cache
def _compiled() -> Any:
    import pyshacl_turbo

    compile_shapes: Any = pyshacl_turbo.compile_shapes
    return compile_shapes(harness.shapes())


@cache
def _gate() -> Gate:
    return Gate(harness.shapes(), harness.ontology())


def _check_fast(triples: set[Triple]) -> list[Found]:
    text = serialize(triples | harness.rules().closure(triples), format=RdfFormat.N_TRIPLES)
    _, report, _ = _compiled().validate(text, data_graph_format="nt")
    assert isinstance(report, Graph), report
    return harness.results_of(report)


@pytest.mark.parametrize("kind", _KINDS)
def test_faster_engine_finds_what_each_fixture_breaks_and_nothing_else(kind: str) -> None:
    for fixture in harness.fixtures():
        if fixture.kind == kind:
            found = _check_fast(fixture.triples())
            assert [f.constraint for f in found] == [fixture.constraint], fixture.path.name
            assert "{" not in found[0].message


@pytest.mark.parametrize("path", harness.valid_graphs(), ids=harness.name)
def test_faster_engine_finds_nothing_in_a_valid_graph(path: Path) -> None:
    assert _check_fast(harness.triples_of(path)) == []


@pytest.mark.parametrize("fixture", _QUERIES, ids=harness.name)
def test_gate_reads_all_that_a_query_reads_when_only_the_change_is_judged(
    fixture: Fixture,
) -> None:
    """A constraint that declares too little in ``ceps:reads`` is not judged, or judged wrongly."""
    before, after = harness.triples_of(fixture.path.with_name("valid.ttl")), fixture.triples()
    store = OxigraphStore()
    whole = with_entailments(Change({_HOME: before}), harness.rules(), store)
    store.apply(whole.added_quads(), (), 1)
    change = Change()
    change.add(_HOME, after - before)
    change.remove(_HOME, before - after)
    report = _gate().judge(with_entailments(change, harness.rules(), store), store)
    found = [
        (result.shape, result.constraint)
        for result in report.results
        if result.shape != "ceps:Vocabulary"
    ]
    assert found == [(shorten(CEPS + fixture.shape), shorten(SH + fixture.component))]
