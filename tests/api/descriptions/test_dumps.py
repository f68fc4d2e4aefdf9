"""Dumps: whole or an error, one version each, a few at once."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import wait_all_tasks_blocked
from fastapi import FastAPI
from pyoxigraph import Quad, RdfFormat, parse
from starlette.types import Message
from typer.testing import CliRunner

from api.descriptions.dumps import Dumps
from api.descriptions.facts import Facts
from api.descriptions.releases import Releases
from cepgraph.engine import DumpRequest
from cepgraph.errors import EngineDown
from cepgraph.history import History
from cepgraph.replay import state_at
from cepgraph.terms import is_entailed_graph
from cli.app import app as command_line

pytestmark = pytest.mark.anyio

FORMS = {
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
    "nq.gz": ("application/gzip", RdfFormat.N_QUADS),
    "trig": ("application/trig", RdfFormat.TRIG),
    "trig.gz": ("application/gzip", RdfFormat.TRIG),
}


def quads_of(content: bytes, ending: str) -> set[Quad]:
    """The quads of a dump."""
    unpacked = gzip.decompress(content) if ending.endswith(".gz") else content
    return set(parse(unpacked, format=FORMS[ending][1]))


def stood_at(folder: Path, version: int, *, entailed: bool = True) -> set[Quad]:
    """The quads that the log leads to."""
    store = state_at(History(folder), version)
    return {
        quad
        for name in store.graphs()
        if entailed or not is_entailed_graph(name)
        for quad in store.graph(name)
    }


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_dump_holds_its_version_in_every_form(
    client: httpx.AsyncClient, filled: Path, ending: str, version: int
) -> None:
    response = await client.get(f"/dumps/{version}.{ending}")
    assert response.status_code == 200
    assert response.headers["content-type"] == FORMS[ending][0]
    assert response.headers["cepgraph-version"] == str(version)
    name = f'attachment; filename="cepgraph-{version}.{ending}"'
    assert response.headers["content-disposition"] == name
    assert "content-encoding" not in response.headers
    assert quads_of(response.content, ending) == stood_at(filled, version)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_export_writes_is_the_dump_without_entailments(
    serving: str, filled: Path, tmp_path: Path, version: int
) -> None:
    target = tmp_path / "exported.nq"
    words = ["export", "--format", "nquads", "--version", str(version), "-o", str(target)]
    result = CliRunner().invoke(command_line, [*words, "--data", str(filled)])
    assert result.exit_code == 0, result.output
    content = httpx.get(f"{serving}/dumps/{version}.nq.gz?entailed=no").content
    assert quads_of(content, "nq.gz") == set(parse(path=str(target)))
    whole = httpx.get(f"{serving}/dumps/{version}.nq.gz?entailed=yes").content
    assert quads_of(content, "nq.gz") < quads_of(whole, "nq.gz") == stood_at(filled, version)


async def test_the_latest_leads_to_its_number(client: httpx.AsyncClient) -> None:
    for ending in FORMS:
        response = await client.get(f"/dumps/latest.{ending}?entailed=no")
        assert response.status_code == 302
        assert response.headers["location"] == f"/dumps/3.{ending}?entailed=no"
        assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        *("4.nq", "0.nq", "03.nq", "-1.nq", "1.5.nq", "99999999999999999999.nq", "³.nq"),
        *("1", "1.", "1.zip", "1.nq.zst", "1.ttl", "nq", ".nq", "latest", "latest.zip", "1.nq/"),
        *("1.nq.gz.gz", "1/2.nq", "../1.nq"),
    ],
)
async def test_what_is_not_there_is_404(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/dumps/{name}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_version_that_is_not_there_is_named_with_the_newest(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/dumps/4.nq")).json()
    assert told["nearest"] == ["3"]


@pytest.mark.parametrize(
    "query", ["entailed=maybe", "entailed=", "graph=x", "entailed=no&entailed=no"]
)
async def test_an_unknown_parameter_is_refused_by_name(
    client: httpx.AsyncClient, query: str
) -> None:
    response = await client.get(f"/dumps/1.nq?{query}")
    assert response.status_code == 422
    assert response.json()["parameter"] == query.partition("=")[0]


async def test_other_methods_are_405_and_options_tells_the_ones_there_are(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.delete("/dumps/1.nq")).status_code == 405
    options = await client.options("/dumps/1.nq")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_head_makes_no_dump(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = await client.get("/dumps/1.nq.gz")

    async def never(*_: object) -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    monkeypatch.setattr(app.state.pool, "dump", never)
    head = await client.head("/dumps/1.nq.gz")
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(got.headers)


async def test_who_has_it_already_gets_304(client: httpx.AsyncClient) -> None:
    tags = {
        (await client.head(f"/dumps/{name}")).headers["etag"]
        for name in ("1.nq", "1.nq.gz", "2.nq", "2.nq?entailed=no")
    }
    assert len(tags) == 4
    assert all(tag.startswith("W/") for tag in tags)
    for method in ("GET", "HEAD"):
        for tag in ('W/"2.nq"', '"2.nq"', '"x", W/"2.nq"', "*"):
            response = await client.request(method, "/dumps/2.nq", headers={"if-none-match": tag})
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["cepgraph-version"] == "2"
        other = {"if-none-match": 'W/"1.nq"'}
        assert (await client.request(method, "/dumps/2.nq", headers=other)).status_code == 200


async def test_the_list_has_all_of_them(client: httpx.AsyncClient) -> None:
    told = (await client.get("/dumps", headers={"accept": "application/json"})).json()
    assert [made["version"] for made in told["results"]] == [3, 2, 1]
    assert told["paging"] == {"page": 1, "pageSize": 100, "totalResults": 3, "totalPages": 1}
    for made in told["results"]:
        for file in made["files"]:
            head = await client.head(file["href"])
            assert head.headers["content-type"] == file["mediaType"]
    assert (await client.get("/dumps/")).status_code == 404
    page = await client.get("/dumps", headers={"accept": "text/html"})
    assert 'href="/dumps/2.trig.gz"' in page.text


# -- one by one -----------------------------------------------------------------------------------


class Pieces:
    """An engine whose dumps are a few pieces; ``error`` ends them."""

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.closed = 0

    async def dump(self, *_: DumpRequest | int) -> AsyncIterator[bytes]:
        """As the pool does."""
        try:
            for piece in self.pieces:
                yield piece
            if self.error is not None:
                raise self.error
        finally:
            self.closed += 1


def dumps_of(pool: Pieces, most: int = 1, stall_s: float = 60.0, **more: Any) -> Dumps:
    """Dumps of version 1."""
    facts = Facts(None, Releases(History(Path("none"))), lambda: 1)  # type: ignore[arg-type]
    return Dumps(pool, facts, most, stall_s, **more)  # type: ignore[arg-type]


async def sent_by(
    dumps: Dumps, send: Callable[[Message], Any] | None = None, client: str = "192.0.2.1"
) -> list[Message]:
    """What is sent for a dump."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)
        if send is not None:
            await send(message)

    async def nothing() -> Message:
        raise AssertionError

    scope = {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "query_string": b"",
        "headers": [],
        "client": (client, 40000),
        "path_params": {"rest": "1.nq"},
    }
    await dumps(scope, nothing, keep)
    return sent


