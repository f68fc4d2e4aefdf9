"""The sheets of an ODS workbook, with formulas, merged cells and error values."""

from typing import Final

from cepgraph.errors import BadInput
from ingest.report.remark import Place, Remark
from ingest.sheets.elements import Elements, local
from ingest.sheets.features import Features
from ingest.sheets.package import Package, locked
from ingest.sheets.sheet import SHEET_COLUMNS, SHEET_ROWS, Range

_CELLS: Final = ("table-cell", "covered-table-cell")
_CONTENT: Final = "content.xml"
_NOTABLE: Final = (b"<!", b":formula", b"-spanned", b"table-source")
"""What a document type, a formula, merged cells and a link to another document begin with."""
_MANIFEST: Final = "META-INF/manifest.xml"


def features_of_ods(package: Package) -> tuple[dict[str, Features], list[Remark]]:
    """By name, the sheets that may have formulas, merged cells or error values.

    Raises:
        BadInput: damaged, encrypted, with a document type, or with cells outside of a sheet.
    """
    if _MANIFEST in package:
        manifest = _Manifest()
        Elements(package.name, manifest.begin).read(package.chunks(_MANIFEST))
        if manifest.encrypted:
            raise locked(package.name)
    # a plain content is not walked through: that takes longer than reading the values
    if not package.has_any(_CONTENT, *_NOTABLE):
        return {}, []
    content = _Content(package.name)
    content.elements.read(package.chunks(_CONTENT))
    remarks = []
    if content.linked:
        message = (
            "The workbook refers to other documents. These are not opened; the values last stored "
            "were taken."
        )
        remarks.append(Remark("note", "external-links", message, Place(file=package.name)))
    return content.found, remarks


class _Manifest:
    def __init__(self) -> None:
        self.encrypted = False

    def begin(self, tag: str, _: dict[str, str]) -> None:
        self.encrypted = self.encrypted or tag == "encryption-data"


class _Content:
    """Walks through the content of a workbook."""

    def __init__(self, file: str) -> None:
        self.found: dict[str, Features] = {}
        self.linked = False
        self.elements = Elements(file, self._begin, self._end)
        self._file = file
        self._features = Features(file, "")
        self._tables = 0
        self._row = 0
        self._row_repeat = 1
        self._column = 0
        self._columns = 1
        self._cell: dict[str, str] | None = None

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            if self._tables == 1:
                self._open_cell(local(attributes))
        elif tag == "p":
            if self._cell is not None and _may_be_error(self._cell):
                self.elements.listen(self._heard)
        elif tag == "table-row":
            if self._tables == 1:
                self._row += self._row_repeat
                self._row_repeat = self._count(local(attributes), "number-rows-repeated")
                self._column = 0
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                name = local(attributes).get("name", "")
                self._features = self.found.setdefault(name, Features(self._file, name))
                self._row, self._row_repeat, self._cell = 1, 0, None
        elif tag == "table-source":
            self.linked = True

    def _end(self, tag: str) -> None:
        if tag == "table":
            self._tables -= 1
        elif tag in _CELLS and self._cell is not None and self._tables == 1:
            self._column += self._columns
            self._cell = None

    def _open_cell(self, told: dict[str, str]) -> None:
        self._columns = self._count(told, "number-columns-repeated")
        self._cell = told
        row, column = self._row, self._column
        if "formula" in told:
            if not (0 < row <= SHEET_ROWS and column < SHEET_COLUMNS):
                raise self._damaged(told["formula"])
            self._features.add_formula((row, column), f"={told['formula'].partition('=')[2]}")
            if "value-type" not in told:
                self._features.add_valueless((row, column))
        across = self._count(told, "number-columns-spanned")
        down = self._count(told, "number-rows-spanned")
        if across > 1 or down > 1:
            merged = Range(row, column, row + down - 1, column + across - 1)
            self._features.add_merged(merged)

    def _heard(self, text: str) -> None:
        """What a cell with an error shows; LibreOffice has codes of its own beside Excel's."""
        text = text.strip()
        if text.startswith(("#", "Err:")):
            for index in range(self._columns * self._row_repeat):
                down, right = divmod(index, self._columns)
                self._features.add_error((self._row + down, self._column + right), text)

    def _count(self, told: dict[str, str], key: str) -> int:
        text = told.get(key, "1")
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= SHEET_ROWS):
            raise self._damaged(text)
        return int(text[:9])

    def _damaged(self, value: str) -> BadInput:
        problem = "the file is damaged: a cell stands outside of the sheet"
        return BadInput(problem, file=self._file, sheet=self._features.name, value=value[:40])


def _may_be_error(told: dict[str, str]) -> bool:
    """Whether a cell may show an error: as a text beside a formula whose value is none."""
    return told.get("string-value") == "" and "formula" in told
