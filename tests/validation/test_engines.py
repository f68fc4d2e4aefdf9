"""Both SHACL engines see the same values, and say the same of them."""

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from cepgraph.door import settle
from cepgraph.model import Model
from cepgraph.terms import RDF_TYPE, XSD
from cepgraph.validation.engines import LARGE, Validator, to_rdflib
from cepgraph.validation.literals import MALFORMED, malformed, marked
from cepgraph.validation.report import Result
from tests import mini
from tests.strategies import SPELLINGS

_PREFIXES = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <{XSD}> . @prefix x: <x:> . "
_P, _CLASS = NamedNode("x:p"), NamedNode("x:C")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


def _validator(constraints: str, large: int = LARGE) -> Validator:
    shape = "x:S a sh:NodeShape ; sh:targetClass x:C ; sh:property x:P ."
    path = f'x:P sh:path x:p ; sh:message "Wrong." ; {constraints} .'
    return Validator(rdflib.Graph().parse(data=_PREFIXES + shape + path), large)


def _both(constraints: str, triples: set[Triple]) -> tuple[set[Result], set[Result]]:
    focus = {t.subject for t in triples if isinstance(t.subject, NamedNode)}
    validator = _validator(constraints)
    reference = validator.validate(triples, focus, mini.HOME, large=False)
    faster = validator.validate(triples, focus, mini.HOME, large=True)
    return set(reference), set(faster)


def _nodes(values: list[Literal]) -> set[Triple]:
    nodes = [NamedNode(f"x:n{number}") for number in range(len(values))]
    typed = {Triple(node, RDF_TYPE, _CLASS) for node in nodes}
    return typed | {Triple(node, _P, value) for node, value in zip(nodes, values, strict=True)}


@pytest.mark.parametrize(
    "name",
    [
        *("string", "boolean", "integer", "decimal", "double", "float", "duration"),
        *("date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay"),
    ],
)
def test_engines_agree_on_what_is_of_a_type(name: str) -> None:
    values = [Literal(text, datatype=NamedNode(XSD + name)) for text in SPELLINGS]
    triples = settle(mini.HOME, _nodes(values))
    reference, faster = _both(f"sh:datatype xsd:{name}", triples)
    assert reference == faster
    wrong = malformed(t.object for t in triples if isinstance(t.object, Literal))
    assert {result.value for result in reference} == {value.value for value in wrong}


@pytest.mark.parametrize("name", ["int", "byte", "nonNegativeInteger"])
def test_kinds_of_whole_numbers_are_integers_once_they_passed_the_door(name: str) -> None:
    triples = settle(mini.HOME, _nodes([Literal("7", datatype=NamedNode(XSD + name))]))
    assert _both("sh:datatype xsd:integer", triples) == (set(), set())


def test_engines_agree_where_a_malformed_value_is_compared() -> None:
    decimal = NamedNode(XSD + "decimal")
    limit = Triple(NamedNode("x:n0"), NamedNode("x:q"), Literal("1.5", datatype=decimal))
    triples = _nodes([Literal("NaN", datatype=decimal)]) | {limit}
    reference, faster = _both("sh:lessThan x:q", triples)
    assert reference == faster
    assert len(reference) == 1


def test_malformed_values_are_shown_as_they_were_written() -> None:
    triples = _nodes([Literal("2023-02-29", datatype=NamedNode(XSD + "date"))])
    reference, _ = _both("sh:datatype xsd:date", triples)
    assert {result.value for result in reference} == {"2023-02-29"}


def test_well_formed_values_are_left_alone() -> None:
    triples = list(_nodes([Literal("2024-02-29", datatype=NamedNode(XSD + "date")), Literal("x")]))
    assert marked(triples) == triples


def test_malformed_values_are_marked_and_nothing_else() -> None:
    triples = _nodes([Literal("x", datatype=NamedNode(XSD + "integer")), Literal("x")])
    datatypes = [t.object.datatype for t in marked(triples) if isinstance(t.object, Literal)]
    assert sorted(datatypes, key=str) == sorted([MALFORMED, NamedNode(XSD + "string")], key=str)


def test_result_carries_shape_path_value_and_message(model: Model) -> None:
    triples = mini.turtle(
        'id:rex a cep:Pet, cep:Entity ; rdfs:label "Rex", "Max" ; cep:owner id:b . '
        'id:b a cep:Club ; rdfs:label "Club" .'
    )
    results = Validator(model.shapes).validate(triples, {mini.thing("rex")}, mini.HOME)
    assert {(r.severity, r.shape, r.path, r.value, r.message) for r in results} == {
        ("violation", "ceps:Entity-label", "rdfs:label", "", "Give one label."),
        ("violation", "ceps:Pet-owner", "cep:owner", mini.thing("b").value, "Name its owner."),
    }
    assert {(r.graph, r.focus) for r in results} == {(mini.HOME.value, mini.thing("rex").value)}


def test_only_the_nodes_asked_about_are_judged(model: Model) -> None:
    triples = mini.turtle("id:a a cep:Pet, cep:Entity . id:b a cep:Pet, cep:Entity .")
    for large in (True, False):
        results = Validator(model.shapes).validate(
            triples, {mini.thing("a")}, mini.HOME, large=large
        )
        assert {result.focus for result in results} == {mini.thing("a").value}


def test_severity_is_that_of_the_shape(model: Model) -> None:
    triples = mini.turtle(
        'id:a a cep:Pet ; rdfs:label "A" ; cep:owner id:o ; cep:friend id:c . '
        'id:o a cep:Owner ; rdfs:label "Oo" .'
    )
    results = Validator(model.shapes).validate(triples, {mini.thing("a")}, mini.HOME)
    assert [(r.severity, r.shape) for r in results] == [("warning", "ceps:Pet-friend")]


def test_large_begins_above_the_limit() -> None:
    validator = _validator("sh:minCount 1", large=3)
    assert [validator.is_large(n) for n in (0, 3, 4)] == [False, False, True]


def test_terms_keep_their_spelling_on_the_way_to_rdflib() -> None:
    number = Literal("1.50", datatype=NamedNode(XSD + "decimal"))
    tagged = Literal("x", language="en-GB")
    graph = to_rdflib(
        {Triple(BlankNode("b"), _P, value) for value in (number, tagged, Literal("y"))}
    )
    assert {term.n3() for term in graph.objects()} == {
        f'"1.50"^^<{XSD}decimal>',
        '"x"@en-gb',
        '"y"',
    }


def test_what_rdf_1_1_does_not_have_is_refused_on_the_way_to_rdflib() -> None:
    inner = Triple(_CLASS, _P, _CLASS)
    with pytest.raises(TypeError, match="no RDF"):
        to_rdflib([Triple(_CLASS, _P, inner)])
