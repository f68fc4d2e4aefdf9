"""The engine and its workers, as the web process holds them."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self

from cepgraph.engine.link import EngineLink, Recalled, WorkerLink
from cepgraph.engine.options import EngineOptions
from cepgraph.engine.turns import Turns
from cepgraph.errors import EngineBusy, EngineDown, QueryError

RESTART_PAUSES: Final = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)


class Crew:
    """Starts the engine, keeps it running, and has its workers at hand.

    Use as an asynchronous context manager, or ``start`` and ``stop``; all calls belong to the event
    loop that started it.
    """

    def __init__(self, options: EngineOptions) -> None:
        self.options = options
        self.version: int | None = None
        """The version that queries see; ``None`` until the graph is loaded."""
        self.isolated: bool | None = None
        """Whether workers have a network namespace of their own."""
        self.problem: str | None = None
        """Why the engine failed to load, while it does."""
        self.on_version: list[Callable[[int], None]] = []
        """Called with the version whenever queries begin to see a new one."""
        self._engine: EngineLink | None = None
        self._announced = -1
        self._links: set[WorkerLink] = set()
        """All that are open, those of older versions included."""
        self._workers: set[WorkerLink] = set()
        """Those that queries are given to."""
        self._idle: Turns[WorkerLink] = Turns(options.queue)
        self._tickets: dict[int, asyncio.Future[Recalled]] = {}
        self._last_ticket = 0
        self._version_waiters: list[tuple[int, asyncio.Future[int]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._stopped = True

    async def start(self) -> None:
        """Start the engine; returns before the graph is loaded (see ``wait_for_version``)."""
        self._stopped = False
        self._start_engine()

    async def stop(self) -> None:
        """End the engine and its workers; queries under way fail with ``EngineDown``."""
        self._stopped = True
        engine, self._engine = self._engine, None
        for task in self._tasks:
            task.cancel()
        if engine is not None:
            await engine.end()
        await self._forget_workers()
        stopping = EngineDown("the service is stopping")
        self._idle.turn_all_away(stopping)
        for _, waiter in self._version_waiters:
            if not waiter.done():
                waiter.set_exception(stopping)
        self._version_waiters.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def nudge(self) -> None:
        """Have the engine look at the log now; call it after a publish."""
        if self._engine is not None:
            self._engine.tell("nudge")

    async def wait_for_version(self, version: int = 0, timeout_s: float | None = None) -> int:
        """Wait until queries see ``version`` or a later one; the version they see.

        Raises:
            EngineDown: not within ``timeout_s``.
        """
        if self.version is not None and self.version >= version:
            return self.version
        self.nudge()
        waiter: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._version_waiters.append((version, waiter))
        try:
            return await asyncio.wait_for(waiter, timeout_s)
        except TimeoutError as error:
            raise EngineDown(self.problem or f"version {version} is not loaded yet") from error

    async def recall(self, version: int) -> Recalled:
        """Have the engine fork a process that goes back to a version.

        Raises:
            EngineDown: the engine is not there, or ends.
        """
        if self._engine is None:
            raise EngineDown(self.problem or "the engine is being started again")
        self._last_ticket += 1
        ticket: asyncio.Future[Recalled] = asyncio.get_running_loop().create_future()
        self._tickets[self._last_ticket] = ticket
        self._engine.tell("recall", version=version, ticket=self._last_ticket)
        try:
            return await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled() and ticket.exception() is None:
                # it came as its caller went
                self._unwanted(ticket.result())
            raise

    def _unwanted(self, recalled: Recalled) -> None:
        """Let a process go that nobody waits for any more; it ends when its socket closes."""
        recalled.connection.close()
        recalled.engine.tell("reap", pid=recalled.pid)

    def _recalled(
        self, engine: EngineLink, event: dict[str, Any], connection: socket.socket
    ) -> None:
        ticket = self._tickets.pop(event["ticket"], None)
        if ticket is None or ticket.done():
            self._unwanted(Recalled(engine, event["pid"], connection))
        else:
            ticket.set_result(Recalled(engine, event["pid"], connection))

    # -- workers ---------------------------------------------------------------------------------

    async def _take(self, limit: float) -> WorkerLink:
        while True:
            if self._stopped or self.problem is not None:
                raise EngineDown(self.problem or "the service is stopping")
            link = await self._idle.take(limit, self._late)
            if link.alive:
                return link

    def _late(self) -> QueryError:
        if self.version is None or not self._workers:
            return EngineDown(self.problem or "the graph is being loaded")
        return EngineBusy("no worker became free in time; try again later")

    def _give_back(self, link: WorkerLink, spent: bool) -> None:
        if spent or self._stale(link):
            self._retire(link)
        elif link.alive:
            self._idle.offer(link)

    def _stale(self, link: WorkerLink) -> bool:
        return link.version != self.version

    def _retire(self, link: WorkerLink) -> None:
        self._workers.discard(link)
        link.close()
        self._top_up()

    def _top_up(self) -> None:
        """Ask for as many workers at the newest version as are missing.

        One that is at no light query is not counted, up to as many as may be so: others take the
        light queries meanwhile.
        """
        current = [link for link in self._workers if link.version >= self._announced]
        heavy = sum(1 for link in current if link.slow or link.lowered)
        if self._engine is not None:
            wanted = self.options.workers + min(heavy, self.options.heavy)
            missing = wanted - len(current) - self._engine.expected
            if missing > 0:
                self._engine.expected += missing
                self._engine.tell("spawn", count=missing)

    def _lost(self, link: WorkerLink) -> None:
        self._links.discard(link)
        self._workers.discard(link)
        self._idle.withdraw(link)
        link.engine.tell("reap", pid=link.pid)
        self._top_up()

    # -- engine ----------------------------------------------------------------------------------

    def _start_engine(self) -> None:
        self._announced = -1
        self._engine = EngineLink(self.options, self._event, self._engine_ended)

    def _event(
        self, engine: EngineLink, event: dict[str, Any], connection: socket.socket | None
    ) -> None:
        match event["event"]:
            case "ready" | "version":
                self._announced = event["version"]
                self.problem = None
                self.isolated = event.get("isolated", self.isolated)
                self._top_up()
            case "worker":
                assert connection is not None
                if event["ticket"] is not None:
                    self._recalled(engine, event, connection)
                    return
                link = WorkerLink(engine, event["pid"], event["version"], self._lost)
                admitting = self._spawn(self._admit(link, connection))
                admitting.add_done_callback(
                    lambda task: connection.close() if task.cancelled() else None
                )
            case "failed":
                self.problem = event["problem"]

    async def _admit(self, link: WorkerLink, connection: socket.socket) -> None:
        await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=connection)
        self._links.add(link)
        link.engine.expected -= 1
        self._failures = 0
        if link.version < self._announced or link.engine is not self._engine:
            link.close()
            self._top_up()
            return
        self._workers.add(link)
        if link.version != self.version:
            self._switch(link.version)
        self._idle.offer(link)

    def _switch(self, version: int) -> None:
        """From here on no query begins at an older version; those under way end at theirs."""
        self.version = version
        for link in self._idle.withdraw_all():
            self._retire(link)
        for callback in self.on_version:
            callback(version)
        for wanted, waiter in self._version_waiters:
            if wanted <= version and not waiter.done():
                waiter.set_result(version)
        self._version_waiters = [pair for pair in self._version_waiters if not pair[1].done()]

    def _engine_ended(self, engine: EngineLink) -> None:
        self._engine = None
        self._spawn(self._restart(engine))

    async def _restart(self, engine: EngineLink) -> None:
        await engine.end()
        if self.problem is None and self._announced < 0:
            self.problem = f"the engine ended with status {engine.process.returncode}"
        # the kernel killed its workers with it
        await self._forget_workers()
        await asyncio.sleep(RESTART_PAUSES[min(self._failures, len(RESTART_PAUSES) - 1)])
        self._failures += 1
        if not self._stopped:
            self._start_engine()

    async def _forget_workers(self) -> None:
        for ticket in self._tickets.values():
            if not ticket.done():
                ticket.set_exception(EngineDown("the engine ended; try again"))
        self._tickets.clear()
        self._workers.clear()
        self._idle.withdraw_all()
        links = tuple(self._links)
        for link in links:
            link.close()
        await asyncio.gather(*(link.closed for link in links))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
