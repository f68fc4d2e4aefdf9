"""Examples, as a person would type them, from what the shapes give."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ingest.columns import KEY, KIND, Column
from ingest.lists import Lists
from ingest.template.entry import YES_NO, entry_of

EXAMPLE: Final = "(example)"
"""Stands in the first cell of a row that is an example; readers skip the row."""
HELP: Final = "(help)"
"""Stands in the first cell of a row that is help; readers skip the row."""


def example_of(column: Column, lists: Lists) -> str:
    """One value; what a drop-down offers where there is one. Empty where the shapes give none."""
    field = column.field
    if field is None:
        return column.choices[0] if column.choices else ""
    for entry in lists.of(field.scheme):
        if field.example in (entry.key, entry.label, entry.iri.value):
            return entry.label
    if entry_of(column) == "yes-no" and field.example:
        return YES_NO[field.example.strip().lower() not in ("true", "yes", "1")]
    return field.example or (field.one_of[0] if field.one_of else "")


def example_row(columns: Sequence[Column], lists: Lists) -> dict[str, str]:
    """An example for every column that a thing of one kind has, by the column's name.

    The kind is the one with the most columns, so that the row shows as much as one row can.
    """
    kind = _fullest_kind(columns)
    row = {}
    for column in columns:
        if column.name == KEY:
            continue
        if column.field is None and column.name == KIND:
            row[column.name] = kind
        elif not column.only_for or kind in column.only_for:
            row[column.name] = example_of(column, lists)
    return {name: value for name, value in row.items() if value}


def _fullest_kind(columns: Sequence[Column]) -> str:
    kinds = next((c.choices for c in columns if c.field is None and c.name == KIND), ())
    counted = Counter(kind for column in columns for kind in column.only_for)
    return max(kinds, key=lambda kind: counted[kind], default="")
