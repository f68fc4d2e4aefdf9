"""What each shape reads, and what of SHACL is not read and therefore refused."""

from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from cepgraph.model import Model
from cepgraph.paths import Path as Steps
from cepgraph.paths import Step, parse_path
from cepgraph.terms import CEP, CEPS, RDF_TYPE, SH, XSD
from cepgraph.validation.plan import Plan
from tests import mini

_PREFIXES = (
    f"@prefix cep: <{CEP}> . @prefix ceps: <{CEPS}> . @prefix sh: <{SH}> . @prefix xsd: <{XSD}> . "
)
_A, _B, _C = (Step(mini.term(name)) for name in "abc")


def _graph(text: str) -> Graph:
    return Graph().parse(data=_PREFIXES + text)


def _reads(constraints: str) -> set[Steps]:
    """What the class reads beyond the thing itself and its classes."""
    plan = Plan.of(_graph(f"ceps:S a sh:NodeShape ; sh:targetClass cep:T ; {constraints} ."))
    return plan.reads[mini.term("T")] - {(), (Step(RDF_TYPE),)}


def _back(step: Step) -> Step:
    return Step(step.predicate, not step.inverse)


_TYPE = Step(RDF_TYPE)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("cep:a", [(_A,)]),
        ("[ sh:inversePath cep:a ]", [(_back(_A),)]),
        ("( cep:a cep:b )", [(_A, _B)]),
        ("( cep:a [ sh:inversePath cep:b ] cep:c )", [(_A, _back(_B), _C)]),
        ("[ sh:inversePath ( cep:a cep:b ) ]", [(_back(_B), _back(_A))]),
        ("[ sh:inversePath [ sh:inversePath cep:a ] ]", [(_A,)]),
        ("[ sh:alternativePath ( cep:a cep:b ) ]", [(_A,), (_B,)]),
        ("( [ sh:alternativePath ( cep:a cep:b ) ] cep:c )", [(_A, _C), (_B, _C)]),
    ],
)
def test_path_is_its_alternatives_of_steps(path: str, expected: list[Steps]) -> None:
    graph = _graph(f"ceps:p sh:path {path} .")
    node = graph.value(URIRef(CEPS + "p"), URIRef(SH + "path"))
    assert node is not None
    assert parse_path(graph, node) == expected


@pytest.mark.parametrize("form", ["zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"])
def test_path_without_end_is_refused(form: str) -> None:
    graph = _graph(f"ceps:p sh:path [ sh:{form} cep:a ] .")
    node = graph.value(URIRef(CEPS + "p"), URIRef(SH + "path"))
    assert node is not None
    with pytest.raises(ValueError, match="unsupported SHACL path"):
        parse_path(graph, node)


@pytest.mark.parametrize(
    ("constraints", "expected"),
    [
        ("sh:property [ sh:path cep:a ; sh:minCount 1 ]", {(_A,)}),
        ("sh:property [ sh:path ( cep:a cep:b ) ; sh:maxCount 1 ]", {(_A,), (_A, _B)}),
        ("sh:property [ sh:path cep:a ; sh:class cep:X ]", {(_A,), (_A, _TYPE)}),
        ("sh:property [ sh:path cep:a ; sh:lessThan cep:b ]", {(_A,), (_B,)}),
        ("sh:property [ sh:path cep:a ; sh:equals cep:b ]", {(_A,), (_B,)}),
        (
            "sh:property [ sh:path cep:a ; sh:node [ sh:property [ sh:path cep:b ] ] ]",
            {(_A,), (_A, _B)},
        ),
        (
            """sh:property [ sh:path cep:a ; sh:or (
                [ sh:class cep:X ] [ sh:property [ sh:path cep:b ; sh:lessThan cep:c ] ] ) ]""",
            {(_A,), (_A, _TYPE), (_A, _B), (_A, _C)},
        ),
        ("sh:not [ sh:property [ sh:path cep:a ] ]", {(_A,)}),
        ("sh:xone ( [ sh:property [ sh:path cep:a ] ] [ sh:class cep:X ] )", {(_A,)}),
        ("sh:sparql [ ceps:reads cep:a, ( cep:b cep:c ) ]", {(_A,), (_B,), (_B, _C)}),
        ("sh:property [ sh:path cep:a ; ceps:inverse true ; sh:class cep:X ]", set()),
    ],
    ids=[
        *("count", "sequence", "class", "less than", "equals", "nested", "or", "not", "xone"),
        *("declared", "derived"),
    ],
)
def test_shape_reads_every_path_that_can_decide_it(constraints: str, expected: set[Steps]) -> None:
    assert _reads(constraints) == expected


