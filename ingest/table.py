"""Tables to triples, by the schema: one row is one thing, one column is one field.

The first row names the fields; the column ``key`` gives the last part of the thing's IRI.
References are written as the key of the thing that is meant (``kind/key`` where a column takes
several kinds, or its IRI), concepts as their key, several values with `` | `` between them.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.errors import BadInput, NotFound
from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import ID, RDF_TYPE, XSD
from cepgraph.validation.literals import malformed
from ingest.octets import load, refuse_other_than_files, text_of

KEY = "key"
SEPARATOR = "|"
_STRING = NamedNode(XSD + "string")
_MAX_BYTES = 64 * 1024 * 1024
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KIND_AND_KEY = re.compile(rf"[a-z][a-z-]*/{_KEY.pattern}")


def read_table(path: Path, schema: Schema) -> set[Triple]:
    """The triples of a CSV file that is named after a collection (``regions.csv``).

    Raises:
        BadInput: no such class, an unknown column, a row without key, a key that came before, a
            cell that does not fit, or no CSV in UTF-8 at all; with line and column.
    """
    refuse_other_than_files(path)
    try:
        cls = schema.collection(path.stem)
    except NotFound as error:
        raise BadInput(error.detail(), file=path.name) from error
    text = text_of(load(path, _MAX_BYTES), path.name).decode("utf-8")
    return _Table(path.name, cls, schema).triples(text)


class _Table:
    """One file, while it is read."""

    def __init__(self, file: str, cls: ClassSchema, schema: Schema) -> None:
        self._file = file
        self._cls = cls
        self._schema = schema
        self._columns: list[Field | None] = []
        self._lines: dict[str, int] = {}

    def triples(self, text: str) -> set[Triple]:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        found: set[Triple] = set()
        line = 1
        try:
            for row in rows:
                if any(cell.strip() for cell in row):
                    if self._columns:
                        found.update(self._row(row, line))
                    else:
                        self._columns = list(self._header(row, line))
                line = rows.line_num + 1
        except csv.Error as error:
            raise self._fault(f"this is not CSV: {error}", line) from error
        return found

    def _header(self, row: list[str], line: int) -> Iterator[Field | None]:
        names = [name.strip() for name in row]
        if KEY not in names:
            raise self._fault(f"the first row needs a column {KEY!r}", line)
        for number, name in enumerate(names):
            if name in names[:number]:
                raise self._fault("this column is there twice", line, name)
            try:
                field = None if name == KEY else self._cls.field(name)
            except NotFound as error:
                raise self._fault(error.detail(), line, name) from error
            if field is not None and field.predicate is None:
                raise self._fault("this is worked out, and cannot be given", line, name)
            yield field

    def _row(self, row: list[str], line: int) -> Iterator[Triple]:
        if len(row) != len(self._columns):
            raise self._fault(f"{len(row)} cells under {len(self._columns)} columns", line)
        cells = list(zip(self._columns, (cell.strip() for cell in row), strict=True))
        thing = self._thing(next(cell for field, cell in cells if field is None), line)
        yield Triple(thing, RDF_TYPE, self._cls.iri)
        for field, cell in cells:
            if field is None or field.predicate is None or not cell:
                continue
            values = cell.split(SEPARATOR) if field.repeats else [cell]
            for value in (part.strip() for part in values):
                if value:
                    yield Triple(thing, field.predicate, self._value(value, field, line))

    def _thing(self, key: str, line: int) -> NamedNode:
        if not key:
            raise self._fault("the row has no key", line, KEY)
        if not _KEY.fullmatch(key):
            raise self._fault("write a key in letters, digits and hyphens", line, KEY, key)
        if key in self._lines:
            raise self._fault(f"line {self._lines[key]} has this key already", line, KEY, key)
        self._lines[key] = line
        return self._cls.iri_of(key)

    def _value(self, text: str, field: Field, line: int) -> NamedNode | Literal:
        try:
            return _term(text, field, self._schema)
        except ValueError as error:
            raise self._fault(str(error), line, field.name, text) from error

    def _fault(
        self, problem: str, line: int, column: str | None = None, value: str | None = None
    ) -> BadInput:
        return BadInput(problem, file=self._file, line=line, column=column, value=value)


def _term(text: str, field: Field, schema: Schema) -> NamedNode | Literal:
    if "://" in text and (field.is_reference or field.is_iri or not field.datatypes):
        return NamedNode(text)
    if field.scheme:
        return NamedNode(f"{field.scheme}/{_checked(text, _KEY, 'the key of a concept')}")
    if field.classes:
        target = schema.by_iri.get(field.classes[0])
        if "/" not in text and len(field.classes) == 1 and target and target.collection:
            return target.iri_of(_checked(text, _KEY, "a key"))
        return NamedNode(ID + _checked(text, _KIND_AND_KEY, "kind/key, such as region/E12000005,"))
    if field.is_iri:
        raise ValueError("an address (IRI) is expected")
    return _literal(text, field.datatypes)


def _checked(text: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{what} or an address (IRI) is expected")
    return text


def _literal(text: str, datatypes: tuple[NamedNode, ...]) -> Literal:
    """A literal of the first datatype that the text is a value of; else of the first, as it is."""
    literals = [Literal(text, datatype=datatype) for datatype in datatypes or (_STRING,)]
    wrong = malformed(literals) if len(literals) > 1 else set()
    return next((literal for literal in literals if literal not in wrong), literals[0])
