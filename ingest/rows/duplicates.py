"""Things that are likely the same: told for review, and never merged."""

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from cepgraph.schema import ClassSchema, Schema
from cepgraph.terms import ID
from ingest.rows.names import Names
from ingest.rows.register import Register, Registered
from ingest.rows.squash import squash

_ALIKE: Final = 92.0
"""Of 100; below this, names of different organisations are as near as spellings of one."""
_MOST_COMPARED: Final = 20_000_000
"""Pairs of names that are compared by their letters; above it only equal ones are told."""
_SLICE: Final = 1_000
_DIGITS: Final = re.compile(r"\d+")
_FORMS: Final = re.compile(
    r"\b(the|ltd|limited|plc|llp|cic|cio|community interest company|charity|trust|company|co)\b"
)


def bare(name: str) -> str:
    """A name without its legal form and article, as it is compared."""
    return squash(_FORMS.sub(" ", name.casefold())) or squash(name)


def likely_duplicates(
    register: Register, names: Names, schema: Schema
) -> Iterator[tuple[Registered, str, str]]:
    """Rows whose thing seems to be there under another key: row, name and key of the other.

    Only of classes whose things have identifiers, and only rows that give none: two different
    identifiers are two things.
    """
    for cls in _with_identifiers(schema):
        rows = register.unidentified(cls.iri.value)
        if rows:
            yield from _in_submission(rows)
            yield from _held(rows, names, cls)


def other_names(
    register: Register, names: Names, home: NamedNode | None
) -> Iterator[tuple[Registered, str, str]]:
    """Rows whose thing other graphs than ``home`` call otherwise: row, that name, and its key."""
    held: dict[str, set[str]] = {}
    rows: list[Registered] = []
    for row in register:
        if row.cls not in held:
            held[row.cls] = names.members(NamedNode(row.cls))
        if row.label and row.iri in held[row.cls]:
            rows.append(row)
        if len(rows) >= _SLICE:
            yield from _called_otherwise(rows, names, home)
            rows.clear()
    yield from _called_otherwise(rows, names, home)


def _called_otherwise(
    rows: list[Registered], names: Names, home: NamedNode | None
) -> Iterator[tuple[Registered, str, str]]:
    called = names.elsewhere([NamedNode(row.iri) for row in rows], home)
    for row in rows:
        labels = called.get(row.iri, [])
        if labels and bare(row.label) not in map(bare, labels):
            yield row, labels[0], row.iri.removeprefix(ID)


def _with_identifiers(schema: Schema) -> list[ClassSchema]:
    return [
        cls
        for cls in schema.collections.values()
        if any(field.identifies and not field.is_iri for field in cls.fields)
    ]


def _in_submission(rows: list[Registered]) -> Iterator[tuple[Registered, str, str]]:
    first: dict[str, Registered] = {}
    for row in rows:
        other = first.setdefault(bare(row.label), row)
        if other.iri != row.iri:
            yield row, other.label, other.iri.removeprefix(ID)


def _held(
    rows: list[Registered], names: Names, cls: ClassSchema
) -> Iterator[tuple[Registered, str, str]]:
    held: dict[str, tuple[str, str]] = {}
    for named in names.all_of(cls.iri):
        held.setdefault(bare(named.label), (named.iri.value, named.label))
    if not held:
        return
    compared = len(rows) * len(held) <= _MOST_COMPARED
    for row in rows:
        if names.holds(NamedNode(row.iri)):
            continue
        name = bare(row.label)
        match = name if name in held else _nearest(name, list(held)) if compared else None
        if match is not None and held[match][0] != row.iri:
            iri, label = held[match]
            yield row, label, iri.removeprefix(ID)


def _nearest(name: str, others: list[str]) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, others, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if found is None or _DIGITS.findall(found[0]) != _DIGITS.findall(name):
        return None
    return str(found[0])
