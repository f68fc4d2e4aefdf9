"""From RSGI, granian's own interface, to ASGI: one request there, its response back.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol
from urllib.parse import unquote

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message

from api import problems
from api.messages import Headers, Reply
from api.problems import HttpProblem
from api.streaming import PipedStream, sever

ASGI_VERSION: Final = {"version": "3.0", "spec_version": "2.3"}
BODILESS: Final = ("GET", "HEAD", "OPTIONS")
MOST_DRAINED: Final = 32 << 20
"""Bytes of a body too large that are taken all the same."""
EVENTS: Final = "text/event-stream"
"""What comes as granian's own stream: little, and at once."""
CLOSE: Final = ("connection", "close")
"""Told where a body was not read to its end: the connection is good for nothing more."""


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

    def response_bytes(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """Answer with a whole body."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Answer with what a file holds."""

    def response_stream(self, status: int, headers: Headers) -> RsgiStream:
        """Answer with a body that comes in pieces."""


class BodyTooLarge(Exception):
    """The body of a request is above the limit."""


class BodyCut(Exception):
    """The body of a request ended before the length that was announced: the client is gone."""


async def pieces_of(
    protocol: RsgiProtocol, headers: Mapping[str, str], limit: int
) -> AsyncIterator[bytes]:
    """The pieces of the body.

    Raises:
        BodyTooLarge: they have, or were announced to have, more than ``limit`` bytes.
        BodyCut: they have fewer than announced; granian ends them without a word.
    """
    announced = length_of(headers)
    if announced > limit:
        raise BodyTooLarge
    size = 0
    async for piece in protocol:
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
        yield piece
    if size < announced:
        raise BodyCut


async def drain(protocol: RsgiProtocol) -> None:
    """Take what is left of a body and forget it, as far as that is worth it.

    A client that is still sending when the connection closes never reads why.
    """
    size = 0
    async for piece in protocol:
        size += len(piece)
        if size > MOST_DRAINED:
            return


def length_of(headers: Mapping[str, str]) -> int:
    """The announced length of the body, or 0."""
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


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
        self._announced = length_of(scope.headers)
        self._too_large = self._announced > max_body
        self._chunked = "transfer-encoding" in scope.headers
        self._pieces = pieces_of(protocol, scope.headers, max_body)
        self._body_read = scope.method in BODILESS
        self._bodiless_told = False
        self._status = 0
        self._headers: Headers = []
        self._client = _address(scope.client)
        self._stream: RsgiStream | PipedStream | None = None
        self._answered = False

    async def run(self) -> None:
        """Call the application.

        A body above the limit ends in 413. One of no announced length is refused with 411: it
        could not be told from one that was cut, and might be taken for a whole publication. A
        response that breaks off takes its connection with it.
        """
        if self._chunked:
            self._refuse(411, "send the length of the body")
            return
        try:
            if not self._too_large:
                await self._app(self._scope, self._receive, self._send)
        except ClientDisconnect:
            return
        except BodyTooLarge:
            self._too_large = True
        finally:
            if self._stream is not None and not self._answered:
                self._break_off(self._stream)
        if self._too_large:
            most = self._max_body >> 20
            self._refuse(413, f"the body of the request is too large; {most} MB are taken")

    def _refuse(self, status: int, problem: str) -> None:
        if not self._answered:
            told = problems.reply(HttpProblem(status, problem))
            send(self._method, self._protocol, replace(told, headers=[*told.headers, CLOSE]))
            self._answered = True

    async def _receive(self) -> Message:
        if self._answered:
            return {"type": "http.disconnect"}
        if not self._body_read:
            try:
                piece = await anext(self._pieces)
            except BodyCut:
                return {"type": "http.disconnect"}
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
            if not self._body_read and self._announced:
                self._headers.append(CLOSE)
            return
        body = message.get("body", b"")
        more = message.get("more_body", False)
        if self._stream is not None:
            if body:
                await self._stream.send_bytes(body)
            if not more and isinstance(self._stream, PipedStream):
                self._stream.end()
        elif more:
            self._stream = await self._begin(body)
        elif body and self._method != "HEAD":
            self._protocol.response_bytes(self._status, self._headers, body)
        else:
            self._protocol.response_empty(self._status, self._headers)
        self._answered = not more

    async def _begin(self, body: bytes) -> RsgiStream | PipedStream | None:
        """A response of pieces; none as long as there is nothing to send."""
        if not dict(self._headers).get("content-type", "").startswith(EVENTS):
            if not body:
                return None
            return await PipedStream.begin(self._protocol, self._status, self._headers, body)
        stream = self._protocol.response_stream(self._status, self._headers)
        if body:
            await stream.send_bytes(body)
        return stream

    def _break_off(self, stream: RsgiStream | PipedStream) -> None:
        if self._client is not None:
            sever(self._client)
        if isinstance(stream, PipedStream):
            stream.abort()


def asgi_scope(scope: RsgiScope, state: Mapping[str, Any]) -> dict[str, Any]:
    """The ASGI scope of a request that came by RSGI."""
    return {
        "type": "http",
        "asgi": ASGI_VERSION,
        # "1" is how granian calls HTTP/1.0
        "http_version": "1.0" if scope.http_version == "1" else scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": unquote(scope.path),
        "raw_path": scope.path.encode("latin-1", "replace"),
        "query_string": scope.query_string.encode(),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in joined(scope.headers).items()
        ],
        "client": _address(scope.client),
        "server": _address(scope.server),
        "state": dict(state),
    }


def joined(headers: Mapping[str, str]) -> dict[str, str]:
    """All fields of a request, those that came in several lines as one (RFC 9110, 5.3).

    Granian gives each line, and of several the first to who asks for one by name: of
    ``X-Forwarded-For`` that would be the line that a client made up.
    """
    whole: dict[str, str] = {}
    for name, value in headers.items():
        whole[name] = f"{whole[name]}, {value}" if name in whole else value
    return whole


def _address(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() else None
