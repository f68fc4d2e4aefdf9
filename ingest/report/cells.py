"""Cells of a workbook that is written: what is text stays text, whatever it begins with."""

import re
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Final

from ingest.sheets.sheet import Cell as Sent
from ingest.sheets.sheet import shown

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Plain = str | int | float | bool | date | datetime | time | timedelta | None

LONGEST_TEXT: Final = 32_767
"""Characters of a cell, at the most."""
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "#")
"""What a spreadsheet may take for the beginning of a formula or an error (``#N/A``), when a person
touches the cell or the sheet goes through CSV."""
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXACT: Final = 10**15
_FIRST_YEAR: Final = 1900


def xml_text(text: str) -> str:
    """The text without the characters that no XML may hold."""
    return _NO_XML.sub("", text)


def plain_value(cell: Sent) -> Plain:
    """What a workbook can hold of a cell: its value, or what a person would read of it."""
    if isinstance(cell, tuple):
        cell = shown(cell)
    if isinstance(cell, str):
        text = xml_text(cell)
        if not text:
            return None
        return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    if isinstance(cell, bool):
        return cell
    too_large = isinstance(cell, int) and abs(cell) >= _EXACT
    no_number = isinstance(cell, float) and not isfinite(cell)
    too_early = isinstance(cell, date) and cell.year <= _FIRST_YEAR
    zoned = isinstance(cell, datetime | time) and cell.tzinfo is not None
    return shown(cell) if too_large or no_number or too_early or zoned else cell


def is_live(value: Plain) -> bool:
    """Whether a text could be taken for something else than text."""
    return isinstance(value, str) and value.startswith(_LIVE)


def text_cell(sheet: "Worksheet", value: Plain) -> "Cell":
    """A new cell with a value; text is never a formula nor an error."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        set_text(cell, value)
    else:
        cell.value = value
    return cell


def set_text(cell: "Cell", text: str) -> None:
    """Put text into a cell, to be read as nothing but text."""
    cell.value = value = plain_value(text)
    if value is None:
        return
    # what begins with = was taken for a formula, and #N/A for an error
    cell.data_type = "s"
    if is_live(value):
        cell.quotePrefix = True
