"""Which cells of a sheet are marked, how they look, and what their comments say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal

from cepgraph.errors import BadInput
from ingest.report.cells import xml_text
from ingest.report.remark import MOST_KEPT, Group, Place, Remark, Severity
from ingest.report.words import clipped
from ingest.sheets.sheet import SHEET_COLUMNS, SHEET_ROWS, Row, Sheet

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_Line = Literal["medium", "dashed"]

HEADING: Final = "Problems that the check found"
"""Stands in the first cell of the sheet that lists everything; by this it is known again."""
AUTHOR: Final = "cepgraph check"
OURS: Final = "— From the check: —"
"""Stands between a comment that was there already and what is added to it."""
FILLS: Final = {"violation": "FFC7CE", "warning": "FFEB9C"}
_BORDERS: Final[Mapping[str, tuple[_Line, str]]] = {
    "violation": ("medium", "9C0006"),
    "warning": ("dashed", "7F6000"),
}
_WORDS: Final = {"violation": "Must be mended", "warning": "Should be looked at"}
_LONGEST_COMMENT: Final = 30_000
_MOST_HEADERS: Final = 50
_WIDTH: Final = 320
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")


@dataclass
class Mark:
    """What is said of one cell, and how bad the worst of it is."""

    severity: Severity
    comment: str


class Grid:
    """The cells of one sheet in the workbook that shows it: where a place stands.

    Rows have their own numbers, but for a sheet whose headers are its row 0 (the objects of JSON
    have no row for them): there everything stands one row lower.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._by_header: dict[str, int] | None = None
        first = next(read(sheet), None)
        self.lower = 1 if first is not None and first.number == 0 else 0
        self.is_problems = bool(
            first is not None and first.number == 1 and first.cells and first.cells[0] == HEADING
        )

    def at(self, place: Place) -> tuple[int, int] | None:
        """Row number and column index of a place, from 1 and from 0; ``None`` where it has no row
        in this sheet. What has no column stands in the first."""
        mine = place.file in ("", self.sheet.file) and place.sheet == self.sheet.name
        if not mine or place.row is None:
            return None
        row, column = place.row + self.lower, self._column(place) or 0
        return (row, column) if 1 <= row <= SHEET_ROWS and column < SHEET_COLUMNS else None

    def _column(self, place: Place) -> int | None:
        if _LETTERS.fullmatch(place.letter):
            return _index_of(place.letter)
        if not place.column:
            return None
        if self._by_header is None:
            self._by_header = {}
            for row in islice(read(self.sheet), _MOST_HEADERS):
                for index, cell in enumerate(row.cells):
                    if isinstance(cell, str):
                        self._by_header.setdefault(cell.strip(), index)
        return self._by_header.get(place.column.strip())


def read(sheet: Sheet) -> Iterator[Row]:
    """The rows of a sheet, as far as they can be read."""
    with suppress(BadInput):
        yield from sheet.rows()


def marks_of(groups: Iterable[Group], grid: Grid) -> dict[tuple[int, int], Mark]:
    """Violations and warnings of a sheet by row number and column index; notes mark nothing."""
    found: dict[tuple[int, int], Mark] = {}
    for remark in (remark for group in groups for remark in group.first[:MOST_KEPT]):
        at = grid.at(remark.place) if remark.severity != "note" else None
        if at is None:
            continue
        if at in found:
            # violations come first, so the severity stays that of the first
            found[at].comment += f"\n\n{_told(remark)}"
        else:
            found[at] = Mark(remark.severity, _told(remark))
    return found


def dress(cell: "Cell", mark: Mark) -> None:
    """Colour a cell, put a line around it, and comment it; its own comment is kept before ours."""
    from copy import copy

    from openpyxl.comments import Comment
    from openpyxl.styles import Border, PatternFill, Side
    from openpyxl.styles.colors import Color

    colour = FILLS[mark.severity]
    cell.fill = PatternFill("solid", fgColor=colour, bgColor=colour)
    style, line = _BORDERS[mark.severity]
    side = Side(style=style, color=line)
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    # white letters would vanish on a light ground
    font: Any = copy(cell.font)
    font.color = Color("FF000000")
    cell.font = font
    own = cell.comment.text.partition(OURS)[0].rstrip() if cell.comment else ""
    text = f"{own}\n\n{OURS}\n{mark.comment}" if own else mark.comment
    author = cell.comment.author if own and cell.comment else AUTHOR
    text = xml_text(clipped(text, _LONGEST_COMMENT))
    height = 40 + 18 * sum(1 + len(line) // 45 for line in text.splitlines())
    cell.comment = Comment(text, xml_text(author or ""), height=min(height, 600), width=_WIDTH)


def undress(cell: "Cell") -> None:
    """Take an earlier check's colour and words from a cell that it marked."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Border, PatternFill

    comment = cell.comment
    if comment is None or not (comment.author == AUTHOR or OURS in comment.text):
        return
    own = comment.text.partition(OURS)[0].rstrip() if OURS in comment.text else ""
    cell.comment = Comment(own, comment.author, comment.height, comment.width) if own else None
    if str(cell.fill.fgColor.rgb)[2:] in FILLS.values():
        cell.fill = PatternFill()
        cell.border = Border()


def _told(remark: Remark) -> str:
    parts = [f"{_WORDS[remark.severity]}: {remark.message}"]
    if remark.value:
        parts.append(f"Found: {clipped(remark.value)}")
    if remark.candidates:
        parts.append(f"Did you mean: {', '.join(map(clipped, remark.candidates))}?")
    return "\n".join(parts)


def _index_of(letter: str) -> int:
    number = 0
    for sign in letter:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1
