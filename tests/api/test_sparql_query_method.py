"""The method QUERY: a query in a body, as safe as GET.

https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/
"""

import socket
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from tests.api.test_sparql_protocol import ALL, BOTH, CSV, DIRECT, FORM, problem_of
from tests.engine.support import PATIENCE_S

pytestmark = pytest.mark.anyio


async def query(
    client: httpx.AsyncClient,
    content: str | bytes = ALL,
    headers: dict[str, str] = DIRECT,
    **params: str,
) -> httpx.Response:
    """A request by QUERY; underscores in names of parameters stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in params.items()}
    return await client.request("QUERY", "/sparql", params=named, content=content, headers=headers)


def sent_as_it_is(url: str, request: bytes) -> bytes:
    """What the service answers to bytes on a socket, until it closes."""
    place = urlsplit(url)
    assert place.hostname is not None
    with socket.create_connection((place.hostname, place.port or 80), PATIENCE_S) as connection:
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    return b"".join(pieces)


def test_the_server_lets_the_method_through(server: str) -> None:
    body = ALL.encode()
    answer = sent_as_it_is(
        server,
        b"QUERY /sparql HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAccept: text/csv\r\n"
        b"Content-Type: application/sparql-query\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body,
    )
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"cepgraph-version: 1\r\n" in head + b"\r\n"
    assert content == BOTH.encode()


async def test_the_body_is_the_query(client: httpx.AsyncClient) -> None:
    response = await query(client)
    assert (response.status_code, response.text) == (200, BOTH)


async def test_the_body_may_be_a_form(client: httpx.AsyncClient) -> None:
    form = urlencode({"query": ALL, "default-graph-uri": "urn:h"})
    assert (await query(client, form, FORM)).text == "o\r\ntwo\r\n"


async def test_the_dataset_stands_in_the_address_beside_a_direct_body(
    client: httpx.AsyncClient,
) -> None:
    assert (await query(client, default_graph_uri="urn:h")).text == "o\r\ntwo\r\n"


async def test_the_form_of_the_answer_is_negotiated(client: httpx.AsyncClient) -> None:
    headers = {**DIRECT, "accept": "application/sparql-results+xml"}
    response = await query(client, headers=headers)
    assert response.headers["content-type"] == "application/sparql-results+xml"
    problem_of(await query(client, headers={**DIRECT, "accept": "image/png"}), 406)


async def test_an_answer_depends_on_the_body(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await query(client)).text == BOTH
        assert (await query(client, f"{ALL} LIMIT 1")).text == "o\r\none\r\n"


async def test_it_gives_the_bytes_that_get_gives(client: httpx.AsyncClient) -> None:
    got = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    for _ in range(2):
        response = await query(client)
        assert response.content == got.content
        assert response.headers["etag"] == got.headers["etag"]


async def test_an_answer_can_be_kept_until_the_graph_changes(client: httpx.AsyncClient) -> None:
    first = await query(client)
    assert first.headers["cache-control"] == "no-cache"
    known = {**DIRECT, "if-none-match": first.headers["etag"]}
    response = await query(client, headers=known)
    assert (response.status_code, response.content) == (304, b"")
    other = await query(client, f"{ALL} LIMIT 1", headers=known)
    assert (other.status_code, other.text) == (200, "o\r\none\r\n")


async def test_conditions_do_not_touch_post(client: httpx.AsyncClient) -> None:
    first = await client.post("/sparql", content=ALL, headers=DIRECT)
    known = {**DIRECT, "if-none-match": first.headers["etag"]}
    for tag in (known, {**DIRECT, "if-none-match": "*"}):
        response = await client.post("/sparql", content=ALL, headers=tag)
        assert (response.status_code, response.text) == (200, BOTH)


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/sparql-update"])
async def test_a_body_of_no_or_another_type_is_refused_and_told_which_are_read(
    client: httpx.AsyncClient, kind: str | None
) -> None:
    headers = {} if kind is None else {"content-type": kind}
    response = await query(client, headers=headers)
    problem_of(response, 415)
    assert response.headers["accept-query"] == (
        "application/sparql-query, application/x-www-form-urlencoded"
    )


async def test_a_body_that_is_not_what_its_type_says_is_400(client: httpx.AsyncClient) -> None:
    problem_of(await query(client, ALL, FORM), 400)
    problem_of(await query(client, urlencode({"query": ALL})), 400)
    problem_of(await query(client, b"\xff"), 400)


async def test_no_body_is_no_query(client: httpx.AsyncClient) -> None:
    problem_of(await query(client, ""), 400)
    problem_of(await query(client, "", FORM), 400)


async def test_a_body_that_is_too_long_is_413(client: httpx.AsyncClient) -> None:
    problem_of(await query(client, ALL + "#" + "x" * (16 << 10)), 413)
