"""What is entered in a column: a choice, a reference, a date, a number, text; and its choices."""

import re
from typing import Final, Literal

from cepgraph.schema import Field
from cepgraph.terms import XSD
from ingest.columns import Column
from ingest.lists import Lists

Entry = Literal[
    "choice",
    "reference",
    "address",
    "day",
    "date",
    "whole",
    "decimal",
    "number",
    "yes-no",
    "text",
    "any",
]
"""``day`` is a day and nothing wider, ``date`` may be a month or a year too; a ``number`` may be
whole or not; ``any`` has no type."""

YES_NO: Final = ("Yes", "No")
_WHOLE: Final = {
    XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
}
_NUMBERS: Final = _WHOLE | {XSD + name for name in ("decimal", "double", "float")}
_BY_TYPE: Final[tuple[tuple[Entry, set[str]], ...]] = (
    ("yes-no", {XSD + "boolean"}),
    ("day", {XSD + "date"}),
    ("date", {XSD + name for name in ("date", "dateTime", "gYearMonth", "gYear")}),
    ("whole", _WHOLE),
    ("decimal", _NUMBERS),
)


def entry_of(column: Column) -> Entry:
    """What a cell of the column holds."""
    field = column.field
    if field is None:
        return "choice" if column.choices else "text"
    if field.scheme or field.one_of:
        return "choice"
    if field.classes:
        return "reference"
    if field.is_iri:
        return "address" if _is_web_address(field) else "reference"
    return _literal({datatype.value for datatype in field.datatypes})


def choices_of(column: Column, lists: Lists) -> tuple[str, ...]:
    """What a drop-down offers; nothing where anything fitting can be written."""
    field = column.field
    if field is None:
        return column.choices
    if field.scheme:
        return tuple(dict.fromkeys(entry.label for entry in lists.of(field.scheme)))
    if field.one_of:
        return field.one_of
    return YES_NO if entry_of(column) == "yes-no" else ()


def takes_several(column: Column) -> bool:
    """Whether a cell may hold more than one value."""
    return column.field is not None and column.field.repeats


def classes_in_words(field: Field) -> tuple[str, ...]:
    """The classes that a reference leads to, as words: ``local authority``."""
    names = (re.split(r"[#/]", cls.value)[-1] for cls in field.classes)
    return tuple(_apart(name) for name in names)


def _is_web_address(field: Field) -> bool:
    return not field.example or "://" in field.example or field.pattern.startswith("^http")


def _literal(datatypes: set[str]) -> Entry:
    if not datatypes:
        return "any"
    if datatypes <= _NUMBERS and datatypes & _WHOLE and datatypes - _WHOLE:
        return "number"
    return next((entry for entry, of in _BY_TYPE if datatypes <= of), "text")


def _apart(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
