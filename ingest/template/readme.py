"""The first sheet of a workbook: what it is, how it is filled, what every column means."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from cepgraph.terms import ID
from ingest.columns import Column
from ingest.lists import Lists
from ingest.template.entry import entry_of, takes_several
from ingest.template.example import example_of
from ingest.template.help import (
    BY_WHICH,
    OPTIONAL,
    RECOMMENDED,
    REQUIRED,
    how_of,
    need_of,
)
from ingest.template.page import README, Page
from ingest.template.style import (
    INK,
    MARKS,
    dress_example,
    dress_header,
    dress_table,
    font,
    on_paper,
    write,
)
from ingest.template.text import lines_of

_WIDTHS: Final = (30, 38, 96, 15, 10)
_LINE: Final = 150
"""Characters of a line of prose. No cells are merged: a reader would have to remark upon it."""
_LINE_HEIGHT: Final = 15.0
_HEADS: Final = ("Column", "Example", "What to write", "Needed", "Values")


def write_readme(book: Workbook, pages: Sequence[Page], lists: Lists, version: str) -> None:
    """Add the sheet as it stands before all others."""
    sheet = _Sheet(book.create_sheet(README))
    filled = [page for page in pages if not page.describes_graphs] or list(pages)
    sheet.title(f"Template: {', '.join(page.sheet for page in filled)}")
    sheet.say(
        "Fill this workbook with what you know; it is then checked, and published as one graph of "
        "linked data under your name. What is wrong comes back with its sheet, row and column."
    )
    made_from = f", version {version}" if version else ""
    sheet.say(f"Made by cepgraph from the shapes of its classes{made_from}.")
    _steps(sheet, pages, filled)
    _legend(sheet)
    _values(sheet, pages)
    _checking(sheet, filled[0], pages)
    _columns(sheet, pages, lists)
    _lists(sheet, pages, lists)


class _Sheet:
    """Writes from the top down."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._row = 0
        for letter, width in zip("ABCDE", _WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.sheet_view.showGridLines = False
        on_paper(sheet, one_wide=True)

    def title(self, text: str) -> None:
        self._prose(text, font(bold=True, size=16, color=INK), _LINE * 2 // 3)

    def heading(self, text: str) -> None:
        self._row += 1
        self._prose(text, font(bold=True, size=12, color=INK), _LINE)

    def say(self, text: str) -> None:
        self._prose(text, font(), _LINE)

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Rows of a table, the first of them its head."""
        for number, texts in enumerate(rows):
            self._row += 1
            lines = 1
            for column, text in enumerate(texts, start=1):
                cell = self._sheet.cell(self._row, column)
                write(cell, text)
                dress_table(cell, head=number == 0)
                lines = max(lines, lines_of(text, _WIDTHS[column - 1]))
            self._sheet.row_dimensions[self._row].height = lines * _LINE_HEIGHT

    def sample(self, text: str, meaning: str, need: str, *, some_kinds_only: bool = False) -> None:
        """A line of the legend: a cell that looks like a header, and what that means."""
        self._row += 1
        cell = self._sheet.cell(self._row, 1)
        write(cell, text)
        if need:
            dress_header(cell, need, some_kinds_only=some_kinds_only)
        else:
            dress_example(cell)
        beside = self._sheet.cell(self._row, 2)
        write(beside, meaning)
        beside.font = font()
        beside.alignment = Alignment(horizontal="left", indent=1)

    def _prose(self, text: str, look: Font, width: int) -> None:
        """Lines that run over the cells to their right, which are empty."""
        for line in wrap(text, width) or [""]:
            self._row += 1
            cell = self._sheet.cell(self._row, 1)
            write(cell, line)
            cell.font = look


def _steps(sheet: _Sheet, pages: Sequence[Page], filled: Sequence[Page]) -> None:
    sheet.heading("How to fill it")
    names = [f"“{page.sheet}”" for page in filled[:3]]
    if len(filled) > len(names):
        names.append("the sheets after them")
    where = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    steps = [
        f"On {where}, write one thing in each row, from row 3 on.",
        "Row 2 is an example: a row whose first cell begins with a bracket is passed over.",
        "Point at a header to read what its column is for; the table below has the same.",
        "Leave a cell empty where you do not know. Do not write “n/a”, “unknown” or 0 instead.",
        "Columns may be moved or taken out, and sheets left empty or deleted. Keep the headers.",
        "Columns of your own may stand beside them; they are reported, and not published.",
        "Name no child, and nothing that could identify one.",
    ]
    graphs = [page for page in pages if page.describes_graphs and page not in filled]
    if graphs:
        steps.insert(
            2,
            f"On “{graphs[0].sheet}”, say once who publishes all this, and on what terms. Its key "
            "is your short name, a slash and a name for this set of data.",
        )
    for number, step in enumerate(steps, start=1):
        sheet.say(f"{number}. {step}")


def _legend(sheet: _Sheet) -> None:
    sheet.heading("What the colours mean")
    sheet.sample(f"Label{MARKS[REQUIRED]}", "Required: a row without it is refused.", REQUIRED)
    sheet.sample(
        f"Label{MARKS[RECOMMENDED]}",
        "Recommended: a row without it is accepted, with a warning.",
        RECOMMENDED,
    )
    sheet.sample("Label", "Optional: fill it where you know it.", OPTIONAL)
    sheet.sample(
        "Label", "In italics: only some kinds of thing have it.", OPTIONAL, some_kinds_only=True
    )
    sheet.sample("Example", "An example; it is passed over.", "")


def _values(sheet: _Sheet, pages: Sequence[Page]) -> None:
    columns = [column for page in pages for column in page.columns]
    entries = {entry_of(column) for column in columns}
    sheet.heading("How values are written")
    sheet.say(
        "Several values stand in one cell with “ | ” between them: first | second. "
        "The table below says which columns take several."
    )
    if "choice" in entries:
        sheet.say(
            "From a list: choose from the drop-down, or write the value or its key, in capitals or "
            "not. The lists stand at the end of this sheet."
        )
    if "reference" in entries:
        sheet.say(f"Another thing is named by {BY_WHICH}.{_by_example(columns)}")
        sheet.say(
            "It is described on its own sheet, here or in another file, or is held already. A "
            "label that several things share is reported: write the key or the address instead."
        )
    if entries & {"date", "day"}:
        sheet.say(
            "Dates: 2024-07-03, 3 July 2024 or 03/07/2024, the day before the month; where a month "
            "or a year is enough, also 2024-07 or 2024."
        )
    if entries & {"whole", "decimal", "number"}:
        sheet.say("Numbers: in digits. A pound sign and commas between thousands do no harm.")
    sheet.say(
        "The key is the last part of a thing's permanent address. Leave it empty, and it is made "
        "from an identifier or the label; the same row has the same address for ever."
    )


def _by_example(columns: Iterable[Column]) -> str:
    """Kind and key, and the whole address, of the first reference that the shapes give."""
    for column in columns:
        example = column.field.example if column.field is not None else ""
        if entry_of(column) == "reference" and example and "://" not in example:
            return f" For instance {example}, or {ID}{example}."
    return ""


def _checking(sheet: _Sheet, first: Page, pages: Sequence[Page]) -> None:
    file = f"{first.cls.collection}.xlsx"
    named = any(page.describes_graphs for page in pages)
    graph = "" if named else " --graph IRI"
    sheet.heading("How to check and publish it")
    sheet.say(f"Check, as often as you like; nothing is written:  cepgraph check {file}{graph}")
    sheet.say(f"Publish:  cepgraph publish {file}{graph}")
    sheet.say(
        "The file takes the place of what you published under the same name before, whole. Sent "
        "again unchanged, it changes nothing."
    )


def _columns(sheet: _Sheet, pages: Sequence[Page], lists: Lists) -> None:
    for page in pages:
        sheet.heading(f"Columns of “{page.sheet}”")
        if page.cls.description:
            sheet.say(page.cls.description)
        sheet.table([_HEADS, *_rows(page, lists)])


def _rows(page: Page, lists: Lists) -> Iterable[Sequence[str]]:
    """A row for each column; none of them could be taken for a header of a sheet of data."""
    for column in page.columns:
        some = f"Only for: {', '.join(column.only_for)}." if column.only_for else ""
        told = (column.description, some, how_of(column, lists))
        example = example_of(column, lists)
        yield (
            column.label,
            f"e.g. {example}" if example else "",
            " ".join(text.strip() for text in told if text.strip()),
            need_of(column),
            "several" if takes_several(column) else "one",
        )


def _lists(sheet: _Sheet, pages: Sequence[Page], lists: Lists) -> None:
    schemes = {
        column.field.scheme: None
        for page in pages
        for column in page.columns
        if column.field is not None and lists.of(column.field.scheme)
    }
    for scheme in sorted(schemes, key=lists.title):
        sheet.heading(f"List “{lists.title(scheme)}”")
        sheet.table(
            [("Choice", "Its key", "What it means")]
            + [(entry.label, entry.key, entry.definition) for entry in lists.of(scheme)]
        )
