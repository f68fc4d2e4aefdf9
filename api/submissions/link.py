"""The ingest process as the web process holds it: started, spoken to over pipes, ended."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import Any, Final, Self

import orjson

from api.submissions.options import IngestOptions
from api.submissions.task import Task

PATIENCE_S: Final = 1.0
_LONGEST_LINE: Final = 1 << 26
"""A verdict names all its graphs, of which RDF may have many."""


class IngestProcess:
    """A running process; it does one task after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, options: IngestOptions) -> Self:
        """Start a fresh Python: the web process has threads and must not be forked."""
        # the same modules as here, wherever this process found them
        path = os.pathsep.join(place or os.curdir for place in sys.path)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            *options.program,
            *options.arguments(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=None,
            limit=_LONGEST_LINE,
            # what it starts itself is ended with it
            start_new_session=True,
            # the memory limit counts addresses, of which an arena for each thread takes many
            env={**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "2"},
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended; the number of a signal is negative."""
        return self._process.returncode

    async def send(self, task: Task) -> None:
        """Give it a task; a process that has ended is found out by ``event``."""
        assert self._process.stdin is not None
        if self._process.stdin.is_closing():
            # uvloop knows of its end before it knows how it ended, and takes nothing any more
            return
        try:
            self._process.stdin.write(task.line())
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return

    async def event(self) -> dict[str, Any] | None:
        """What it tells next, or ``None`` when it has ended.

        Raises:
            ValueError: what it tells is too long, or nothing that is told here.
        """
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        told: dict[str, Any] = orjson.loads(line)
        return told

    def kill(self) -> None:
        """End it, whatever it is doing; the order in which a change is written allows that."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Let it go when it is idle, or kill it; it is gone afterwards."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()
