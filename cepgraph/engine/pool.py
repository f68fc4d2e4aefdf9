"""The web process's pool of workers: queries in, serialised answers out."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from cepgraph.engine.crew import Crew
from cepgraph.engine.dump import DumpRequest
from cepgraph.engine.link import EngineLink, WorkerLink
from cepgraph.engine.options import EngineOptions
from cepgraph.engine.past import Past
from cepgraph.engine.patience import Patience
from cepgraph.engine.stream import pieces_of_dump
from cepgraph.engine.wire import Answer, Frame, Question, answer_of, question_head
from cepgraph.errors import (
    EngineBusy,
    EngineDown,
    NotFound,
    QueryError,
    QueryTimeout,
    QueryTooLarge,
)


class Pool(Crew):
    """Answers queries through the engine's workers; started and stopped as the crew is."""

    def __init__(self, options: EngineOptions) -> None:
        super().__init__(options)
        self._patience = Patience(options.slow_after_s)
        self.past = Past(options, self.recall, self._ask)

    async def query(
        self,
        question: Question,
        deadline_s: float | None = None,
        *,
        version: int | None = None,
        on_slow: Callable[[], object] | None = None,
        on_heavy: Callable[[], bool] | None = None,
    ) -> Answer:
        """Evaluate in a worker, at the version that queries see or at an earlier one.

        When the caller is cancelled the worker is killed: there is no other way to stop it. A
        query that its engine's death interrupted is asked once more of the next. ``on_slow`` is
        called when it is no light one, ``on_heavy`` when it turns out to take long; the latter says
        whether it may go on.

        Raises:
            NotFound: there is no such version.
            QuerySyntax, QueryRefused: the query's fault.
            NotAcceptable: no acceptable media type fits the query's form.
            QueryTimeout, QueryTooLarge: it was ended.
            EngineBusy, EngineDown: it was not begun, or the engine died.
        """
        head = question_head(question)
        limit = self.options.deadline_s if deadline_s is None else deadline_s
        if version is None:
            return answer_of(await self.ask(head, limit, on_slow, on_heavy))
        if version == self._known(version):
            answer = answer_of(await self.ask(head, limit, on_slow, on_heavy))
            if answer.version == version:
                return answer
        frame = await self.past.ask(version, head, limit, on_heavy)
        if frame is None:
            raise self._ended()
        return answer_of(frame)

    async def dump(self, request: DumpRequest, version: int) -> AsyncGenerator[bytes, None]:
        """All quads as they stood at a version, in pieces, from a process of its own.

        Raises:
            NotFound: there is no such version.
            EngineDown: it ended before all was sent.
        """
        self._known(version)
        recalled = await self.recall(version)
        async with aclosing(pieces_of_dump(recalled, request)) as pieces:
            async for piece in pieces:
                yield piece

    async def ask(
        self,
        head: dict[str, Any],
        limit: float,
        on_slow: Callable[[], object] | None = None,
        on_heavy: Callable[[], bool] | None = None,
    ) -> Frame:
        """What a worker at the newest version answers to a frame; as ``query`` in all else."""
        fallen: EngineLink | None = None
        while True:
            link = await self._take(limit)
            frame = await self._ask(link, head, limit, on_heavy, on_slow)
            if frame is not None:
                self._give_back(link, spent=frame[0]["spent"] or link.lowered)
                return frame
            if not link.engine.gone():
                raise self._ended()
            if fallen not in (None, link.engine):
                raise EngineDown("the engine ended while the query was at work; try again")
            # its other workers fall a moment later, and may be handed out until then
            fallen = link.engine

    def _ended(self) -> QueryTooLarge:
        return QueryTooLarge(
            f"its worker ended: it needs more than {self.options.memory_mb} MB, "
            "or is nested too deeply"
        )

    async def _ask(
        self,
        link: WorkerLink,
        head: dict[str, Any],
        limit: float,
        on_heavy: Callable[[], bool] | None = None,
        on_slow: Callable[[], object] | None = None,
    ) -> Frame | None:
        """The worker's frame, or ``None`` when it died by itself or with its engine."""
        ended: QueryError | None = None
        timer: asyncio.TimerHandle | None = None
        options, loop = self.options, asyncio.get_running_loop()
        began = loop.time()

        def end(why: QueryError) -> None:
            nonlocal ended
            if not reply.done():
                ended = why
                link.kill()

        def late() -> None:
            end(QueryTimeout(f"it was ended after {limit:g} s"))

        def slow() -> None:
            nonlocal timer
            link.slow = True
            if on_slow is not None:
                on_slow()
            self._top_up()
            timer = next_timer(heavy if limit > options.heavy_after_s else late)

        def heavy() -> None:
            nonlocal timer
            if on_heavy is not None and not on_heavy():
                end(EngineBusy("too many long queries are at work; try again later"))
                return
            link.lower()
            timer = next_timer(late)

        def next_timer(call: Callable[[], None]) -> asyncio.TimerHandle:
            after = options.heavy_after_s if call is heavy else limit
            return loop.call_at(began + after, call)

        reply = link.ask(head)
        waiting = None
        if limit > self._patience.limit_s:
            waiting = self._patience.begin(slow)
        else:
            timer = loop.call_later(limit, late)
        try:
            frame = await reply
        except asyncio.CancelledError:
            link.kill()
            raise
        finally:
            link.slow = False
            if waiting is not None:
                waiting.over()
            if timer is not None:
                timer.cancel()
        if ended is not None:
            raise ended
        return frame

    def _known(self, version: int) -> int:
        """The version that queries see, which ``version`` is not later than."""
        if self.version is None:
            raise EngineDown(self.problem or "the graph is being loaded")
        if not 0 <= version <= self.version:
            raise NotFound("version", str(version))
        return self.version

    async def _forget_workers(self) -> None:
        self.past.forget()
        await super()._forget_workers()
