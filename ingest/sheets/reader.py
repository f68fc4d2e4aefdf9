"""Files to tables: whatever program made them."""

import hashlib
from pathlib import Path
from typing import Final

from cepgraph.errors import BadInput, TooLarge, UnsupportedFormat
from ingest.octets import chunks_of, refuse_other_than_files
from ingest.report.remark import Place, Remark
from ingest.sheets.book import Book
from ingest.sheets.delimiter import Known
from ingest.sheets.kind import Kind, is_binary, kind_of
from ingest.sheets.sheet import Limits

_TEXT: Final = (".csv", ".tsv", ".txt", ".tab")
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
TABLE_ENDINGS: Final = (*_TEXT, *_WORKBOOKS, ".json")


def is_table(name: str) -> bool:
    """Whether a file of this name is read as a table, by its ending."""
    return Path(name).suffix.lower() in TABLE_ENDINGS


def read_sheets(
    path: Path, name: str, limits: Limits, known: Known | None = None, *, nested: bool = False
) -> Book:
    """The tables of a file, read as what it is; its ending decides only where that is not clear.

    ``name`` is what the sender calls the file. ``known`` tells the headers that are looked for (in
    lower case, of letters and digits alone), by which a delimiter is chosen. ``nested`` gives
    every object inside of a JSON object columns of its own. Rows are read when they are asked
    for: what is wrong in one of them is raised then, as ``BadInput``.

    Raises:
        BadInput: no file, a folder, a device; empty, too large, damaged, locked, in no encoding
            that is read; with its place.
        UnsupportedFormat: a file that has no rows, or an ending that stands for no table.
    """
    refuse_other_than_files(path)
    ending = Path(name).suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise UnsupportedFormat(
            f"the ending says no table; known are {', '.join(TABLE_ENDINGS)}", file=name
        )
    if not path.stat().st_size:
        raise BadInput("the file is empty", file=name)
    kind = kind_of(path, name)
    if kind == "text" and ending in _WORKBOOKS and is_binary(path):
        problem = (
            f"this is no {ending[1:].upper()} workbook; the file is damaged, or its ending wrong"
        )
        raise BadInput(problem, file=name)
    if kind == "text" and ending == ".json":
        kind = "json"
    book = _book(path, name, limits, kind, known, nested)
    if ending not in _endings_of(book.form):
        message = (
            f"The file is {_called(book.form)}, whatever its ending says, and was read as that."
        )
        book.remarks.insert(0, Remark("note", "other-than-its-ending", message, Place(file=name)))
    return book


def _book(
    path: Path, name: str, limits: Limits, kind: Kind, known: Known | None, nested: bool
) -> Book:
    if kind == "text":
        from ingest.sheets.text import read_text

        return read_text(path, name, limits, known)
    sha256 = _hashed(path, name, limits)
    if kind == "json":
        from ingest.sheets.objects import read_objects

        return read_objects(path, name, limits, sha256, nested=nested)
    from ingest.sheets.workbook import read_workbook

    return read_workbook(path, name, limits, sha256, kind)


def _hashed(path: Path, name: str, limits: Limits) -> str:
    digest = hashlib.sha256()
    if path.stat().st_size > limits.bytes:
        raise TooLarge(f"the file is larger than {limits.bytes >> 20} MB", file=name)
    for chunk in chunks_of(path, name, None):
        digest.update(chunk)
    return digest.hexdigest()


def _endings_of(form: str) -> tuple[str, ...]:
    if form in ("csv", "tsv"):
        return _TEXT
    return (".xlsx", ".xlsm") if form == "xlsx" else (f".{form}",)


def _called(form: str) -> str:
    return "a text with delimited cells (CSV)" if form in ("csv", "tsv") else form.upper()
