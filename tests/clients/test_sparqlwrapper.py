"""SPARQLWrapper: all its methods, all its formats, all forms of a query."""

import json
import warnings
from collections.abc import Callable
from typing import Any
from xml.dom.minidom import Document

import pytest
import SPARQLWrapper as Sparql
from rdflib import Graph, Literal, URIRef
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

SELECT = "SELECT ?o { ?s <urn:label> ?o } ORDER BY ?s ?o"
ASK = "ASK { ?s <urn:label> 'two' }"
CONSTRUCT = "CONSTRUCT { ?s <urn:is> ?o } WHERE { ?s <urn:said> ?o }"
DESCRIBE = "DESCRIBE <urn:u>"
LABELS = ["one", "eins", "two", "three"]
SAID = 'a, "b"\tc\nd é 𝄞'

WAYS = [
    (Sparql.GET, Sparql.URLENCODED),
    (Sparql.POST, Sparql.URLENCODED),
    (Sparql.POST, Sparql.POSTDIRECTLY),
]
Ask = Callable[[str, str], Sparql.SPARQLWrapper]


@pytest.fixture(params=WAYS, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Method, and how the query is sent with it."""
    return tuple(request.param)  # type: ignore[return-value]


@pytest.fixture(params=[False, True], ids=["by parameters", "by Accept alone"])
def ask(endpoint: str, way: tuple[str, str], request: pytest.FixtureRequest) -> Ask:
    """Makes a request for a query and a format."""

    def made(query: str, form: str) -> Sparql.SPARQLWrapper:
        wrapper = Sparql.SPARQLWrapper(endpoint)
        wrapper.setMethod(way[0])
        wrapper.setRequestMethod(way[1])
        wrapper.setOnlyConneg(request.param)
        wrapper.setReturnFormat(form)
        wrapper.setQuery(query)
        return wrapper

    return made


def converted(wrapper: Sparql.SPARQLWrapper) -> Any:
    """What SPARQLWrapper makes of the answer; the connection is closed after."""
    result = wrapper.query()
    try:
        return result.convert()
    finally:
        result.response.close()


def values(table: dict[str, Any]) -> list[str]:
    """The values of a table in JSON with one column."""
    return [row["o"]["value"] for row in table["results"]["bindings"]]


def test_table_in_json(ask: Ask) -> None:
    table = converted(ask(SELECT, Sparql.JSON))
    assert sorted(values(table)) == sorted(LABELS)
    assert table["head"]["link"] == ["https://w3id.org/cepgraph/version/2"]


def test_table_in_xml(ask: Ask) -> None:
    document = converted(ask(SELECT, Sparql.XML))
    assert isinstance(document, Document)
    literals = document.getElementsByTagName("literal")
    assert sorted(node.firstChild.data for node in literals) == sorted(LABELS)  # type: ignore[union-attr]


@pytest.mark.parametrize(("form", "line"), [(Sparql.CSV, "three\r"), (Sparql.TSV, '"eins"@de')])
def test_table_in_csv_and_tsv(ask: Ask, form: str, line: str) -> None:
    body = converted(ask(SELECT, form))
    assert line in body.decode().split("\n")


@pytest.mark.parametrize("form", [Sparql.JSON, Sparql.XML, Sparql.CSV, Sparql.TSV])
def test_boolean(ask: Ask, form: str) -> None:
    answer = converted(ask(ASK, form))
    if form == Sparql.JSON:
        assert answer["boolean"] is True
    elif form == Sparql.XML:
        (boolean,) = answer.getElementsByTagName("boolean")
        assert boolean.firstChild.data == "true"
    else:
        assert answer == b"true"


@pytest.mark.parametrize("form", [Sparql.TURTLE, Sparql.N3])
def test_graph_as_text(ask: Ask, form: str) -> None:
    body = converted(ask(CONSTRUCT, form))
    graph = Graph().parse(data=body, format="turtle")
    assert set(graph) == {(URIRef("urn:t"), URIRef("urn:is"), Literal(SAID))}


@pytest.mark.parametrize("form", [Sparql.XML, Sparql.RDFXML, Sparql.JSONLD])
@pytest.mark.parametrize(
    ("query", "triple"),
    [
        (CONSTRUCT, (URIRef("urn:t"), URIRef("urn:is"), Literal(SAID))),
        (DESCRIBE, (URIRef("urn:u"), URIRef("urn:label"), Literal("three"))),
    ],
)
def test_graph_as_a_graph(
    ask: Ask, form: str, query: str, triple: tuple[URIRef, URIRef, Literal]
) -> None:
    with warnings.catch_warnings():
        # SPARQLWrapper makes it with a class that rdflib would rather not have used
        warnings.simplefilter("ignore", DeprecationWarning)
        graph = converted(ask(query, form))
    assert list(graph.triples((None, None, None))) == [triple]


def test_graph_in_json_is_json_ld(endpoint: str) -> None:
    wrapper = Sparql.SPARQLWrapper(endpoint, returnFormat=Sparql.JSON)
    wrapper.setQuery(DESCRIBE)
    with pytest.warns(RuntimeWarning, match="unexpected returned format"):
        result = wrapper.query()
    assert json.loads(result.response.read())[0]["@id"] == "urn:u"
    result.response.close()


def test_query_and_convert(endpoint: str) -> None:
    wrapper = Sparql.SPARQLWrapper(endpoint, returnFormat=Sparql.JSON)
    wrapper.setQuery(SELECT)
    assert len(values(wrapper.queryAndConvert())) == 4  # type: ignore[arg-type]


def test_second_class_gives_rows_of_terms(endpoint: str) -> None:
    wrapper = Sparql.SPARQLWrapper2(endpoint)
    wrapper.setQuery(SELECT)
    found = wrapper.query()
    assert found.variables == ["o"]  # type: ignore[union-attr]
    rows = found.bindings  # type: ignore[union-attr]
    assert {(row["o"].value, row["o"].lang) for row in rows} >= {("eins", "de"), ("one", None)}


def test_default_graph_goes_along(endpoint: str, way: tuple[str, str]) -> None:
    wrapper = Sparql.SPARQLWrapper(endpoint, defaultGraph="urn:g", returnFormat=Sparql.JSON)
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    wrapper.setQuery(SELECT)
    assert sorted(values(converted(wrapper))) == ["eins", "one"]


def test_parameters_of_ours_go_along(endpoint: str, way: tuple[str, str]) -> None:
    wrapper = Sparql.SPARQLWrapper(endpoint, returnFormat=Sparql.JSON)
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    wrapper.addParameter("version", "1")
    wrapper.addParameter("named-graph-uri", "urn:h")
    wrapper.setQuery("SELECT ?o { GRAPH ?g { ?s <urn:label> ?o } }")
    result = wrapper.query()
    assert result.info()["cepgraph-version"] == "1"
    assert values(result.convert()) == ["two"]  # type: ignore[arg-type]
    result.response.close()


def test_no_query_is_told_as_such(endpoint: str, way: tuple[str, str]) -> None:
    wrapper = Sparql.SPARQLWrapper(endpoint, returnFormat=Sparql.JSON)
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    wrapper.setQuery("SELECT ?o { ?s urn:label ?o }")
    with pytest.raises(QueryBadFormed) as caught:
        wrapper.query()
    assert "Not a SPARQL query" in str(caught.value)
