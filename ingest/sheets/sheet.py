"""What every reader of tables gives: sheets of rows of cells, each with its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

Scalar = str | int | float | bool | date | datetime | time | timedelta | None
Cell = Scalar | tuple[Scalar, ...]
"""What stands in a cell; several values only where the form of the file has lists (JSON)."""

_EXACT: Final = 1e15
"""Whole numbers below this are exact as floating point."""
SHEET_ROWS: Final = 1_048_576
SHEET_COLUMNS: Final = 16_384
"""What a spreadsheet has at the most (Excel; LibreOffice has the same rows)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank.

    ``number`` is counted from 1 as a spreadsheet shows it, blank rows included.
    """

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Range:
    """Cells from one corner to the other; rows count from 1, columns from 0, both included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    Attributes:
        file: name of the file, as the sender named it.
        name: name of the sheet; empty where the file is one table.
        rows: gives the rows that are not blank, from the first on, each time that it is called.
        hidden: whether the sender's program does not show the sheet.
        merged: merged cells.
        formulas: formula by row number and column index, of the cells that hold one.
        lettered: whether columns have letters (A, B, …), as in a spreadsheet.
        unit: what a row is called in this kind of file.
    """

    file: str
    name: str
    rows: Callable[[], Iterator[Row]]
    hidden: bool = False
    merged: tuple[Range, ...] = ()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lettered: bool = True
    unit: str = "row"


@dataclass(frozen=True)
class Limits:
    """What a file may be at the most; a larger one is refused and costs no more than this."""

    bytes: int = 256 << 20
    rows: int = 1_000_000
    """Rows that are not blank, of all sheets together."""
    columns: int = 1_000
    """Columns that hold anything."""
    characters: int = 100_000
    """Characters of one cell."""


def letter_of(index: int) -> str:
    """``A`` for column 0, ``AA`` for column 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell; white space is nothing."""
    return cell is None or cell == () or (isinstance(cell, str) and not cell.strip())


def shown(cell: Cell) -> str:
    """The cell as a person would read it in the sheet."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        return " | ".join(shown(value) for value in cell)
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
