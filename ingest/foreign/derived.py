"""A foreign table becomes sheets of ours: one for each thing that its rows speak of.

Row numbers are the sender's, and every heading carries the sender's own header and letter, so that
all that is said later is said of the sender's cells.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from typing import Final, overload

from cepgraph.errors import BadInput
from cepgraph.schema import ClassSchema, Schema
from ingest.columns import KEY, KIND, Column, columns_of
from ingest.foreign.binding import Found, pattern_of, plain
from ingest.foreign.figures import release_of
from ingest.foreign.line import Line
from ingest.foreign.lines import Lines
from ingest.foreign.mapping import Mapping, Rule, Rules, Say, Thing
from ingest.report.remark import Place, Remark, Remarks
from ingest.rows.header import Header, Heading, place_of
from ingest.rows.references import References
from ingest.sheets.sheet import Cell, Row, Sheet, is_blank

_SOURCE: Final = "source"
_NO_ROWS: Final = "The list holds no rows, only headings. Nothing can be published from it."


@dataclass(frozen=True)
class _Filled:
    """One column of a derived sheet, and the rules that fill it."""

    heading: Heading
    rules: Rules
    thing: str = ""
    number: int = 0
    """The thing of the same row that it points to, and its number among several."""


@dataclass(frozen=True)
class _Made:
    """One derived sheet: a thing of the mapping, of one number where several stand side by side."""

    name: str
    thing: Thing
    number: int


class _Cells(Sequence[Cell]):
    """The cells of a row of a derived sheet, each worked out when it is first asked for."""

    def __init__(self, line: Line, made: _Made, columns: Sequence[_Filled]) -> None:
        self._line = line
        self._made = made
        self._columns = columns
        self._worked: dict[int, Cell] = {}

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, index: int) -> Cell: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...

    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        if index not in self._worked:
            rules = self._columns[index].rules
            self._worked[index] = self._line.cell(rules, self._made.thing, self._made.number)
        return self._worked[index]


class Derivation:
    """The sheets that come of one foreign table.

    Args:
        name: of the mapping, for errors in it.
        first: number of the first of the sheets among all of the submission.
        given: what is known beside the rows: ``@graph``, ``@publisher``, ``@licence``, ``@title``.

    Raises:
        BadInput: the mapping names a class or field that there is none of, or the release of the
            statistics cannot be told.
    """

    def __init__(
        self,
        name: str,
        mapping: Mapping,
        found: Found,
        schema: Schema,
        references: References,
        given: Table[str, str],
        release: str = "",
        first: int = 0,
    ) -> None:
        self._name = name
        self._mapping = mapping
        self._found = found
        self._schema = schema
        self._classes = {cls.name: cls for cls in schema.classes if cls.collection}
        self._first = first
        meaning = release_of(mapping.releases, found, release, name)
        self._lines = Lines(found, mapping, meaning, given, references, schema)
        self._made = [
            _Made(thing, declared, number)
            for thing, declared in mapping.things.items()
            for number in self._numbers(declared)
        ]
        for thing in mapping.things.values():
            for rule in thing.rules():
                self._check_known(rule)
        self._columns = [self._columns_of(made) for made in self._made]
        self._left_out: set[int] = set()

    def headers(self) -> list[Header]:
        """The derived sheets with their headers, in the order of the mapping; after ``tell``."""
        return [
            self._header(made, columns)
            for made, columns in zip(self._made, self._columns, strict=True)
        ]

    def tell(self, remarks: Remarks) -> None:
        """All that is to be said of the table; finds out which of its rows are left out."""
        sheet, row = self._found.sheet, self._found.row or None
        if row and sheet.lettered and any(_until(sheet, row)):
            text = f"The header is row {row}; what stands above it was left out."
            remarks.add(Remark("note", "rows-above-header", text, place_of(sheet, row)))
        for heading in self._found.others:
            self._tell_left_out(heading, remarks)
        for note in self._mapping.notes:
            remarks.add(self._said(note, place_of(sheet, row)))
        rows = 0
        for one in self._found.data():
            rows += 1
            self._tell_row(one, remarks)
        if not rows:
            remarks.add(Remark("violation", "no-rows", _NO_ROWS, place_of(sheet, row)))

    @property
    def source(self) -> str:
        """The thing that all others name as their source, as ``kind/key``; empty without one."""
        if not self._mapping.source:
            return ""
        return self._address(self._mapping.things[self._mapping.source])

    def _address(self, thing: Thing) -> str:
        """A thing that is made once, as ``kind/key``."""
        return f"{self._classes[thing.cls].kind}/{self._once().cell(thing.key, thing, 0)}"

    def _tell_left_out(self, heading: Heading, remarks: Remarks) -> None:
        place = place_of(self._found.sheet, self._found.row or None, heading)
        text = plain(heading.text)
        for left_out in self._mapping.left_out:
            if any(pattern_of(column).fullmatch(text) for column in left_out.columns):
                remarks.add(Remark("note", "left-out", left_out.why, place, heading.text))
                return
        message = "The mapping of this list does not know this column; it was left out."
        remarks.add(Remark("warning", "unknown-column", message, place, heading.text))

    def _tell_row(self, row: Row, remarks: Remarks) -> None:
        line = self._lines.line(row, remarks.add)
        said = line.left_out()
        if said is not None:
            self._left_out.add(row.number)
            remarks.add(self._said(said, place_of(self._found.sheet, row.number)))
            return
        for made, columns in zip(self._made, self._columns, strict=True):
            if not made.thing.once and line.has(made.thing, made.number):
                for column in filter(self._tells, columns):
                    line.cell(column.rules, made.thing, made.number)

    def _tells(self, column: _Filled) -> bool:
        return any(map(self._lines.tells, column.rules))

    def _said(self, say: Say, place: Place) -> Remark:
        return Remark(say.severity, say.code, say.message, place)

    def _numbers(self, thing: Thing) -> list[int]:
        if not thing.repeat:
            return [0]
        numbers = {n for column in thing.repeat for n in self._found.columns.get(column, ())}
        return sorted(numbers)

    def _class(self, made: _Made) -> ClassSchema:
        cls = self._classes.get(made.thing.cls)
        if cls is None:
            raise self._faulty(f"things.{made.name}.class", made.thing.cls, "no class is called so")
        return cls

    def _columns_of(self, made: _Made) -> list[_Filled]:
        known = {column.name: column for column in columns_of(self._class(made), self._schema)}
        filled: list[_Filled] = []
        declared = {KEY: made.thing.key, **made.thing.columns}
        if self._mapping.source and not made.thing.once and _SOURCE in known:
            declared.setdefault(_SOURCE, (Rule(thing=self._mapping.source),))
        for name, rules in declared.items():
            column = known.get(name)
            if column is None or name == KIND:
                raise self._faulty(f"things.{made.name}.columns", name, "no field is called so")
            several = column.field is not None and column.field.repeats
            apart = several or any(rule.thing for rule in rules)
            for part in [(rule,) for rule in rules] if apart else [rules] if rules else []:
                filled.extend(self._filled(made, column, part, len(filled)))
        return filled

    def _filled(self, made: _Made, column: Column, rules: Rules, index: int) -> Iterator[_Filled]:
        pointed = rules[0].thing
        if pointed is None:
            yield _Filled(self._heading(made, column, rules, index), rules)
            return
        thing = self._mapping.things[pointed]
        if thing.once:
            rule = Rule(value=self._address(thing), when=rules[0].when)
            yield _Filled(self._heading(made, column, (rule,), index), (rule,))
            return
        for other, target in enumerate(self._made):
            if target.name == pointed and (not made.thing.repeat or target.number == made.number):
                trace = (*thing.key, *thing.columns.get("label", ()))
                text, letter = self._sender(trace, thing, target.number)
                heading = Heading(index, text, column, letter, of=self._first + other)
                yield _Filled(heading, rules, pointed, target.number)
                index += 1

    def _heading(self, made: _Made, column: Column, rules: Rules, index: int) -> Heading:
        return Heading(index, *self._placed(column, self._sender(rules, made.thing, made.number)))

    @staticmethod
    def _placed(column: Column, sender: tuple[str, str]) -> tuple[str, Column, str]:
        return sender[0], column, sender[1]

    def _sender(self, rules: Rules, thing: Thing, number: int) -> tuple[str, str]:
        """Header and letter of the sender's column that is read first; empty for none."""
        for rule in rules:
            heading = self._lines.origin(rule, thing, number)
            if heading is not None:
                return heading.text, heading.letter
        return "", ""

    def _header(self, made: _Made, columns: list[_Filled]) -> Header:
        found = self._found
        sheet = Sheet(
            file=found.sheet.file,
            name=found.sheet.name,
            rows=lambda: self._rows(made, columns),
            formulas=self._formulas(made, columns),
            lettered=False,
            unit=found.sheet.unit,
        )
        return Header(
            sheet=sheet,
            cls=self._class(made),
            row=found.row - 1 if made.thing.once else found.row,
            headings=tuple(column.heading for column in columns),
            joins=made.thing.rows == "several",
        )

    def _rows(self, made: _Made, columns: list[_Filled]) -> Iterator[Row]:
        if made.thing.once:
            line = self._once()
            yield Row(self._found.row, _Cells(line, made, columns))
            return
        for row in self._found.data():
            line = self._lines.line(row)
            if row.number not in self._left_out and line.has(made.thing, made.number):
                yield Row(row.number, _Cells(line, made, columns))

    def _once(self) -> Line:
        """What stands for the whole list is made of what is given beside the rows."""
        return self._lines.line(Row(self._found.row, ()))

    def _formulas(self, made: _Made, columns: list[_Filled]) -> dict[tuple[int, int], str]:
        formulas = self._found.sheet.formulas
        if not formulas or made.thing.once:
            return {}
        reads: dict[int, list[int]] = {}
        for column in columns:
            for rule in column.rules:
                for index in self._lines.origins(rule, made.thing, made.number):
                    reads.setdefault(index, []).append(column.heading.index)
        return {
            (row, derived): formula
            for (row, index), formula in formulas.items()
            for derived in reads.get(index, ())
        }

    def _check_known(self, rule: Rule) -> None:
        names = {cls.name for cls in self._schema.classes}
        for one in (rule, *self._mapping.values.values()):
            if one.known is not None and one.known not in names:
                raise self._faulty("known", one.known, "no class is called so")

    def _faulty(self, place: str, value: str, problem: str) -> BadInput:
        return BadInput(problem, file=f"{self._name}.yaml", column=place, value=value)


def _until(sheet: Sheet, number: int) -> Iterator[Row]:
    for row in sheet.rows():
        if row.number >= number:
            return
        if not all(map(is_blank, row.cells)):
            yield row
