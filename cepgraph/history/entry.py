"""One accepted change, as a file in RDF Patch.

Format: https://afs.github.io/rdf-delta/rdf-patch.html; our headers tell who, when, why, which
source, and the version. What an entry removes (``D``) stands before what it adds (``A``).
"""

import json
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, overload

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from cepgraph.errors import LogDamaged
from cepgraph.history.origin import ENDING, Origin, read_origins
from cepgraph.quads import PART, nquads

LARGE = 50_000
"""Quads above which an entry's are not held in memory; each takes about half a kilobyte."""


@dataclass(frozen=True)
class Provenance:
    """Who changed something, why, and from what."""

    who: str
    why: str
    source: str = ""
    """Name of the file or document, as the sender named it."""
    source_hash: str = ""
    """``sha256:…`` of the bytes that were sent."""
    token: str = ""
    """Identifier of the token that it was sent with; empty for somebody who has the folder."""


@dataclass(frozen=True)
class Entry:
    """One accepted change. The quads are read from its file when they are asked for."""

    version: int
    identifier: str
    previous: str
    when: datetime
    provenance: Provenance
    graphs: tuple[str, ...]
    added_count: int
    removed_count: int
    path: Path = field(compare=False)

    @property
    def added(self) -> list[Quad]:
        """Quads that the change added, entailed ones included."""
        return self._quads[b"A "]

    @property
    def removed(self) -> list[Quad]:
        """Quads that the change removed, entailed ones included."""
        return self._quads[b"D "]

    @property
    def written(self) -> "tuple[Logged, Logged]":
        """What was added and what was removed, read from the file each time, as it stands."""
        return (
            Logged(self.path, b"A ", self.added_count),
            Logged(self.path, b"D ", self.removed_count),
        )

    def quads(self) -> tuple[Sequence[Quad], Sequence[Quad]]:
        """What was added and what was removed; those of a large entry are never all in memory.

        All of the file has been read when this returns, and was found whole.

        Raises:
            LogDamaged: the file is cut, or holds something else.
        """
        if self.added_count + self.removed_count <= LARGE:
            return self.added, self.removed
        for _, part in self._parts():
            for _ in self._parsed(part):
                pass
        return self.written

    def about(self, thing: NamedNode) -> list[Quad]:
        """The added quads whose subject is ``thing``; much quicker than reading all.

        Raises:
            LogDamaged: they cannot be read.
        """
        begin = f"\nA {thing} ".encode()
        lines: list[bytes] = []
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            place = content.find(begin)
            while place >= 0:
                content.seek(place + len(b"\nA "))
                lines.append(content.readline())
                place = content.find(begin, content.tell() - 1)
        return list(self._parsed(b"".join(lines)))

    def origins(self, iri: str | None = None) -> Iterator[Origin]:
        """The rows that the change was made from, or those of one thing; none if from no tables.

        Raises:
            LogDamaged: they cannot be read.
        """
        return read_origins(origins_of(self.path), iri)

    @cached_property
    def _quads(self) -> dict[bytes, list[Quad]]:
        quads: dict[bytes, list[Quad]] = {b"A ": [], b"D ": []}
        for code, part in self._parts():
            quads[code] += self._parsed(part)
        return quads

    def _parts(self) -> Iterator[tuple[bytes, bytes]]:
        """The lines as N-Quads, in parts of one kind; the last of them when all was found whole."""
        counts = {b"A ": 0, b"D ": 0}
        kind, part, line = b"", list[bytes](), b""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                code = line[:2]
                if code in counts:
                    if part and (code != kind or len(part) == PART):
                        yield kind, b"".join(part)
                        part = []
                    kind = code
                    part.append(line[2:])
                    counts[code] += 1
                elif line.partition(b" ")[0] not in (b"H", b"TX", b"TC"):
                    raise LogDamaged(str(self.path), f"line {number} is not RDF Patch")
        if line.strip() != b"TC .":
            raise LogDamaged(str(self.path), "the entry is not closed")
        if (counts[b"A "], counts[b"D "]) != (self.added_count, self.removed_count):
            raise LogDamaged(str(self.path), "it does not hold as many quads as it says")
        if part:
            yield kind, b"".join(part)

    def _parsed(self, part: bytes) -> Iterator[Quad]:
        try:
            yield from parse(part, format=RdfFormat.N_QUADS, lenient=True)
        except SyntaxError as error:
            raise LogDamaged(str(self.path), str(error)) from error


