"""A process of its own that unpacks one workbook, and is lost alone when that goes wrong.

The libraries that read workbooks keep whole sheets in memory, and end the process when there is
none left. This file is run as a script, by its path, with nothing of this project at hand: a
folder for libraries, limits of memory (bytes) and time (seconds), the number of the pipe to write
to, what is wanted (``sheets``, ``all``, ``rows`` or ``sparse``), the workbook's path, and a
sheet's name in hexadecimal.
"""

import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

_BATCH = 20_000
"""Cells that are sent together."""
NO_MEMORY = 3

Message = tuple[str, Any]
"""``sheets``, ``all`` and ``rows`` with what was asked for, ``end``, or ``locked``."""


def main(arguments: list[str]) -> None:
    """Answer one question."""
    import resource

    libraries, memory, seconds, pipe, wanted, path, *sheet = arguments
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        _, most = resource.getrlimit(kind)
        least = int(limit) if most == resource.RLIM_INFINITY else min(int(limit), most)
        resource.setrlimit(kind, (least, least))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(libraries)
    with Connection(int(pipe), readable=False) as out:
        for message in _answers(wanted, path, *map(_name, sheet)):
            out.send(message)


def _name(written: str) -> str:
    return bytes.fromhex(written).decode("utf-8", "surrogatepass")


def _answers(wanted: str, path: str, sheet: str = "") -> Iterator[Message]:
    if wanted == "sparse":
        yield from _batches(_sparse(path, sheet))
        yield "end", None
        return
    from python_calamine import CalamineError, PasswordError

    try:
        book = _opened(path)
    except PasswordError:
        yield "locked", None
        return
    except CalamineError as error:
        if "limit exceeded" in str(error):
            raise MemoryError from error
        raise
    if wanted == "rows":
        yield from _batches(_dense(book.get_sheet_by_name(sheet)))
    else:
        listed = [_described(book, number) for number in range(len(book.sheet_names))]
        yield "sheets", listed
        if wanted == "all":
            yield from _everything(book, [number for number, told in enumerate(listed) if told[3]])
    yield "end", None


def _everything(book: Any, numbers: list[int]) -> Iterator[Message]:
    """The rows of several sheets, all of each together, unless they are many."""
    left = _BATCH * 10
    for number in numbers:
        rows = []
        for row in _dense(book.get_sheet_by_index(number)):
            rows.append(row)
            left -= len(row[1])
            if left < 0:
                return
        yield "all", (book.sheet_names[number], rows)


def _opened(path: str) -> Any:
    """The workbook, as what its ending says; else, as what it is."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError:
        raise
    except CalamineError:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slow to load
                return CalamineWorkbook.from_filelike(file)
        except PasswordError:
            raise
        except CalamineError:
            pass
        # the first error says more
        raise


def _described(book: Any, number: int) -> tuple[str, str, bool, bool, list[Any]]:
    """Name, type, whether it is hidden, whether it holds anything, merged ranges."""
    told = book.sheets_metadata[number]
    kind = str(told.typ).rpartition(".")[2]
    hidden = str(told.visible).rpartition(".")[2] != "Visible"
    if kind != "WorkSheet":
        return told.name, kind, hidden, False, []
    sheet = book.get_sheet_by_index(number)
    return told.name, kind, hidden, sheet.end is not None, sheet.merged_cell_ranges or []


def _dense(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    if sheet.start is None:
        return
    padding = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in cells):
            yield number, padding + cells if padding else cells


def _sparse(path: str, name: str) -> Iterator[tuple[int, list[Any]]]:
    """Rows by a reader that is slower, and keeps one row at a time."""
    import warnings

    from openpyxl import load_workbook

    warnings.simplefilter("ignore")
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheet = book[name]
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in cells):
            yield number, ["" if cell is None else cell for cell in cells]


def _batches(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Message]:
    batch: list[tuple[int, list[Any]]] = []
    cells = 0
    for row in rows:
        batch.append(row)
        cells += len(row[1])
        if cells > _BATCH:
            yield "rows", batch
            batch, cells = [], 0
    if batch:
        yield "rows", batch


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MemoryError:
        sys.exit(NO_MEMORY)
