"""Verdicts of the gate, at the cells that they speak of."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import RDF_TYPE, shorten
from cepgraph.validation import Report, Result
from ingest.columns import KIND
from ingest.report.remark import MISSING_COLUMN, MISSPELT_COLUMN, Place, Remark, Remarks, Severity
from ingest.report.words import class_at, class_prefixes

_SEVERITIES: Final[dict[str, Severity]] = {
    "violation": "violation",
    "warning": "warning",
    "info": "note",
}
_TYPE: Final = shorten(RDF_TYPE.value)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Where = Callable[[str], Place | None]
"""The row that a thing came from, without its column; ``None`` for a thing that was not sent. A
thing of a file that is no table has a place without row."""
Columns = Callable[[str, str], tuple[str, str] | None]
"""Header and letter of the column that fills a field, by the thing's IRI and the field's name, on
the sheet that the thing came from; ``None`` where the sheet has no such column."""


def placed(
    report: Report,
    where: Where,
    columns: Columns,
    schema: Schema,
    graphs: Collection[str] = (),
) -> Iterator[Remark]:
    """The results of the gate as remarks, each at its cell, or else at its row.

    Args:
        graphs: IRIs of the graphs that are being published; with them, a result in another graph
            says in which.

    The code of a remark is the constraint in lower case with hyphens: ``min-count``, ``untyped``.
    What says the same of the same cell in the same words is told once, at the worst severity.
    """
    fields = _Fields(schema)
    told: set[tuple[object, ...]] = set()
    for result in report.results:
        remark = _remark(result, where, columns, fields, graphs)
        thing = remark.focus if remark.place.row is None else ""
        key = (remark.place, thing, remark.message, remark.value)
        if key not in told:
            told.add(key)
            yield remark


def without_consequences(remarks: Remarks, found: Iterable[Remark]) -> Iterator[Remark]:
    """The verdicts of the gate, less those that only follow from a violation told already.

    A cell that could not be read gives no value: that the value is missing then says nothing new,
    nor does a fault of the very value that was refused. Of a column with so many faulty cells that
    ``remarks`` counts the last of them without keeping their places, the gate's word on what is
    missing below those is left out too, and so is its word on every row of a column that the
    sheet does not have.
    """
    said: dict[tuple[object, ...], list[str]] = {}
    last: dict[tuple[str, str, str, str], int] = {}
    absent: set[tuple[str, str, str]] = set()
    for group in remarks.groups("violation"):
        for remark in group.first:
            if group.code == MISSING_COLUMN:
                absent.add((group.file, group.sheet, group.column))
            elif group.code == MISSPELT_COLUMN:
                absent.update((group.file, group.sheet, name) for name in remark.candidates[:1])
            if remark.place.row is not None and (remark.place.letter or remark.place.column):
                said.setdefault(_cell(remark.place), []).append(remark.value)
        row = group.first[-1].place.row
        if group.count > len(group.first) and row is not None:
            column = (group.file, group.sheet, group.column, group.letter)
            last[column] = max(last.get(column, 0), row)
    for remark in found:
        place = remark.place
        values = said.get(_cell(place))
        if values is not None and any(remark.value in value for value in values):
            continue
        if (place.file, place.sheet, place.column) in absent and not (place.letter or remark.value):
            continue
        row = last.get((place.file, place.sheet, place.column, place.letter))
        if row is not None and place.row is not None and place.row > row and not remark.value:
            continue
        yield remark


def _cell(place: Place) -> tuple[object, ...]:
    return (place.file, place.sheet, place.row, place.letter or place.column)


class _Fields:
    """Which field a result is about."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._prefixes = class_prefixes(schema)
        self._known: dict[tuple[str, str, str], list[tuple[str, str]]] = {}

    def candidates(self, result: Result) -> list[tuple[str, str]]:
        """Names and labels of the fields that it may be about; likeliest first."""
        own = class_at(result.focus, self._prefixes)
        key = (own.name if own else "", result.path, result.shape)
        if key not in self._known:
            self._known[key] = self._find(own, result.path, result.shape)
        return self._known[key]

    def _find(self, own: ClassSchema | None, path: str, shape: str) -> list[tuple[str, str]]:
        if path == _TYPE or (own and shape.endswith(f":{own.name}-{KIND}")):
            return [(KIND, "Kind")]
        fields = self._fields_near(own)
        if path:
            found = [f for f in fields if f.predicate and shorten(f.predicate.value) == path]
        else:
            name = self._shown_at(shape)
            found = [field for field in fields if field.name == name]
        return list(dict.fromkeys((field.name, field.label) for field in found))

    def _fields_near(self, own: ClassSchema | None) -> Iterator[Field]:
        """The fields of a class, of the classes below, then of all others."""
        near: list[ClassSchema] = [own, *self._schema.subclasses(own)] if own else []
        for cls in (*near, *self._schema.classes):
            yield from cls.fields

    def _shown_at(self, shape: str) -> str:
        """The field of a rule; ``ceps:Area-gssCode-unique`` is shown where its field is."""
        shown = self._schema.field_shown_at
        while shape and shape not in shown:
            shape = shape.rpartition("-")[0]
        return shown.get(shape, "")


def _remark(
    result: Result,
    where: Where,
    columns: Columns,
    fields: _Fields,
    graphs: Collection[str],
) -> Remark:
    place = where(result.focus)
    candidates = fields.candidates(result)
    # a path that no field has is named as it stands
    header, letter = candidates[0][1] if candidates else result.path, ""
    if place is not None and place.row is not None:
        for name, _ in candidates:
            column = columns(result.focus, name)
            if column is not None:
                header, letter = column
                break
    place = place or Place()
    return Remark(
        severity=_SEVERITIES[result.severity],
        code=_code(result.constraint),
        message=result.message + _whose(result, place, graphs),
        place=Place(
            file=place.file,
            sheet=place.sheet,
            row=place.row,
            column=header,
            letter=letter,
            line=place.line,
            unit=place.unit,
        ),
        value="" if result.value == result.focus else result.value,
        shape=result.shape,
        focus=result.focus,
    )


def _code(constraint: str) -> str:
    name = constraint.rpartition(":")[2].removesuffix("ConstraintComponent")
    return _HUMP.sub("-", name).lower()


def _whose(result: Result, place: Place, graphs: Collection[str]) -> str:
    """Which thing or graph it is about, where that is no row of what was sent."""
    if result.focus == result.graph:
        return f" This is about the graph {result.graph} itself, not about a row."
    if graphs and result.graph not in graphs:
        cause = "That is how the change would leave"
        return f" {cause} what the graph {result.graph} says of this thing."
    if place == Place():
        return f" No row describes this thing; it is in the graph {result.graph}."
    return ""
