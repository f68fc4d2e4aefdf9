"""What it would cost to load a workbook whole, found out without loading it."""

from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile

from ingest.sheets.sheet import SHEET_COLUMNS, SHEET_ROWS

MOST_CELLS: Final = 200_000
"""Cells of a workbook that is loaded whole: some 8 s and 110 MB, as measured."""
_MOST_BYTES: Final = 128 << 20
_MOST_PARTS: Final = 2_000
_MOST_ELEMENTS: Final = 1_200_000
_COUNTED: Final = {"c", "row"}
_SPREAD: Final = {"mergeCell", "hyperlink", "comment", "table"}
"""Elements that make a cell of every place in their range, when they are loaded."""


def can_be_loaded(path: Path, most_cells: int = MOST_CELLS) -> bool:
    """Whether a workbook (XLSX) is small enough to be loaded whole.

    Whatever the file says of itself, this reads no more than some 128 MB of XML, and counts the
    cells, the blank ones and those that a range would make included.

    Raises:
        BadZipFile, ValueError: no workbook, or one with a document type declaration.
    """
    with ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
            return False
        weight = _Weight(most_cells)
        return all(weight.bears(archive, part.filename) for part in parts)


class _Weight:
    def __init__(self, most_cells: int) -> None:
        self._cells = most_cells
        self._elements = _MOST_ELEMENTS

    def bears(self, archive: ZipFile, name: str) -> bool:
        """Whether there is room for this part too; what is no XML weighs nothing."""
        # of openpyxl, which takes it from defusedxml: no entities, no document types
        from openpyxl.xml.functions import iterparse

        with archive.open(name) as source:
            try:
                for _, element in iterparse(source, events=("end",)):
                    kind = str(element.tag).rpartition("}")[2]
                    self._elements -= 1
                    if kind in _COUNTED:
                        self._cells -= 1
                    elif kind in _SPREAD:
                        self._cells -= _area(element.get("ref", ""))
                    if min(self._cells, self._elements) < 0:
                        return False
                    element.clear()
            except ParseError:
                return True
        return True


def _area(ref: str) -> int:
    """How many cells ``A1:C3`` has; whole rows and columns are as long as they can be."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(ref)
    except ValueError:
        return 1
    width = SHEET_COLUMNS if left is None or right is None else abs(right - left) + 1
    height = SHEET_ROWS if top is None or bottom is None else abs(bottom - top) + 1
    return width * height
