"""The cells of one column become terms, each meaning worked out once and remembered."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.schema import Field
from ingest.rows.fault import Fault
from ingest.rows.header import Header, Heading
from ingest.rows.references import References
from ingest.rows.register import Register
from ingest.rows.values import FORMULA, literal_of, unusable, values_of
from ingest.sheets.sheet import Cell, Row, Scalar, is_blank, shown

Term = NamedNode | Literal
Meaning = tuple[Scalar, Term | Fault]
"""A value as it stands in the cell, and what it means."""

NO_MORE: Final = (-1, "")
"""After the last row of a sheet that is followed."""
_MOST_KEPT: Final = 20_000
"""Texts of a column whose meaning is remembered."""
_SUSPICIOUS: Final = frozenset("=#E \t\n")
"""How a text begins that may be a formula or an error of the spreadsheet."""
_LISTED: Final = Fault("several-values", "One value is expected here, and several are given.")
_NOTHING: Final[list[Meaning]] = []


class FieldReader:
    """One column: what its cells mean.

    ``kept`` has the meanings of texts that came before, where finding them out takes time.
    """

    def __init__(
        self,
        heading: Heading,
        field: Field,
        header: Header,
        references: References,
        characters: int,
    ) -> None:
        assert field.predicate is not None
        self.heading = heading
        self.index = heading.index
        self.field = field
        self.predicate = field.predicate
        self.is_number = any(t.value.endswith(("#decimal", "#integer")) for t in field.datatypes)
        self._formulas = header.sheet.formulas
        self._references = references
        self._characters = characters
        self.only_for = heading.column.only_for if heading.column else ()
        self._refers = bool(field.scheme or field.is_reference or field.is_iri)
        texts = [datatype.value.endswith("#string") for datatype in field.datatypes]
        self._parts = field.repeats
        self._is_text = bool(texts) and all(texts) and not self._refers
        self.kept: dict[str, list[Meaning]] = {}
        self._followed: Iterator[tuple[int, str]] | None = None
        self._next = NO_MORE

    def follow(self, register: Register) -> None:
        """Begin to follow the sheet whose things the cells mean, if they mean those of a sheet."""
        if self.heading.of is not None:
            self._followed = register.of_sheet(self.heading.of)
            self._next = next(self._followed, NO_MORE)

    def _of_same_row(self, row: int, followed: Iterator[tuple[int, str]]) -> list[Meaning]:
        while -1 < self._next[0] < row:
            self._next = next(followed, NO_MORE)
        number, iri = self._next
        return [(iri, NamedNode(iri))] if number == row else []

    def read(self, cell: Cell, row: int) -> list[Meaning]:
        """The values in a cell of this row, each with what it means; none of a blank cell."""
        if self._followed is not None:
            return self._of_same_row(row, self._followed)
        if self._formulas and (row, self.index) in self._formulas:
            return [(self._formulas[row, self.index], FORMULA)]
        if is_blank(cell):
            return _NOTHING
        if not isinstance(cell, str):
            return self._read(cell)
        if self._is_text:
            return [(cell, Literal(cell.strip()))] if self._is_plain(cell) else self._read(cell)
        if cell not in self.kept:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[cell] = self._read(cell)
        return self.kept[cell]

    def is_faulty(self, row: Row) -> bool:
        """Whether the cell of a row cannot be read, which is told at that cell."""
        meanings = self.read(cell_of(row, self.index), row.number)
        return any(isinstance(term, Fault) for _, term in meanings)

    def _is_plain(self, text: str) -> bool:
        """Whether it is clear at a glance that the text is one value, and taken as it stands."""
        one = not self._parts or ("|" not in text and "\n" not in text)
        return one and text[0] not in _SUSPICIOUS and len(text) <= self._characters

    def _read(self, cell: Cell) -> list[Meaning]:
        values = values_of(cell, self.field)
        if len(values) > 1 and not self.field.repeats:
            return [(shown(cell), _LISTED)]
        return [(value, self._meaning(value)) for value in values]

    def _meaning(self, value: Scalar) -> Term | Fault:
        fault = unusable(value, self._characters)
        if fault is not None:
            return fault
        if self._refers:
            return self._references.find(shown(value), self.field)
        return literal_of(value, self.field)


def cell_of(row: Row, index: int) -> Cell:
    """The cell of a row in a column; rows may be short."""
    return row.cells[index] if index < len(row.cells) else None
