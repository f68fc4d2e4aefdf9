"""The append-only log: one file per accepted change, in RDF Patch.

An entry is written to a temporary name, flushed to the disk, and renamed to its number; the rename
is the moment at which a change has happened. Numbers have no gaps, so the head is found by looking
for the next one. Format: https://afs.github.io/rdf-delta/rdf-patch.html; our headers tell who,
when, why, which source, and the version.

    log/000/000012.rdfp
    log/000/000012.rows.gz      the row of a file behind each thing, where it came from tables
    snapshots/000010.nq.gz      all quads as they stood at version 10
"""

import gzip
import json
import os
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import IO, Protocol, cast, overload, runtime_checkable

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from cepgraph.errors import LogDamaged, NotFound

_PART = 10_000
"""Quads that are written at a time."""


@runtime_checkable
class Written(Protocol):
    """Quads that can also be had as text, which is the faster way for many of them."""

    def nquads(self) -> Iterator[bytes]:
        """The quads as N-Quads, whole lines, in parts."""


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
class Origin:
    """The row of a file that a thing was described by: ``row`` as the sheet counts."""

    iri: str
    file: str
    sheet: str
    row: int


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
        return self._quads["A"]

    @property
    def removed(self) -> list[Quad]:
        """Quads that the change removed, entailed ones included."""
        return self._quads["D"]

    def speaks_of(self, thing: NamedNode) -> bool:
        """Whether the entry names a thing at all; much quicker than reading its quads."""
        wanted = str(thing).encode()
        with self.path.open("rb") as file:
            return any(wanted in line for line in file)

    def origins(self) -> Iterator[Origin]:
        """The rows that the change was made from, where it came from tables.

        Raises:
            LogDamaged: they cannot be read.
        """
        path = _origins_of(self.path)
        if not path.exists():
            return
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for line in file:
                    iri, name, sheet, row = json.loads(line)
                    yield Origin(iri, name, sheet, row)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise LogDamaged(str(path), f"the rows cannot be read ({error})") from error

    @property
    def written(self) -> "tuple[Logged, Logged]":
        """What was added and what was removed, read from the file when it is asked for."""
        return (
            Logged(self.path, b"A ", self.added_count),
            Logged(self.path, b"D ", self.removed_count),
        )

    @cached_property
    def _quads(self) -> dict[str, list[Quad]]:
        lines: dict[str, list[bytes]] = {"A": [], "D": []}
        line = b""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                code, _, rest = line.partition(b" ")
                name = code.decode("ascii", "replace")
                if name in lines:
                    lines[name].append(rest)
                elif name not in ("H", "TX", "TC"):
                    raise LogDamaged(str(self.path), f"line {number} is not RDF Patch")
        if line.strip() != b"TC .":
            raise LogDamaged(str(self.path), "the entry is not closed")
        if (len(lines["A"]), len(lines["D"])) != (self.added_count, self.removed_count):
            raise LogDamaged(str(self.path), "it does not hold as many quads as it says")
        try:
            return {
                code: list(parse(b"".join(body), format=RdfFormat.N_QUADS, lenient=True))
                for code, body in lines.items()
            }
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
            while part := b"".join(islice(lines, _PART)):
                yield part