def test_shape_that_refers_to_itself_is_read_once() -> None:
    plan = Plan.of(
        _graph(
            "ceps:S a sh:NodeShape ; sh:targetClass cep:T ; sh:property ceps:P . "
            "ceps:P sh:path cep:a ; sh:node ceps:S ."
        )
    )
    assert (_A,) in plan.reads[mini.term("T")]


def test_shapes_of_one_class_are_read_together() -> None:
    plan = Plan.of(
        _graph(
            "ceps:S a sh:NodeShape ; sh:targetClass cep:T ; sh:property [ sh:path cep:a ] . "
            "ceps:R a sh:NodeShape ; sh:targetClass cep:T ; sh:property [ sh:path cep:b ] ."
        )
    )
    assert {(_A,), (_B,)} <= plan.reads[mini.term("T")]


def test_constraint_that_declares_nothing_makes_its_class_unbounded() -> None:
    plan = Plan.of(
        _graph(
            "ceps:S a sh:NodeShape ; sh:targetClass cep:T ; sh:sparql [ sh:message 'x' ] . "
            "ceps:R a sh:NodeShape ; sh:targetClass cep:U ; sh:sparql [ ceps:reads cep:a ] ."
        )
    )
    assert plan.unbounded == {mini.term("T")}


def test_class_with_a_collection_has_a_form_of_its_own() -> None:
    plan = Plan.of(
        _graph(
            "ceps:S a sh:NodeShape ; sh:targetClass cep:T ; ceps:collection 'ts' . "
            "ceps:R a sh:NodeShape ; sh:targetClass cep:U ."
        )
    )
    assert plan.shaped == {mini.term("T")}


def test_path_there_and_back_marks_an_identifier() -> None:
    text = "sh:property [ sh:path ( cep:a [ sh:inversePath cep:a ] ) ; sh:maxCount 1 ]"
    plan = Plan.of(_graph(f"ceps:S a sh:NodeShape ; sh:targetClass cep:T ; {text} ."))
    assert plan.identifiers == {mini.term("a")}


def test_steps_tell_what_leads_up_to_them() -> None:
    text = "sh:property [ sh:path ( cep:a cep:b ) ], [ sh:path cep:b ]"
    plan = Plan.of(_graph(f"ceps:S a sh:NodeShape ; sh:targetClass cep:T ; {text} ."))
    assert plan.paths_by_last_step[_B] == {(_A, _B), (_B,)}
    assert plan.paths_by_last_step[_A] == {(_A,)}


@pytest.mark.parametrize(
    "constraint",
    [
        *("sh:closed true", "sh:targetNode cep:x", "sh:targetSubjectsOf cep:a"),
        *("sh:property [ sh:path cep:a ; sh:uniqueLang true ]",),
        "sh:property [ sh:path cep:a ; sh:qualifiedValueShape [ sh:class cep:X ] ]",
    ],
    ids=lambda text: text.rsplit("sh:", 1)[-1].split()[0],
)
def test_part_of_shacl_that_is_not_read_is_refused(constraint: str) -> None:
    with pytest.raises(ValueError, match="does not read this part of SHACL"):
        _reads(constraint)


def test_shapes_of_the_small_world_are_bounded(tmp_path: Path) -> None:
    plan = Plan.of(Model(mini.write_content(tmp_path)).shapes)
    assert plan.unbounded == set()
    assert plan.identifiers == {mini.term("tag")}
    assert plan.shaped >= {mini.term("Pet"), mini.term("Owner")}
    assert mini.term("Entity") not in plan.shaped
