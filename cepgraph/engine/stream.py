"""The web process's end of a dump."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final

from cepgraph.engine.dump import LENGTH, PIECE, DumpRequest, dump_head
from cepgraph.engine.link import Recalled
from cepgraph.engine.wire import FrameReader, pack
from cepgraph.errors import EngineDown

READY_S: Final = 60.0
"""Seconds that a version may take to be made ready."""


async def pieces_of_dump(recalled: Recalled, request: DumpRequest) -> AsyncGenerator[bytes, None]:
    """What the process sends, in pieces, as fast as they are taken; then it is gone.

    Raises:
        EngineDown: it ended, or could not begin, before all was sent.
    """
    writer = None
    whole = False
    try:
        reader, writer = await asyncio.open_unix_connection(
            sock=recalled.connection, limit=4 * PIECE
        )
        async with asyncio.timeout(READY_S):
            await _until_ready(reader)
        writer.writelines(pack(dump_head(request)))
        while (size := LENGTH.unpack(await reader.readexactly(LENGTH.size))[0]) > 0:
            yield await reader.readexactly(size)
        whole = True
    except (asyncio.IncompleteReadError, ConnectionResetError) as error:
        raise EngineDown("the dump broke off; try again") from error
    except TimeoutError as error:
        raise EngineDown("this version could not be made ready in time; try again") from error
    finally:
        if not whole:
            # its process id is its own until it is reaped
            with suppress(ProcessLookupError):
                os.kill(recalled.pid, signal.SIGKILL)
        if writer is not None:
            writer.close()
        recalled.engine.tell("reap", pid=recalled.pid)


async def _until_ready(reader: asyncio.StreamReader) -> None:
    frames = FrameReader()
    frame = None
    while frame is None:
        frame = frames.feed(await reader.readexactly(1))
    if not frame[0]["ready"]:
        raise EngineDown(f"this version cannot be made ready: {frame[0]['problem']}")
