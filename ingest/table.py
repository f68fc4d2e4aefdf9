"""Tables to triples, by the schema: one row is one thing, one column is one field.

The first row names the fields; the column ``key`` gives the last part of the thing's IRI.
References are written as the key of the thing that is meant (or ``kind/key``, or its IRI), concepts as their key,
several values with `` | `` between them.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.errors import BadInput, NotFound
from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import ID, RDF_TYPE, XSD

KEY = "key"
SEPARATOR = "|"
_STRING = NamedNode(XSD + "string")


def read_table(path: Path, schema: Schema) -> set[Triple]:
    """The triples of a CSV file that is named after a collection (``regions.csv``).

    Raises:
        BadInput: no such class, an unknown column, a row without key, a cell that does not fit; with
            line and column.
    """
    try:
        cls = schema.collection(path.stem)
    except NotFound as error:
        raise BadInput(error.detail(), file=path.name) from error
    triples: set[Triple] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        columns = _columns(next(rows, []), cls, path.name)
        for row in rows:
            if any(cell.strip() for cell in row):
                triples.update(_row(row, columns, cls, schema, path.name, rows.line_num))
    return triples


def _columns(header: list[str], cls: ClassSchema, file: str) -> list[Field | None]:
    if KEY not in header:
        raise BadInput("the first row needs a column 'key'", file=file, line=1)
    columns: list[Field | None] = []
    for name in header:
        try:
            columns.append(None if name == KEY else cls.field(name))
        except NotFound as error:
            raise BadInput(error.detail(), file=file, line=1, column=name) from error
    return columns


def _row(
    row: list[str],
    columns: list[Field | None],
    cls: ClassSchema,
    schema: Schema,
    file: str,
    line: int,
) -> Iterator[Triple]:
    if len(row) != len(columns):
        raise BadInput(f"{len(row)} cells under {len(columns)} columns", file=file, line=line)
    key = next(cell.strip() for cell, field in zip(row, columns, strict=True) if field is None)
    if not key:
        raise BadInput("the row has no key", file=file, line=line, column=KEY)
    thing = cls.iri_of(key)
    yield Triple(thing, RDF_TYPE, cls.iri)
    for cell, field in zip(row, columns, strict=True):
        if field is None or not cell.strip():
            continue
        if field.predicate is None:
            raise BadInput("this column is derived", file=file, line=line, column=field.name)
        values = cell.split(SEPARATOR) if field.repeats else [cell]
        for value in (v.strip() for v in values if v.strip()):
            try:
                yield Triple(thing, field.predicate, _value(value, field, schema))
            except ValueError as error:
                raise BadInput(
                    str(error), file=file, line=line, column=field.name, value=value
                ) from error


def _value(text: str, field: Field, schema: Schema) -> NamedNode | Literal:
    if "://" in text and (field.is_reference or field.is_iri or not field.datatypes):
        return NamedNode(text)
    if field.scheme:
        return NamedNode(f"{field.scheme}/{text}")
    if field.classes and "/" in text:
        return NamedNode(ID + text)
    if field.classes:
        target = schema.by_iri.get(field.classes[0])
        if target is None or not target.collection:
            raise ValueError("write kind/key: the column takes things of several classes")
        return target.iri_of(text)
    if field.is_iri:
        raise ValueError("an address (IRI) is expected")
    datatype = field.datatypes[0] if field.datatypes else _STRING
    return Literal(text, datatype=datatype)
