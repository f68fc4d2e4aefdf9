"""JSON Schema of what can be sent as JSON: collections, each a list of things.

It is true before it is strict: readers take values in any capitals and by other names, so a list
of values is told as what is offered, and other text passes; the report says what is wrong with it.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from cepgraph.schema import ClassSchema, Schema
from ingest.columns import KEY, KIND, Column
from ingest.lists import Lists
from ingest.template.entry import Entry, choices_of, entry_of, takes_several
from ingest.template.example import example_row
from ingest.template.help import help_of
from ingest.template.page import Page, pages_of

Json = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE_NAME: Final = "reference"
_REFERENCE: Final[Json] = {
    "title": "Another thing",
    "description": "By its label, an identifier, its kind and key, or its full address.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"id": {"type": "string", "description": "Its address, or kind/key."}},
            "required": ["id"],
        },
    ],
}
_TYPES: Final[dict[Entry, list[str]]] = {
    "address": ["string"],
    "day": ["string"],
    "date": ["string", "integer"],
    "whole": ["integer", "string"],
    "decimal": ["number", "string"],
    "number": ["number", "string"],
    "yes-no": ["boolean", "string"],
    "text": ["string", "number"],
    "any": ["string", "number", "boolean"],
}


def json_schema(
    classes: Sequence[ClassSchema], schema: Schema, lists: Lists, version: str = ""
) -> Json:
    """A schema (draft 2020-12) of an object that holds, by collection, lists of things.

    A value may stand alone or in a list; a thing that is meant is a string, or an object with its
    ``id``. ``version`` is that of the shapes.
    """
    pages = pages_of(classes, schema)
    made: Json = {
        "$schema": DIALECT,
        "title": f"Data to send: {', '.join(page.sheet for page in pages)}",
        "description": "Things by the name of their collection. What is left out stays unsaid.",
        "type": "object",
        "properties": {
            page.cls.collection: {
                "type": "array",
                "title": page.sheet,
                "items": {"$ref": f"#/$defs/{page.cls.name}"},
            }
            for page in pages
        },
        "$defs": _Definitions(schema, lists).of(pages),
        "examples": [{page.cls.collection: [_example(page, lists)] for page in pages}],
    }
    if version:
        made["$comment"] = f"Made from the shapes, version {version}."
    return made


class _Definitions:
    """What is told once and referred to: classes, lists, references to things."""

    def __init__(self, schema: Schema, lists: Lists) -> None:
        self._schema = schema
        self._lists = lists
        self._shared: Json = {}
        self._list_names: dict[str, str] = {}

    def of(self, pages: Sequence[Page]) -> Json:
        """The definitions that some pages need."""
        things = {page.cls.name: self._thing(page) for page in pages}
        return things | self._shared

    def _thing(self, page: Page) -> Json:
        example = _example(page, self._lists)
        return {
            "title": page.cls.label,
            "description": page.cls.description,
            "type": "object",
            "properties": {
                column.name: self._property(column, page, example.get(column.name))
                for column in page.columns
            },
            "required": [column.name for column in page.columns if column.required],
            "examples": [example],
        }

    def _property(self, column: Column, page: Page, example: str | float | bool | None) -> Json:
        value = self._value(column, page)
        several: Json = {"type": "array", "items": value}
        if not takes_several(column):
            several["maxItems"] = 1
        if column.required:
            several["minItems"] = 1
        ways: list[Json] = [value, several]
        if not column.required:
            ways.append({"type": "null"})
        told = help_of(column, self._lists)
        made: Json = {"title": column.label, "description": told, "anyOf": ways}
        return made if example is None else {**made, "examples": [example]}

    def _value(self, column: Column, page: Page) -> Json:
        """The schema of one value."""
        entry = entry_of(column)
        if entry == "reference":
            return self._reference()
        if column.field is not None and column.field.scheme:
            return self._list(column.field.scheme)
        if entry != "choice":
            return {"type": _TYPES[entry], **({"pattern": r"\S"} if column.required else {})}
        offered = list(choices_of(column, self._lists))
        if column.name == KIND and column.field is None:
            offered += [kind.kind for kind in self._schema.subclasses(page.cls)]
        return _offering(offered, {"type": ["string", "number", "boolean"]})

    def _reference(self) -> Json:
        self._shared.setdefault(_REFERENCE_NAME, _REFERENCE)
        return {"$ref": f"#/$defs/{_REFERENCE_NAME}"}

    def _list(self, scheme: str) -> Json:
        """A value of a list: a label or a key, in any capitals, or another name of the value."""
        if scheme not in self._list_names:
            wanted = "list-" + re.sub(r"[^A-Za-z0-9_-]", "-", scheme.rsplit("/", 1)[-1])
            name, number = wanted, 1
            while name in self._shared:
                number += 1
                name = f"{wanted}-{number}"
            entries = self._lists.of(scheme)
            known = [entry.label for entry in entries] + [entry.key for entry in entries]
            self._list_names[scheme] = name
            self._shared[name] = {
                "title": self._lists.title(scheme),
                **_offering(known, self._reference()),
            }
        return {"$ref": f"#/$defs/{self._list_names[scheme]}"}


def _offering(known: Sequence[str], other: Json) -> Json:
    """What is offered, and whatever else can be meant by it."""
    offered = [{"enum": list(dict.fromkeys(known))}] if known else []
    return {"anyOf": [*offered, other]}


def _example(page: Page, lists: Lists) -> dict[str, str | float | bool]:
    columns = {column.name: column for column in page.columns if column.name != KEY}
    row = example_row(page.columns, lists)
    return {name: _typed(text, columns[name]) for name, text in row.items()}


def _typed(text: str, column: Column) -> str | float | bool:
    entry = entry_of(column)
    if entry == "yes-no":
        return text == "Yes"
    try:
        if entry == "whole":
            return int(text)
        return float(text) if entry in ("decimal", "number") else text
    except ValueError:
        return text
