"""Statements about things, by subject, each with the graphs that make it."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from cepgraph.paths import Step
from cepgraph.terms import (
    ENTAILED_SUFFIX,
    PROJECT_GRAPHS,
    RDF,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_PREF_LABEL,
    XSD,
)

TYPE: Final = RDF_TYPE.value
LABELS: Final = (SKOS_PREF_LABEL.value, RDFS_LABEL.value)
"""Properties that give a thing its name, best first."""
STRING: Final = XSD + "string"
LANG_STRING: Final = RDF + "langString"
NAMES: Final = PROJECT_GRAPHS + "names"


class Text(NamedTuple):
    """A literal."""

    lexical: str
    datatype: str = STRING
    language: str = ""


Term = str | Text
"""An IRI, or a literal."""
Values = dict[Term, list[str]]
"""Values, and for each the graphs that give it."""


class Statement(NamedTuple):
    """One quad."""

    subject: str
    predicate: str
    object: Term
    graph: str


def rank(graph: str) -> tuple[bool, bool, str]:
    """Sorts graphs by whose word counts when one value has to be chosen.

    The graph of names comes first: it exists to choose. Then a publisher's own data comes before
    the project's reference graphs; after that the graph's IRI decides, only so that the choice is
    the same every time.
    """
    return graph != NAMES, graph.startswith(PROJECT_GRAPHS), graph


class Facts:
    """An index of statements.

    Entailed statements are left out, except that ``classes`` knows entailed types.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._outgoing: dict[str, dict[str, Values]] = {}
        self._entailed: dict[str, set[str]] = {}
        for subject, predicate, value, graph in statements:
            if graph.endswith(ENTAILED_SUFFIX):
                if predicate == TYPE and isinstance(value, str):
                    self._entailed.setdefault(subject, set()).add(value)
                continue
            properties = self._outgoing.get(subject)
            if properties is None:
                properties = self._outgoing[subject] = {}
            values = properties.get(predicate)
            if values is None:
                values = properties[predicate] = {}
            graphs = values.get(value)
            if graphs is None:
                values[value] = [graph]
            elif graph not in graphs:
                graphs.append(graph)

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> "Facts":
        """The facts in a store's quads; those about or of blank nodes are left out."""
        return cls(_statements(quads))

    @classmethod
    def from_rows(cls, rows: Iterable[dict[str, Any]]) -> "Facts":
        """The facts in rows ``s``, ``p``, ``o``, ``g`` of SPARQL results in JSON."""
        return cls(_from_row(row) for row in rows if row["o"]["type"] in ("uri", "literal"))

    def __contains__(self, node: str) -> bool:
        return node in self._outgoing

    def properties(self, node: str) -> dict[str, Values]:
        """Everything asserted of ``node``, by property."""
        return self._outgoing.get(node, {})

    def values(self, node: str, path: Sequence[Step]) -> Values:
        """What is at the end of ``path``, with the graphs that make its last step."""
        if len(path) == 1:
            index = self._incoming if path[0].inverse else self._outgoing
            return index.get(node, {}).get(path[0].predicate.value, {})
        nodes = [node]
        found: Values = {}
        for step in path:
            found = {}
            for start in nodes:
                index = self._incoming if step.inverse else self._outgoing
                for value, graphs in index.get(start, {}).get(step.predicate.value, {}).items():
                    found.setdefault(value, []).extend(graphs)
            nodes = [value for value in found if isinstance(value, str)]
        return found

    def types(self, node: str) -> list[str]:
        """Classes that ``node`` is said to be of, sorted."""
        return sorted(t for t in self.properties(node).get(TYPE, ()) if isinstance(t, str))

    def classes(self, node: str) -> set[str]:
        """The same with what the ontology entails, as far as it was asked for."""
        return {*self.types(node), *self._entailed.get(node, ())}

    def graphs(self, node: str) -> list[str]:
        """The graphs that speak of ``node``, in the order of ``rank``."""
        named = {
            g for values in self.properties(node).values() for gs in values.values() for g in gs
        }
        return sorted(named, key=rank)

    def label(self, node: str) -> tuple[str, Text] | None:
        """The name to show for ``node``, and the property that gives it."""
        properties = self._outgoing.get(node)
        if properties is None:
            return None
        for predicate in LABELS:
            texts = [
                (text.language not in ("", "en"), min(map(rank, graphs)), text)
                for text, graphs in properties.get(predicate, {}).items()
                if isinstance(text, Text)
            ]
            if texts:
                return predicate, min(texts)[-1]
        return None

    @cached_property
    def _incoming(self) -> dict[str, dict[str, Values]]:
        index: dict[str, dict[str, Values]] = {}
        for subject, properties in self._outgoing.items():
            for predicate, values in properties.items():
                for value, graphs in values.items():
                    if isinstance(value, str):
                        index.setdefault(value, {}).setdefault(predicate, {})[subject] = graphs
        return index


def _statements(quads: Iterable[Quad]) -> Iterable[Statement]:
    for quad in quads:
        value = quad.object
        if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
            term: Term
            if isinstance(value, NamedNode):
                term = value.value
            elif isinstance(value, Literal):
                term = Text(value.value, value.datatype.value, value.language or "")
            else:
                continue
            yield Statement(quad.subject.value, quad.predicate.value, term, quad.graph_name.value)


def _from_row(row: dict[str, Any]) -> Statement:
    value = row["o"]
    term: Term = value["value"]
    if value["type"] == "literal":
        language = value.get("xml:lang", "")
        term = Text(
            value["value"], LANG_STRING if language else value.get("datatype", STRING), language
        )
    return Statement(row["s"]["value"], row["p"]["value"], term, row["g"]["value"])