class History:
    """The log in ``folder`` (its ``log`` and ``snapshots`` folders). One writer, many readers."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        self._snapshots = folder / "snapshots"
        self._head = 0

    def head(self) -> int:
        """Version of the newest entry; 0 for an empty log. One file look-up when nothing is new."""
        if self._head == 0 and self._log.is_dir():
            folders = [f for f in self._log.iterdir() if f.is_dir() and f.name.isdigit()]
            for folder in sorted(folders, key=lambda f: int(f.name), reverse=True):
                numbers = [int(p.stem) for p in folder.glob("*.rdfp") if p.stem.isdigit()]
                if numbers:
                    self._head = max(numbers)
                    break
        while self._path(self._head + 1).exists():
            self._head += 1
        return self._head

    def entry(self, version: int) -> Entry:
        """The entry with this number.

        Raises:
            NotFound: there is none.
            LogDamaged: its headers cannot be read.
        """
        path = self._path(version)
        if version < 1 or not path.exists():
            raise NotFound("version", str(version))
        try:
            with path.open("r", encoding="utf-8") as file:
                headers = _read_headers(file)
            entry = Entry(
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
        if entry.version != version:
            raise LogDamaged(str(path), f"it says that it is version {entry.version}")
        return entry

    def identifier(self, version: int) -> str:
        """Identifier of an entry; empty when the log no longer has it."""
        try:
            return self.entry(version).identifier
        except NotFound:
            return ""

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Entries with a number above ``after``, oldest first."""
        for version in range(after + 1, self.head() + 1):
            yield self.entry(version)

    def append(
        self,
        added: Sequence[Quad],
        removed: Sequence[Quad],
        provenance: Provenance,
        graphs: tuple[str, ...],
        origins: Iterable[Origin] = (),
    ) -> Entry:
        """Write the next entry; when this returns, the change has happened and will survive.

        The rows that it was made from lie beside it, and are there before it is. The caller holds
        the writer's lock.
        """
        version = self.head() + 1
        path = self._path(version)
        entry = Entry(
            version=version,
            identifier=f"urn:uuid:{uuid.uuid4()}",
            previous=self.entry(version - 1).identifier if version > 1 else "",
            when=datetime.now(UTC).replace(microsecond=0),
            provenance=provenance,
            graphs=graphs,
            added_count=len(added),
            removed_count=len(removed),
            path=path,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_origins(_origins_of(path), origins)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            _write_entry(file, entry, added, removed)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        _flush_folder(path.parent)
        self._head = version
        return entry

    def sweep(self) -> None:
        """Remove what a writer left half-written when it died. Only the lock's holder may."""
        for folder in (*self._log.glob("[0-9]*"), self._snapshots):
            for partial in folder.glob("*.partial"):
                partial.unlink()

    def snapshots(self) -> list[tuple[int, Path]]:
        """Versions of which a snapshot exists, with its file, newest first."""
        found = [
            (int(path.name.removesuffix(".nq.gz")), path)
            for path in self._snapshots.glob("*.nq.gz")
            if path.name.removesuffix(".nq.gz").isdigit()
        ]
        return sorted(found, reverse=True)

    def snapshot(self, at_most: int | None = None) -> tuple[int, Path] | None:
        """The newest snapshot, or the newest that is no newer than version ``at_most``."""
        limit = self.head() if at_most is None else at_most
        return next(((n, path) for n, path in self.snapshots() if n <= limit), None)

    def write_snapshot(self, version: int, dump: Callable[[IO[bytes]], None]) -> Path:
        """Keep all quads as they stand at ``version``; ``dump`` writes them as N-Quads."""
        self._snapshots.mkdir(parents=True, exist_ok=True)
        path = self._snapshots / f"{version:06d}.nq.gz"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as raw:
            # mtime=0: the same quads give the same bytes
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed:
                dump(cast("IO[bytes]", packed))
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(path)
        _flush_folder(self._snapshots)
        return path

    def _path(self, version: int) -> Path:
        return self._log / f"{version // 1000:03d}" / f"{version:06d}.rdfp"


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


def _origins_of(entry: Path) -> Path:
    return entry.with_suffix(".rows.gz")


def _write_origins(path: Path, origins: Iterable[Origin]) -> None:
    """Write the rows, if there are any; what an interrupted writer left is replaced or removed."""
    path.unlink(missing_ok=True)
    rows = iter(origins)
    first = next(rows, None)
    if first is None:
        return
    partial = path.with_suffix(".partial")
    with partial.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
            for origin in chain([first], rows):
                line = json.dumps([origin.iri, origin.file, origin.sheet, origin.row])
                packed.write(line.encode() + b"\n")
        raw.flush()
        os.fsync(raw.fileno())
    partial.rename(path)


def _write_entry(
    file: IO[bytes], entry: Entry, added: Sequence[Quad], removed: Sequence[Quad]
) -> None:
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
        for part in quads.nquads() if isinstance(quads, Written) else _nquads(quads):
            file.write(code + part[:-1].replace(b"\n", b"\n" + code) + b"\n")
    file.write(b"TC .\n")


def _nquads(quads: Sequence[Quad]) -> Iterator[bytes]:
    """N-Quads in parts: whole lines, each with one line feed, at its end."""
    for start in range(0, len(quads), _PART):
        yield serialize(quads[start : start + _PART], format=RdfFormat.N_QUADS) or b""


def _read_headers(file: IO[str]) -> dict[str, str]:
    headers = {}
    for line in file:
        if not line.startswith("H "):
            break
        name, _, rest = line[2:].partition(" ")
        text = rest.rstrip().removesuffix(" .")
        headers[name] = text[1:-1] if text.startswith("<") else str(json.loads(text))
    return headers


def _flush_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
