"""Which format an answer comes in, and what its headers say."""

import httpx
import pytest

from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS
from tests.api.test_sparql_protocol import problem_of

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"


async def get(client: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    """A query by GET with some headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.get("/sparql", params={"query": query}, headers=named)


def kind_of(response: httpx.Response) -> str:
    """The media type without parameters."""
    return response.headers["content-type"].split(";")[0]


@pytest.mark.parametrize("media_type", [m for f in RESULT_FORMATS for m in f.media_types])
@pytest.mark.parametrize("query", [ALL, "ASK { ?s ?p ?o }"])
async def test_tables_and_booleans_come_as_asked(
    client: httpx.AsyncClient, query: str, media_type: str
) -> None:
    response = await get(client, query, accept=media_type)
    assert response.status_code == 200
    assert kind_of(response) == media_type
    assert "two" in response.text or "true" in response.text


@pytest.mark.parametrize("media_type", [m for f in RDF_FORMATS for m in f.media_types])
@pytest.mark.parametrize("query", [GRAPH, "DESCRIBE <urn:t>"])
async def test_graphs_come_as_asked(client: httpx.AsyncClient, query: str, media_type: str) -> None:
    response = await get(client, query, accept=media_type)
    assert response.status_code == 200
    assert kind_of(response) == media_type
    assert "two" in response.text


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("", "application/sparql-results+json", "text/turtle"),
        ("text/csv, */*;q=0.1", "text/csv", "text/turtle"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", None),
        ("text/csv;q=0, text/*", "text/tab-separated-values", "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("application/*", "application/sparql-results+json", "application/n-triples"),
        ("TEXT/CSV", "text/csv", None),
        ("application/trig;q=0.9, text/csv;q=0.8", "text/csv", "application/trig"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json", None),
    ],
)
async def test_quality_values_and_wildcards_decide(
    client: httpx.AsyncClient, accept: str, table: str, graph: str | None
) -> None:
    assert kind_of(await get(client, ALL, accept=accept)) == table
    if graph is not None:
        assert kind_of(await get(client, GRAPH, accept=accept)) == graph


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/html"])
async def test_nothing_acceptable_is_406_with_what_there_is(
    client: httpx.AsyncClient, accept: str
) -> None:
    body = problem_of(await get(client, ALL, accept=accept), 406)
    assert "text/csv" in str(body["detail"])


async def test_nothing_acceptable_for_this_form_is_406(client: httpx.AsyncClient) -> None:
    problem_of(await get(client, ALL, accept="text/turtle"), 406)
    problem_of(await get(client, GRAPH, accept="text/csv"), 406)


@pytest.mark.parametrize("parameter", ["format", "output"])
@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("csv", "text/csv"),
        ("json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
async def test_format_parameters_of_clients_come_before_accept(
    client: httpx.AsyncClient, parameter: str, name: str, media_type: str
) -> None:
    params = {"query": ALL, parameter: name}
    response = await client.get("/sparql", params=params, headers={"accept": "text/turtle"})
    assert kind_of(response) == media_type


async def test_a_format_that_is_not_there_is_406(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/sparql", params={"query": ALL, "format": "parquet"}), 406)


async def test_text_formats_tell_their_character_set(client: httpx.AsyncClient) -> None:
    response = await get(client, ALL, accept="text/csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"


async def test_answer_tells_version_and_is_open_to_other_origins(
    client: httpx.AsyncClient,
) -> None:
    for _ in range(2):
        response = await get(client, ALL)
        assert response.headers["cepgraph-version"] == "1"
        assert response.headers["vary"] == "Accept"
        assert response.headers["access-control-allow-origin"] == "*"
        assert "Cepgraph-Version" in response.headers["access-control-expose-headers"]


async def test_problems_are_open_to_other_origins_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sparql")).headers["access-control-allow-origin"] == "*"


async def test_entity_tag_is_that_of_the_bytes(client: httpx.AsyncClient) -> None:
    table, again = await get(client, ALL), await get(client, ALL)
    assert table.headers["etag"] == again.headers["etag"]
    assert not table.headers["etag"].startswith("W/")
    other = await get(client, ALL, accept="text/csv")
    assert other.headers["etag"] != table.headers["etag"]


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"other", {}', "*"])
async def test_a_client_that_has_the_answer_is_told_304(
    client: httpx.AsyncClient, shape: str
) -> None:
    tag = (await get(client, ALL)).headers["etag"]
    for _ in range(2):
        response = await get(client, ALL, if_none_match=shape.format(tag))
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == tag
    assert (await get(client, ALL, if_none_match='"other"')).status_code == 200


async def test_repeated_queries_by_any_method_give_the_same_bytes(
    client: httpx.AsyncClient,
) -> None:
    bodies = set()
    for _ in range(2):
        bodies.add((await get(client, ALL)).content)
        bodies.add((await client.post("/sparql", data={"query": ALL})).content)
    assert len(bodies) == 1


async def test_a_query_that_asks_for_chance_is_asked_anew(client: httpx.AsyncClient) -> None:
    found = {(await get(client, "SELECT (UUID() AS ?x) {}")).text for _ in range(3)}
    assert len(found) == 3
