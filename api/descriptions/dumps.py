"""All quads of a version as a file, sent as it is made.

A dump comes from a process of its own, which ends with it. What breaks off is an error to the
client, never a short file: see ``api.streaming``.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api import problems
from api.asgi import BODILESS
from api.descriptions.facts import Facts
from api.descriptions.forms import DUMPS, FORMS, DumpForm
from api.lanes import client_of
from api.messages import ANY_ORIGIN, Reply, Request
from api.problems import HttpProblem
from api.reading import METHODS, OPTIONS, REVALIDATE, Reading
from api.sparql import VERSION, revalidated
from cepgraph.engine import DumpRequest, Pool
from cepgraph.errors import BadParameter, CepgraphError, NotFound, TooMany

LATEST: Final = "latest"
ENTAILED: Final = "entailed"
STALL_S: Final = 60.0
"""Seconds that a client may take for a piece of 64 kB."""
LEAST_RATE: Final = 16 << 10
"""Bytes a second that a client must take on the whole, once it was waited for ``STALL_S``."""
RETRY_AFTER_S: Final = 30
_NAME: Final = re.compile(r"([1-9][0-9]{0,9}|latest)(\..+)")


class Dumps:
    """``/dumps/N.nq.gz`` and the like, as an ASGI application."""

    def __init__(
        self,
        pool: Pool,
        facts: Facts,
        most: int,
        stall_s: float = STALL_S,
        *,
        proxies: int = 0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._facts = facts
        self._most = most
        self._per_client = (most + 1) // 2
        self._stall_s = stall_s
        self._proxies = proxies
        self._now = now
        self._sent_to: Counter[str] = Counter()

    @property
    def under_way(self) -> int:
        """Dumps that are being sent."""
        return self._sent_to.total()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Part of ASGI."""
        request = Request(
            scope["method"],
            scope["query_string"].decode("utf-8", "replace"),
            Headers(scope=scope),
            client=(scope.get("client") or ("",))[0],
        )
        reading = Reading(scope["path_params"]["rest"], request, scope.get("root_path", ""))
        async with AsyncExitStack() as held:
            pieces: AsyncIterator[bytes] | None = None
            try:
                version, form = self._named(reading)
                wanted = DumpRequest(form.format.media_type, form.packed, _entailed(reading))
                reply = self._reply(reading, version, form, wanted)
                if reply.status == 200 and request.method == "GET":
                    if scope["http_version"] == "1.0" and not form.packed:
                        raise HttpProblem(505, "with HTTP/1.0 a file that is cut looks whole")
                    client = client_of(request, self._proxies)
                    pieces = await self._begin(held, client, wanted, version)
            except CepgraphError as error:
                reply = problems.reply(error)
            if pieces is None:
                await _send_whole(send, reply, request.method)
                return
            await send(_start(reply))
            # the client went away, or took too long; the server ends the connection
            with suppress(OSError):
                await self._send(send, pieces)

    def _named(self, reading: Reading) -> tuple[int, DumpForm]:
        """The version and the form that the address names.

        Raises:
            NotFound: there is no such version or ending.
            HttpProblem: another method.
        """
        method = reading.request.method
        if method == "OPTIONS":
            return 0, FORMS[0]
        if method not in ("GET", "HEAD"):
            raise HttpProblem(405, f"{method} is not understood here", {"allow": METHODS})
        newest = self._facts.newest()
        found = _NAME.fullmatch(reading.path)
        form = next((f for f in FORMS if found and found[2] == f.ending), None)
        if found is None or form is None:
            near = tuple(f"{LATEST}{form.ending}" for form in FORMS)
            raise NotFound("dump", reading.path, near)
        version = newest if found[1] == LATEST else int(found[1])
        if version > newest:
            raise NotFound("version", found[1], (str(newest),) if newest else ())
        return version, form

    def _reply(self, reading: Reading, version: int, form: DumpForm, wanted: DumpRequest) -> Reply:
        """The answer without its body."""
        request = reading.request
        if request.method == "OPTIONS":
            return Reply(204, OPTIONS)
        if reading.path.startswith(LATEST):
            query = f"?{request.query_string}" if request.query_string else ""
            place = f"{reading.root}{DUMPS}/{version}{form.ending}{query}"
            return Reply(302, [("location", place), ("cache-control", REVALIDATE), ANY_ORIGIN])
        said = "" if wanted.entailed else "-asserted"
        reply = Reply(
            200,
            [
                ("content-type", form.media_type),
                (
                    "content-disposition",
                    f'attachment; filename="cepgraph-{version}{said}{form.ending}"',
                ),
                # the same quads, perhaps in another order
                ("etag", f'W/"{version}{said}{form.ending}"'),
                (VERSION, str(version)),
                ("cache-control", REVALIDATE),
                ("accept-ranges", "none"),
                ANY_ORIGIN,
                ("access-control-expose-headers", "Cepgraph-Version, ETag, Retry-After"),
                ("x-content-type-options", "nosniff"),
            ],
        )
        tags = request.headers.get("if-none-match")
        return reply if tags is None else revalidated(reply, tags)

    async def _begin(
        self, held: AsyncExitStack, client: str, wanted: DumpRequest, version: int
    ) -> AsyncIterator[bytes]:
        """The pieces of a dump whose first is there; ``held`` ends it.

        Raises:
            TooMany: the client is sent half of all that may be.
            HttpProblem: too many are being sent.
            EngineDown: it could not be begun.
        """
        if self.under_way >= self._most:
            raise HttpProblem(
                503,
                f"{self.under_way} dumps are being sent, as many as may; try again later",
                {"retry-after": str(RETRY_AFTER_S)},
            )
        if self._sent_to[client] >= self._per_client:
            problem = f"this address is sent {self._per_client} dumps already, its share"
            raise TooMany(problem, RETRY_AFTER_S)
        self._sent_to[client] += 1
        held.callback(self._ended, client)
        pieces = await held.enter_async_context(aclosing(self._pool.dump(wanted, version)))
        first = await anext(pieces, b"")

        async def all_of_it() -> AsyncIterator[bytes]:
            yield first
            async for piece in pieces:
                yield piece

        return all_of_it()

    def _ended(self, client: str) -> None:
        self._sent_to[client] -= 1
        # clients come and go, and their names are not kept
        self._sent_to += Counter()

    async def _send(self, send: Send, pieces: AsyncIterator[bytes]) -> None:
        """Send all pieces.

        Raises:
            OSError: the client went away, took nothing for too long, or too little on the whole.
            EngineDown: the dump broke off.
        """
        taken, waited_s = 0, 0.0
        async for piece in pieces:
            since = self._now()
            async with asyncio.timeout(self._stall_s):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            taken += len(piece)
            waited_s += self._now() - since
            if waited_s > self._stall_s and taken < waited_s * LEAST_RATE:
                raise TimeoutError
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _entailed(reading: Reading) -> bool:
    """Whether companions are wanted.

    Raises:
        BadParameter: an unknown parameter, or neither yes nor no.
    """
    given = reading.parameters((ENTAILED,)).get(ENTAILED, "yes")
    if given not in ("yes", "no"):
        raise BadParameter(ENTAILED, "write yes or no", given[:100])
    return given == "yes"


def _start(reply: Reply) -> dict[str, object]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _send_whole(send: Send, reply: Reply, method: str) -> None:
    start = _start(reply)
    if reply.status not in BODILESS and not (reply.status == 200 and method == "HEAD"):
        headers = start["headers"]
        assert isinstance(headers, list)
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send(start)
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})
