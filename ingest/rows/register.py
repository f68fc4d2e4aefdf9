"""The things that the rows of a submission describe, by IRI and by name, with their places.

Kept in a temporary SQLite file of its own, which goes with the object: a file of a million rows
costs no more memory than one of a thousand.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingest.rows.squash import squash

_BATCH: Final = 2_000
_CACHE_KB: Final = 16_384
_SCHEMA: Final = """
CREATE TABLE thing (
    iri TEXT, class TEXT, label TEXT, name TEXT, sheet INTEGER, row INTEGER, identified INTEGER
);
"""
_INDEXES: Final = """
CREATE INDEX IF NOT EXISTS thing_iri ON thing (iri);
CREATE INDEX IF NOT EXISTS thing_name ON thing (name);
"""
_BY_NAME: Final = """
SELECT iri, class, label, sheet, row, identified FROM thing WHERE name = ?
ORDER BY sheet, row LIMIT 1000
"""
_BY_IRI: Final = """
SELECT iri, class, label, sheet, row, identified FROM thing WHERE iri = ?
ORDER BY sheet, row LIMIT 1000
"""
_OF_SHEET: Final = """
SELECT rowid, row, iri FROM thing WHERE rowid > ? AND sheet = ? ORDER BY rowid LIMIT ?
"""
_UNIDENTIFIED: Final = """
SELECT iri, class, label, sheet, row, identified FROM thing WHERE class = ? AND NOT identified
ORDER BY sheet, row
"""


@dataclass(frozen=True)
class Registered:
    """A thing that a row describes.

    ``cls`` is the IRI of its class; ``sheet`` the number of the sheet in its submission, ``row`` as
    the sheet counts.
    """

    iri: str
    cls: str
    label: str
    sheet: int
    row: int
    identified: int
    """1 where the row gives an identifier that belongs to one thing alone."""


class Register:
    """Takes things one by one; finds them when all were taken."""

    def __init__(self) -> None:
        # an empty name: a file that only this connection sees, and that SQLite removes
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for pragma in (f"cache_size=-{_CACHE_KB}", "journal_mode=OFF", "synchronous=OFF"):
            self._base.execute(f"PRAGMA {pragma}")
        self._base.executescript(_SCHEMA)
        self._waiting: list[tuple[str, str, str, str, int, int, int]] = []
        self._indexed = False

    def add(
        self, iri: str, cls: str, label: str, sheet: int, row: int, *, identified: bool = False
    ) -> None:
        """A row describes this thing."""
        self._waiting.append((iri, cls, label, squash(label), sheet, row, int(identified)))
        if len(self._waiting) >= _BATCH:
            self._write()

    def named(self, text: str) -> list[Registered]:
        """The things with this name; capitals, spaces and punctuation do not matter."""
        return self._found(_BY_NAME, squash(text))

    def of(self, iri: str) -> list[Registered]:
        """The rows that describe a thing, in their order."""
        return self._found(_BY_IRI, iri)

    def repeated(self) -> Iterator[list[Registered]]:
        """The rows of each thing that more than one row describes."""
        self._ready()
        rows = self._base.execute(
            "SELECT iri FROM thing GROUP BY iri HAVING count(*) > 1 ORDER BY min(sheet), min(row)"
        )
        for (iri,) in rows.fetchall():
            yield self.of(iri)

    def of_sheet(self, sheet: int) -> Iterator[tuple[int, str]]:
        """Row and IRI of each thing of a sheet, in the order in which they were taken."""
        self._ready()
        # a part at a time: whoever stops asking leaves no statement open
        last = 0
        while rows := self._base.execute(_OF_SHEET, (last, sheet, _BATCH)).fetchall():
            yield from ((row, iri) for _, row, iri in rows)
            last = rows[-1][0]

    def unidentified(self, cls: str) -> list[Registered]:
        """The things of a class whose rows give no identifier."""
        self._ready()
        return [Registered(*row) for row in self._base.execute(_UNIDENTIFIED, (cls,))]

    def __iter__(self) -> Iterator[Registered]:
        """All, in the order of their sheets and rows."""
        self._ready()
        rows = self._base.execute(
            "SELECT iri, class, label, sheet, row, identified FROM thing ORDER BY sheet, row"
        )
        yield from (Registered(*row) for row in rows)

    def __len__(self) -> int:
        self._ready()
        (number,) = self._base.execute("SELECT count(DISTINCT iri) FROM thing").fetchone()
        return int(number)

    def close(self) -> None:
        """Let go of the temporary file."""
        self._base.close()

    def _found(self, statement: str, value: str) -> list[Registered]:
        self._ready()
        return [Registered(*row) for row in self._base.execute(statement, (value,))]

    def _ready(self) -> None:
        if self._waiting:
            self._write()
        if not self._indexed:
            self._base.executescript(_INDEXES)
            self._indexed = True

    def _write(self) -> None:
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)", self._waiting)
        self._base.execute("COMMIT")
        self._waiting.clear()
