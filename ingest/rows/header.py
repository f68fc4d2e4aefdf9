"""Which row of a sheet is its header, which class the sheet is for, which column is which field."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from cepgraph.schema import ClassSchema, Schema
from ingest.columns import KEY, Column, columns_of
from ingest.report.remark import MISSING_COLUMN, MISSPELT_COLUMN, Place, Remark
from ingest.rows.squash import squash
from ingest.sheets.sheet import Cell, Row, Sheet, is_blank, letter_of, shown

_SEARCHED: Final = 60
"""Rows at the top of a sheet among which the header is looked for."""
_MARKS: Final = " *\t\r\n"
"""What a template adds to a header, and what nobody sees."""
_LEAST: Final = 2
"""Known columns that make a row a header; fewer only where they are half of what it holds."""
_NO_ACCIDENT: Final = 3
"""Known columns that no sheet has which is not meant to be read."""
_NEAR: Final = 85.0
"""Of 100: so like a column of ours that it was hardly meant to be another."""


@dataclass(frozen=True)
class Heading:
    """One column of a sheet: its place, the header as it is written, what it fills (or nothing).

    ``letter`` is that of the sender's own sheet, where this one was made from it by a mapping;
    ``of`` then is the number of another sheet, whose thing on the same row its cells mean.
    """

    index: int
    text: str
    column: Column | None
    letter: str = ""
    of: int | None = None


@dataclass(frozen=True)
class Header:
    """The header of a sheet.

    Attributes:
        row: its number; the rows after it are data.
        headings: every column that has a header.
        joins: whether several rows may speak of one thing, as in lists that are not ours; they
            are taken together.
    """

    sheet: Sheet
    cls: ClassSchema
    row: int
    headings: tuple[Heading, ...]
    joins: bool = False

    def heading(self, name: str) -> Heading | None:
        """The column that fills the field of this name."""
        return next((h for h in self.headings if h.column and h.column.name == name), None)

    def place(self, row: int | None = None, heading: Heading | None = None) -> Place:
        """A place of this sheet."""
        return place_of(self.sheet, row, heading)

    def data(self) -> Iterator[Row]:
        """The rows below the header."""
        return (row for row in self.sheet.rows() if row.number > self.row)


def place_of(sheet: Sheet, row: int | None = None, heading: Heading | None = None) -> Place:
    """A place of a sheet: the whole, a row, or a cell."""
    return Place(
        file=sheet.file,
        sheet=sheet.name,
        row=row,
        column=heading.text if heading else "",
        letter=_letter(sheet, heading) if heading else "",
        unit=sheet.unit,
    )


def _letter(sheet: Sheet, heading: Heading) -> str:
    return heading.letter or (letter_of(heading.index) if sheet.lettered else "")


class Headers:
    """Finds headers, for the classes of a schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._columns: dict[str, dict[str, Column]] = {}

    def known(self) -> frozenset[str]:
        """Every header of any class, squashed; by these a reader tells the delimiter."""
        classes = self._schema.collections.values()
        return frozenset(name for cls in classes for name in self._of(cls))

    def find(self, sheet: Sheet, collection: str = "") -> Header | None:
        """The header of a sheet, if it has one that belongs to a class.

        ``collection`` is the class where it is known; otherwise the sheet's name tells it, then
        the file's, then the class that knows most of the headers; of several that know as many,
        the one whose name is part of the sheet's, as in “Events 2024”.
        """
        top = list(islice(sheet.rows(), _SEARCHED))
        cls = self._named(collection, sheet)
        if cls is not None:
            row, known = self._best(top, cls)
            return self._header(sheet, cls, row) if row is not None and known else None
        _, best = self._fitting(top)
        best = _part_of(_name_of(sheet), best) or _least_special(best)
        return self._header(sheet, *best[0]) if len(best) == 1 else None

    def rivals(self, sheet: Sheet) -> tuple[str, ...]:
        """Names of the classes whose headers a sheet has alike, where so many are no accident."""
        known, best = self._fitting(list(islice(sheet.rows(), _SEARCHED)))
        return tuple(cls.collection for cls, _ in best) if known >= _NO_ACCIDENT else ()

    def _fitting(self, top: Sequence[Row]) -> tuple[int, list[tuple[ClassSchema, Row]]]:
        """The classes that know most of the headers, each with its row; and how many they know."""
        found: list[tuple[int, ClassSchema, Row]] = []
        for candidate in self._schema.collections.values():
            row, known = self._best(top, candidate)
            if row is not None and known >= _LEAST:
                found.append((known, candidate, row))
        most = max((known for known, _, _ in found), default=0)
        return most, [(candidate, row) for known, candidate, row in found if known == most]

    def remarks(self, header: Header) -> Iterator[Remark]:
        """What is to be said of a header: rows above it, unknown and repeated columns."""
        place = header.place()
        above = [row.number for row in islice(header.sheet.rows(), _SEARCHED)]
        skipped = sum(number < header.row for number in above)
        if skipped and header.sheet.lettered:
            text = f"The header is row {header.row}; what stands above it was left out."
            yield Remark("note", "rows-above-header", text, header.place(header.row))
        seen: dict[str, Heading] = {}
        meant: set[str] = set()
        present = {h.column.name for h in header.headings if h.column}
        for heading in header.headings:
            place = header.place(header.row, heading)
            if heading.column is None:
                remark = self._unknown(header, heading, place, present)
                meant.update(remark.candidates[:1] if remark.severity == "violation" else ())
                yield remark
            elif heading.column.name in seen:
                first = seen[heading.column.name]
                text = f"This column is there twice: “{first.text}” is the same. Join the two."
                yield Remark("violation", "repeated-column", text, place, heading.text)
            else:
                seen[heading.column.name] = heading
        for column in self._of_class(header.cls):
            if column.required and column.name not in present and column.label not in meant:
                text = f"The column “{column.label}” is missing, and every row needs a value in it."
                place = replace(header.place(header.row), column=column.label)
                yield Remark("violation", MISSING_COLUMN, text, place)

    def _unknown(self, header: Header, heading: Heading, place: Place, present: set[str]) -> Remark:
        from rapidfuzz import fuzz, process

        free = {
            name: column.label
            for name, column in self._of(header.cls).items()
            if column.name not in present
        }
        wanted = squash(heading.text)
        near = process.extract(wanted, list(free), scorer=fuzz.ratio, limit=2, score_cutoff=60)
        candidates = tuple(dict.fromkeys(free[name] for name, _, _ in near))
        if near and near[0][1] >= _NEAR:
            text = "No column is called so, but one nearly is. Correct the header."
            return Remark("violation", MISSPELT_COLUMN, text, place, heading.text, candidates)
        text = (
            f"No column for {header.cls.label} is called so; what stands in it was left out. "
            "Rename it if it is meant to be one of ours."
        )
        return Remark("warning", "unknown-column", text, place, heading.text, candidates)

    def _named(self, collection: str, sheet: Sheet) -> ClassSchema | None:
        if collection:
            return self._schema.collection(collection)
        wanted = squash(_name_of(sheet))
        for cls in self._schema.collections.values():
            if wanted and wanted in _names_of(cls):
                return cls
        return None

    def _best(self, rows: Sequence[Row], cls: ClassSchema) -> tuple[Row | None, int]:
        """The row that holds most of the class's headers, and how many."""
        known = self._of(cls)
        best, most = None, 0
        for row in rows:
            texts = [squash(shown(cell)) for cell in row.cells if not is_blank(cell)]
            names = {known[text].name for text in texts if text in known}
            if len(names) > most and (len(names) >= _LEAST or 2 * len(names) >= len(texts)):
                best, most = row, len(names)
        return best, most

    def _header(self, sheet: Sheet, cls: ClassSchema, row: Row) -> Header:
        known = self._of(cls)
        headings = tuple(
            Heading(index, shown(cell).strip(_MARKS), known.get(squash(shown(cell))))
            for index, cell in enumerate(row.cells)
            if not is_blank(cell)
        )
        return Header(sheet, cls, row.number, headings)

    def _of_class(self, cls: ClassSchema) -> Iterable[Column]:
        return {column.name: column for column in self._of(cls).values()}.values()

    def _of(self, cls: ClassSchema) -> dict[str, Column]:
        """Columns by each name that a header may have; labels before names before aliases."""
        if cls.collection not in self._columns:
            columns = columns_of(cls, self._schema)
            found: dict[str, Column] = {}
            for column in columns:
                found.setdefault(squash(column.name), column)
            for column in columns:
                found.setdefault(squash(column.label), column)
            for column in columns:
                for alias in column.aliases:
                    found.setdefault(squash(alias), column)
            self._columns[cls.collection] = found
        return self._columns[cls.collection]