async def answered(
    pool: Pieces,
    send: Callable[[Message], Any] | None = None,
    stall_s: float = 60.0,
    **more: Any,
) -> tuple[Dumps, list[Message]]:
    """Dumps that have sent one, and what was sent."""
    dumps = dumps_of(pool, 1, stall_s, **more)
    return dumps, await sent_by(dumps, send)


async def test_a_dump_that_cannot_be_begun_is_a_problem() -> None:
    pool = Pieces(error=EngineDown("the graph is being loaded"))
    dumps, sent = await answered(pool)
    assert sent[0]["status"] == 503
    assert (pool.closed, dumps.under_way) == (1, 0)


async def test_an_empty_graph_has_an_empty_dump() -> None:
    _dumps, sent = await answered(Pieces())
    assert sent[0]["status"] == 200
    assert b"".join(message.get("body", b"") for message in sent) == b""
    assert sent[-1]["more_body"] is False


async def test_a_break_after_the_start_goes_to_the_server() -> None:
    pool = Pieces(b"a", b"b", error=EngineDown("the dump broke off"))
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    with pytest.raises(EngineDown):
        await answered(pool, keep)
    assert [m.get("body") for m in sent[1:]] == [b"a", b"b"]
    assert all(m["more_body"] for m in sent[1:])
    assert pool.closed == 1


