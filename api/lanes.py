"""Whose query is evaluated next: a lane for light queries, and one for those that take long.

Every query begins in the light lane. One that turns out not to be light moves to the other, where
there is room, and its place is free for the next; so light queries do not wait for heavy ones.
Clients take turns: one with a hundred queries waiting delays another's only by one. A client whose
long queries fill its share of the heavy lane has no further query begun until one of them ends, so
that it cannot fill both lanes.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from api.messages import Request
from cepgraph.errors import EngineBusy, QueryError, TooMany
from cepgraph.settings import Settings

RETRY_AFTER_S: Final = 1


@dataclass(frozen=True)
class LaneLimits:
    """Places in each lane, how many may wait in all, and how many a client may have under way."""

    light: int
    heavy: int
    queue: int
    per_client: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "LaneLimits":
        """Those of the service."""
        return cls(
            light=settings.workers,
            heavy=settings.query_heavy,
            queue=settings.query_queue,
            per_client=settings.query_per_client,
        )

    @property
    def share(self) -> int:
        """Places of the heavy lane that one client may have."""
        return max(1, self.heavy // 2)


@dataclass(eq=False)
class _Client:
    name: str
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    running: int = 0
    heavy: int = 0


class Lanes:
    """Admits queries; used by one event loop."""

    def __init__(self, limits: LaneLimits) -> None:
        self.limits = limits
        self.heavy = 0
        """Queries in the heavy lane."""
        self.waiting = 0
        """Queries that wait for their turn."""
        self._free = limits.light
        self._clients: dict[str, _Client] = {}
        self._queue: OrderedDict[_Client, None] = OrderedDict()
        """Clients with waiting queries; the next to be served is the first."""

    async def enter(self, name: str, limit_s: float, late: Callable[[], QueryError]) -> "Turn":
        """A client's turn, at once or when it comes; the caller ends it.

        Raises:
            TooMany: the client has too many queries under way.
            EngineBusy: too many queries wait in all.
            QueryError: what ``late`` gives, when the turn did not come in time.
        """
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client(name)
        if client.running + len(client.waiting) >= self.limits.per_client:
            problem = f"this address has {self.limits.per_client} queries under way already"
            raise TooMany(problem, RETRY_AFTER_S)
        if not self._free or client.waiting or client.heavy >= self.limits.share:
            try:
                await self._wait(client, limit_s, late)
            except BaseException:
                self._forget(client)
                raise
        else:
            self._begin(client)
        return Turn(self, client)

    async def _wait(self, client: _Client, limit_s: float, late: Callable[[], QueryError]) -> None:
        if self.waiting >= self.limits.queue:
            raise EngineBusy(f"{self.waiting} queries are waiting already; try again later")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()

        def give_up() -> None:
            if not turn.done():
                self._leave(client, turn)
                turn.set_exception(late())

        client.waiting.append(turn)
        self.waiting += 1
        self._queue.setdefault(client)
        timer = loop.call_later(limit_s, give_up)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in client.waiting:
                self._leave(client, turn)
            elif not turn.cancelled() and turn.exception() is None:
                # the turn came as its caller went
                Turn(self, client).end()
            raise
        finally:
            timer.cancel()

    def _leave(self, client: _Client, turn: asyncio.Future[None]) -> None:
        client.waiting.remove(turn)
        self.waiting -= 1
        if not client.waiting:
            self._queue.pop(client, None)

    def _begin(self, client: _Client) -> None:
        self._free -= 1
        client.running += 1

    def _next(self) -> None:
        """Give what is free to the clients that wait, in rotation."""
        while self._free:
            ready = (one for one in self._queue if one.heavy < self.limits.share)
            client = next(ready, None)
            if client is None:
                return
            turn = client.waiting.popleft()
            self.waiting -= 1
            if client.waiting:
                self._queue.move_to_end(client)
            else:
                del self._queue[client]
            if not turn.done():
                self._begin(client)
                turn.set_result(None)

    def _forget(self, client: _Client) -> None:
        if not client.running and not client.waiting:
            self._clients.pop(client.name, None)


class Turn:
    """A query's place, from its beginning to its end."""

    def __init__(self, lanes: Lanes, client: _Client) -> None:
        self._lanes = lanes
        self._client = client
        self._heavy = False

    def slow(self) -> bool:
        """Move to the heavy lane, if it is not there yet; whether there was room for it."""
        lanes, client = self._lanes, self._client
        if self._heavy:
            return True
        if lanes.heavy >= lanes.limits.heavy:
            return False
        self._heavy = True
        lanes.heavy += 1
        client.heavy += 1
        lanes._free += 1
        lanes._next()
        return True

    def end(self) -> None:
        """Leave, once."""
        lanes, client = self._lanes, self._client
        client.running -= 1
        if self._heavy:
            lanes.heavy -= 1
            client.heavy -= 1
        else:
            lanes._free += 1
        lanes._next()
        lanes._forget(client)


def client_of(request: Request, proxies: int) -> str:
    """Who asks: the address at the other end, or what the outermost of our own proxies saw.

    ``proxies`` is how many reverse proxies stand in front; each adds to ``X-Forwarded-For`` the
    address that it was asked from, and what stands before those is the client's own invention.
    """
    if proxies:
        seen = request.headers.get("x-forwarded-for", "").split(",")
        if len(seen) >= proxies and seen[-proxies].strip():
            return seen[-proxies].strip()
    return request.client