def _name_of(sheet: Sheet) -> str:
    """The name of a sheet; of a file that is one table, that of the file without its ending."""
    return sheet.name or sheet.file.rpartition(".")[0] or sheet.file


def _names_of(cls: ClassSchema) -> set[str]:
    names = (cls.collection, cls.kind, cls.name, cls.label, f"{cls.label}s")
    return {squash(name) for name in names if name}


def _part_of(name: str, found: list[tuple[ClassSchema, Row]]) -> list[tuple[ClassSchema, Row]]:
    """Those with the longest name that is part of another: “list of cultural organisations”."""
    wanted = squash(name)
    longest = [
        max((len(own) for own in _names_of(cls) if own in wanted), default=0) for cls, _ in found
    ]
    most = max(longest, default=0)
    return [pair for pair, length in zip(found, longest, strict=True) if length == most > 0]


def _least_special(found: list[tuple[ClassSchema, Row]]) -> list[tuple[ClassSchema, Row]]:
    """Of a class and its subclasses, which know the same headers, the class."""
    iris = {cls.iri for cls, _ in found}
    return [(cls, row) for cls, row in found if not iris & set(cls.superclasses)]


def blank_cells(header: Header, row: Row) -> bool:
    """Whether no known column of the row is filled."""
    return all(
        heading.column is None or is_blank(_cell(row, heading.index)) for heading in header.headings
    )


def key_cell(header: Header, row: Row) -> str:
    """What stands in the column ``key``, or in the first, for rows that a template marks."""
    heading = header.heading(KEY)
    return shown(_cell(row, heading.index)).strip() if heading else ""


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None