class Logged(Sequence[Quad]):
    """Quads of one kind in an entry's file, never all of them in memory."""

    def __init__(self, path: Path, code: bytes, count: int) -> None:
        self._path = path
        self._code = code
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Quad]:
        for part in self.nquads():
            yield from parse(part, format=RdfFormat.N_QUADS, lenient=True)

    @overload
    def __getitem__(self, place: int) -> Quad: ...
    @overload
    def __getitem__(self, place: slice) -> list[Quad]: ...
    def __getitem__(self, place: int | slice) -> Quad | list[Quad]:
        return list(self)[place]

    def nquads(self) -> Iterator[bytes]:
        """The quads as N-Quads, some thousand whole lines at a time."""
        with self._path.open("rb") if self._count else BytesIO() as file:
            lines = (line[2:] for line in file if line.startswith(self._code))
            while part := b"".join(islice(lines, PART)):
                yield part


def read_entry(path: Path) -> Entry:
    """The entry in a file; its headers are read, and its quads when they are asked for.

    Raises:
        LogDamaged: its headers cannot be read.
    """
    try:
        with path.open("r", encoding="utf-8") as file:
            headers = _read_headers(file)
        return Entry(
            version=int(headers["version"]),
            identifier=headers["id"],
            previous=headers.get("prev", ""),
            when=datetime.fromisoformat(headers["when"]),
            provenance=Provenance(
                headers["who"],
                headers["why"],
                headers["source"],
                headers["source-hash"],
                headers.get("token", ""),
            ),
            graphs=tuple(json.loads(headers["graphs"])),
            added_count=int(headers["added"]),
            removed_count=int(headers["removed"]),
            path=path,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LogDamaged(str(path), f"the header cannot be read ({error})") from error


def write_entry(
    file: IO[bytes], entry: Entry, added: Sequence[Quad], removed: Sequence[Quad]
) -> None:
    """Write an entry with its quads."""
    headers = {
        "id": entry.identifier,
        "prev": entry.previous,
        "version": str(entry.version),
        "when": entry.when.isoformat(),
        "who": entry.provenance.who,
        "why": entry.provenance.why,
        "source": entry.provenance.source,
        "source-hash": entry.provenance.source_hash,
        "token": entry.provenance.token,
        "graphs": json.dumps(entry.graphs),
        "added": str(entry.added_count),
        "removed": str(entry.removed_count),
    }
    for name, value in headers.items():
        text = (
            f"<{value}>"
            if name in ("id", "prev") and value
            else json.dumps(value, ensure_ascii=False)
        )
        file.write(f"H {name} {text} .\n".encode())
    file.write(b"TX .\n")
    for code, quads in ((b"D ", removed), (b"A ", added)):
        for part in nquads(quads):
            file.write(code + part[:-1].replace(b"\n", b"\n" + code) + b"\n")
    file.write(b"TC .\n")


def origins_of(entry: Path) -> Path:
    """Where the rows behind an entry lie."""
    return entry.with_suffix(ENDING)


def _read_headers(file: IO[str]) -> dict[str, str]:
    headers = {}
    for line in file:
        if not line.startswith("H "):
            break
        name, _, rest = line[2:].partition(" ")
        text = rest.rstrip().removesuffix(" .")
        headers[name] = text[1:-1] if text.startswith("<") else str(json.loads(text))
    return headers
