"""The hidden sheet with what drop-downs offer; each list has a name that drop-downs refer to.

A list that is written into the drop-down itself may have 255 characters; one on a sheet, any.
"""

import re
from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName

from ingest.columns import Column
from ingest.lists import Lists
from ingest.template.entry import YES_NO, choices_of
from ingest.template.page import LISTS, Page
from ingest.template.style import dress_table, write

_PREFIX: Final = "list_"
_LONGEST: Final = 200


class ListsSheet:
    """Names of lists by what they offer; written into a workbook when all are known."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._names: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()

    def name_of(self, column: Column, page: Page) -> str:
        """The name of the list that a column chooses from; empty where it has none."""
        choices = choices_of(column, self._lists)
        if not choices:
            return ""
        if choices not in self._names:
            self._names[choices] = self._free(_wanted(column, page, choices))
        return self._names[choices]

    def write(self, book: Workbook) -> None:
        """Add the sheet and the names."""
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        for number, (choices, name) in enumerate(self._names.items(), start=1):
            letter = get_column_letter(number)
            for row, text in enumerate((name, *choices), start=1):
                cell = sheet.cell(row, number)
                write(cell, text)
                dress_table(cell, head=row == 1)
            sheet.column_dimensions[letter].width = 30
            place = f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${len(choices) + 1}"
            book.defined_names[name] = DefinedName(name, attr_text=place)

    def _free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name


def _wanted(column: Column, page: Page, choices: tuple[str, ...]) -> str:
    if choices == YES_NO:
        said = "yes_no"
    elif column.field is not None and column.field.scheme:
        said = column.field.scheme.rsplit("/", 1)[-1]
    else:
        said = f"{page.cls.collection}_{column.name}"
    return _PREFIX + re.sub(r"[^A-Za-z0-9_]", "_", said)[:_LONGEST]
