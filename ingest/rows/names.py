"""The things that a graph holds already, by class and by name: what a typed name may mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.store import Store
from cepgraph.terms import RDF_TYPE, RDFS_LABEL, SKOS, SKOS_PREF_LABEL, asserted_graph
from ingest.rows.squash import squash

_LABELS: Final = (RDFS_LABEL, SKOS_PREF_LABEL, NamedNode(SKOS + "altLabel"))
_NEAREST: Final = 3
_CUTOFF: Final = 60.0
"""Of 100: below this two names have little in common."""
_SLICE: Final = 5_000


def nearest(text: str, squashed: Iterable[str], limit: int = _NEAREST) -> list[str]:
    """Those of the names, as they are compared, that are most like the text; best first."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        squash(text), list(squashed), scorer=fuzz.WRatio, limit=limit, score_cutoff=_CUTOFF
    )
    return [name for name, _, _ in found]


@dataclass(frozen=True)
class Named:
    """A thing, and the name by which it was found."""

    iri: NamedNode
    label: str


class Names:
    """Looks things up in a store. A class is read when it is first asked for, and kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[NamedNode, dict[str, list[Named]]] = {}

    def exactly(self, text: str, classes: Iterable[NamedNode]) -> list[Named]:
        """Things of one of the classes (of any, for none) that are called just this."""
        found = {
            quad.subject: None
            for predicate in _LABELS
            for quad in self._store.incoming(
                [Literal(text), Literal(text, language="en")], predicate
            )
            if isinstance(quad.subject, NamedNode)
        }
        return [Named(iri, text) for iri in self.of_classes(found, classes)]

    def identified(
        self, value: Literal | NamedNode, predicates: Iterable[NamedNode]
    ) -> list[NamedNode]:
        """Things that carry this identifier."""
        found = {
            quad.subject: None
            for predicate in predicates
            for quad in self._store.incoming([value], predicate)
            if isinstance(quad.subject, NamedNode)
        }
        return list(found)

    def identifiers(self, cls: NamedNode, predicate: NamedNode) -> dict[str, list[NamedNode]]:
        """All identifiers of one kind that things of a class carry, with these things."""
        found: dict[str, list[NamedNode]] = {}
        for part in self._members(cls):
            for quad in self._store.outgoing(part, predicate):
                if isinstance(quad.subject, NamedNode) and isinstance(
                    quad.object, Literal | NamedNode
                ):
                    things = found.setdefault(quad.object.value, [])
                    if quad.subject not in things:
                        things.append(quad.subject)
        return found

    def of_classes(
        self, things: Iterable[NamedNode], classes: Iterable[NamedNode]
    ) -> list[NamedNode]:
        """Those of the things that are of one of the classes; all, where no class is asked for."""
        things, wanted = list(things), set(classes)
        if not wanted or not things:
            return things
        fitting = {q.subject for q in self._store.outgoing(things, RDF_TYPE) if q.object in wanted}
        return [thing for thing in things if thing in fitting]

    def holds(self, thing: NamedNode) -> bool:
        """Whether the graph says anything of it."""
        return next(iter(self._store.outgoing([thing], RDF_TYPE)), None) is not None

    def alike(self, text: str, classes: Iterable[NamedNode]) -> list[Named]:
        """Things of the classes whose name differs in capitals, spaces or punctuation alone."""
        wanted = squash(text)
        found: dict[NamedNode, Named] = {}
        for cls in classes:
            for named in self._of_class(cls).get(wanted, ()):
                found.setdefault(named.iri, named)
        return list(found.values())

    def members(self, cls: NamedNode) -> set[str]:
        """The IRIs of all things of a class."""
        return {thing.value for part in self._members(cls) for thing in part}

    def elsewhere(
        self, things: Iterable[NamedNode], home: NamedNode | None
    ) -> dict[str, list[str]]:
        """What other graphs than ``home`` call things: labels first, then other names."""
        things = list(things)
        found: dict[str, list[str]] = {}
        for predicate in _LABELS:
            for quad in self._store.outgoing(things, predicate):
                own = isinstance(quad.graph_name, NamedNode) and asserted_graph(quad.graph_name)
                if own == home or not isinstance(quad.object, Literal):
                    continue
                if isinstance(quad.subject, NamedNode):
                    found.setdefault(quad.subject.value, []).append(quad.object.value)
        return found

    def all_of(self, cls: NamedNode) -> Iterable[Named]:
        """All things of a class with all their names."""
        for named in self._of_class(cls).values():
            yield from named

    def _of_class(self, cls: NamedNode) -> dict[str, list[Named]]:
        """Names as they are compared, to the things that are called so."""
        if cls not in self._read:
            names: dict[str, list[Named]] = {}
            for part in self._members(cls):
                for predicate in _LABELS:
                    for quad in self._store.outgoing(part, predicate):
                        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
                            named = Named(quad.subject, quad.object.value)
                            same = names.setdefault(squash(quad.object.value), [])
                            if all(other.iri != named.iri for other in same):
                                same.append(named)
            self._read[cls] = names
        return self._read[cls]

    def _members(self, cls: NamedNode) -> Iterator[list[NamedNode]]:
        """The things of a class, some thousand at a time."""
        members = {
            quad.subject: None
            for quad in self._store.incoming([cls], RDF_TYPE)
            if isinstance(quad.subject, NamedNode)
        }
        listed = list(members)
        for start in range(0, len(listed), _SLICE):
            yield listed[start : start + _SLICE]
