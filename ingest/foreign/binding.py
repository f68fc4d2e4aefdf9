"""Which column of a sender's table is which column of a mapping."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from ingest.foreign.mapping import Mapping
from ingest.rows.header import Heading
from ingest.sheets.sheet import Cell, Row, Sheet, is_blank, letter_of, shown

_SEARCHED: Final = 60
"""Rows at the top of a sheet among which the headings are looked for."""


def plain(heading: str) -> str:
    """A heading as it is compared: without capitals, line breaks and outer spaces."""
    return " ".join(heading.split()).casefold()


@dataclass(frozen=True)
class Found:
    """A table of a foreign format: the row of its headings, and the headings.

    Attributes:
        columns: by name of the mapping's column, then by number, the index of the sender's.
        others: headings that the mapping does not name.
    """

    sheet: Sheet
    row: int
    headings: tuple[Heading, ...]
    columns: Table[str, Table[int, int]]
    others: tuple[Heading, ...]

    def cell(self, row: Row, column: str, number: int | None) -> Cell:
        """What stands in a column: of this number, or the first."""
        index = self.index(column, number)
        return row.cells[index] if index is not None and index < len(row.cells) else None

    def index(self, column: str, number: int | None) -> int | None:
        """Index of a column of the sender's, if it is there; without a number, of the first."""
        numbers = self.columns.get(column)
        if not numbers:
            return None
        return numbers[min(numbers)] if number is None else numbers.get(number)

    def heading(self, index: int) -> Heading:
        """The sender's heading above a column."""
        return next(h for h in self.headings if h.index == index)

    def data(self) -> Iterable[Row]:
        """The rows below the headings; objects, which are in memory anyhow, are kept as rows."""
        return self._rows() if self.sheet.lettered else self._kept

    @cached_property
    def _kept(self) -> Sequence[Row]:
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        return (row for row in self.sheet.rows() if row.number > self.row)


def top_of(sheet: Sheet) -> list[Row]:
    """The rows among which the headings are looked for; objects have them in the first alone."""
    return list(islice(sheet.rows(), _SEARCHED if sheet.lettered else 1))


def bound(sheet: Sheet, mapping: Mapping, top: Sequence[Row] | None = None) -> Found | None:
    """The table of this format on a sheet, if there is one; ``top`` are its rows of ``top_of``."""
    for row in top_of(sheet) if top is None else top:
        texts = {plain(shown(cell)) for cell in row.cells if not is_blank(cell)}
        if any(all(_has(texts, wanted) for wanted in mark) for mark in mapping.mark):
            return _found(sheet, row, mapping)
    return None


def _has(texts: set[str], wanted: str) -> bool:
    if "#" not in wanted:
        return plain(wanted) in texts
    pattern = pattern_of(wanted)
    return any(pattern.fullmatch(text) for text in texts)


def _found(sheet: Sheet, row: Row, mapping: Mapping) -> Found:
    patterns = [
        (pattern_of(heading), name)
        for name, column in mapping.columns.items()
        for heading in column.headings
    ]
    headings: list[Heading] = []
    others: list[Heading] = []
    columns: dict[str, dict[int, int]] = {}
    for index, cell in enumerate(row.cells):
        if is_blank(cell):
            continue
        letter = letter_of(index) if sheet.lettered else ""
        heading = Heading(index, shown(cell).strip(), None, letter)
        headings.append(heading)
        name, number = _named(plain(heading.text), patterns)
        if name and number not in columns.get(name, {}):
            columns.setdefault(name, {})[number] = index
        else:
            others.append(heading)
    return Found(sheet, row.number, tuple(headings), columns, tuple(others))


def _named(text: str, patterns: Sequence[tuple[re.Pattern[str], str]]) -> tuple[str, int]:
    for pattern, name in patterns:
        match = pattern.fullmatch(text)
        if match:
            return name, int(match[1]) if pattern.groups else 0
    return "", 0


def pattern_of(heading: str) -> re.Pattern[str]:
    """A heading as a pattern: ``#`` for a number, ``*`` for anything."""
    escaped = re.escape(plain(heading)).replace(r"\#", r"(\d{1,4})").replace(r"\*", ".*")
    return re.compile(escaped)
