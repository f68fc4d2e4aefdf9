"""The lists of concepts that fields take their values from, as a person sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple, parse

from cepgraph.content import Content
from cepgraph.terms import SKOS

_IN_SCHEME = NamedNode(SKOS + "inScheme")
_LABEL = NamedNode(SKOS + "prefLabel")
_OTHERS = {NamedNode(SKOS + name) for name in ("altLabel", "hiddenLabel", "notation")}
_DEFINITION = NamedNode(SKOS + "definition")


@dataclass(frozen=True)
class Entry:
    """One value of a list.

    Attributes:
        key: last part of its IRI; it can be typed too.
        label: what a drop-down shows.
        names: other names, notations included.
    """

    iri: NamedNode
    key: str
    label: str
    names: tuple[str, ...]
    definition: str


class Lists:
    """All lists that came with the content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def of(self, scheme: str) -> tuple[Entry, ...]:
        """The entries of a list (its IRI), by label; none for a list that nobody keeps here."""
        return self._entries.get(scheme, ())

    def title(self, scheme: str) -> str:
        """What a list is called; for one that nobody keeps here, the last part of its IRI."""
        return self._titles.get(scheme) or scheme.rsplit("/", 1)[-1]

    @cached_property
    def _entries(self) -> dict[str, tuple[Entry, ...]]:
        return _entries(self._triples)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {
            triple.subject.value: triple.object.value
            for triple in self._triples
            if triple.predicate == _LABEL
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, Literal)
        }

    @cached_property
    def _triples(self) -> list[Triple]:
        return [q.triple for path in self._content.schemes() for q in parse(path=str(path))]


def _entries(triples: Iterable[Triple]) -> dict[str, tuple[Entry, ...]]:
    scheme: dict[NamedNode, str] = {}
    label: dict[NamedNode, str] = {}
    names: dict[NamedNode, list[str]] = {}
    definition: dict[NamedNode, str] = {}
    for triple in triples:
        concept, target = triple.subject, triple.object
        if not isinstance(concept, NamedNode):
            continue
        if triple.predicate == _IN_SCHEME and isinstance(target, NamedNode):
            scheme[concept] = target.value
        elif not isinstance(target, Literal):
            continue
        elif triple.predicate == _LABEL:
            label[concept] = target.value
        elif triple.predicate == _DEFINITION:
            definition[concept] = target.value
        elif triple.predicate in _OTHERS:
            names.setdefault(concept, []).append(target.value)
    found: dict[str, list[Entry]] = {}
    for concept, listed in scheme.items():
        key = concept.value.rsplit("/", 1)[-1]
        entry = Entry(
            iri=concept,
            key=key,
            label=label.get(concept, key),
            names=tuple(sorted(names.get(concept, ()))),
            definition=definition.get(concept, ""),
        )
        found.setdefault(listed, []).append(entry)
    return {
        listed: tuple(sorted(entries, key=lambda entry: entry.label.casefold()))
        for listed, entries in found.items()
    }
