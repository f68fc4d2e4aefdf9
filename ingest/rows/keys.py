"""The permanent address of the thing that a row describes.

The key that the row gives; or the thing that carries its identifier already; or a key made from the
identifier; or one made from the publisher's name and the label. The same row gives the same address
whenever it is sent. A name alone never makes a row one with somebody else's thing: the publisher's
name is part of what is made from it.
"""

import re
from hashlib import sha256
from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.schema import ClassSchema, Field
from cepgraph.terms import DATASET
from ingest.rows.fault import Fault
from ingest.rows.names import Names
from ingest.rows.squash import slug

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DATASET_KEY: Final = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_KIND_AND_KEY: Final = re.compile(rf"[a-z][a-z-]*/{_KEY.pattern}")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 60
_MOST_ASKED: Final = 500
"""Identifiers that the graph is asked for one by one; for more rows, it tells them all."""

NO_KEY: Final = Fault(
    "no-key", "The row has neither a key, nor an identifier, nor a label; give it one."
)
_BAD_KEY: Final = Fault(
    "bad-key", "Write a key in letters, digits, hyphens, points and underscores, without spaces."
)
_KEY_OF_ANOTHER: Final = Fault(
    "bad-key",
    "This is the key of another kind of thing than the rows of this sheet describe. Move the row "
    "to the sheet for that kind, or write its key here without what stands before the “/”.",
)
_BAD_DATASET_KEY: Final = Fault(
    "bad-key", "Write the key of a dataset as publisher/name, such as arts-connect/findings."
)
_SEVERAL: Final = "identifier-of-several"


class Keys:
    """Makes the addresses for one publisher, whose short name is ``publisher``."""

    def __init__(self, publisher: str, names: Names) -> None:
        self._publisher = publisher
        self._names = names
        self._asked: dict[tuple[NamedNode, NamedNode], int] = {}
        self._known: dict[tuple[NamedNode, NamedNode], dict[str, list[NamedNode]]] = {}

    def given(self, key: str, cls: ClassSchema) -> NamedNode | Fault:
        """The address that a typed key stands for; a whole address and ``kind/key`` count too."""
        key = key.strip()
        if key.startswith(cls.iri_prefix):
            key = key.removeprefix(cls.iri_prefix)
        elif key.startswith(f"{cls.kind}/"):
            key = key.removeprefix(f"{cls.kind}/")
        if cls.iri == DATASET:
            return cls.iri_of(key) if _DATASET_KEY.fullmatch(key) else _BAD_DATASET_KEY
        if _KEY.fullmatch(key):
            return cls.iri_of(key)
        return _KEY_OF_ANOTHER if _KIND_AND_KEY.fullmatch(key) else _BAD_KEY

    def of_identifier(
        self, value: Literal | NamedNode, field: Field, cls: ClassSchema
    ) -> tuple[NamedNode, bool] | Fault:
        """The address for an identifier, and whether it is that of a thing that is held already."""
        held = self._held(value, field, cls)
        if len(held) == 1:
            return held[0], True
        if held:
            message = "Several things carry this identifier already; give the key of one of them."
            return Fault(_SEVERAL, message, tuple(thing.value for thing in held[:3]))
        key = _UNFIT.sub("-", value.value).strip("-._")
        return (cls.iri_of(key), False) if _KEY.fullmatch(key) else NO_KEY

    def _held(self, value: Literal | NamedNode, field: Field, cls: ClassSchema) -> list[NamedNode]:
        """The things that carry an identifier: asked one by one, and all known from many on."""
        assert field.predicate is not None
        asked = (cls.iri, field.predicate)
        self._asked[asked] = self._asked.get(asked, 0) + 1
        if self._asked[asked] <= _MOST_ASKED:
            found = self._names.identified(value, [field.predicate])
            return self._names.of_classes(found, [cls.iri])
        if asked not in self._known:
            self._known[asked] = self._names.identifiers(*asked)
        return self._known[asked].get(value.value, [])

    def of_label(self, label: str, cls: ClassSchema) -> NamedNode | Fault:
        """The address for a name; a name that does not fit a key whole gets a hash behind it."""
        short = short_of(label)
        if cls.iri == DATASET:
            return cls.iri_of(f"{self._publisher}/{short}")
        return cls.iri_of(f"{self._publisher}-{short}" if self._publisher else short)


def short_of(name: str) -> str:
    """A name as part of a key; one that does not fit a key whole gets a hash behind it."""
    short = slug(name, _LONGEST)
    plain = " ".join(name.lower().split())
    if not short or slug(name, len(name) * 4) != short:
        short = f"{short}-{sha256(plain.encode()).hexdigest()[:8]}".strip("-")
    return short
