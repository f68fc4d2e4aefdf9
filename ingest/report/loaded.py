"""The sender's own workbook, loaded with its formats, and without anything that acts."""

import re
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from ingest.report.cells import is_live, set_text
from ingest.report.weight import MOST_CELLS, can_be_loaded

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# All that openpyxl raises at files that are no workbook as it knows them; others can read some.
_UNLOADABLE: Final = (
    *(BadZipFile, ParseError, zlib.error, EOFError, OSError, ValueError, TypeError),
    *(AttributeError, LookupError, ArithmeticError, RuntimeError, AssertionError),
)
_REACHES_OUT: Final = re.compile(
    r"\[[^\]]*\][^\[\]!,]*!"  # another workbook
    r"|\||://"  # a program's channel, an address
    r"|\b(WEBSERVICE|HYPERLINK|IMAGE|RTD|DDE|CALL|REGISTER(\.ID)?|EXEC|STOCKHISTORY|CUBE\w+)\s*\(",
    re.IGNORECASE,
)


def load(path: Path, most_cells: int = MOST_CELLS) -> "Workbook | None":
    """A workbook (XLSX or XLSM) to be marked; ``None`` where it is too large or cannot be loaded.

    Macros, links to other workbooks, pictures, charts and pivot tables are left behind.
    """
    from openpyxl import load_workbook

    try:
        if not can_be_loaded(path, most_cells):
            return None
        # what it leaves behind is told in the workbook, not on standard error
        with path.open("rb") as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(source, keep_vba=False, keep_links=False)
    except _UNLOADABLE:
        return None


def disarm(workbook: "Workbook") -> int:
    """Turn formulas into their text, and take out whatever reaches outside; how many formulas.

    Drop-downs, formats and names stay where they speak of this workbook alone.
    """
    workbook.template = False
    for chart in list(workbook.chartsheets):
        workbook.remove(chart)
    for name, defined in list(workbook.defined_names.items()):
        if _reaches_out(defined.value):
            del workbook.defined_names[name]
    return sum(_disarm_sheet(sheet) for sheet in workbook.worksheets)


def cells_of(sheet: "Worksheet") -> "list[Cell]":
    """The cells that a worksheet has, those hidden by a merge left out.

    ``iter_rows`` would make one of every place between the first and the last: two cells in
    opposite corners are seventeen thousand million.
    """
    from openpyxl.cell import Cell

    return [cell for cell in sheet._cells.values() if isinstance(cell, Cell)]


def _disarm_sheet(sheet: "Worksheet") -> int:
    formulas = 0
    for cell in cells_of(sheet):
        if cell.data_type == "f":
            formulas += 1
            set_text(cell, _formula(cell.value))
        elif cell.data_type == "s" and isinstance(cell.value, str) and is_live(cell.value):
            cell.quotePrefix = True
        link = cell.hyperlink
        if link is not None and (link.target or link.id):
            cell.hyperlink = None
    # what openpyxl keeps of these has no public name
    for name in ("_charts", "_images", "_pivots"):
        setattr(sheet, name, [])
    for name, defined in list(sheet.defined_names.items()):
        if _reaches_out(defined.value):
            del sheet.defined_names[name]
    validations = sheet.data_validations
    validations.dataValidation = [
        rule
        for rule in validations.dataValidation
        if not (_reaches_out(rule.formula1) or _reaches_out(rule.formula2))
    ]
    _disarm_tables(sheet)
    _disarm_formatting(sheet)
    return formulas


def _disarm_tables(sheet: "Worksheet") -> None:
    for table in list(sheet.tables.values()):
        if table.tableType not in (None, "worksheet") or table.connectionId is not None:
            del sheet.tables[table.name]
            continue
        for column in table.tableColumns:
            column.calculatedColumnFormula = None
            column.totalsRowFormula = None


def _disarm_formatting(sheet: "Worksheet") -> None:
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        for rule in formatting.rules:
            if not any(_reaches_out(formula) for formula in rule.formula):
                kept.add(str(formatting.sqref), rule)
    sheet.conditional_formatting = kept


def _formula(value: Any) -> str:
    """The text of a formula; of an array formula too, and nothing of a data table."""
    text = value if isinstance(value, str) else getattr(value, "text", None) or ""
    return text if text.startswith("=") or not text else f"={text}"


def _reaches_out(formula: str | None) -> bool:
    return bool(formula and _REACHES_OUT.search(formula))
