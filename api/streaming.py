"""A response that comes in pieces: sent no faster than its client takes it, and never cut unseen.

Granian's own stream takes all that it is given, however slow the client is, and ends a response
that breaks off as if it were whole. So the pieces go through a pipe, which granian reads as a
file; and where they break off, the connection is closed under the response.
"""

import asyncio
import fcntl
import os
import socket
import struct
import termios
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from api.messages import Headers

OPEN_S: Final = 10.0
"""Seconds in which granian must have begun to read the pipe."""
_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6)


class FileProtocol(Protocol):
    """What granian offers for files."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Answer with what the file holds."""


class ClientGone(OSError):
    """Nobody takes the response any more."""


class PipedStream:
    """The body of a response under way. Made by ``begin``."""

    def __init__(self, transport: asyncio.WriteTransport, flow: "_Flow") -> None:
        self._transport = transport
        self._flow = flow

    @classmethod
    async def begin(
        cls, protocol: FileProtocol, status: int, headers: Headers, first: bytes
    ) -> "PipedStream":
        """Answer with ``first`` and what is sent afterwards.

        Raises:
            ClientGone: it went away before it could be answered.
        """
        reading, writing = os.pipe()
        try:
            loop = asyncio.get_running_loop()
            pipe = os.fdopen(writing, "wb", buffering=0)
            transport, flow = await loop.connect_write_pipe(_Flow, pipe)
            transport.set_write_buffer_limits(0)
            stream = cls(transport, flow)
            protocol.response_file(status, headers, f"/proc/self/fd/{reading}")
            transport.write(first)
            await stream._taken_up(reading)
        finally:
            # from now on the pipe breaks when granian lets go of it
            os.close(reading)
        await stream._room()
        return stream

    async def send_bytes(self, data: bytes) -> None:
        """Send a piece; returns when there is room for the next.

        Raises:
            ClientGone: the client went away.
        """
        self._transport.write(data)
        await self._room()

    def end(self) -> None:
        """All was sent."""
        self._transport.close()

    def abort(self) -> None:
        """No more is to come."""
        self._transport.abort()

    async def _taken_up(self, reading: int) -> None:
        try:
            async with asyncio.timeout(OPEN_S):
                while _unread(reading):  # noqa: ASYNC110 - a pipe tells nobody that it is read
                    await asyncio.sleep(0.001)
        except TimeoutError as error:
            self.abort()
            raise ClientGone("the response was not taken up") from error

    async def _room(self) -> None:
        await self._flow.room.wait()
        if self._flow.lost:
            raise ClientGone("the client went away")


class _Flow(asyncio.BaseProtocol):
    """Whether the pipe has room."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.room.set()
        self.lost = False

    def pause_writing(self) -> None:
        self.room.clear()

    def resume_writing(self) -> None:
        self.room.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.lost = True
        self.room.set()


def sever(client: tuple[str, int]) -> bool:
    """Close the connection to ``client`` under a response; whether there was one.

    The client sees that the response is not whole. Granian has no way to do so: the connection is
    found among the open descriptors by its other end.
    """
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if entry.is_socket() and _closed_towards(client, os.dup(int(entry.name))):
                return True
    return False


def _closed_towards(client: tuple[str, int], descriptor: int) -> bool:
    """Close a connection if it is the client's; the descriptor is used up."""
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        os.close(descriptor)
        raise
    with connection:
        found = connection.family in _FAMILIES and connection.getpeername()[:2] == client
        if found:
            connection.shutdown(socket.SHUT_RDWR)
        return found


def _unread(pipe: int) -> int:
    """Bytes that wait in a pipe."""
    (size,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))
    return int(size)
