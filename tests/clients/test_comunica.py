"""Comunica, a query engine in JavaScript that researchers have in browsers and notebooks."""

import json

import pytest
from rdflib import Graph, Literal, URIRef

from tests.clients.comunica.install import Comunica, installed

pytestmark = pytest.mark.slow

RESULTS = "application/sparql-results+json"
LABELS = "SELECT ?o { ?s <urn:label> ?o }"


@pytest.fixture(scope="session")
def comunica() -> Comunica:
    """Comunica, from npm."""
    return installed()


def rows(text: str) -> list[str]:
    """The lines of a table without its head, in any order."""
    return sorted(text.strip().splitlines()[1:])


@pytest.mark.parametrize("kind", ["", "sparql@"], ids=["as it is", "as an endpoint"])
def test_select(comunica: Comunica, endpoint: str, kind: str) -> None:
    source = f"{kind}{endpoint}"
    found = comunica.run("comunica-sparql", source, "-q", LABELS, "-t", "text/csv")
    assert rows(found) == ["eins", "one", "three", "two"]


def test_terms_come_whole(comunica: Comunica, endpoint: str) -> None:
    found = comunica.run(
        "comunica-sparql", f"sparql@{endpoint}", "-q", "SELECT ?o { ?s ?p ?o }", "-t", RESULTS
    )
    terms = [row["o"] for row in json.loads(found)["results"]["bindings"]]
    assert {(term["value"], term.get("xml:lang"), term.get("datatype")) for term in terms} >= {
        ("eins", "de", None),
        ("4", None, "http://www.w3.org/2001/XMLSchema#integer"),
        ('a, "b"\tc\nd é 𝄞', None, None),
    }
    assert {"type": "uri", "value": "urn:s"} in terms


def test_ask(comunica: Comunica, endpoint: str) -> None:
    for label, answer in (("two", "true"), ("none", "false")):
        query = f"ASK {{ ?s <urn:label> '{label}' }}"
        found = comunica.run("comunica-sparql", f"sparql@{endpoint}", "-q", query, "-t", "simple")
        assert found.strip() == answer


@pytest.mark.parametrize(
    ("query", "triple"),
    [
        (
            "CONSTRUCT { ?s <urn:is> ?o } WHERE { ?s <urn:said> ?o }",
            (URIRef("urn:t"), URIRef("urn:is"), Literal('a, "b"\tc\nd é 𝄞')),
        ),
        ("DESCRIBE <urn:u>", (URIRef("urn:u"), URIRef("urn:label"), Literal("three"))),
    ],
)
def test_graph(
    comunica: Comunica, endpoint: str, query: str, triple: tuple[URIRef, URIRef, Literal]
) -> None:
    found = comunica.run("comunica-sparql", f"sparql@{endpoint}", "-q", query, "-t", "text/turtle")
    assert set(Graph().parse(data=found, format="turtle")) == {triple}


def test_graphs_are_chosen_in_the_query(comunica: Comunica, endpoint: str) -> None:
    query = "SELECT ?o FROM <urn:g> { ?s <urn:label> ?o }"
    found = comunica.run("comunica-sparql", f"sparql@{endpoint}", "-q", query, "-t", "text/csv")
    assert rows(found) == ["eins", "one"]


def test_endpoint_is_joined_with_data_of_ones_own(comunica: Comunica, endpoint: str) -> None:
    own = {"type": "serialized", "value": "<urn:me> <urn:likes> <urn:t>, <urn:u>."}
    sources = [own | {"mediaType": "text/turtle", "baseIRI": "urn:x:"}]
    context = json.dumps({"sources": [*sources, {"type": "sparql", "value": endpoint}]})
    query = "SELECT ?o { <urn:me> <urn:likes> ?s . ?s <urn:label> ?o }"
    found = comunica.run("comunica-sparql", "-c", context, "-q", query, "-t", "text/csv")
    assert rows(found) == ["three", "two"]


@pytest.mark.parametrize("way", [(), ("--get",)], ids=["POST", "GET"])
def test_its_own_way_of_asking_an_endpoint(
    comunica: Comunica, endpoint: str, way: tuple[str, ...]
) -> None:
    found = comunica.run("fetch-sparql-endpoint", "--endpoint", endpoint, "--query", LABELS, *way)
    assert {json.loads(line)["o"] for line in found.splitlines()} == {
        '"one"', '"eins"@de', '"two"', '"three"'
    }  # fmt: skip
