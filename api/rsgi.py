"""The service as granian calls it: a repeated query is answered before any framework has looked."""

import asyncio
from collections.abc import Awaitable, Generator, Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.types import ASGIApp

from api import problems
from api.asgi import unless_gone
from api.bridge import (
    BODILESS,
    BodyCut,
    BodyTooLarge,
    Bridge,
    RsgiProtocol,
    RsgiScope,
    drain,
    joined,
    pieces_of,
    send,
)
from api.messages import Reply, Request
from api.problems import HttpProblem
from api.protocol import too_long
from api.sparql import PATH, SparqlEndpoint

READ_S: Final = 30.0
"""Seconds in which a query must have arrived."""


class Done:
    """Something to await that is over already."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


DONE: Final = Done()


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
        reply = await self._reply(scope, protocol, joined(headers))
        if reply is not None:
            send(scope.method, protocol, reply)

    async def _drained(self, protocol: RsgiProtocol) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(READ_S):
                await drain(protocol)

    async def _reply(
        self, scope: RsgiScope, protocol: RsgiProtocol, headers: Mapping[str, str]
    ) -> Reply | None:
        body = b""
        if scope.method not in BODILESS:
            limit = 3 * self._endpoint.max_bytes
            try:
                async with asyncio.timeout(READ_S):
                    pieces = [piece async for piece in pieces_of(protocol, headers, limit)]
            except BodyCut:
                return None
            except BodyTooLarge:
                await self._drained(protocol)
                return problems.reply(too_long(413, self._endpoint.max_bytes))
            except TimeoutError:
                return problems.reply(HttpProblem(408, f"no whole body came within {READ_S:g} s"))
            body = b"".join(pieces)
        client = scope.client.rpartition(":")[0]
        request = Request(scope.method, scope.query_string, headers, body, client, scope.scheme)
        return await unless_gone(
            self._endpoint.answer(request), protocol.client_disconnect, self._endpoint.watched
        )
