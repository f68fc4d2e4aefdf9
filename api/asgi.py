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
from api.sparql import WATCH_AFTER_S, SparqlEndpoint
from cepgraph.engine.patience import Patience

BODILESS = (204, 304)


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
                self._endpoint.answer(request), partial(until_gone, receive), self._endpoint.watched
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
    answer: Coroutine[Any, Any, Reply],
    gone: Callable[[], Coroutine[Any, Any, None]],
    patience: Patience | None = None,
) -> Reply | None:
    """The reply, or ``None`` when the client went away first; then the query is ended.

    ``gone`` waits for the client to go away. It is asked only about queries that take their time,
    by a ``patience`` that many may share.
    """
    watch = _Watch(gone, asyncio.current_task())
    waiting = (patience or Patience(WATCH_AFTER_S)).begin(watch.begin)
    try:
        return await answer
    except asyncio.CancelledError:
        if not watch.left or watch.working.uncancel():
            raise
        return None
    finally:
        waiting.over()
        watch.end()


class _Watch:
    """Cancels a task when its client goes away."""

    __slots__ = ("_gone", "_task", "left", "working")

    def __init__(
        self,
        gone: Callable[[], Coroutine[Any, Any, None]],
        working: asyncio.Task[Any] | None,
    ) -> None:
        assert working is not None
        self.working = working
        self.left = False
        self._gone = gone
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        await self._gone()
        self.left = True
        self.working.cancel()


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
