"""Who has waited for a while is told so; one timer for all of them.

A timer for each query would take longer than a small query's way to a worker and back.
"""

import asyncio
from collections import deque
from collections.abc import Callable


class Waiting:
    """Something that may be over before its time."""

    __slots__ = ("call", "due")

    def __init__(self, due: float, call: Callable[[], object]) -> None:
        self.due = due
        self.call: Callable[[], object] | None = call

    def over(self) -> None:
        """Nothing needs to be told any more."""
        self.call = None


class Patience:
    """Calls back what is not over after ``limit_s``, in the order in which it began."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._waiting: deque[Waiting] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, call: Callable[[], object]) -> Waiting:
        """Have ``call`` called after the limit, unless it is over by then."""
        loop = asyncio.get_running_loop()
        waiting = Waiting(loop.time() + self.limit_s, call)
        queue = self._waiting
        while queue and queue[0].call is None:
            queue.popleft()
        queue.append(waiting)
        if self._timer is None:
            self._timer = loop.call_at(waiting.due, self._look)
        return waiting

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now, queue = loop.time(), self._waiting
        due = []
        while queue and (queue[0].call is None or queue[0].due <= now):
            due.append(queue.popleft())
        self._timer = loop.call_at(queue[0].due, self._look) if queue else None
        for waiting in due:
            call = waiting.call
            if call is not None:
                waiting.over()
                call()
