"""The first sheet of a marked workbook: everything that was said, line by line, with links."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ingest.report.cells import text_cell
from ingest.report.marks import FILLS, HEADING, Grid
from ingest.report.remark import MOST_KEPT, Group, Remark
from ingest.report.words import clipped, counted, summary
from ingest.sheets.sheet import letter_of

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

TITLE: Final = "Problems"
_HEADERS: Final = (
    *("Severity", "Sheet", "Row", "Column", "Cell", "Found"),
    *("What is wrong, and how to mend it", "Did you mean"),
)
_WIDTHS: Final = (12, 20, 8, 24, 9, 32, 70, 36)
_HOW: Final = (
    "Cells with a thick red line must be mended, those with a dashed amber line should be looked "
    "at; each has a comment. Mend them in this workbook and send it again."
)
_LONGEST_MESSAGE: Final = 2_000
_LINE: Final = 15.5
"""Height of a line, in points."""
_MOST_HIGH: Final = 20
_MOST_LINES: Final = 50_000

Target = Callable[[Remark], tuple[str, int, int] | None]
"""Title of the sheet of this workbook that a remark stands in, row number and column index."""


def targets(grids: Iterable[tuple[Grid, str]]) -> Target:
    """Finds a remark in sheets of these titles."""
    known = list(grids)

    def find(remark: Remark) -> tuple[str, int, int] | None:
        for grid, title in known:
            at = grid.at(remark.place)
            if at is not None:
                return (title, *at)
        return None

    return find


@dataclass
class ProblemsSheet:
    """Writes the sheet, row by row, into a new worksheet, which may be one that only appends."""

    sheet: "Worksheet"
    target: Target
    _row: int = 0

    def write(self, groups: Sequence[Group], notices: Sequence[str] = ()) -> None:
        """All remarks that were kept, and how many there are of the others.

        Args:
            notices: sentences on what differs between this workbook and the one that was sent.
        """
        from openpyxl.worksheet.properties import PageSetupProperties

        for index, width in enumerate(_WIDTHS):
            self.sheet.column_dimensions[letter_of(index)].width = width
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        above = [HEADING, f"{summary(groups)}.", _HOW, *notices]
        header = len(above) + 2
        self.sheet.freeze_panes = f"A{header + 1}"
        self._append([self._cell(HEADING, wrapped=False, font=_font(bold=True, size=14))])
        for text in (*above[1:], ""):
            self._append([self._cell(text, wrapped=False)])
        self._append([self._cell(text, font=_font(bold=True)) for text in _HEADERS])
        for index, group in enumerate(groups):
            if self._row >= _MOST_LINES:
                others = counted(len(groups) - index, "other kind")
                self._append([self._cell(f"… and {others} of problem.", wrapped=False)])
                break
            self._group(group)
        last = letter_of(len(_HEADERS) - 1)
        self.sheet.auto_filter.ref = f"A{header}:{last}{max(self._row, header)}"

    def _group(self, group: Group) -> None:
        first = group.first[:MOST_KEPT]
        for remark in first:
            self._append(self._line(remark))
        if group.count > len(first):
            more = f"… and {group.count - len(first):,} more with this problem: {group.message}"
            said = (group.severity.capitalize(), group.sheet, "", group.column, "", "")
            self._append([self._cell(text) for text in (*said, clipped(more, _LONGEST_MESSAGE))])

    def _line(self, remark: Remark) -> list["Cell"]:
        from openpyxl.styles import PatternFill

        place = remark.place
        line = "" if place.line is None else f"line {place.line}"
        severity = self._cell(remark.severity.capitalize(), font=_font(bold=True))
        colour = FILLS.get(remark.severity)
        if colour:
            severity.fill = PatternFill("solid", fgColor=colour, bgColor=colour)
        message = clipped(remark.message, _LONGEST_MESSAGE)
        about = f"{message}\n({remark.focus})" if remark.focus and place.row is None else message
        return [
            severity,
            self._cell(place.sheet),
            self._cell(line if place.row is None else place.row),
            self._cell(place.column),
            self._link(remark),
            self._cell(clipped(remark.value)),
            self._cell(about),
            self._cell(", ".join(map(clipped, remark.candidates))),
        ]

    def _link(self, remark: Remark) -> "Cell":
        from openpyxl.utils import quote_sheetname
        from openpyxl.worksheet.hyperlink import Hyperlink

        found = self.target(remark)
        if found is None:
            return self._cell(remark.place.cell)
        title, row, column = found
        address = f"{letter_of(column)}{row}"
        cell = self._cell(address, font=_font(underline="single", color="FF1F4FA3"))
        # a place in the workbook, no address of the network; C2 alone could be a column
        location = f"{quote_sheetname(title)}!${letter_of(column)}${row}"
        cell.row, cell.column = self._row + 1, _HEADERS.index("Cell") + 1
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)
        return cell

    def _cell(self, value: str | int, *, wrapped: bool = True, **style: Any) -> "Cell":
        from openpyxl.styles import Alignment

        cell = text_cell(self.sheet, value)
        cell.font = _font()
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=wrapped)
        for name, dressed in style.items():
            setattr(cell, name, dressed)
        return cell

    def _append(self, cells: "list[Cell]") -> None:
        self._row += 1
        lines = [
            sum(1 + len(line) // width for line in cell.value.splitlines())
            for cell, width in zip(cells, _WIDTHS, strict=False)
            if cell.alignment.wrap_text and isinstance(cell.value, str)
        ]
        # not every program finds out by itself how high a row must be
        self.sheet.row_dimensions[self._row].height = _LINE * min(max(lines, default=1), _MOST_HIGH)
        self.sheet.append(cells)


def _font(**style: Any) -> "Font":
    from openpyxl.styles import Font

    return Font(**{"name": "Calibri", "size": 11, **style})
