"""Headers, typed parameters and errors of the query catalogue."""

from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    parse,
)

from cepgraph.catalogue import Catalogue, Parameter, Query
from cepgraph.errors import BadInput, BadParameter, NotFound
from cepgraph.terms import CEP, CONCEPT, ID, XSD

HEADER = """\
#+ summary: Names of things
#+ description: Everything that has a name.
#+ row: one name
#+ tags: [names]
"""
PARAMETERS = """\
#+ parameters:
#+   - name: thing
#+     type: VirtualSchool
#+     description: Only this thing.
#+     example: E08000025
#+   - name: name
#+     type: string
#+     description: Only this name.
#+     example: Birmingham
"""
SELECT = "SELECT ?thing ?name WHERE { ?thing <urn:name> ?name } ORDER BY ?name\n"


def write(folder: Path, text: str, name: str = "names-of-things.rq") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> Query:
    return Query.from_file(write(folder, text))


def parameter(kind: str, example: str = "x") -> Parameter:
    return Parameter(name="value", type=kind, description="A value.", example=example)


@pytest.fixture
def names(tmp_path: Path) -> Query:
    return read(tmp_path, HEADER + PARAMETERS + SELECT)


def test_query_carries_header_text_form_and_columns(names: Query) -> None:
    assert names.name == "names-of-things"
    assert names.summary == "Names of things"
    assert names.description == "Everything that has a name."
    assert names.row == "one name"
    assert names.tags == ("names",)
    assert [p.name for p in names.parameters] == ["thing", "name"]
    assert names.text == HEADER + PARAMETERS + SELECT
    assert names.form == "select"
    assert names.columns == ("thing", "name")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ASK { ?s ?p ?o }", "ask"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "graph"),
        ("DESCRIBE <urn:thing>", "graph"),
    ],
)
def test_form_is_told_from_the_query(tmp_path: Path, text: str, form: str) -> None:
    query = read(tmp_path, HEADER + text)
    assert (query.form, query.columns) == (form, ())


def test_catalogue_is_in_order_of_names(tmp_path: Path) -> None:
    paths = [write(tmp_path, HEADER + SELECT, name) for name in ("b.rq", "c.rq", "a.rq")]
    catalogue = Catalogue.from_files(paths)
    assert [query.name for query in catalogue] == ["a", "b", "c"]
    assert len(catalogue) == 3
    assert catalogue.query("b").name == "b"


def test_missing_query_is_answered_with_the_nearest_names(tmp_path: Path) -> None:
    names = ("findings-by-theme.rq", "findings-by-strength.rq", "sources.rq")
    catalogue = Catalogue.from_files(write(tmp_path, HEADER + SELECT, name) for name in names)
    with pytest.raises(NotFound) as caught:
        catalogue.query("finding-by-themes")
    assert caught.value.nearest[0] == "findings-by-theme"
    assert "sources" not in caught.value.nearest
    assert "did you mean" in caught.value.detail()


# Binding


def test_only_given_values_are_bound(names: Query) -> None:
    assert names.bind({}) == {}
    assert names.bind({"name": "Leeds"}) == {"name": Literal("Leeds")}


def test_default_is_bound_where_nothing_is_given(tmp_path: Path) -> None:
    query = read(tmp_path, HEADER + PARAMETERS + "#+     default: Leeds\n" + SELECT)
    assert query.bind({}) == {"name": Literal("Leeds")}
    assert query.bind({"name": "York"}) == {"name": Literal("York")}


def test_required_parameter_left_out_is_named_with_its_example(tmp_path: Path) -> None:
    query = read(tmp_path, HEADER + PARAMETERS + "#+     required: true\n" + SELECT)
    with pytest.raises(BadParameter) as caught:
        query.bind({"thing": "E08000025"})
    assert caught.value.parameter == "name"
    assert "required" in caught.value.problem
    assert "Birmingham" in caught.value.problem


def test_unknown_parameter_is_named_with_the_nearest_known(names: Query) -> None:
    with pytest.raises(BadParameter) as caught:
        names.bind({"nam": "Leeds"})
    assert caught.value.parameter == "nam"
    assert "known are name" in caught.value.problem


def test_query_without_parameters_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="it has none"):
        read(tmp_path, HEADER + SELECT).bind({"name": "Leeds"})


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
def test_text_is_matched_as_it_stands_and_never_read_as_sparql(names: Query, attack: str) -> None:
    bound = names.bind({"name": attack})
    results = store().query(
        names.text, substitutions={Variable(name): term for name, term in bound.items()}
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


def test_binding_leaves_the_text_alone(names: Query) -> None:
    before = names.text
    names.bind({"name": ATTACKS[0], "thing": "E08000025"})
    assert names.text == before


# Headers that are not well formed


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (SELECT, 1, "begins with no header"),
        ("", 1, "begins with no header"),
        ("#+ just words\n" + SELECT, 1, "dictionary"),
        (HEADER + "#+ sumary: twice\n" + SELECT, 5, "sumary: Extra inputs"),
        (HEADER + "#+ row: again\n" + SELECT, 5, "row is given twice"),
        (HEADER.replace("#+ row: one name\n", "") + SELECT, 1, "row: Field required"),
        (HEADER.replace("Names of", "Names: of") + SELECT, 1, "mapping values"),
        (HEADER.replace("[names]", "[names") + SELECT, 4, "expected ',' or ']'"),
        (HEADER.replace("[names]", "[]") + SELECT, 4, "tags: Tuple should have at least 1"),
        (HEADER.replace("[names]", "\t- x") + SELECT, 4, "cannot start any token"),
        (HEADER.replace("one name", "\x01") + SELECT, 1, "unacceptable character"),
        (HEADER + PARAMETERS.replace("string", "text") + SELECT, 11, "parameters.1.type"),
        (HEADER + PARAMETERS.replace("name: name", "name: 1st") + SELECT, 10, "parameters.1.name"),
        (HEADER + PARAMETERS.replace("name: name", "name: thing") + SELECT, 10, "twice"),
        (HEADER + PARAMETERS.replace("name: name", "name: other") + SELECT, 10, "no column"),
        (HEADER + PARAMETERS.replace("string", "integer") + SELECT, 13, "example of name"),
        (HEADER + PARAMETERS + "#+     required: perhaps\n" + SELECT, 14, "required"),
        (
            HEADER
            + PARAMETERS.replace("string", "iri").replace("Birmingham", "urn:x")
            + "#+     default: nothing\n"
            + SELECT,
            14,
            "default of name",
        ),
        (HEADER + "SELECT ?name WHERE {\n ?s <urn:p> }\n", 6, "no SPARQL query"),
    ],
)
def test_header_that_is_not_well_formed_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, text)
    assert caught.value.file == "names-of-things.rq"
    assert caught.value.line == line
    assert problem in caught.value.problem


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.rq"):
        Query.from_file(tmp_path / "absent.rq")


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "names.rq"
    path.write_bytes((HEADER.replace("Names", "Noms é") + SELECT).encode("latin-1"))
    with pytest.raises(BadInput, match="UTF-8"):
        Query.from_file(path)


@pytest.mark.parametrize("name", ["Names.rq", "two words.rq", "a--b.rq", "_x.rq"])
def test_file_names_are_lower_case_with_hyphens(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="lower case"):
        Query.from_file(write(tmp_path, HEADER + SELECT, name))


def test_header_runs_no_code(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    tagged = HEADER.replace("one name", f'!!python/object/apply:pathlib.Path.touch ["{marker}"]')
    with pytest.raises(BadInput):
        read(tmp_path, tagged + SELECT)
    assert not marker.exists()
