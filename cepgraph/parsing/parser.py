"""The web process's end of the parser process."""

import asyncio
import os
import resource
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cepgraph.errors import EngineBusy, EngineDown, QueryRefused
from cepgraph.parsing import wire
from cepgraph.parsing.values import BadResult
from cepgraph.parsing.wire import Asked, Message, Pattern, Service

LONGEST: Final = 100_000
"""Characters of a query; a longer one is not read."""
DEADLINE_S: Final = 3.0
QUEUE: Final = 32
MEMORY_MB: Final = 512
SPENT_BYTES: Final = 32 << 20
"""A process that grew by this much is replaced rather than used again."""
START_S: Final = 30.0
"""A process that has not come up by then is given up."""


class Parser:
    """Starts the parser process when it is first asked, and again when it is gone.

    One question is answered at a time, others wait. All calls belong to one event loop.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        queue: int = QUEUE,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        self._deadline_s = deadline_s
        self._queue = queue
        self._memory_mb = memory_mb
        self._asked = 0
        self._turn = asyncio.Lock()
        self._child: _Child | None = None

    async def patterns_of(self, query: str, base: str | None = None) -> tuple[Pattern, ...] | None:
        """All triple patterns of a query, each once; relative IRIs are those below ``base``.

        Whatever fits none of them has no part in the answer. ``None`` where that cannot be told:
        the query is long or took long to read, or rdflib does not read it; then anything may have.

        Raises:
            EngineBusy: too many wait already.
            EngineDown: the process does not start.
        """
        told = await self._ask({"do": "patterns", "query": _based(query, base)})
        if told is None or told["patterns"] is None:
            return None
        return tuple(Pattern(*pattern) for pattern in told["patterns"])

    async def services_of(self, query: str, base: str | None = None) -> Asked:
        """What a query asks of others by SERVICE; nothing where it has none or is no query.

        Relative IRIs are those below ``base``, which the text then says.

        Raises:
            QueryRefused: it asks in a way that is not answered, or cannot be read.
            EngineBusy, EngineDown: as ``patterns_of``.
        """
        told = await self._ask({"do": "services", "query": _based(query, base)})
        if told is None:
            raise QueryRefused("a query with SERVICE must be short and plain enough to be read")
        if "problem" in told:
            raise QueryRefused(told["problem"])
        return Asked(told["text"], tuple(Service(**service) for service in told["services"]))

    async def values_of(self, variables: Sequence[str], result: bytes) -> str:
        """The solutions of a result in JSON, from anywhere, as a VALUES block for a query.

        Raises:
            BadResult: there are none, or they take too long to read.
            EngineBusy, EngineDown: as ``patterns_of``.
        """
        try:
            text = result.decode()
        except UnicodeDecodeError as error:
            raise BadResult("its result is not UTF-8") from error
        told = await self._ask({"do": "values", "variables": list(variables), "result": text})
        if told is None:
            raise BadResult("its result takes too long, or too much memory, to read")
        if "problem" in told:
            raise BadResult(told["problem"])
        values: str = told["values"]
        return values

    async def close(self) -> None:
        """End the process, if there is one."""
        async with self._turn:
            child, self._child = self._child, None
            if child is not None:
                await child.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _ask(self, task: Message) -> Message | None:
        """What the process says, or ``None`` when it died of the question or was too slow."""
        query = task.get("query", "")
        if len(query) > LONGEST or not _is_unicode(query):
            return None
        if self._asked > self._queue:
            raise EngineBusy("too many queries wait to be read; try again later")
        self._asked += 1
        try:
            async with self._turn:
                return await self._answer(task)
        finally:
            self._asked -= 1

    async def _answer(self, task: Message) -> Message | None:
        if self._child is None:
            self._child = await _Child.start(self._memory_mb)
        spent = True
        try:
            async with asyncio.timeout(self._deadline_s):
                told = await self._child.ask(task)
            spent = self._child.has_grown()
        except (TimeoutError, EOFError, ConnectionError):
            return None
        else:
            return told
        finally:
            # it may still be at work, and its answer must not be taken for the next one's
            if spent:
                child, self._child = self._child, None
                await child.end()


class _Child:
    """A running process that is ready."""

    def __init__(
        self, process: Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._ready_pages = 0

    @classmethod
    async def start(cls, memory_mb: int) -> Self:
        """Start a fresh Python: the web process has threads and must not be forked.

        Raises:
            EngineDown: it did not come up.
        """
        ours, theirs = socket.socketpair()
        # whoever asked may go away at any moment: nothing is left open then
        with ExitStack() as held:
            held.callback(ours.close)
            with theirs:
                process = await _started(theirs.fileno(), memory_mb)
            reader, writer = await asyncio.open_unix_connection(sock=ours)
            held.pop_all()
        child = cls(process, reader, writer)
        ready = False
        try:
            async with asyncio.timeout(START_S):
                await wire.receive(reader.readexactly)
            ready = True
        except (TimeoutError, EOFError, ConnectionError) as error:
            raise EngineDown("the process that reads queries does not start") from error
        finally:
            if not ready:
                await child.end()
        child._ready_pages = child._pages()
        return child

    async def ask(self, task: Message) -> Message:
        """Put a question and wait for the answer.

        Raises:
            EOFError, ConnectionError: it is gone.
        """
        self._writer.write(wire.pack(task))
        await self._writer.drain()
        return await wire.receive(self._reader.readexactly)

    def has_grown(self) -> bool:
        """Whether it has become much larger than it was at its start."""
        grown = (self._pages() - self._ready_pages) * resource.getpagesize()
        return grown > SPENT_BYTES

    def _pages(self) -> int:
        """Of its memory, those that are resident; none when it has ended."""
        try:
            return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return 0

    async def end(self) -> None:
        """End it, whatever it is doing, and wait until it has ended."""
        self._writer.close()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


async def _started(connection: int, memory_mb: int) -> Process:
    # the same modules as here, wherever this process found them
    path = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "cepgraph.parsing"),
        *("--connection", str(connection)),
        *("--memory-mb", str(memory_mb)),
        *("--parent", str(os.getpid())),
        stdin=DEVNULL,
        stdout=DEVNULL,
        # what it could tell is how a text of somebody else's made a library fail
        stderr=DEVNULL,
        pass_fds=[connection],
        env={**os.environ, "PYTHONPATH": path},
    )


def _based(query: str, base: str | None) -> str:
    # on the same line: lines keep their numbers
    return query if base is None else f"BASE <{base}> {query}"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        # half of a pair, as JSON may hold it
        return False
    return True
