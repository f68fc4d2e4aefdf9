"""The body of a request that writes, as it comes: of known length, not packed, never for ever."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect, Request

from api.problems import HttpProblem

IDLE_S: Final = 30.0
"""Seconds in which the next piece of a body must come."""
WHOLE_S: Final = 1800.0
"""Seconds in which all of it must come: who sends takes the place of another meanwhile."""
_BUFFER: Final = 1 << 20


def length_of(request: Request, most: int, beside: int = 0) -> int:
    """The length of the body, in bytes; ``beside`` may be there beside the ``most`` of its files.

    Raises:
        HttpProblem: 411 none is announced, 413 it is too large, 415 the body is packed.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HttpProblem(415, "bodies are read as they are, not packed")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise HttpProblem(411, "send the length of the body")
    if int(length) > most + beside:
        raise too_large(most)
    return int(length)


def too_large(most: int) -> HttpProblem:
    """The refusal of a body that is larger than files may be."""
    return HttpProblem(413, f"what is sent at once may have {most >> 20} MB")


async def pieces_of(request: Request, most: int, beside: int = 0) -> AsyncIterator[bytes]:
    """The pieces of the body, as many bytes as ``length_of`` allows.

    Raises:
        HttpProblem: 400 it was cut off, 408 it stopped coming, 413 it is too large.
    """
    pieces = request.stream()
    loop = asyncio.get_running_loop()
    end = loop.time() + WHOLE_S
    size = 0
    while True:
        left = end - loop.time()
        try:
            async with asyncio.timeout(min(IDLE_S, left)):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            problem = (
                f"nothing more came for {IDLE_S:g} s"
                if left > IDLE_S
                else f"it did not come whole within {WHOLE_S:g} s"
            )
            raise HttpProblem(408, problem) from error
        except ClientDisconnect as error:
            raise HttpProblem(400, "the body ended before its announced length") from error
        size += len(piece)
        if size > most + beside:
            raise too_large(most)
        yield piece


async def read_body(request: Request, path: Path, most: int) -> int:
    """Write the body to a file; how many bytes it has.

    Raises:
        HttpProblem: as ``length_of`` and ``pieces_of``.
    """
    announced = length_of(request, most)
    written = 0
    gathered = bytearray()
    async for piece in pieces_of(request, most):
        gathered += piece
        if len(gathered) > _BUFFER:
            written += await asyncio.to_thread(_append, path, bytes(gathered))
            gathered.clear()
    written += await asyncio.to_thread(_append, path, bytes(gathered))
    if written < announced:
        raise HttpProblem(400, "the body ended before its announced length")
    return written


def _append(path: Path, content: bytes) -> int:
    with path.open("ab") as file:
        return file.write(content)
