"""Things that several rows speak of, where a list has no row of its own for each.

What they say is taken together. Of what a thing has but once, the first counts.
"""

from typing import Final

from pyoxigraph import NamedNode, Triple

from cepgraph.schema import ClassSchema, Field
from cepgraph.terms import RDFS_LABEL, SKOS
from ingest.rows.fault import Fault

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
        self._first: dict[tuple[str, str], Triple] = {}

    def add(self, thing: str) -> None:
        """Several rows speak of this one."""
        self._things.add(thing)

    def taken(
        self, triple: Triple, field: Field, cls: ClassSchema
    ) -> tuple[Triple | None, Fault | None]:
        """What becomes of a statement: it stands, stands otherwise, or does not; and the remark."""
        assert isinstance(triple.subject, NamedNode)
        if field.repeats or triple.subject.value not in self._things:
            return triple, None
        key = (triple.subject.value, triple.predicate.value)
        first = self._first.setdefault(key, triple)
        if first == triple:
            return triple, None
        if triple.predicate == RDFS_LABEL and any(f.predicate == _OTHER_NAME for f in cls.fields):
            return Triple(triple.subject, _OTHER_NAME, triple.object), OTHER_NAME
        return None, CONFLICT
