"""Responses in pieces: paced by their client, and never cut unseen."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api import streaming
from api.messages import Headers
from api.streaming import ClientGone, PipedStream, sever

pytestmark = pytest.mark.anyio

PIECE = b"x" * (1 << 16)


class Reader:
    """Takes a response as granian does: opens what it is told, and reads when it is asked to."""

    def __init__(self) -> None:
        self.descriptor = -1

    def response_file(self, status: int, headers: Headers, file: str) -> None:  # noqa: ARG002
        """Part of RSGI."""
        self.descriptor = os.open(file, os.O_RDONLY)
        asyncio.get_running_loop().call_later(0.01, os.read, self.descriptor, 5)

    async def rest(self) -> bytes:
        """All that is to come."""
        with os.fdopen(self.descriptor, "rb") as content:
            return await asyncio.to_thread(content.read)


@pytest.fixture
def reader() -> Reader:
    return Reader()


async def test_all_pieces_arrive_in_order(reader: Reader) -> None:
    stream = await PipedStream.begin(reader, 200, [], b"first")
    reading = asyncio.create_task(reader.rest())
    for piece in (b"a", PIECE * 3, b"z"):
        await stream.send_bytes(piece)
    stream.end()
    assert await reading == b"a" + PIECE * 3 + b"z"


async def test_a_client_that_takes_nothing_holds_the_sender(reader: Reader) -> None:
    stream = await PipedStream.begin(reader, 200, [], b"first")
    sent = 0

    async def send() -> None:
        nonlocal sent
        for _ in range(20):
            await stream.send_bytes(PIECE)
            sent += 1

    sending = asyncio.create_task(send())
    await asyncio.sleep(0.1)
    assert sent < 3
    reading = asyncio.create_task(reader.rest())
    await sending
    stream.end()
    assert len(await reading) == 20 * len(PIECE)


async def test_a_client_that_goes_away_is_told(reader: Reader) -> None:
    stream = await PipedStream.begin(reader, 200, [], b"first")
    asyncio.get_running_loop().call_later(0.05, os.close, reader.descriptor)
    sending = asyncio.gather(*(stream.send_bytes(PIECE) for _ in range(20)))
    with pytest.raises(ClientGone):
        await sending


async def test_a_response_that_nobody_takes_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(Reader):
        def response_file(self, *_: object) -> None:
            """Does nothing: the client went away at the wrong moment."""

    monkeypatch.setattr(streaming, "OPEN_S", 0.05)
    counted = []
    for _ in range(4):
        with pytest.raises(ClientGone):
            await PipedStream.begin(Deaf(), 200, [], b"first")
        await asyncio.sleep(0.05)
        counted.append(descriptors())
    # the loop opens some of its own when it is first used
    assert counted[-1] <= counted[0]


def descriptors() -> int:
    """How many are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture(params=["127.0.0.1", "::1"])
def connection(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: that of the client, and that of the server."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with (
        socket.create_server((request.param, 0), family=family) as server,
        socket.create_connection(server.getsockname()[:2]) as client,
        closing(server.accept()[0]) as accepted,
    ):
        yield client, accepted


def test_a_severed_connection_ends_for_its_client(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    client, accepted = connection
    before = descriptors()
    assert sever(client.getsockname()[:2])
    assert client.recv(1) == b""
    with pytest.raises(BrokenPipeError):
        accepted.send(b"more")
    assert descriptors() == before


def test_other_connections_are_left_alone(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    client, accepted = connection
    host, port = client.getsockname()[:2]
    assert not sever((host, port % 65535 + 1))
    accepted.sendall(b"more")
    assert client.recv(4) == b"more"
