"""Workers at earlier versions: a few, each made when it is first asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from cepgraph.engine.link import Recalled, WorkerLink
from cepgraph.engine.options import EngineOptions
from cepgraph.engine.wire import Frame
from cepgraph.errors import EngineBusy, EngineDown

LOAD_S: Final = 60.0
"""Seconds that a version may take to be made ready."""


@dataclass(eq=False)
class _Place:
    """A version that is ready, or is being made so."""

    opening: asyncio.Task[WorkerLink]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    timer: asyncio.TimerHandle | None = None


@dataclass(eq=False)
class _Weight:
    """Says once that a question takes long, be it that it waits or that it is at work."""

    after_s: float
    on_heavy: Callable[[], bool] | None

    @asynccontextmanager
    async def of_waiting(self) -> AsyncIterator[None]:
        """While it waits for its version: the place that it has is others' to use meanwhile.

        Raises:
            EngineBusy: it may not go on.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as waiting:

                def long() -> None:
                    on_heavy, self.on_heavy = self.on_heavy, None
                    if on_heavy is not None and not on_heavy():
                        waiting.reschedule(loop.time())

                timer = loop.call_later(self.after_s, long)
                try:
                    yield
                finally:
                    timer.cancel()
        except TimeoutError as error:
            raise EngineBusy("too many long queries are at work; try again later") from error


class Past:
    """Answers from earlier versions, one question at a time from each.

    ``recall`` has the engine fork a process at a version; ``ask`` puts a frame to a worker and ends
    it at a deadline.
    """

    def __init__(
        self,
        options: EngineOptions,
        recall: Callable[[int], Awaitable[Recalled]],
        ask: Callable[
            [WorkerLink, dict[str, Any], float, Callable[[], bool] | None],
            Awaitable[Frame | None],
        ],
    ) -> None:
        self._options = options
        self._recall = recall
        self._ask = ask
        self._places: OrderedDict[int, _Place] = OrderedDict()

    @property
    def versions(self) -> tuple[int, ...]:
        """Those that are ready or being made so, the least used first."""
        return tuple(self._places)

    async def ask(
        self,
        version: int,
        head: dict[str, Any],
        limit_s: float,
        on_heavy: Callable[[], bool] | None = None,
    ) -> Frame | None:
        """What a worker at ``version`` answers, or ``None`` when it died of the question.

        ``on_heavy`` is called once, when the question has waited or been at work for long.

        Raises:
            EngineBusy: other versions are in use, this one is for too long, or ``on_heavy`` says
                that it may not go on.
            EngineDown: it cannot be made ready, or its engine died.
        """
        weight = _Weight(self._options.heavy_after_s, on_heavy)
        while True:
            place = self._place(version)
            place.users += 1
            if place.timer is not None:
                place.timer.cancel()
            try:
                async with weight.of_waiting():
                    link = await self._link(version, place)
                    await self._turn(place, limit_s)
                try:
                    if link.alive:
                        return await self._answer(version, place, link, head, limit_s, weight)
                finally:
                    place.lock.release()
                # whoever asked before this one ended the worker: the next gets another
                self._drop(version, place)
            finally:
                self._leave(version, place)

    def forget(self) -> None:
        """Let all go."""
        for version, place in tuple(self._places.items()):
            self._drop(version, place)

    async def _answer(
        self,
        version: int,
        place: _Place,
        link: WorkerLink,
        head: dict[str, Any],
        limit_s: float,
        weight: "_Weight",
    ) -> Frame | None:
        good = False
        try:
            frame = await self._ask(link, head, limit_s, weight.on_heavy)
            good = frame is not None and not frame[0]["spent"]
        finally:
            if not good:
                self._drop(version, place)
        if frame is None and link.engine.gone():
            raise EngineDown("the engine ended while the query was at work; try again")
        return frame

    def _leave(self, version: int, place: _Place) -> None:
        place.users -= 1
        if not place.users and self._places.get(version) is place:
            loop = asyncio.get_running_loop()
            place.timer = loop.call_later(self._options.past_idle_s, self._drop, version, place)

    async def _link(self, version: int, place: _Place) -> WorkerLink:
        try:
            async with asyncio.timeout(LOAD_S):
                return await asyncio.shield(place.opening)
        except TimeoutError as error:
            self._drop(version, place)
            raise EngineDown(f"version {version} could not be made ready in time") from error
        except EngineDown:
            self._drop(version, place)
            raise
        except asyncio.CancelledError:
            if place.opening.cancelled():
                raise EngineDown(f"version {version} was let go") from None
            raise

    async def _turn(self, place: _Place, limit_s: float) -> None:
        try:
            async with asyncio.timeout(limit_s):
                await place.lock.acquire()
        except TimeoutError as error:
            raise EngineBusy("this version did not become free in time; try again later") from error

    def _place(self, version: int) -> _Place:
        place = self._places.get(version)
        if place is None:
            self._make_room()
            place = _Place(asyncio.get_running_loop().create_task(self._open(version)))
            self._places[version] = place
        elif place.users > self._options.queue:
            raise EngineBusy(f"{place.users} queries wait for this version; try again later")
        self._places.move_to_end(version)
        return place

    def _make_room(self) -> None:
        while len(self._places) >= self._options.past:
            for version, place in self._places.items():
                if not place.users:
                    self._drop(version, place)
                    break
            else:
                raise EngineBusy("other earlier versions are in use; try again later")

    async def _open(self, version: int) -> WorkerLink:
        engine, pid, connection = await self._recall(version)
        link = WorkerLink(engine, pid, version, _lost)
        ready = link.hear()
        await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=connection)
        try:
            frame = await ready
        except asyncio.CancelledError:
            link.kill()
            link.close()
            raise
        if frame is None or not frame[0]["ready"]:
            why = "its worker ended" if frame is None else frame[0]["problem"]
            link.close()
            raise EngineDown(f"version {version} cannot be made ready: {why}")
        return link

    def _drop(self, version: int, place: _Place) -> None:
        if self._places.get(version) is place:
            del self._places[version]
        if place.timer is not None:
            place.timer.cancel()
        if not place.opening.done():
            place.opening.cancel()
        elif not place.opening.cancelled() and place.opening.exception() is None:
            place.opening.result().close()


def _lost(link: WorkerLink) -> None:
    link.engine.tell("reap", pid=link.pid)
