"""Values given to a query: each becomes a term of its type, and none is read as SPARQL."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Variable, parse

from cepgraph.catalogue import Parameter, Query
from cepgraph.errors import BadParameter
from cepgraph.terms import CEP, CONCEPT, ID, XSD

NAMES = Query(
    name="names-of-things",
    summary="Names of things",
    description="Everything that has a name.",
    row="one name",
    parameters=(
        Parameter(name="name", type="string", description="This name.", example="Leeds"),
        Parameter(name="thing", type="VirtualSchool", description="This thing.", example="E1"),
    ),
    tags=("names",),
    text="SELECT ?thing ?name WHERE { ?thing <urn:name> ?name } ORDER BY ?name",
    form="select",
    columns=("thing", "name"),
)


def parameter(kind: str, example: str = "x") -> Parameter:
    return Parameter(name="value", type=kind, description="A value.", example=example)


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("string", "", Literal("")),
        ("string", 'O\'Brien "& sons"\n}', Literal('O\'Brien "& sons"\n}')),
        ("integer", "-12", Literal("-12", datatype=NamedNode(XSD + "integer"))),
        ("decimal", "3300.50", Literal("3300.50", datatype=NamedNode(XSD + "decimal"))),
        ("decimal", "3300", Literal("3300", datatype=NamedNode(XSD + "decimal"))),
        ("date", "2024", Literal("2024", datatype=NamedNode(XSD + "gYear"))),
        ("date", "2024-05", Literal("2024-05", datatype=NamedNode(XSD + "gYearMonth"))),
        ("date", "2024-02-29", Literal("2024-02-29", datatype=NamedNode(XSD + "date"))),
        ("iri", "https://example.org/é", NamedNode("https://example.org/é")),
        ("iri", "urn:uuid:1", NamedNode("urn:uuid:1")),
        ("iri", "cep:Challenge", NamedNode(CEP + "Challenge")),
        ("concept:theme", "funding", NamedNode(CONCEPT + "theme/funding")),
        ("concept:theme", CONCEPT + "theme/funding", NamedNode(CONCEPT + "theme/funding")),
        ("concept:standing", "cep:funding", NamedNode(CEP + "funding")),
        ("Organisation", "arts-connect", NamedNode(ID + "organisation/arts-connect")),
        ("VirtualSchool", "E08000025", NamedNode(ID + "virtual-school/E08000025")),
        (
            "CulturalEducationPartnership",
            "bristol",
            NamedNode(ID + "cultural-education-partnership/bristol"),
        ),
        ("Organisation", "virtual-school/E1", NamedNode(ID + "virtual-school/E1")),
        ("Organisation", ID + "organisation/x", NamedNode(ID + "organisation/x")),
    ],
)
def test_value_becomes_a_term_of_its_type(kind: str, value: str, term: NamedNode | Literal) -> None:
    assert parameter(kind).term(value) == term


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", "twelve"),
        ("integer", "1.5"),
        ("integer", ""),
        ("integer", "٣"),
        ("integer", "1" * 40),
        ("decimal", "1e5"),
        ("decimal", "NaN"),
        ("decimal", "3,300"),
        ("date", "01/05/2024"),
        ("date", "2024-13"),
        ("date", "2023-02-29"),
        ("date", "20240501"),
        ("iri", "Funding"),
        ("iri", ""),
        ("iri", "foo:bar"),
        ("iri", "javascript:alert(1)"),
        ("iri", "file:///etc/passwd"),
        ("iri", "https://example.org/a b"),
        ("concept:theme", "Funding and money"),
        ("concept:theme", "../role/lead"),
        ("concept:theme", "role/lead"),
        ("concept:theme", ""),
        ("Organisation", "Arts Connect"),
        ("Organisation", "../concept/theme"),
        ("Organisation", ".."),
        ("string", "\ud800"),
        ("string", "x" * 2001),
    ],
)
def test_value_of_a_wrong_type_is_refused_with_an_example(kind: str, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        parameter(kind, example="the-example").term(value)
    assert caught.value.parameter == "value"
    assert caught.value.value is not None
    assert value.startswith(caught.value.value.rstrip("…"))
    assert "for example the-example" in caught.value.problem


def test_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(BadParameter) as caught:
        parameter("string").term("x" * 1_000_000)
    assert len(caught.value.detail()) < 300


def test_bare_key_is_not_guessed_where_a_class_has_several_kinds() -> None:
    body = parameter("Body", example="organisation/arts-connect")
    assert body.term("organisation/icrd") == NamedNode(ID + "organisation/icrd")
    with pytest.raises(BadParameter, match="kind/key"):
        body.term("icrd")


# Injection

ATTACKS = [
    '" } SELECT * { ?s ?p ?o } #',
    "' } UNION { ?s ?p ?o } #",
    '"""',
    "\\",
    '\\" . ?s ?p ?o .',
    "?thing",
    "<urn:secret>",
    "} SERVICE <http://127.0.0.1/> { ?s ?p ?o",
    "urn:x> <urn:name> ?name } #",
    "\n# comment\n}",
    "\\u0022 } #",
    "#+ summary: other",
    "$name",
    "\0",
    "''' ; DROP ALL",
]


def store() -> Store:
    plain = [Quad(NamedNode(f"urn:thing:{n}"), NamedNode("urn:name"), Literal(n)) for n in "abc"]
    odd = [
        Quad(NamedNode(f"urn:odd:{n}"), NamedNode("urn:name"), Literal(text))
        for n, text in enumerate(ATTACKS)
    ]
    filled = Store()
    filled.extend([*plain, *odd])
    return filled


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_is_matched_as_it_stands_and_never_read_as_sparql(attack: str) -> None:
    bound = NAMES.bind({"name": attack})
    results = store().query(
        NAMES.text, substitutions={Variable(name): term for name, term in bound.items()}
    )
    assert isinstance(results, QuerySolutions)
    assert [solution["name"] for solution in results] == [Literal(attack)]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "kind", ["iri", "integer", "decimal", "date", "concept:theme", "Organisation"]
)
def test_sparql_in_any_other_type_is_refused(kind: str, attack: str) -> None:
    with pytest.raises(BadParameter):
        parameter(kind).term(attack)


@pytest.mark.parametrize("attack", ATTACKS)
def test_term_survives_being_written_and_read_again(attack: str) -> None:
    term = parameter("string").term(attack)
    [quad] = parse(f"<urn:s> <urn:p> {term} .", format=RdfFormat.N_TRIPLES)
    assert quad.object == term


def test_binding_leaves_the_text_alone() -> None:
    before = NAMES.text
    NAMES.bind({"name": ATTACKS[0], "thing": "E08000025"})
    assert NAMES.text == before
