"""How the cells of a workbook look, and in which format they are kept."""

from datetime import date
from typing import Final

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingest.columns import Column
from ingest.template.entry import Entry, entry_of
from ingest.template.help import OPTIONAL, RECOMMENDED, REQUIRED, need_of
from ingest.template.text import cell_text

MARKS: Final = {REQUIRED: " *", RECOMMENDED: " +", OPTIONAL: ""}
"""After a label in the header. Headers are compared by letters and digits, so marks do no harm."""

_FILLS: Final = {REQUIRED: "1F3864", RECOMMENDED: "BDD7EE", OPTIONAL: "EDEDED"}
_INKS: Final = {REQUIRED: "FFFFFF", RECOMMENDED: "1F3864", OPTIONAL: "262626"}
_GREY: Final = "737373"
_LINE: Final = Side(style="thin", color="BFBFBF")

TEXT_FORMAT: Final = "@"
_FORMATS: Final[dict[Entry, str]] = {
    "day": "yyyy-mm-dd",
    "whole": "0",
    "decimal": "#,##0.00####",
    "number": "General",
}
"""All else is kept as text: leading zeros stay, and 2024-07 stays a month and becomes no day."""

_WIDTHS: Final[dict[Entry, int]] = {
    "reference": 32,
    "address": 34,
    "day": 14,
    "date": 14,
    "whole": 12,
    "decimal": 14,
    "number": 14,
    "yes-no": 10,
    "any": 18,
}
_NARROWEST, _WIDEST = 16, 48

INK: Final = "1F3864"

WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def font(*, size: int = 11, bold: bool = False, italic: bool = False, color: str = "") -> Font:
    """The one typeface of a workbook; a font without a name is shown in whatever there is."""
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color or None)


def format_of(column: Column) -> str:
    """The number format of a column's cells."""
    return _FORMATS.get(entry_of(column), TEXT_FORMAT)


def width_of(column: Column, choices: tuple[str, ...], example: str) -> int:
    """The width of a column in characters, wide enough for its header, choices and example."""
    content = max((len(text) for text in (*choices, example)), default=0)
    fitting = _WIDTHS.get(entry_of(column)) or min(_WIDEST, max(_NARROWEST, content + 4))
    longest_word = max((len(word) for word in header_of(column).split()), default=0)
    return max(fitting, longest_word + 5)


def header_of(column: Column) -> str:
    """What stands above a column: its label and the mark of its need."""
    return column.label + MARKS[need_of(column)]


def write(cell: Cell | MergedCell, value: str | float | date) -> None:
    """Put a value into a cell; text stays text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = cell_text(value)
    cell.data_type = "s"


def dress_header(cell: Cell | MergedCell, need: str, *, some_kinds_only: bool = False) -> None:
    """The look of a header, by need; in italics where only some kinds of thing have the column."""
    cell.font = font(bold=True, italic=some_kinds_only, color=_INKS[need])
    cell.fill = PatternFill("solid", fgColor=_FILLS[need])
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = Border(bottom=_LINE, right=_LINE)


def dress_example(cell: Cell | MergedCell) -> None:
    """The look of an example: grey, in italics."""
    cell.font = font(italic=True, color=_GREY)
    cell.alignment = WRAPPED


def dress_table(cell: Cell | MergedCell, *, head: bool = False) -> None:
    """The look of a table for reading."""
    cell.font = font(bold=head)
    cell.alignment = WRAPPED
    cell.border = Border(top=_LINE, bottom=_LINE, left=_LINE, right=_LINE)
    if head:
        cell.fill = PatternFill("solid", fgColor=_FILLS[OPTIONAL])


def on_paper(sheet: Worksheet, *, one_wide: bool = False) -> None:
    """Printed on A4, across; with all columns on one page where they are few."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    if one_wide:
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
