"""Things that several rows speak of, where a list has no row of its own for each.

What they say is taken together. Of what a thing has but once, the first counts.
"""

from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.schema import ClassSchema, Field
from cepgraph.terms import RDFS_LABEL, SKOS
from ingest.rows.fault import Fault

Term = NamedNode | Literal
_OTHER_NAME: Final = NamedNode(SKOS + "altLabel")
OTHER_NAME: Final = Fault(
    "other-name",
    "An earlier row gives the same thing another name. The first is its label, this became one of "
    "its other names.",
)
CONFLICT: Final = Fault(
    "conflicting-value",
    "An earlier row says something else of the same thing, which has only one of these. The first "
    "was kept, this one left out.",
)


class Joined:
    """The first values of the things that several rows speak of."""

    def __init__(self) -> None:
        self._things: set[str] = set()
        self._first: dict[tuple[str, str], Term] = {}

    def add(self, thing: str) -> None:
        """Several rows speak of this one."""
        self._things.add(thing)

    def taken(
        self, thing: NamedNode, field: Field, term: Term, cls: ClassSchema
    ) -> tuple[NamedNode | None, Fault | None]:
        """By which property a value stands, if it does; and the remark on it."""
        if field.repeats or thing.value not in self._things:
            return field.predicate, None
        first = self._first.setdefault((thing.value, field.name), term)
        if first == term:
            return field.predicate, None
        if field.predicate == RDFS_LABEL and any(f.predicate == _OTHER_NAME for f in cls.fields):
            return _OTHER_NAME, OTHER_NAME
        return None, CONFLICT
