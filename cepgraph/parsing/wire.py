"""What travels between the web process and the parser process: a length, and so much JSON."""

import struct
from collections.abc import Awaitable, Callable
from socket import MSG_WAITALL, socket
from typing import Any, Final

import orjson

LENGTH: Final = struct.Struct("!Q")

Message = dict[str, Any]


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