async def test_a_client_that_takes_nothing_for_too_long_is_given_up() -> None:
    pool = Pieces(b"a", b"b")

    async def never(message: Message) -> None:
        if message.get("body") == b"b":
            await asyncio.Event().wait()

    dumps, sent = await answered(pool, never, 0.01)
    assert sent[-1]["more_body"] is True
    assert (pool.closed, dumps.under_way) == (1, 0)


class Clock:
    """Time that goes on as it is told."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


@pytest.mark.parametrize(
    ("pace_s", "whole"),
    [(50.0, False), (5.0, False), (3.9, True), (0.0, True)],
)
async def test_a_client_that_takes_too_little_on_the_whole_is_given_up(
    pace_s: float, whole: bool
) -> None:
    """64 kB each four seconds are what is taken at the least."""
    pool = Pieces(*[bytes(64 << 10)] * 20)
    clock = Clock()

    async def slowly(message: Message) -> None:
        clock.s += pace_s if message.get("body") else 0

    dumps, sent = await answered(pool, slowly, now=clock)
    assert sent[-1]["more_body"] is not whole
    assert len(sent) == 22 if whole else len(sent) < 22
    assert (pool.closed, dumps.under_way) == (1, 0)


async def test_a_slow_start_is_forgiven() -> None:
    pool = Pieces(*[bytes(64 << 10)] * 40)
    clock = Clock()

    async def begins(message: Message) -> None:
        clock.s += 59 if message.get("body") and clock.s == 0 else 0.01

    _dumps, sent = await answered(pool, begins, now=clock)
    assert sent[-1]["more_body"] is False


async def test_an_address_is_sent_half_of_what_may_be() -> None:
    pool = Pieces(b"a", b"b")
    dumps = dumps_of(pool, 3)
    go_on = asyncio.Event()

    async def wait(message: Message) -> None:
        if message.get("body") == b"b":
            await go_on.wait()

    async def asked(client: str) -> list[Message]:
        return await sent_by(dumps, wait, client)

    async with asyncio.TaskGroup() as group:
        first = [group.create_task(asked("192.0.2.1")) for _ in range(2)]
        await wait_all_tasks_blocked()
        refused = await asked("192.0.2.1")
        other = group.create_task(asked("192.0.2.2"))
        await wait_all_tasks_blocked()
        full = await asked("192.0.2.3")
        go_on.set()
    assert [answer[0]["status"] for answer in (refused, full)] == [429, 503]
    for answer in (refused, full):
        assert (b"retry-after", b"30") in answer[0]["headers"]
    assert [task.result()[-1]["more_body"] for task in (*first, other)] == [False] * 3
    assert dumps.under_way == 0
    assert (await asked("192.0.2.1"))[0]["status"] == 200


async def test_a_client_that_is_gone_is_no_error() -> None:
    pool = Pieces(b"a", b"b")

    async def gone(message: Message) -> None:
        if message.get("body") == b"b":
            raise BrokenPipeError

    dumps, _sent = await answered(pool, gone)
    assert (pool.closed, dumps.under_way) == (1, 0)
