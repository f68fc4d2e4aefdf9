"""Workbooks: XLSX, ODS and XLS."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from cepgraph.errors import BadInput
from ingest.report.remark import Place, Remark
from ingest.sheets.book import Book
from ingest.sheets.bounds import Tally
from ingest.sheets.features import MOST_KEPT, Features
from ingest.sheets.ods import features_of_ods
from ingest.sheets.package import package
from ingest.sheets.sheet import Limits, Range, Row, Sheet, letter_of
from ingest.sheets.unpacking import Numbered, rows_at_once, rows_of, sheets_of
from ingest.sheets.xlsx import features_of_xlsx

_SMALL: Final = 4 << 20
"""Bytes, unpacked, of a workbook whose rows are kept in memory: it is opened but once."""


def read_workbook(path: Path, name: str, limits: Limits, sha256: str, form: str) -> Book:
    """The tables of a workbook in ``form``: ``zip`` (XLSX or ODS, as it turns out) or ``xls``.

    What a sheet holds is read when its rows are asked for, each time anew, unless the whole
    workbook is small.

    Raises:
        BadInput: damaged, locked, empty, or beyond the limits.
        UnsupportedFormat: an archive that is no workbook.
    """
    if form == "xls":
        sheets, remarks = _xls(path, name, limits)
    else:
        form, sheets, remarks = _packed(path, name, limits)
    if not sheets:
        raise BadInput("no sheet of the workbook holds anything", file=name)
    remarks += [
        Remark("note", "merged-cells", _MERGED, Place(file=name, sheet=sheet.name))
        for sheet in sheets
        if sheet.merged
    ]
    return Book(tuple(sheets), form, sha256, remarks)


_MERGED: Final = (
    "Some cells are merged; the first cell of each has the value, the others are blank."
)
_NOT_TOLD: Final = (
    "An XLS file does not tell which cells hold formulas, and cells with an error (#REF!) come "
    "out blank. Save it as XLSX to have both checked."
)
_VALUELESS: Final = (
    "The formula has no stored value, so that the cell counts as blank. Open the workbook in a "
    "spreadsheet program and save it."
)


def _packed(path: Path, name: str, limits: Limits) -> tuple[str, list[Sheet], list[Remark]]:
    with package(path, name, limits.bytes) as opened:
        form = opened.form()
        small = opened.size() <= _SMALL
        kept: dict[str, list[Numbered]] = {}
        if form == "xlsx":
            found, remarks = features_of_xlsx(opened)
            kept = rows_at_once(path, name) if small else {}
        else:
            noted, remarks = features_of_ods(opened)
            found = [
                replace(
                    noted.get(told.name) or Features(name, told.name),
                    hidden=told.hidden,
                    filled=told.filled,
                )
                for told in sheets_of(path, name, kept if small else None)
            ]
    tally = Tally(limits)
    sheets = []
    for features in found:
        if not (features.filled or features.errors):
            remarks.append(_empty(name, features.name))
            continue
        remarks += _remarks(features)
        sheets.append(
            Sheet(
                file=name,
                name=features.name,
                rows=_reader(path, features, tally, kept, sparse=form == "xlsx"),
                hidden=features.hidden,
                merged=tuple(features.merged),
                formulas=features.formulas,
            )
        )
    return form, sheets, remarks


def _reader(
    path: Path,
    features: Features,
    tally: Tally,
    kept: Mapping[str, list[Numbered]],
    *,
    sparse: bool,
) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        if features.name in kept:
            found = iter(kept[features.name])
        else:
            found = rows_of(path, features.file, features.name, sparse=sparse)
        if features.errors:
            found = _with_errors(found, features)
        return tally.bounded(found, features.file, features.name)

    return rows


def _with_errors(rows: Iterator[Numbered], features: Features) -> Iterator[Numbered]:
    """The rows with the error values that the reader leaves blank."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in sorted(features.errors.items()):
        by_row.setdefault(row, []).append((column, text))
    waiting = sorted(by_row, reverse=True)
    for number, cells in rows:
        while waiting and waiting[-1] < number:
            row = waiting.pop()
            yield row, _filled([], by_row[row])
        if waiting and waiting[-1] == number:
            yield number, _filled(cells, by_row[waiting.pop()])
        else:
            yield number, cells
    for row in reversed(waiting):
        yield row, _filled([], by_row[row])


def _filled(cells: list[object], errors: list[tuple[int, str]]) -> list[object]:
    filled = cells + [""] * (errors[-1][0] + 1 - len(cells))
    for column, text in errors:
        filled[column] = text
    return filled


def _remarks(features: Features) -> list[Remark]:
    place = Place(file=features.file, sheet=features.name)
    found = []
    if features.formula_count > len(features.formulas):
        message = f"More than {MOST_KEPT:,} cells hold formulas; only these were looked at."
        found.append(Remark("note", "many-formulas", message, place))
    for row, column in features.valueless:
        cell = Place(features.file, features.name, row, letter=letter_of(column))
        formula = features.formulas.get((row, column), "")
        found.append(Remark("warning", "formula-without-value", _VALUELESS, cell, formula))
    return found


def _empty(name: str, sheet: str) -> Remark:
    place = Place(file=name, sheet=sheet)
    return Remark("note", "sheet-empty", "This sheet is empty, and was left out.", place)


def _xls(path: Path, name: str, limits: Limits) -> tuple[list[Sheet], list[Remark]]:
    tally = Tally(limits)
    sheets = []
    remarks = [Remark("note", "formulas-unknown", _NOT_TOLD, Place(file=name))]
    kept: dict[str, list[Numbered]] = {}
    small = path.stat().st_size <= _SMALL
    for told in sheets_of(path, name, kept if small else None):
        place = Place(file=name, sheet=told.name)
        if told.kind != "WorkSheet":
            message = "This sheet is no table (a chart, a dialogue or macros), and is not read."
            remarks.append(Remark("note", "sheet-left-out", message, place))
        elif not told.filled:
            remarks.append(_empty(name, told.name))
        else:
            merged = tuple(
                Range(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in told.merged
            )
            rows = _reader(path, Features(name, told.name), tally, kept, sparse=False)
            sheets.append(Sheet(name, told.name, rows, hidden=told.hidden, merged=merged))
    return sheets, remarks
