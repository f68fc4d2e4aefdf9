"""Who gets the next free worker: first come, first served.

What was given back last is handed out first: a worker that has just been at work is quicker to
wake, and its memory is at hand.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from cepgraph.errors import EngineBusy, QueryError

T = TypeVar("T")


class Turns(Generic[T]):
    """Things that are free, and those who wait for one; at most ``most`` wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free: deque[T] = deque()
        self._waiting: deque[asyncio.Future[T]] = deque()

    async def take(self, limit_s: float, late: Callable[[], QueryError]) -> T:
        """The thing that was given back last, or the next that becomes free.

        Raises:
            EngineBusy: too many wait already.
            QueryError: what ``late`` gives, when nothing became free in time.
        """
        if self._free:
            return self._free.pop()
        if len(self._waiting) >= self._most:
            raise EngineBusy(f"{len(self._waiting)} queries are waiting already; try again later")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[T] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(limit_s, self._turn_away, turn, late)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled() and turn.exception() is None:
                self.offer(turn.result())
            raise
        finally:
            timer.cancel()

    def offer(self, thing: T) -> None:
        """Give a free thing to who has waited longest, or keep it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(thing)
                return
        self._free.append(thing)

    def withdraw(self, thing: T) -> bool:
        """Take back a thing that nobody took; whether that was so."""
        if thing in self._free:
            self._free.remove(thing)
            return True
        return False

    def withdraw_all(self) -> list[T]:
        """Take back all that nobody took."""
        things = list(self._free)
        self._free.clear()
        return things

    def turn_all_away(self, error: QueryError) -> None:
        """Fail all who wait."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(error)

    def _turn_away(self, turn: asyncio.Future[T], late: Callable[[], QueryError]) -> None:
        if not turn.done():
            self._waiting.remove(turn)
            turn.set_exception(late())
