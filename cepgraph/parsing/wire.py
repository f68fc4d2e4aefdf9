"""What travels between the web process and the parser process: a length, and so much JSON.

Nothing here loads the grammar: only the parser process has it.
"""

import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from socket import MSG_WAITALL, socket
from typing import Any, Final, NamedTuple

import orjson

LENGTH: Final = struct.Struct("!Q")

Message = dict[str, Any]


class Pattern(NamedTuple):
    """Terms in N-Triples syntax; ``None`` where any will do."""

    subject: str | None
    predicate: str | None
    object: str | None


@dataclass(frozen=True)
class Service:
    """A SERVICE pattern: its place in the text, whom it asks, and what.

    ``variables`` are those that the solutions may bind, in any order.
    """

    start: int
    end: int
    endpoint: str
    silent: bool
    query: str
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a query asks of others: places of ``services`` are those in ``text``.

    ``text`` is the query, with characters for some escapes.
    """

    text: str
    services: tuple[Service, ...]

    def answered(self, values: Sequence[str]) -> str:
        """The query with a block of values for each service."""
        pieces = []
        place = 0
        for service, block in zip(self.services, values, strict=True):
            pieces += [self.text[place : service.start], " ", block, " "]
            place = service.end
        return "".join([*pieces, self.text[place:]])


def pack(message: Message) -> bytes:
    """The bytes of a message."""
    text = orjson.dumps(message)
    return LENGTH.pack(len(text)) + text


async def receive(read_exactly: Callable[[int], Awaitable[bytes]]) -> Message:
    """The next message of a stream."""
    (length,) = LENGTH.unpack(await read_exactly(LENGTH.size))
    message: Message = orjson.loads(await read_exactly(length))
    return message


def wait_for_message(connection: socket) -> Message | None:
    """The next message of a socket, or ``None`` when the other end has closed."""
    start = connection.recv(LENGTH.size, MSG_WAITALL)
    if len(start) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(start)
    text = connection.recv(length, MSG_WAITALL)
    if len(text) < length:
        return None
    message: Message = orjson.loads(text)
    return message
