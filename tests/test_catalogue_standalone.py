"""Queries with values in their text: where the values stand, and that they are those given."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from pyparsing import ParseException

from cepgraph.catalogue import Query
from cepgraph.catalogue.standalone import opening, verb, with_values
from cepgraph.errors import BadInput

HEADER = "#+ summary: Names of\n#+   things\n#+ description: All.\n#+ row: one\n#+ tags: [names]\n"
PARAMETER = "#+ parameters:\n#+   - {name: %s, type: string, description: This., example: x}\n"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "SELECT ?s WHERE {"),
        ("select * { }", "select * {"),
        ("ASK { ?s ?p ?o }", "ASK {"),
        ("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p 1 } WHERE {"),
        ("DESCRIBE ?s WHERE { ?s ?p ?o }", "DESCRIBE ?s WHERE {"),
        ("DESCRIBE * { ?s ?p ?o }", "DESCRIBE * {"),
        (
            "SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <urn:g> { { SELECT ?s { ?s ?p ?o } } }",
            "SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <urn:g> {",
        ),
        (
            '# {\nBASE <urn:a#b>\n\tPREFIX : <urn:x> # {\nSELECT ("{" AS ?x) WHERE # {\n{ }',
            '# {\nBASE <urn:a#b>\n\tPREFIX : <urn:x> # {\nSELECT ("{" AS ?x) WHERE # {\n{',
        ),
    ],
)
def test_outermost_group_is_found_whatever_stands_before_it(text: str, before: str) -> None:
    assert text[: opening(text)] == before


@pytest.mark.parametrize(
    "text", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE ?s", "DESCRIBE <urn:s>"]
)
def test_query_without_a_group_has_no_opening(text: str) -> None:
    assert opening(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# ASK\nSELECT * { }", "SELECT"),
        ("ask { }", "ASK"),
        ("CONSTRUCT WHERE { }", "CONSTRUCT"),
        ("CONSTRUCT { } WHERE { }", "CONSTRUCT"),
        ("DESCRIBE <urn:s>", "DESCRIBE"),
        ("DESCRIBE ?ask WHERE { }", "DESCRIBE"),
    ],
)
def test_verb_is_told(text: str, expected: str) -> None:
    assert verb(text) == expected


def test_what_is_no_query_has_no_opening_to_be_found() -> None:
    with pytest.raises(ParseException):
        opening("SELECT WHERE")


def store() -> Store:
    made = Store()
    for thing, name in (("a", "Ann"), ("b", "Ben")):
        made.add(Quad(NamedNode(f"urn:{thing}"), NamedNode("urn:name"), Literal(name)))
    return made


def test_filter_and_optional_see_the_value() -> None:
    text = "SELECT ?s ?x { ?s <urn:name> ?n OPTIONAL { ?s <urn:age> ?x } FILTER (?n = ?x) }"
    found = store().query(with_values(text, {"x": Literal("Ben")}))
    assert isinstance(found, QuerySolutions)
    assert [solution["s"] for solution in found] == [NamedNode("urn:b")]


@pytest.mark.parametrize("form", ["CONSTRUCT WHERE { ?s <urn:name> ?n }", "DESCRIBE ?s"])
def test_query_without_a_group_has_its_values_at_the_end(form: str) -> None:
    text = with_values(form + "\n", {"s": NamedNode("urn:b")})
    found = store().query(text)
    assert {str(triple.subject) for triple in found} == {"<urn:b>"}  # type: ignore[union-attr]


def test_several_values_are_one_block() -> None:
    text = with_values(
        "SELECT * { ?s <urn:name> ?n }", {"s": NamedNode("urn:b"), "n": Literal("x")}
    )
    assert text == 'SELECT * {\n  VALUES (?s ?n) { (<urn:b> "x") } ?s <urn:name> ?n }'
    assert with_values("SELECT * { }", {}) == "SELECT * { }"


@pytest.mark.parametrize(
    "value",
    [
        '"',
        "\\",
        "\\u0022 }",
        "\n",
        "\r",
        "\t",
        "\0",
        "'''",
        '"""',
        "} #",
        "?s",
        "é🎭",
        "\\\\",
        "<x>",
    ],
)
def test_text_that_is_written_into_a_query_is_read_as_it_was(value: str) -> None:
    found = store().query(with_values("SELECT ?x { }", {"x": Literal(value)}))
    assert isinstance(found, QuerySolutions)
    assert [solution["x"] for solution in found] == [Literal(value)]


def test_text_of_a_query_begins_with_its_summary_and_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "names.rq"
    path.write_text(HEADER + PARAMETER % "n" + "SELECT ?n { ?s <urn:name> ?n }\n")
    query = Query.from_file(path)
    assert query.sparql({}) == "# Names of things\nSELECT ?n { ?s <urn:name> ?n }\n"
    assert query.sparql(query.bind({"n": "Ben"})) == (
        '# Names of things\nSELECT ?n {\n  VALUES ?n { "Ben" } ?s <urn:name> ?n }\n'
    )


@pytest.mark.parametrize("name", ["version", "format"])
def test_parameter_may_not_have_a_name_that_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / "names.rq"
    path.write_text(HEADER + PARAMETER % name + f"SELECT ?{name} {{ ?s <urn:name> ?{name} }}\n")
    with pytest.raises(BadInput, match=f"no parameter may be called {name}") as caught:
        Query.from_file(path)
    assert caught.value.line == 7
