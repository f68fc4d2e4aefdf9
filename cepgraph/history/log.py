"""The append-only log as a folder: one file per accepted change.

An entry is written to a temporary name, flushed to the disk, and renamed to its number; the rename
is the moment at which a change has happened. Numbers have no gaps, so the head is found by looking
for the next one.

    log/000/000012.rdfp
    log/000/000012.rows.gz      the row of a file behind each thing, where it came from tables
    snapshots/000010.nq.gz      all quads as they stood at version 10
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pyoxigraph import Quad

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import snapshot
from cepgraph.history.durable import PARTIAL, make_folder, written_whole
from cepgraph.history.entry import Entry, Provenance, origins_of, read_entry, write_entry
from cepgraph.history.origin import Origin, write_origins


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
        entry = read_entry(path)
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
        make_folder(path.parent)
        write_origins(origins_of(path), origins)
        with written_whole(path) as file:
            write_entry(file, entry, added, removed)
        self._head = version
        return entry

    def sweep(self) -> None:
        """Remove what a writer left when it died: files half-written, and rows without an entry.

        Only the lock's holder may.
        """
        for folder in (*self._log.glob("[0-9]*"), self._snapshots):
            for partial in folder.glob(f"*{PARTIAL}"):
                partial.unlink()
        origins_of(self._path(self.head() + 1)).unlink(missing_ok=True)

    def snapshots(self) -> list[tuple[int, Path]]:
        """Versions of which a snapshot exists, with its file, newest first."""
        found = [
            (int(path.name.removesuffix(snapshot.ENDING)), path)
            for path in self._snapshots.glob(f"*{snapshot.ENDING}")
            if path.name.removesuffix(snapshot.ENDING).isdigit()
        ]
        return sorted(found, reverse=True)

    def snapshot(self, at_most: int | None = None) -> tuple[int, Path] | None:
        """The newest snapshot, or the newest that is no newer than version ``at_most``."""
        limit = self.head() if at_most is None else at_most
        return next(((n, path) for n, path in self.snapshots() if n <= limit), None)

    def write_snapshot(self, version: int, dump: Callable[[IO[bytes]], None]) -> Path:
        """Keep all quads as they stand at ``version``; ``dump`` writes them as N-Quads."""
        path = self._snapshots / f"{version:06d}{snapshot.ENDING}"
        make_folder(self._snapshots)
        snapshot.write_snapshot(path, dump)
        return path

    def _path(self, version: int) -> Path:
        return self._log / f"{version // 1000:03d}" / f"{version:06d}.rdfp"
