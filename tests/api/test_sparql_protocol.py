"""SPARQL 1.1 Protocol, query operation, sentence by sentence.

https://www.w3.org/TR/sparql11-protocol/
"""

import gzip
from urllib.parse import quote, urlencode

import httpx
import pytest

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
CSV = {"accept": "text/csv"}
DIRECT = {**CSV, "content-type": "application/sparql-query"}
FORM = {**CSV, "content-type": "application/x-www-form-urlencoded"}


def problem_of(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem document of a response that must have this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"]
    return body


async def test_query_by_get(client: httpx.AsyncClient) -> None:
    response = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


async def test_query_by_form_post(client: httpx.AsyncClient) -> None:
    response = await client.post("/sparql", data={"query": ALL}, headers=CSV)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


async def test_query_by_direct_post(client: httpx.AsyncClient) -> None:
    response = await client.post("/sparql", content=ALL, headers=DIRECT)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
async def test_direct_post_may_name_utf_8(client: httpx.AsyncClient, charset: str) -> None:
    kind = f"application/sparql-query; charset={charset}"
    response = await client.post(
        "/sparql", content="SELECT ('é' AS ?x) {}", headers={**CSV, "content-type": kind}
    )
    assert response.text == "x\r\né\r\n"


async def test_head_has_the_headers_of_get_and_no_body(client: httpx.AsyncClient) -> None:
    got = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    head = await client.head("/sparql", params={"query": ALL}, headers=CSV)
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "cepgraph-version"):
        assert head.headers[name] == got.headers[name]


