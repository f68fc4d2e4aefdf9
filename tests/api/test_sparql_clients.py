"""Clients that researchers have: rdflib's store, and requests as SPARQLWrapper sends them."""

import httpx
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

pytestmark = pytest.mark.anyio

CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
JSON_LD = "application/ld+json,application/x-json+ld"
N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"


def test_store_of_rdflib_asks_selects_and_constructs(server: str) -> None:
    graph = Graph(SPARQLStore(f"{server}/sparql"))
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert {str(row.o) for row in graph.query("SELECT ?o { ?s ?p ?o }")} == {"one", "two"}
    assert len(graph.query(CONSTRUCT).graph or ()) == 2


# What SPARQLWrapper 2.0 sends for a graph: the format under several names, and Accept.
@pytest.mark.parametrize(
    ("formats", "accept", "given"),
    [
        (["json-ld", JSON_LD], JSON_LD, "application/ld+json"),
        (["rdf+xml", "application/rdf+xml"], "application/rdf+xml", "application/rdf+xml"),
        (["xml"], "application/rdf+xml", "application/rdf+xml"),
        (["rdf"], "*/*", "application/rdf+xml"),
        (["n3"], N3, "text/n3"),
        (["turtle"], "application/turtle,text/turtle", "text/turtle"),
        (["json"], "*/*", "application/ld+json"),
    ],
)
async def test_graph_comes_as_sparqlwrapper_asks_for_it(
    client: httpx.AsyncClient, formats: list[str], accept: str, given: str
) -> None:
    parameters = {"query": CONSTRUCT, "format": formats, "output": formats, "results": formats}
    answer = await client.get("/sparql", params=parameters, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == given


async def test_unknown_format_is_told_where_accept_asks_for_nothing_in_particular(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/sparql", params={"query": CONSTRUCT, "format": "hdt"})
    assert answer.status_code == 406
    assert "'hdt'" in answer.json()["detail"]
