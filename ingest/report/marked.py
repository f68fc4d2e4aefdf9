"""The marked workbook: what was sent, with the faulty cells coloured and commented."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest.report.loaded import cells_of, disarm, load
from ingest.report.marks import HEADING, Grid, dress, marks_of, undress
from ingest.report.problems import TITLE, ProblemsSheet, Target, targets
from ingest.report.rebuilt import rebuild
from ingest.report.remark import Group, Remarks
from ingest.report.weight import MOST_CELLS
from ingest.sheets.sheet import Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WORKBOOKS: Final = ("xlsx", "xlsm")


def mark(
    source: Path,
    name: str,
    form: str,
    sheets: Sequence[Sheet],
    remarks: Remarks,
    target: Path,
    *,
    most_cells: int = MOST_CELLS,
) -> None:
    """Write a copy of a file as XLSX in which every faulty cell is marked.

    Violations are red with a thick line, warnings amber with a dashed one; each has a comment
    that says what is wrong, how to mend it, and what may have been meant. What concerns a row as a
    whole is marked in its first column. The first sheet, ``Problems``, lists everything, with
    links to the cells. Rows keep their numbers.

    A workbook with fewer than ``most_cells`` cells keeps its formats, drop-downs and comments, but
    no formula (its text stays), no macro, no link to elsewhere, no picture. From a larger one, and
    from files of other forms, a new workbook is made of the values. Nothing that was sent becomes
    a formula.

    Args:
        source: the bytes that were sent.
        name: what the sender calls the file; remarks at other files are left out.
        form: ``xlsx``, ``csv``, ``json``, …, as it was read.
        sheets: what was read from it; none for a file that is no table.
        target: where the workbook is written; what stands there is replaced.

    Raises:
        OSError: ``target`` cannot be written.
    """
    groups = [group for group in remarks.groups() if group.file in ("", name)]
    workbook = load(source, most_cells) if form in _WORKBOOKS else None
    if workbook is None or not _mark_loaded(workbook, sheets, groups, target):
        rebuild(sheets, groups, target)


def _mark_loaded(
    workbook: "Workbook", sheets: Sequence[Sheet], groups: Sequence[Group], target: Path
) -> bool:
    """Whether the sender's workbook could be marked and written."""
    for earlier in [sheet for sheet in workbook.worksheets if sheet["A1"].value == HEADING]:
        workbook.remove(earlier)
    formulas = disarm(workbook)
    titled = []
    for grid in map(Grid, sheets):
        worksheet = _worksheet(workbook, grid.sheet)
        if worksheet is not None:
            _mark_sheet(worksheet, grid, groups)
            titled.append((grid, worksheet.title))
    _add_problems(workbook, targets(titled), groups, formulas)
    try:
        workbook.save(target)
    except (ValueError, TypeError, AttributeError, LookupError):
        # openpyxl read something that it cannot write
        return False
    return True


def _worksheet(workbook: "Workbook", sheet: Sheet) -> "Worksheet | None":
    wanted = sheet.name.strip().casefold()
    for worksheet in workbook.worksheets:
        if worksheet.title.strip().casefold() == wanted:
            return worksheet
    return None


def _mark_sheet(worksheet: "Worksheet", grid: Grid, groups: Sequence[Group]) -> None:
    from openpyxl.cell import MergedCell

    for cell in cells_of(worksheet):
        undress(cell)
    corners = {
        (row, column): (merged.min_row, merged.min_col)
        for merged in worksheet.merged_cells.ranges
        for row, column in merged.cells
    }
    for (row, index), mark in marks_of(groups, grid).items():
        # only the first of merged cells can be marked
        at = corners.get((row, index + 1), (row, index + 1))
        marked = worksheet.cell(*at)
        if not isinstance(marked, MergedCell):
            dress(marked, mark)


def _add_problems(
    workbook: "Workbook", find: Target, groups: Sequence[Group], formulas: int
) -> None:
    titles = {title.casefold() for title in workbook.sheetnames}
    title, number = TITLE, 2
    while title.casefold() in titles:
        title, number = f"{TITLE} {number}", number + 1
    for worksheet in workbook.worksheets:
        # sheets that are selected together are also edited together
        worksheet.sheet_view.tabSelected = False
    first = workbook.create_sheet(title, 0)
    workbook.active = first
    notices = []
    if formulas:
        notices.append(
            f"Formulas were turned into text, and are no longer worked out ({formulas:,}): put "
            "values in their place before you send it again."
        )
    ProblemsSheet(first, find).write(groups, notices)
