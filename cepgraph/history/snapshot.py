"""All quads as they stood at some version, packed."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, parse

from cepgraph.errors import LogDamaged
from cepgraph.history.durable import written_whole

ENDING = ".nq.gz"


def read_snapshot(path: Path) -> Iterator[Quad]:
    """The quads of a snapshot file, streamed.

    Raises:
        LogDamaged: it cannot be unpacked, or holds something else.
    """
    if path.exists() and not path.stat().st_size:  # which gzip takes for no quads
        raise LogDamaged(str(path), "the snapshot is empty; remove it, the log holds the same")
    try:
        with gzip.open(path, "rb") as file:
            yield from parse(cast("IO[bytes]", file), format=RdfFormat.N_QUADS, lenient=True)
    except (OSError, EOFError, zlib.error, SyntaxError) as error:
        hint = "remove it, the log holds the same" if path.exists() else "it is gone"
        raise LogDamaged(str(path), f"the snapshot cannot be read ({error}); {hint}") from error


def write_snapshot(path: Path, dump: Callable[[IO[bytes]], None]) -> None:
    """Keep what ``dump`` writes, which is N-Quads."""
    with (
        written_whole(path) as raw,
        # mtime=0: the same quads give the same bytes
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed,
    ):
        dump(cast("IO[bytes]", packed))
