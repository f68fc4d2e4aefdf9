"""RSGI: repeated queries without a framework, everything else carried over to ASGI."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse
from starlette.types import Receive, Scope, Send

from api.messages import Headers, Reply, Request
from api.results import ResultCache
from api.rsgi import RsgiService
from cepgraph.engine.patience import Patience

pytestmark = pytest.mark.anyio


@dataclass
class FakeScope:
    """What granian would tell."""

    method: str = "GET"
    path: str = "/x"
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "[::1]:5000"
    scheme: str = "http"


@dataclass
class FakeProtocol:
    """What granian would do; remembers the response."""

    pieces: list[bytes] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    headers: Headers = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    how: str = ""
    reading: threading.Thread | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_empty(self, status: int, headers: Headers) -> None:
        self._answer("empty", status, headers)

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        self._answer("bytes", status, headers)
        self.sent.append(body)

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        self._answer("file", status, headers)
        self.reading = threading.Thread(target=self._read, args=(Path(file),))
        self.reading.start()

    def _read(self, file: Path) -> None:
        with file.open("rb") as content:
            self.sent.append(content.read())

    def response_stream(self, status: int, headers: Headers) -> "FakeProtocol":
        self._answer("stream", status, headers)
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    def _answer(self, how: str, status: int, headers: Headers) -> None:
        assert not self.how, "answered twice"
        self.how, self.status, self.headers = how, status, headers


class FakeEndpoint:
    """An endpoint that answers with its own cache and a count of questions."""

    max_bytes = 100

    def __init__(self) -> None:
        self.cache = ResultCache(1 << 20)
        self.watched = Patience(0.05)
        self.asked: list[Request] = []
        self.hold: asyncio.Event | None = None
        self.ended = False

    async def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.hold is not None:
            try:
                await self.hold.wait()
            except asyncio.CancelledError:
                self.ended = True
                raise
        return Reply(200, [("x", "y")], b"fresh")


App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


async def call(
    scope: FakeScope,
    app: App | None = None,
    endpoint: FakeEndpoint | None = None,
    protocol: FakeProtocol | None = None,
) -> FakeProtocol:
    """Send one request through the service."""
    protocol = protocol or FakeProtocol()
    service = RsgiService(app or nothing, endpoint or FakeEndpoint(), 1000, {"a": 1})  # type: ignore[arg-type]
    await service.__rsgi__(scope, protocol)  # type: ignore[arg-type]
    if protocol.reading is not None:
        await asyncio.to_thread(protocol.reading.join)
    return protocol


async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """An app that must not be called."""
    raise AssertionError


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the body, in one piece."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    headers = [(b"x-method", scope["method"].encode())]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def test_a_repeated_query_is_answered_from_the_cache() -> None:
    endpoint = FakeEndpoint()
    endpoint.cache.put(("query=x", "text/csv"), 0, Reply(200, [("a", "b")], b"kept"))
    scope = FakeScope(path="/sparql", query_string="query=x", headers={"accept": "text/csv"})
    told = await call(scope, endpoint=endpoint)
    assert (told.status, list(told.headers), told.sent) == (200, [("a", "b")], [b"kept"])
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"accept": "text/tsv"}),
        ("GET", {"accept": "text/csv", "if-none-match": '"x"'}),
        ("HEAD", {"accept": "text/csv"}),
        ("POST", {"accept": "text/csv"}),
    ],
)
async def test_anything_else_is_asked(method: str, headers: dict[str, str]) -> None:
    endpoint = FakeEndpoint()
    endpoint.cache.put(("query=x", "text/csv"), 0, Reply(200, [], b"kept"))
    scope = FakeScope(method, "/sparql", "query=x", headers)
    told = await call(scope, endpoint=endpoint)
    assert len(endpoint.asked) == 1
    assert told.sent == ([] if method == "HEAD" else [b"fresh"])
    assert (("content-length", "5") in told.headers) is (method == "HEAD")


async def test_a_query_in_a_body_arrives_whole() -> None:
    endpoint = FakeEndpoint()
    scope = FakeScope("POST", "/sparql")
    await call(scope, endpoint=endpoint, protocol=FakeProtocol([b"SEL", b"ECT"]))
    assert endpoint.asked[0].body == b"SELECT"


async def test_a_query_in_a_body_that_is_too_large_is_413_and_not_read_on() -> None:
    endpoint = FakeEndpoint()
    scope = FakeScope("POST", "/sparql")
    told = await call(scope, endpoint=endpoint, protocol=FakeProtocol([b"x" * 200] * 50))
    assert told.status == 413
    assert endpoint.asked == []


async def test_when_the_client_goes_away_the_query_is_ended() -> None:
    endpoint, protocol = FakeEndpoint(), FakeProtocol()
    endpoint.hold = asyncio.Event()
    protocol.gone.set()
    await call(FakeScope(path="/sparql"), endpoint=endpoint, protocol=protocol)
    assert endpoint.ended
    assert protocol.how == ""


async def test_a_cancelled_request_is_cancelled() -> None:
    endpoint = FakeEndpoint()
    endpoint.hold = asyncio.Event()
    task = asyncio.create_task(call(FakeScope(path="/sparql"), endpoint=endpoint))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert endpoint.ended


async def test_scope_is_carried_over() -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope)
        await echo(scope, receive, send)

    await call(FakeScope("GET", "/a%20b/%C3%A9", "x=%20", {"accept": "a", "host": "h"}), app)
    assert seen["path"] == "/a b/é"
    assert seen["raw_path"] == b"/a%20b/%C3%A9"
    assert seen["query_string"] == b"x=%20"
    assert seen["headers"] == [(b"accept", b"a"), (b"host", b"h")]
    assert (seen["client"], seen["server"]) == (("::1", 5000), ("127.0.0.1", 8000))
    assert seen["state"] == {"a": 1}


async def test_body_is_carried_over_in_its_pieces() -> None:
    told = await call(FakeScope("PUT"), echo, protocol=FakeProtocol([b"a", b"b", b"c"]))
    assert (told.how, told.status, told.sent) == ("bytes", 201, [b"abc"])
    assert told.headers == [("x-method", "PUT")]


async def test_a_request_without_body_has_an_empty_one() -> None:
    told = await call(FakeScope("GET"), echo)
    assert (told.how, told.status) == ("empty", 201)


async def test_a_response_in_pieces_is_streamed() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        for piece in (b"", b"a", b"b"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    kind: list[tuple[bytes, bytes]] = []
    told = await call(FakeScope(), app)
    assert (told.how, b"".join(told.sent)) == ("file", b"ab")
    kind.append((b"content-type", b"text/event-stream; charset=utf-8"))
    told = await call(FakeScope(), app)
    assert (told.how, told.sent) == ("stream", [b"a", b"b"])


async def test_a_response_to_head_has_no_body() -> None:
    told = await call(FakeScope("HEAD"), echo, protocol=FakeProtocol([b"abc"]))
    assert (told.how, told.sent) == ("empty", [])


async def test_a_body_above_the_limit_is_413() -> None:
    told = await call(FakeScope("PUT"), echo, protocol=FakeProtocol([b"x" * 600] * 2))
    assert told.status == 413
    assert ("content-type", "application/problem+json") in told.headers


async def test_an_announced_body_above_the_limit_is_413_before_it_is_read() -> None:
    scope = FakeScope("PUT", headers={"content-length": "1001"})
    told = await call(scope, protocol=FakeProtocol([b"x" * 1001]))
    assert (told.status, b"0 MB" in told.sent[0]) == (413, True)


async def test_a_body_of_no_announced_length_is_411() -> None:
    scope = FakeScope("PUT", headers={"transfer-encoding": "chunked"})
    assert (await call(scope, protocol=FakeProtocol([b"abc"]))).status == 411


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": "3"}, 401),
        ({"content-length": "1001"}, 413),
        ({"transfer-encoding": "chunked"}, 411),
    ],
)
async def test_who_is_refused_before_the_body_was_read_is_told_that_the_connection_ends(
    headers: dict[str, str], status: int
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await StarletteResponse(status_code=401)(scope, receive, send)

    scope = FakeScope("POST", headers=headers)
    told = await call(scope, app, protocol=FakeProtocol([b"abc"]))
    assert (told.status, ("connection", "close") in told.headers) == (status, True)


async def test_connection_goes_on_after_a_body_that_was_read_or_none() -> None:
    for headers, pieces in (({"content-length": "3"}, [b"abc"]), ({"content-length": "0"}, [])):
        scope = FakeScope("POST", headers=headers)
        told = await call(scope, echo, protocol=FakeProtocol(pieces))
        assert (told.status, ("connection", "close") in told.headers) == (201, False)


async def test_a_body_that_was_cut_is_never_taken_for_a_whole_one() -> None:
    heard: list[str] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        more = True
        while more:
            message = await receive()
            heard.append(message["type"])
            more = message.get("more_body", False)

    scope = FakeScope("PUT", headers={"content-length": "5"})
    await call(scope, app, protocol=FakeProtocol([b"ab", b"c"]))
    assert heard == ["http.request", "http.request", "http.disconnect"]


async def test_an_app_that_gives_up_on_a_cut_body_is_no_error() -> None:
    async def app(scope: Scope, receive: Receive, _send: Send) -> None:
        await StarletteRequest(scope, receive).body()

    scope = FakeScope("PUT", headers={"content-length": "5"})
    assert (await call(scope, app, protocol=FakeProtocol([b"ab"]))).how == ""


async def test_a_query_that_was_cut_is_not_asked() -> None:
    endpoint = FakeEndpoint()
    scope = FakeScope("POST", "/sparql", headers={"content-length": "5"})
    told = await call(scope, endpoint=endpoint, protocol=FakeProtocol([b"ASK"]))
    assert (told.how, endpoint.asked) == ("", [])


async def test_an_app_hears_when_its_client_goes_away() -> None:
    heard: list[str] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        heard.extend([(await receive())["type"] for _ in range(2)])

    protocol = FakeProtocol()
    protocol.gone.set()
    await call(FakeScope(), app, protocol=protocol)
    assert heard == ["http.request", "http.disconnect"]


async def test_after_its_response_an_app_hears_the_end() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await echo(scope, receive, send)
        heard.append((await receive())["type"])

    await call(FakeScope(), app)
    assert heard == ["http.disconnect"]
