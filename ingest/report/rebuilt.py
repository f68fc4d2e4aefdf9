"""A workbook made anew from what was read, with every row at its own number."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.report.cells import is_live, plain_value, text_cell
from ingest.report.marks import Grid, Mark, dress, marks_of, read
from ingest.report.problems import TITLE, ProblemsSheet, targets
from ingest.report.remark import Group
from ingest.sheets.sheet import SHEET_COLUMNS, SHEET_ROWS, Row, Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_COPIED: Final = 1_000_000
"""Cells that are copied; of what comes after, only the rows that are marked."""
_NOT_IN_TITLES: Final = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
_LONGEST_TITLE: Final = 31
_COLUMN_WIDTH: Final = 18
_ANEW: Final = (
    "This workbook was made anew from the values that were sent: rows have the same numbers; "
    "formats, comments and drop-downs were left behind."
)


def rebuild(
    sheets: Sequence[Sheet], groups: Sequence[Group], path: Path, *, most_copied: int = MOST_COPIED
) -> None:
    """Write a workbook of all sheets, marked, to ``path``, a row at a time.

    Values are copied, formats are not. A text in a sheet stays text, whatever it begins with.
    """
    from openpyxl import Workbook

    grids = [grid for grid in map(Grid, sheets) if not grid.is_problems]
    titled = list(zip(grids, titles_of(grid.sheet for grid in grids), strict=True))
    workbook = Workbook(write_only=True)
    first = workbook.create_sheet(TITLE)
    copies = _Copies(workbook, most_copied)
    for grid, title in titled:
        copies.add(grid, title, marks_of(groups, grid))
    notices = [_ANEW] if titled else []
    if copies.left_out:
        notices.append(
            f"It holds the first {most_copied:,} cells, and of the {copies.left_out:,} rows below "
            "them only those that are marked."
        )
    ProblemsSheet(first, targets(titled)).write(groups, notices)
    workbook.save(path)


def titles_of(sheets: Iterable[Sheet]) -> list[str]:
    """A title for each sheet, as a workbook allows them: all different, without their signs."""
    titles: list[str] = []
    taken = {TITLE.casefold(), "history"}
    for sheet in sheets:
        name = sheet.name or Path(sheet.file).stem
        plain = _NOT_IN_TITLES.sub(" ", name).strip(" '")[:_LONGEST_TITLE] or "Sheet"
        title, number = plain, 2
        while title.casefold() in taken:
            ending = f" {number}"
            title = plain[: _LONGEST_TITLE - len(ending)] + ending
            number += 1
        taken.add(title.casefold())
        titles.append(title)
    return titles


class _Copies:
    """Copies sheets into a workbook, while there is room."""

    def __init__(self, workbook: "Workbook", most_cells: int) -> None:
        self._workbook = workbook
        self._room = most_cells
        self.left_out = 0

    def add(self, grid: Grid, title: str, marks: Mapping[tuple[int, int], Mark]) -> None:
        """A copy of one sheet, with its marks."""
        copy = self._workbook.create_sheet(title)
        copy.sheet_state = "hidden" if grid.sheet.hidden else "visible"
        copy.sheet_format.defaultColWidth = _COLUMN_WIDTH
        marked: dict[int, dict[int, Mark]] = {}
        for (number, column), mark in marks.items():
            marked.setdefault(number, {})[column] = mark
        written = 0
        for row in _with_blank(
            read(grid.sheet), [number - grid.lower for number in sorted(marked)]
        ):
            number = row.number + grid.lower
            self._room -= len(row.cells)
            if number > SHEET_ROWS or (self._room < 0 and number not in marked):
                self.left_out += 1
                continue
            for _ in range(number - 1 - written):
                copy.append([])
            copy.append(_cells(copy, row, marked.get(number, {})))
            written = number


def _with_blank(rows: Iterator[Row], marked: Sequence[int]) -> Iterator[Row]:
    """The rows, and the marked ones among the blank rows between them."""
    waiting = deque(marked)
    for row in rows:
        while waiting and waiting[0] < row.number:
            yield Row(waiting.popleft(), ())
        if waiting and waiting[0] == row.number:
            waiting.popleft()
        yield row
    for number in waiting:
        yield Row(number, ())


def _cells(sheet: Any, row: Row, marks: Mapping[int, Mark]) -> list[Any]:
    values = [plain_value(cell) for cell in row.cells[:SHEET_COLUMNS]]
    cells: list[Any] = [text_cell(sheet, value) if is_live(value) else value for value in values]
    if marks:
        cells.extend([None] * (max(marks) + 1 - len(cells)))
    for column, mark in marks.items():
        cells[column] = text_cell(sheet, values[column] if column < len(values) else None)
        dress(cells[column], mark)
    return cells
