"""Requests as clients send them that are not run here, or that are hard to make them send."""

import httpx
import pytest

from tests.api.test_sparql_formats import ALL, kind_of

pytestmark = pytest.mark.anyio

CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
JSON_LD = "application/ld+json,application/x-json+ld"
N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"


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


JSON = "application/sparql-results+json"
JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
RDF4J = (
    "application/x-sparqlstar-results+json;q=0.8, application/sparql-results+xml;q=0.8, "
    "application/x-binary-rdf-results-table, application/sparql-results+json;q=0.8"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "parameters", "table", "graph"),
    [
        pytest.param(f"{JSON},*/*;q=0.9", {}, JSON, None, id="YASGUI, table"),
        pytest.param(
            "application/n-triples,*/*;q=0.9", {}, None, "application/n-triples", id="YASGUI, graph"
        ),
        pytest.param(JENA, {}, JSON, None, id="Jena, table"),
        pytest.param(JENA_GRAPH, {}, None, "text/turtle", id="Jena, graph"),
        pytest.param(RDF4J, {}, JSON, None, id="RDF4J, table"),
        pytest.param(
            BROWSER, {}, "application/xml", "application/xml", id="a browser's address bar"
        ),
        pytest.param(
            "*/*", {"output": "json"}, JSON, "application/ld+json", id="a form for Fuseki"
        ),
        pytest.param(
            BROWSER,
            {"format": "text/csv", "timeout": "0", "default-graph-uri": ""},
            "text/csv",
            None,
            id="a form for Virtuoso",
        ),
        pytest.param(
            BROWSER, {"format": "auto"}, "application/xml", None, id="Virtuoso, left to Accept"
        ),
    ],
)
async def test_answer_is_in_the_form_that_the_client_reads(
    client: httpx.AsyncClient,
    accept: str,
    parameters: dict[str, str],
    table: str | None,
    graph: str | None,
) -> None:
    for query, given in ((ALL, table), (CONSTRUCT, graph)):
        if given is not None:
            params = {"query": query, **parameters}
            answer = await client.get("/sparql", params=params, headers={"Accept": accept})
            assert answer.status_code == 200, answer.text
            assert kind_of(answer) == given
