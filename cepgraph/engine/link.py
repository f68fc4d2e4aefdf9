"""The web process's ends of the engine's sockets."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import orjson

from cepgraph.engine.options import EngineOptions
from cepgraph.engine.wire import Frame, FrameReader, pack

MESSAGE_SIZE: Final = 1 << 16
PATIENCE_S: Final = 1.0
NICENESS: Final = 10
"""Of a worker that has been at one query for long (see ``nice``)."""


class WorkerLink(asyncio.Protocol):
    """A connection to one worker. Its future holds the frame, or ``None`` when the worker died."""

    def __init__(
        self,
        engine: "EngineLink",
        pid: int,
        version: int,
        lost: Callable[["WorkerLink"], None],
    ) -> None:
        self.engine = engine
        self.pid = pid
        self.version = version
        self.alive = True
        self.slow = False
        """Whether it is at a query that is no light one."""
        self.lowered = False
        """Whether it has been at one for so long that others go first."""
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._reader = FrameReader()
        self._reply: asyncio.Future[Frame | None] | None = None

    def ask(self, head: dict[str, Any], body: bytes = b"") -> asyncio.Future[Frame | None]:
        """Send a frame; the worker must not be busy."""
        assert self._transport is not None
        reply = self.hear()
        if not self._transport.is_closing():
            # otherwise its end is about to be told, and uvloop takes nothing any more
            self._transport.writelines(pack(head, body))
        return reply

    def hear(self) -> asyncio.Future[Frame | None]:
        """What the worker says next."""
        self._reply = asyncio.get_running_loop().create_future()
        return self._reply

    def lower(self) -> None:
        """Let others go first: it has been at one query for long. It cannot be raised again."""
        if self.alive and not self.lowered:
            self.lowered = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)

    def kill(self) -> None:
        """End the worker, whatever it is doing. Its process id is its own until it is reaped."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let an idle worker go: it reads the end of the stream and exits."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of ``asyncio.Protocol``."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Part of ``asyncio.Protocol``."""
        frame = self._reader.feed(data)
        if frame is not None:
            self._settle(frame)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Part of ``asyncio.Protocol``."""
        self.alive = False
        self.closed.set_result(None)
        self._settle(None)
        self._lost(self)

    def _settle(self, frame: Frame | None) -> None:
        reply, self._reply = self._reply, None
        if reply is not None and not reply.done():
            reply.set_result(frame)


class EngineLink:
    """A running engine process and the control socket to it."""

    def __init__(
        self,
        options: EngineOptions,
        on_event: Callable[["EngineLink", dict[str, Any], socket.socket | None], None],
        on_end: Callable[["EngineLink"], None],
    ) -> None:
        self.expected = 0
        """Workers that were asked for and have not come yet."""
        self._on_event = on_event
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = _start(options, theirs.fileno())
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket.fileno(), self._readable)
        self._unsent: deque[bytes] = deque()
        self._open = True

    def tell(self, command: str, **fields: Any) -> None:
        """Send a command, now or when the engine reads again; none when it is gone."""
        if self._open:
            self._unsent.append(orjson.dumps({"do": command, **fields}))
            self._flush()

    def _flush(self) -> None:
        number = self._socket.fileno()
        while self._unsent:
            try:
                self._socket.send(self._unsent[0])
            except BlockingIOError:
                self._loop.add_writer(number, self._flush)
                return
            except OSError:
                # followed by the end of the stream
                self._unsent.clear()
                break
            self._unsent.popleft()
        self._loop.remove_writer(number)

    def gone(self) -> bool:
        """Whether the engine has ended, known here before its end is told."""
        try:
            return not self._open or not self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def end(self) -> None:
        """Close the socket, upon which the engine ends its workers and itself; wait for that."""
        self._close()
        await self._loop.run_in_executor(None, self._bury)

    def _bury(self) -> None:
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            # loading, perhaps; the kernel kills the workers with it
            self.process.kill()
            self.process.wait()

    def _readable(self) -> None:
        while self._open:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._socket, MESSAGE_SIZE, 1)
            except BlockingIOError:
                return
            except OSError:
                message, descriptors = b"", []
            if not message:
                self._close()
                self._on_end(self)
                return
            connection = socket.socket(fileno=descriptors[0]) if descriptors else None
            self._on_event(self, orjson.loads(message), connection)

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()


class Recalled(NamedTuple):
    """A process that the engine forked for an earlier version."""

    engine: EngineLink
    pid: int
    connection: socket.socket


def _start(options: EngineOptions, control: int) -> subprocess.Popen[bytes]:
    """Start a fresh Python: the web process has threads and must not be forked."""
    command = [
        sys.executable,
        *("-P", "-m", "cepgraph.engine"),
        *("--control", str(control)),
        *("--data", str(options.data)),
        *("--memory-mb", str(options.memory_mb)),
        *("--result-mb", str(options.result_mb)),
        *("--poll-s", str(options.poll_s)),
    ]
    # the same modules as here, wherever this process found them
    path = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[control],
        env={**os.environ, "PYTHONPATH": path},
    )