async def test_options_tells_the_methods_and_allows_other_origins(
    client: httpx.AsyncClient,
) -> None:
    response = await client.options("/sparql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in response.headers["access-control-allow-headers"]


async def test_default_graph_uri_gives_the_default_graph(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "default-graph-uri": "urn:g"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\none\r\n"


async def test_default_graph_uris_are_merged(client: httpx.AsyncClient) -> None:
    params = [("query", ALL), ("default-graph-uri", "urn:g"), ("default-graph-uri", "urn:h")]
    response = await client.get("/sparql", params=params, headers=CSV)
    assert response.text == "o\r\none\r\ntwo\r\n"


async def test_named_graph_uri_gives_the_named_graphs(client: httpx.AsyncClient) -> None:
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    params = {"query": query, "named-graph-uri": "urn:h"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\ntwo\r\n"


async def test_form_post_takes_the_dataset_from_its_body(client: httpx.AsyncClient) -> None:
    data = {"query": ALL, "default-graph-uri": "urn:h"}
    assert (await client.post("/sparql", data=data, headers=CSV)).text == "o\r\ntwo\r\n"


async def test_direct_post_takes_the_dataset_from_the_url(client: httpx.AsyncClient) -> None:
    params = {"default-graph-uri": "urn:h"}
    response = await client.post("/sparql", params=params, content=ALL, headers=DIRECT)
    assert response.text == "o\r\ntwo\r\n"


async def test_dataset_of_the_protocol_wins_over_that_of_the_query(
    client: httpx.AsyncClient,
) -> None:
    query = "SELECT ?o FROM <urn:g> { ?s ?p ?o }"
    params = {"query": query, "default-graph-uri": "urn:h"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\ntwo\r\n"


async def test_a_graph_that_is_not_there_is_empty_and_not_fetched(
    client: httpx.AsyncClient,
) -> None:
    params = {"query": ALL, "default-graph-uri": "http://127.0.0.1:1/"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\n"


async def test_a_graph_uri_that_is_none_is_400(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "default-graph-uri": "no uri"}
    problem_of(await client.get("/sparql", params=params), 400)


async def test_no_query_is_400(client: httpx.AsyncClient) -> None:
    assert "0 were found" in str(problem_of(await client.get("/sparql?format=json"), 400)["detail"])
    problem_of(await client.post("/sparql", data={"quarry": ALL}), 400)


@pytest.mark.parametrize("place", ["url", "form", "both", "direct"])
async def test_more_than_one_query_is_400(client: httpx.AsyncClient, place: str) -> None:
    once, twice = urlencode({"query": ALL}), urlencode([("query", ALL)] * 2)
    url, body, headers = {
        "url": (twice, None, CSV),
        "form": ("", twice, FORM),
        "both": (once, once, FORM),
        "direct": (once, ALL, DIRECT),
    }[place]
    method = "GET" if body is None else "POST"
    response = await client.request(method, f"/sparql?{url}", content=body, headers=headers)
    assert "2 were found" in str(problem_of(response, 400)["detail"])


async def test_a_query_that_is_no_sparql_is_400_with_its_place(
    client: httpx.AsyncClient,
) -> None:
    body = problem_of(await client.get("/sparql", params={"query": "SELECT *\n{ ?s a:b 1 }"}), 400)
    assert (body["line"], body["column"]) == (2, 3)
    assert body["type"] == "https://w3id.org/cepgraph/problem/query-syntax"


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> 1 }", "LOAD <http://a.test/>"])
async def test_an_update_is_refused_on_every_way_in(client: httpx.AsyncClient, update: str) -> None:
    problem_of(await client.get("/sparql", params={"query": update}), 400)
    problem_of(await client.post("/sparql", data={"query": update}), 400)
    problem_of(await client.post("/sparql", content=update, headers=DIRECT), 400)
    problem_of(await client.post("/sparql", data={"update": update}), 400)
    kind = {"content-type": "application/sparql-update"}
    problem_of(await client.post("/sparql", content=update, headers=kind), 415)
    assert (await client.get("/sparql", params={"query": ALL})).headers["cepgraph-version"] == "1"


async def test_service_is_400_and_told_to_be_switched_off(client: httpx.AsyncClient) -> None:
    query = "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    body = problem_of(await client.get("/sparql", params={"query": query}), 400)
    assert "SERVICE is switched off" in str(body["detail"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
async def test_other_methods_are_405_and_told_which_are_allowed(
    client: httpx.AsyncClient, method: str
) -> None:
    response = await client.request(method, "/sparql", params={"query": ALL})
    problem_of(response, 405)
    assert response.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/json", "multipart/form-data; boundary=x", "nonsense", "", ";;"],
)
async def test_other_content_types_are_415(client: httpx.AsyncClient, kind: str) -> None:
    headers = {"content-type": kind}
    response = await client.post("/sparql", content=ALL, headers=headers)
    problem_of(response, 415)
    assert "application/sparql-query" in response.headers["accept"]


async def test_a_post_without_content_type_is_415(client: httpx.AsyncClient) -> None:
    problem_of(await client.post("/sparql", content=ALL), 415)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "nonsense"])
async def test_other_character_sets_are_415(client: httpx.AsyncClient, charset: str) -> None:
    headers = {"content-type": f"application/sparql-query; charset={charset}"}
    problem_of(await client.post("/sparql", content=ALL, headers=headers), 415)


async def test_a_packed_body_is_415(client: httpx.AsyncClient) -> None:
    headers = {**DIRECT, "content-encoding": "gzip"}
    response = await client.post("/sparql", content=gzip.compress(ALL.encode()), headers=headers)
    problem_of(response, 415)
    assert response.headers["accept-encoding"] == "identity"


async def test_an_unknown_path_is_404(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/sparql/nothing", params={"query": ALL}), 404)


@pytest.mark.parametrize("text", ["query=%zz", "query=ASK{}%", "query=%C3%28", "query=%ff"])
async def test_bad_percent_encoding_is_400(client: httpx.AsyncClient, text: str) -> None:
    problem_of(await client.post("/sparql", content=text, headers=FORM), 400)


async def test_a_body_that_is_not_utf_8_is_400(client: httpx.AsyncClient) -> None:
    response = await client.post("/sparql", content=b"ASK { ?s ?p '\xff' }", headers=DIRECT)
    assert "byte 13" in str(problem_of(response, 400)["detail"])


async def test_a_query_that_is_too_long_is_413_or_414(client: httpx.AsyncClient) -> None:
    long = ALL + "#" + "x" * (16 << 10)
    problem_of(await client.post("/sparql", content=long, headers=DIRECT), 413)
    problem_of(await client.post("/sparql", data={"query": long}, headers=CSV), 413)
    problem_of(await client.get(f"/sparql?query={quote(long)}"), 414)


async def test_a_query_that_runs_out_of_time_is_504(client: httpx.AsyncClient) -> None:
    numbers = " ".join(map(str, range(100)))
    joins = " ".join(f"VALUES ?v{n} {{ {numbers} }}" for n in range(9))
    query = f"SELECT (COUNT(*) AS ?c) {{ {joins} }}"
    body = problem_of(await client.post("/sparql", data={"query": query}), 504)
    assert "2 s" in str(body["detail"])
    assert (await client.get("/sparql", params={"query": ALL})).status_code == 200
