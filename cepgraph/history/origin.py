"""The rows that a change was made from, where it came from tables: a file beside the entry.

Each line is ``["<IRI>", "file", "sheet", row]`` in JSON. An entry without such a file, as older
ones are, came from no tables.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cepgraph.errors import LogDamaged
from cepgraph.history.durable import written_whole

ENDING = ".rows.gz"


@dataclass(frozen=True)
class Origin:
    """The row of a file that a thing was described by: ``row`` as the sheet counts."""

    iri: str
    file: str
    sheet: str
    row: int


def read_origins(path: Path, iri: str | None = None) -> Iterator[Origin]:
    """The rows in a file, or those of one thing; none where there is no such file.

    Raises:
        LogDamaged: they cannot be read.
    """
    if not path.exists():
        return
    begin = "[" if iri is None else f"[{json.dumps(iri)}, "
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if line.startswith(begin):
                    thing, name, sheet, row = json.loads(line)
                    yield Origin(thing, name, sheet, row)
                elif not line.startswith("["):
                    raise LogDamaged(str(path), "the rows cannot be read")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise LogDamaged(str(path), f"the rows cannot be read ({error})") from error


def write_origins(path: Path, origins: Iterable[Origin]) -> None:
    """Write the rows, if there are any; what an interrupted writer left is replaced or removed."""
    path.unlink(missing_ok=True)
    rows = iter(origins)
    first = next(rows, None)
    if first is None:
        return
    with (
        written_whole(path) as raw,
        # mtime=0: the same rows give the same bytes
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
    ):
        for origin in chain([first], rows):
            line = json.dumps([origin.iri, origin.file, origin.sheet, origin.row])
            packed.write(line.encode() + b"\n")
