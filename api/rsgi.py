"""Granian's own interface, RSGI: straight to SPARQL, and to the FastAPI app by way of ASGI.

A repeated query is answered here, before any framework has looked at the request.
https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Generator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from api import problems
from api.asgi import unless_gone
from api.messages import Headers, Reply, Request
from api.problems import HttpProblem
from api.protocol import too_long
from api.sparql import PATH, SparqlEndpoint

ASGI_VERSION: Final = {"version": "3.0", "spec_version": "2.3"}
BODILESS: Final = ("GET", "HEAD", "OPTIONS")
READ_S: Final = 30.0
"""Seconds in which a query must have arrived."""


class RsgiScope(Protocol):
    """What granian tells of a request."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]


class RsgiStream(Protocol):
    """A response under way."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a piece of the body."""


class RsgiProtocol(Protocol):
    """What an application may do with a request."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces of the body."""

    async def client_disconnect(self) -> None:
        """Wait until the client goes away."""

    def response_empty(self, status: int, headers: Headers) -> None:
        """Answer without a body."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer with a whole body."""

    def response_stream(self, status: int, headers: Headers) -> RsgiStream:
        """Answer with a body that comes in pieces."""


class Done:
    """Something to await that is over already."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


DONE: Final = Done()


class BodyTooLarge(Exception):
    """The body of a request is above the limit."""


class RsgiService:
    """The whole service as granian calls it; ``state`` is what the app's lifespan yielded."""

    def __init__(
        self,
        app: ASGIApp,
        endpoint: SparqlEndpoint,
        max_body: int,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._app = app
        self._endpoint = endpoint
        self._quick = endpoint.cache.quick
        self._max_body = max_body
        self._state = state or {}

    def __rsgi__(self, scope: RsgiScope, protocol: RsgiProtocol) -> Awaitable[None]:
        """Part of RSGI. Not a coroutine function: a kept reply needs none."""
        if scope.path != PATH:
            return Bridge(self._app, scope, protocol, self._max_body, self._state).run()
        headers = scope.headers
        kept = self._quick.get((scope.query_string, headers.get("accept", "")))
        if kept is not None and scope.method == "GET" and headers.get("if-none-match") is None:
            protocol.response_bytes(200, kept[0], kept[1])
            return DONE
        return self._sparql(scope, protocol, headers)

    async def _sparql(
        self, scope: RsgiScope, protocol: RsgiProtocol, headers: Mapping[str, str]
    ) -> None:
        reply = await self._reply(scope, protocol, headers)
        if reply is not None:
            send(scope.method, protocol, reply)

    async def _reply(
        self, scope: RsgiScope, protocol: RsgiProtocol, headers: Mapping[str, str]
    ) -> Reply | None:
        body = b""
        if scope.method not in BODILESS:
            try:
                async with asyncio.timeout(READ_S):
                    body = b"".join([piece async for piece in self._limited(protocol)])
            except BodyTooLarge:
                return problems.reply(too_long(413, self._endpoint.max_bytes))
            except TimeoutError:
                return problems.reply(HttpProblem(408, f"no whole body came within {READ_S:g} s"))
        request = Request(scope.method, scope.query_string, headers, body)
        return await unless_gone(self._endpoint.answer(request), protocol.client_disconnect)

    def _limited(self, protocol: RsgiProtocol) -> AsyncIterator[bytes]:
        return limited(protocol, 3 * self._endpoint.max_bytes)


async def limited(protocol: RsgiProtocol, limit: int) -> AsyncIterator[bytes]:
    """The pieces of the body.

    Raises:
        BodyTooLarge: together they have more than ``limit`` bytes.
    """
    size = 0
    async for piece in protocol:
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
        yield piece


def send(method: str, protocol: RsgiProtocol, reply: Reply) -> None:
    """Send a whole reply."""
    if method == "HEAD" or not reply.body:
        length = [("content-length", str(len(reply.body)))] if reply.body else []
        protocol.response_empty(reply.status, reply.headers + length)
    else:
        protocol.response_bytes(reply.status, reply.headers, reply.body)


class Bridge:
    """Carries one request from RSGI to an ASGI application, and the response back."""

    def __init__(
        self,
        app: ASGIApp,
        scope: RsgiScope,
        protocol: RsgiProtocol,
        max_body: int,
        state: Mapping[str, Any],
    ) -> None:
        self._app = app
        self._protocol = protocol
        self._method = scope.method
        self._scope = asgi_scope(scope, state)
        self._max_body = max_body
        self._announced = _number(scope.headers.get("content-length", ""))
        self._pieces = limited(protocol, max_body)
        self._body_read = scope.method in BODILESS
        self._bodiless_told = False
        self._status = 0
        self._headers: Headers = []
        self._stream: RsgiStream | None = None
        self._answered = False

    async def run(self) -> None:
        """Call the application; a body above the limit ends in 413."""
        if self._announced > self._max_body:
            self._refuse()
            return
        try:
            await self._app(self._scope, self._receive, self._send)
        except BodyTooLarge:
            if not self._answered:
                self._refuse()

    def _refuse(self) -> None:
        problem = HttpProblem(413, "the body of the request is too large")
        send(self._method, self._protocol, problems.reply(problem))
        self._answered = True

    async def _receive(self) -> Message:
        if self._answered:
            return {"type": "http.disconnect"}
        if not self._body_read:
            try:
                piece = await anext(self._pieces)
            except StopAsyncIteration:
                self._body_read = self._bodiless_told = True
                return {"type": "http.request", "body": b"", "more_body": False}
            return {"type": "http.request", "body": piece, "more_body": True}
        if not self._bodiless_told:
            self._bodiless_told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._protocol.client_disconnect()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            ]
            return
        body = message.get("body", b"")
        more = message.get("more_body", False)
        if self._stream is not None:
            if body:
                await self._stream.send_bytes(body)
        elif more:
            self._stream = self._protocol.response_stream(self._status, self._headers)
            if body:
                await self._stream.send_bytes(body)
        elif body and self._method != "HEAD":
            self._protocol.response_bytes(self._status, self._headers, body)
        else:
            self._protocol.response_empty(self._status, self._headers)
        self._answered = not more


def asgi_scope(scope: RsgiScope, state: Mapping[str, Any]) -> dict[str, Any]:
    """The ASGI scope of a request that came by RSGI."""
    return {
        "type": "http",
        "asgi": ASGI_VERSION,
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": unquote(scope.path),
        "raw_path": scope.path.encode("latin-1", "replace"),
        "query_string": scope.query_string.encode(),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in scope.headers.items()
        ],
        "client": _address(scope.client),
        "server": _address(scope.server),
        "state": dict(state),
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _address(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() else None
