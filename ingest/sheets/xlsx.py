"""The sheets of an XLSX workbook, with formulas, merged cells and error values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Final

from cepgraph.errors import BadInput
from ingest.report.remark import Place, Remark
from ingest.sheets.elements import Elements, local
from ingest.sheets.features import Cellplace, Features
from ingest.sheets.package import Package
from ingest.sheets.sheet import SHEET_COLUMNS, SHEET_ROWS, Range
from ingest.sheets.unpacking import LONGEST_NAME

_ROOT: Final = "_rels/.rels"
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_VALUE: Final = (b"<v", b":v", b"<is", b":is")
_NOTABLE: Final = (b"<!", b"<f", b":f", b'"e"', b"'e'", b"mergeCell")
"""What a document type, a formula, an error value and merged cells begin with."""
_KINDS: Final = {
    "chartsheet": "holds a chart alone",
    "dialogsheet": "is a dialogue",
    "macrosheet": "holds macros",
}


def features_of_xlsx(package: Package) -> tuple[list[Features], list[Remark]]:
    """Every sheet that can hold a table, in the order of the workbook; notes on what cannot.

    Raises:
        BadInput: damaged, with a document type, or with cells outside of a sheet.
    """
    root = _related(package, _ROOT, "")
    workbook = next((part for kind, part in root.values() if kind == "officedocument"), "")
    folder, _, file = workbook.rpartition("/")
    listed = _Listed()
    Elements(package.name, listed.sheet).read(package.chunks(workbook))
    relations = _related(package, f"{folder}/_rels/{file}.rels", folder)
    remarks: list[Remark] = []
    found: dict[str, Features] = {}
    for name, identifier, hidden in listed.sheets:
        kind, target = relations.get(identifier, ("", ""))
        if kind in _KINDS:
            message = f"This sheet {_KINDS[kind]}, and is not read."
            place = Place(file=package.name, sheet=name)
            remarks.append(Remark("note", "sheet-left-out", message, place))
        elif name in found or len(name) > LONGEST_NAME:
            problem = "the file is damaged: a sheet has the name of another, or a very long one"
            raise BadInput(problem, file=package.name, sheet=name[:LONGEST_NAME])
        else:
            found[name] = _features(package, Features(package.name, name, hidden), target)
    if any(part.startswith("xl/externallinks/") for part in package.names()):
        message = (
            "The workbook refers to other workbooks. These are not opened; the values last stored "
            "were taken."
        )
        remarks.append(Remark("note", "external-links", message, Place(file=package.name)))
    return list(found.values()), remarks


def _features(package: Package, features: Features, part: str) -> Features:
    """A plain part is not walked through: that takes longer than reading the values."""
    features.filled = package.has_any(part, *_VALUE)
    if package.has_any(part, *_NOTABLE):
        _SheetPart(features).read(package.chunks(part))
    return features


def _related(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """The parts that another one refers to, by its names for them, with their kinds."""
    found: dict[str, tuple[str, str]] = {}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            kind = attributes.get("Type", "").rpartition("/")[2].lower().removeprefix("xl")
            whole = target if target.startswith("/") else f"{folder}/{target}"
            found[attributes.get("Id", "")] = (kind, normpath(f"/{whole}").lstrip("/"))

    Elements(package.name, begin).read(package.chunks(part))
    return found


@dataclass
class _Listed:
    """The sheets that a workbook names: each with its name for the part, and if it is hidden."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)

    def sheet(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            told = local(attributes)
            hidden = told.get("state", "visible") != "visible"
            self.sheets.append((told.get("name", ""), told.get("id", ""), hidden))


class _SheetPart:
    """Walks through the part of one sheet; looks closely at what is no plain value alone."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._elements = Elements(features.file, self._begin)
        self._row = 0
        self._place: str | None = None
        self._columns_on = 0
        """Cells without a place of their own, after the one that has ``_place``."""
        self._in_cell = False
        self._is_error = False
        self._formula: Cellplace | None = None
        """Of the cell, until a value is found."""
        self._shared: dict[str, str] = {}

    def read(self, chunks: Iterable[bytes]) -> None:
        self._elements.read(chunks)
        self._end_cell()

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            if self._formula is not None:
                self._end_cell()
            self._in_cell = True
            place = attributes.get("r")
            if place is None:
                self._columns_on += 1
            else:
                self._place, self._columns_on = place, 0
            self._is_error = attributes.get("t") == "e"
        elif tag == "v":
            if self._is_error and self._in_cell:
                self._elements.listen(self._error)
            elif self._formula is not None:
                self._elements.listen(self._value)
        elif tag == "row":
            number = attributes.get("r")
            self._end_cell()
            self._row = self._row + 1 if number is None else self._number(number)
            self._place, self._columns_on = None, -1
        elif tag == "f":
            if self._in_cell:
                self._formula = self._cell()
                group = attributes.get("si", "")
                self._elements.listen(lambda text: self._found(text, group))
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "mergeCells":
            self._end_cell()

    def _end_cell(self) -> None:
        if self._formula is not None:
            self._features.add_valueless(self._formula)
        self._formula, self._in_cell = None, False

    def _found(self, text: str, group: str) -> None:
        if group:
            text = text or self._shared.get(group, "")
            self._shared.setdefault(group, text)
        self._features.add_formula(self._cell(), f"={text}")

    def _value(self, text: str) -> None:
        if text:
            self._formula = None

    def _error(self, text: str) -> None:
        self._features.add_error(self._cell(), text.strip() or "#VALUE!")
        self._formula = None

    def _cell(self) -> Cellplace:
        if self._place is None:
            return self._row, self._columns_on
        row, column = self._corner(self._place)
        return row, column + self._columns_on

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        self._features.add_merged(Range(*self._corner(first), *self._corner(last or first)))

    def _corner(self, place: str) -> Cellplace:
        found = _CELL.fullmatch(place)
        if found is None:
            raise self._damaged(place)
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        row = self._number(found[2])
        if column > SHEET_COLUMNS:
            raise self._damaged(place)
        return row, column - 1

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= SHEET_ROWS):
            raise self._damaged(text)
        return int(text[:9])

    def _damaged(self, value: str) -> BadInput:
        problem = "the file is damaged: a cell stands outside of the sheet"
        return BadInput(
            problem, file=self._features.file, sheet=self._features.name, value=value[:40]
        )
