"""The rows of one sheet become triples, a row a thing, and each fault a remark at its cell.

Two walks over the rows: the first tells the register which things there are, so that rows may refer
to each other in any order; the second gives the triples. Neither keeps a row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Final

from pyoxigraph import NamedNode

from cepgraph.schema import ClassSchema, Schema
from cepgraph.terms import CEP, RDF_TYPE
from ingest.columns import KEY, KIND
from ingest.report.remark import Remark, Remarks, Severity
from ingest.rows.cells import NO_MORE, FieldReader, Term, cell_of
from ingest.rows.fault import Fault
from ingest.rows.header import Header, Heading, key_cell
from ingest.rows.joined import CONFLICT, Joined
from ingest.rows.keys import NO_KEY, Keys
from ingest.rows.numbers import currency_of
from ingest.rows.references import References
from ingest.rows.register import Register
from ingest.sheets.sheet import Row, Scalar, is_blank, shown

Statement = tuple[NamedNode, NamedNode, Term]
"""Subject, predicate and object; a triple or a quad is made of it by whoever needs one."""

_STEP: Final = 1_000
"""Rows after which the progress is told."""
_LABEL: Final = "label"
_MARKED: Final = "("
"""How the key of a row begins that explains a template, and is no data."""
_CURRENCY: Final = NamedNode(CEP + "currency")
_NO_HEADER: Final = Fault(
    "no-header", "A value stands in a column without a header, and was left out."
)
_TEMPLATE_ROW: Final = Fault("row-of-template", "This row explains the template; it was left out.")
_SIGN: Final = Fault(
    "sign-contradicts-currency",
    "The sum carries the sign of one currency, and the column for the currency names another.",
)


@dataclass(frozen=True)
class Tools:
    """What all sheets of a submission are read with."""

    schema: Schema
    references: References
    keys: Keys
    register: Register
    remarks: Remarks
    characters: int
    joined: Joined = dataclass_field(default_factory=Joined)


class Mapper:
    """One sheet. ``number`` is that of the sheet in its submission."""

    def __init__(
        self,
        header: Header,
        number: int,
        tools: Tools,
        progress: Callable[[int], None] = lambda _rows: None,
    ) -> None:
        self._header = header
        self._number = number
        self._tools = tools
        self._progress = progress
        self._fields = [
            FieldReader(heading, heading.column.field, header, tools.references, tools.characters)
            for heading in header.headings
            if heading.column is not None and heading.column.field is not None
        ]
        self._by_name = {reader.field.name: reader for reader in self._fields}
        self._identifiers = sorted(
            (r for r in self._fields if r.field.identifies and not r.field.is_iri),
            key=lambda reader: reader.field.order,
        )
        self._kinds = {cls.label: cls for cls in tools.schema.subclasses(header.cls)}
        self._key = header.heading(KEY)
        self._kind = header.heading(KIND)
        self._repeated: frozenset[tuple[str, int]] = frozenset()
        self._width = max(heading.index for heading in header.headings) + 1
        self._gaps = self._width > len(header.headings)
        numbers = any(reader.is_number for reader in self._fields)
        named = [r for r in self._fields if r.predicate == _CURRENCY]
        self._currency = named[0] if named and numbers else None
        self._quick = not header.sheet.formulas

    def register(self) -> int:
        """The first walk: tell the register which thing each row describes; how many rows."""
        rows = 0
        add, label = self._tools.register.add, self._by_name.get(_LABEL)
        kind = self._header.cls
        for row in self._rows():
            rows += 1
            if self._kind is not None:
                cls = self._class_of(row)
                kind = cls if isinstance(cls, ClassSchema) else self._header.cls
            thing, identified = self._thing(row, kind)
            if isinstance(thing, NamedNode):
                name = self._text(row, label)
                where = (self._number, row.number)
                add(thing.value, kind.iri.value, name, *where, identified=identified)
        return rows

    def leave_out(self, rows: frozenset[tuple[str, int]]) -> None:
        """Leave out these (thing, row): earlier rows describe the same thing."""
        self._repeated = rows

    def statements(self) -> Iterator[Statement]:
        """The second walk: what each row says, and remarks on what could not be read."""
        done = 0
        for reader in self._fields:
            reader.follow(self._tools.register)
        known = self._tools.register.of_sheet(self._number)
        number, iri = next(known, NO_MORE)
        for row in self._rows(told=True):
            done += 1
            if not done % _STEP:
                self._progress(_STEP)
            if row.number == number:
                thing = NamedNode(iri)
                number, iri = next(known, NO_MORE)
            else:
                thing = None
            yield from self._of_row(row, thing)
        self._progress(done % _STEP)

    def _rows(self, *, told: bool = False) -> Iterator[Row]:
        for row in self._header.data():
            if self._key and key_cell(self._header, row).startswith(_MARKED):
                if told:
                    self._say("note", _TEMPLATE_ROW, row, None)
                continue
            yield row

    def _of_row(self, row: Row, thing: NamedNode | None) -> list[Statement]:
        if thing is None:
            self._tell_no_thing(row)
        elif self._repeated and (thing.value, row.number) in self._repeated:
            return []
        cls = self._told_class(row, thing) if self._kind is not None else self._header.cls
        cells = row.cells
        width = len(cells)
        if self._gaps or width > self._width:
            self._tell_beyond_header(row)
        found: list[Statement] = [] if thing is None else [(thing, RDF_TYPE, cls.iri)]
        for reader in self._fields:
            cell = cells[reader.index] if reader.index < width else None
            known = reader.kept.get(cell) if self._quick and isinstance(cell, str) else None
            meanings = known or reader.read(cell, row.number)
            if not meanings:
                continue
            if reader.only_for and cls.label not in reader.only_for:
                text = f"Only these have it: {', '.join(reader.only_for)}. Clear the cell."
                self._say("violation", Fault("not-for-kind", text), row, reader.heading)
                continue
            for value, term in meanings:
                if isinstance(term, Fault):
                    self._say("violation", term, row, reader.heading, shown(value).strip())
                elif thing is not None:
                    predicate: NamedNode | None = reader.predicate
                    if self._header.joins:
                        predicate = self._joined(thing, reader, term, row, value)
                    if predicate is not None:
                        found.append((thing, predicate, term))
        if self._currency is not None:
            self._compare_currency(row, self._currency)
        return found

    def _joined(
        self, thing: NamedNode, reader: FieldReader, term: Term, row: Row, value: Scalar
    ) -> NamedNode | None:
        """By which property a value stands where other rows may speak of the same thing."""
        predicate, fault = self._tools.joined.taken(thing, reader.field, term, self._header.cls)
        if fault is not None:
            severity: Severity = "warning" if fault == CONFLICT else "note"
            self._say(severity, fault, row, reader.heading, shown(value).strip())
        return predicate

    def _told_class(self, row: Row, thing: NamedNode | None) -> ClassSchema:
        kind = self._class_of(row)
        if isinstance(kind, ClassSchema):
            return kind
        self._say("violation", kind, row, self._kind, focus="" if thing is None else thing.value)
        return self._header.cls

    def _tell_no_thing(self, row: Row) -> None:
        found, _ = self._thing(row, self._header.cls)
        if isinstance(found, Fault):
            labels = self._by_name.get(_LABEL)
            if found == NO_KEY and labels and labels.is_faulty(row):
                return
            missing = labels.heading if found == NO_KEY and labels else self._key
            self._say("violation", found, row, missing)

    def _thing(self, row: Row, cls: ClassSchema) -> tuple[NamedNode | Fault, bool]:
        """The thing that a row describes, and whether the row gives an identifier of it."""
        given = self._text_at(row, self._key)
        if given:
            identified = any(self._text(row, reader) for reader in self._identifiers)
            return self._tools.keys.given(given, cls), identified
        for reader in self._identifiers:
            for _, term in reader.read(cell_of(row, reader.index), row.number):
                if not isinstance(term, Fault):
                    found = self._tools.keys.of_identifier(term, reader.field, cls)
                    return (found if isinstance(found, Fault) else found[0]), True
        label = self._text(row, self._by_name.get(_LABEL))
        return (self._tools.keys.of_label(label, cls) if label else NO_KEY), False

    def _class_of(self, row: Row) -> ClassSchema | Fault:
        cell = self._text_at(row, self._kind)
        if not cell:
            if self._header.cls.of_a_kind and self._kind is not None:
                kinds = ", ".join(self._kinds)
                return Fault("no-kind", f"Say which kind it is; choose one of: {kinds}.")
            return self._header.cls
        found = self._tools.references.kind(cell, tuple(self._kinds))
        return self._kinds[found] if isinstance(found, str) else found

    def _compare_currency(self, row: Row, named: FieldReader) -> None:
        code = self._text(row, named)
        for reader in self._fields if code else ():
            cell = cell_of(row, reader.index)
            sign = currency_of(cell) if reader.is_number and isinstance(cell, str) else ""
            if sign and sign != code.upper():
                self._say("violation", _SIGN, row, reader.heading)

    def _tell_beyond_header(self, row: Row) -> None:
        """Values under no header are told: they are left out."""
        known = {heading.index for heading in self._header.headings}
        for index, cell in enumerate(row.cells):
            if index not in known and not is_blank(cell):
                heading = Heading(index, "", None)
                self._say("warning", _NO_HEADER, row, heading, shown(cell).strip())

    def _text(self, row: Row, reader: FieldReader | None) -> str:
        return self._text_at(row, reader.heading) if reader else ""

    def _text_at(self, row: Row, heading: Heading | None) -> str:
        return shown(cell_of(row, heading.index)).strip() if heading else ""

    def _say(
        self,
        severity: Severity,
        fault: Fault,
        row: Row,
        heading: Heading | None,
        value: str | None = None,
        focus: str = "",
    ) -> None:
        """A remark at a cell, which shows what stands there unless a value is given."""
        place = self._header.place(row.number, heading)
        found = self._text_at(row, heading) if value is None else value
        remark = Remark(severity, fault.code, fault.message, place, found, fault.candidates)
        self._tools.remarks.add(replace(remark, focus=focus) if focus else remark)
