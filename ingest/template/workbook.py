"""The workbook: a sheet to read, a sheet for each class, and the lists, which are hidden."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cepgraph.schema import ClassSchema, Schema
from ingest.columns import KEY, KIND, Column
from ingest.lists import Lists
from ingest.sheets.sheet import SHEET_ROWS
from ingest.template.entry import choices_of, entry_of, takes_several
from ingest.template.example import EXAMPLE, example_row
from ingest.template.help import help_of, need_of
from ingest.template.lists_sheet import ListsSheet
from ingest.template.page import Page, pages_of, with_graph
from ingest.template.readme import write_readme
from ingest.template.style import (
    WRAPPED,
    dress_example,
    dress_header,
    format_of,
    header_of,
    on_paper,
    width_of,
    write,
)
from ingest.template.text import fit, lines_of

_AUTHOR: Final = "cepgraph"
_LONGEST_PROMPT, _LONGEST_TITLE = 255, 32
_COMMENT_WIDTH, _COMMENT_LETTERS, _LINE_HEIGHT = 360, 52, 18


def workbook(
    classes: Sequence[ClassSchema], schema: Schema, lists: Lists, version: str = ""
) -> bytes:
    """An XLSX file with a sheet for each class, and one that describes the graph itself."""
    pages = pages_of(with_graph(classes, schema), schema)
    book = Workbook()
    book.remove(book.worksheets[0])
    write_readme(book, pages, lists, version)
    known = ListsSheet(lists)
    for page in pages:
        _write_page(book.create_sheet(page.sheet), page, lists, known)
    known.write(book)
    book.active = 0
    book.properties.creator = _AUTHOR
    book.properties.title = fit(", ".join(page.sheet for page in pages), 200)
    book.properties.version = fit(version) or None
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _write_page(sheet: Worksheet, page: Page, lists: Lists, known: ListsSheet) -> None:
    example = example_row(page.columns, lists)
    for number, column in enumerate(page.columns, start=1):
        letter = get_column_letter(number)
        dimension = sheet.column_dimensions[letter]
        dimension.width = width_of(column, choices_of(column, lists), example.get(column.name, ""))
        dimension.number_format = format_of(column)
        dimension.alignment = WRAPPED
        head, shown = sheet.cell(1, number), sheet.cell(2, number)
        write(head, header_of(column))
        dress_header(head, need_of(column), some_kinds_only=bool(column.only_for))
        head.comment = _comment(help_of(column, lists))
        shown.number_format = format_of(column)
        dress_example(shown)
        text = EXAMPLE if number == 1 else example.get(column.name, "")
        if text:
            write(shown, _typed(text, column))
        rule = _rule(column, help_of(column, lists), known.name_of(column, page))
        rule.add(f"{letter}2:{letter}{SHEET_ROWS}")
        sheet.add_data_validation(rule)
    _arrange(sheet, page)


def _arrange(sheet: Worksheet, page: Page) -> None:
    """What stays in view, what can be filtered, and how it is printed."""
    named = [number for number, c in enumerate(page.columns) if c.name not in (KEY, KIND)]
    beside = min((named[0] if named else 0) + 1, len(page.columns) - 1)
    sheet.freeze_panes = f"{get_column_letter(beside + 1)}2"
    last = get_column_letter(len(page.columns))
    sheet.auto_filter.ref = f"A1:{last}{SHEET_ROWS}"
    sheet.row_dimensions[1].height = 36
    sheet.print_title_rows = "1:1"
    on_paper(sheet)


def _comment(text: str) -> Comment:
    """A comment that is as large as its text needs."""
    comment = Comment(fit(text), _AUTHOR)
    comment.width = _COMMENT_WIDTH
    comment.height = (lines_of(text, _COMMENT_LETTERS) + 1) * _LINE_HEIGHT
    return comment


def _rule(column: Column, help_text: str, name: str) -> DataValidation:
    """A drop-down where there is a list; everywhere, what to write, beside the cell.

    Where a cell takes several values, one that is not in the list is let through: ``A | B``.
    """
    title = fit(column.label, _LONGEST_TITLE)
    prompt = fit(help_text, _LONGEST_PROMPT)
    if not name:
        return DataValidation(showInputMessage=True, promptTitle=title, prompt=prompt)
    several = takes_several(column)
    return DataValidation(
        type="list",
        formula1=name,
        allow_blank=True,
        showInputMessage=True,
        promptTitle=title,
        prompt=prompt,
        showErrorMessage=True,
        errorStyle="information" if several else "stop",
        errorTitle=title,
        error=(
            "This is not one value of the list. Several values are written with “ | ” between "
            "them; each must be in the list."
            if several
            else "Choose one value of the list, or leave the cell empty."
        ),
    )


def _typed(text: str, column: Column) -> str | float | date:
    """An example as a spreadsheet would hold it, once it was typed."""
    entry = entry_of(column)
    if entry == "day" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if entry in ("whole", "decimal", "number") and re.fullmatch(r"-?\d{1,15}(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text
