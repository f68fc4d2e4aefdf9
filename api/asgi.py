"""The SPARQL endpoint as an ASGI application, for the FastAPI app and for tests."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api import problems
from api.messages import Reply, Request
from api.protocol import too_long
from api.sparql import SparqlEndpoint

BODILESS = (204, 304)
WATCH_AFTER_S = 0.25
"""Queries shorter than this are not worth watching the client for."""


class SparqlAsgi:
    """One path; the router has seen to that."""

    def __init__(self, endpoint: SparqlEndpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        body = await _read(receive, 3 * self._endpoint.max_bytes)
        if body is None:
            reply = problems.reply(too_long(413, self._endpoint.max_bytes))
        else:
            request = Request(
                scope["method"],
                scope["query_string"].decode("utf-8", "replace"),
                Headers(scope=scope),
                body,
                (scope.get("client") or ("",))[0],
                scope.get("scheme", "http"),
            )
            answered = await unless_gone(
                self._endpoint.answer(request), partial(until_gone, receive)
            )
            if answered is None:
                return
            reply = answered
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers]
        if reply.status not in BODILESS:
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        sent = b"" if scope["method"] == "HEAD" else reply.body
        await send({"type": "http.response.body", "body": sent})


async def unless_gone(
    answer: Coroutine[Any, Any, Reply], gone: Callable[[], Coroutine[Any, Any, None]]
) -> Reply | None:
    """The reply, or ``None`` when the client went away first; then the query is ended.

    ``gone`` waits for the client to go away. It is asked only about queries that take their time.
    """
    loop = asyncio.get_running_loop()
    working = asyncio.current_task()
    watcher: asyncio.Task[None] | None = None
    left = False

    async def watch() -> None:
        nonlocal left
        await gone()
        left = True
        assert working is not None
        working.cancel()

    def begin() -> None:
        nonlocal watcher
        watcher = loop.create_task(watch())

    timer = loop.call_later(WATCH_AFTER_S, begin)
    try:
        return await answer
    except asyncio.CancelledError:
        if not left or working is None or working.uncancel():
            raise
        return None
    finally:
        timer.cancel()
        if watcher is not None:
            watcher.cancel()


async def until_gone(receive: Receive) -> None:
    """Wait until the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The body, or ``None`` when it is larger than ``limit``."""
    pieces = []
    size = 0
    more = True
    while more:
        message = await receive()
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            return None
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)
