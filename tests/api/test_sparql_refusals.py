"""SPARQL 1.1 Protocol, 2.1.7 failure responses: what is refused, with which status.

https://www.w3.org/TR/sparql11-protocol/#query-failure
"""

import gzip
from urllib.parse import quote

import httpx
import pytest

from tests.api.test_sparql_protocol import ALL, CSV, DIRECT, FORM, problem_of

pytestmark = pytest.mark.anyio


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
    told = problem_of(await client.post("/sparql", data={"update": update}), 400)
    assert "/update" in str(told["detail"])
    told = problem_of(await client.get("/sparql", params={"update": update}), 400)
    assert "/update" in str(told["detail"])
    kind = {"content-type": "application/sparql-update"}
    response = await client.post("/sparql", content=update, headers=kind)
    assert "/update" in str(problem_of(response, 415)["detail"])
    assert (await client.get("/sparql", params={"query": ALL})).headers["cepgraph-version"] == "1"


async def test_service_is_400_and_told_to_be_switched_off(client: httpx.AsyncClient) -> None:
    query = "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    body = problem_of(await client.get("/sparql", params={"query": query}), 400)
    assert "SERVICE is switched off" in str(body["detail"])


async def test_a_function_that_is_not_known_is_400_and_named(client: httpx.AsyncClient) -> None:
    query = "SELECT * { FILTER(<urn:x:f>(1)) }"
    body = problem_of(await client.get("/sparql", params={"query": query}), 400)
    assert "<urn:x:f>" in str(body["detail"])
    assert str(body["type"]).endswith("/query-refused")


async def test_a_failure_tells_machines_what_it_was(client: httpx.AsyncClient) -> None:
    response = await client.get("/sparql", params={"query": "nonsense"}, headers=CSV)
    assert set(problem_of(response, 400)) >= {"type", "title", "status", "detail"}
    assert response.headers["cache-control"] == "no-store"


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
    for name in ("accept", "accept-post", "accept-query"):
        assert "application/sparql-query" in response.headers[name]


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


async def test_answers_and_problems_are_what_they_say_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    for query in ("ASK {}", "no query"):
        answer = await client.get("/sparql", params={"query": query})
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_address_with_a_slash_at_its_end_answers_and_redirects_nowhere(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/sparql/", params={"query": "ASK {}"})
    assert answer.status_code == 200
    assert answer.json()["boolean"] is True
