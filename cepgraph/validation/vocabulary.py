"""Checks that come before the shapes: known terms, typed subjects, usable names."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change
from cepgraph.index import Index
from cepgraph.terms import (
    CEP,
    CONCEPT,
    DATASET,
    GRAPH,
    OWL,
    PROJECT_GRAPHS,
    RDF,
    RDF_TYPE,
    RDFS,
    SKOS,
    is_entailed_graph,
    is_skolem,
    shorten,
)
from cepgraph.validation.literals import malformed
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.report import Result

_REFUSED_SCHEMES = re.compile("(?:javascript|data|vbscript|file):", re.IGNORECASE)
_REFUSED_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write (its section 2.2)."""

_OWL_CLASS = NamedNode(OWL + "Class")
_STRUCTURE = (OWL, RDFS, RDF, SKOS)
_SCHEMA_PREDICATES = {
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + name for name in ("equivalentClass", "equivalentProperty", "inverseOf")),
    OWL + "propertyChainAxiom",
}

MALFORMED = "ceps:Malformed"
"""The check of typed values; a shape may have told the same."""


class Vocabulary:
    """The terms of the ontology, and the classes that shapes are made for.

    A term in our namespace that the ontology does not define would be stored and never checked, and
    a subject without a class that has a shape of its own would escape every rule: both are
    violations. Only the project's own graphs define classes, properties and lists.
    """

    def __init__(self, ontology: Iterable[Quad], shaped: Iterable[NamedNode]) -> None:
        typed = [q for q in ontology if q.predicate == RDF_TYPE]
        self._known = {q.subject.value for q in typed if isinstance(q.subject, NamedNode)}
        self._classes = {
            q.subject.value
            for q in typed
            if isinstance(q.subject, NamedNode) and q.object == _OWL_CLASS
        }
        self._shaped = frozenset(shaped)

    def check(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        """Results on the triples that a change adds, and on subjects that it leaves untyped."""
        for graph in change.added:
            if is_entailed_graph(graph):
                continue
            if not graph.value.startswith(GRAPH):
                message = f"Graphs are named {GRAPH}publisher/dataset; this one is not."
                yield _result(graph, graph, "GraphName", "", message)
            index = change.index(graph)
            if not graph.value.startswith(PROJECT_GRAPHS):
                yield from _definitions(graph, index)
            for triple in self._doubtful(index):
                yield from self._terms(graph, triple.subject, triple.predicate, triple.object)
            everything = chain.from_iterable(index.by_subject.values())
            wrong = malformed(t.object for t in everything if isinstance(t.object, Literal))
            for triple in index.triples if wrong else ():
                if triple.object in wrong:
                    yield from _malformed(graph, triple)
        yield from self._untyped(change, overlay)
        yield from self._undescribed(change, overlay)

    def _doubtful(self, index: Index) -> Iterator[Triple]:
        """All triples that ``_terms`` could say something about, and few others."""
        odd = {s for s in index.by_subject if _REFUSED_SCHEMES.match(s.value)}
        for name, triples in index.by_predicate.items():
            if self._is_odd(name, self._known):
                yield from triples
                continue
            classes = self._classes if name == RDF_TYPE.value else None
            for triple in triples:
                target = triple.object
                if isinstance(target, Literal):
                    bad = classes is not None or bool(_REFUSED_CHARACTERS.search(target.value))
                else:
                    bad = isinstance(target, NamedNode) and self._is_odd(target.value, classes)
                if bad or (odd and triple.subject in odd):
                    yield triple

    def _is_odd(self, iri: str, known: set[str] | None) -> bool:
        unknown = known is not None and iri.startswith(CEP) and iri not in known
        return unknown or _REFUSED_SCHEMES.match(iri) is not None

    def _terms(
        self, graph: NamedNode, subject: object, predicate: NamedNode, target: object
    ) -> Iterator[Result]:
        if not isinstance(subject, NamedNode):
            return
        terms = [(predicate, self._known)]
        if predicate == RDF_TYPE:
            if isinstance(target, NamedNode):
                terms.append((target, self._classes))
            else:
                message = "A class is named by its IRI, not by a text."
                yield _result(graph, subject, "UnknownTerm", str(target), message, predicate)
        for term, known in terms:
            if term.value.startswith(CEP) and term.value not in known:
                hint = self._hint(term.value, known)
                yield _result(graph, subject, "UnknownTerm", shorten(term.value), hint, predicate)
        for address in (subject, predicate, target):
            if isinstance(address, NamedNode) and _REFUSED_SCHEMES.match(address.value):
                message = "This kind of address is not accepted; use http, https or urn."
                yield _result(graph, subject, "RefusedAddress", address.value, message, predicate)
        found = _REFUSED_CHARACTERS.search(target.value) if isinstance(target, Literal) else None
        if found:
            message = f"The text holds the control character U+{ord(found[0]):04X}; remove it."
            yield _result(graph, subject, "RefusedCharacter", "", message, predicate)

    def _hint(self, term: str, known: set[str]) -> str:
        names = [name.removeprefix(CEP) for name in known if name.startswith(CEP)]
        near = get_close_matches(term.removeprefix(CEP), names, n=2, cutoff=0.6)
        guess = f" Did you mean {' or '.join('cep:' + name for name in near)}?" if near else ""
        return f"The ontology has no {shorten(term)} to use here.{guess}"

    def _untyped(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        for graph in change.graphs:
            touched = set(change.index(graph).by_subject)
            touched.update(change.index(graph, added=False).by_subject)
            bare = touched - self._shaped_in(graph, touched, overlay)
            still = {triple.subject for triple in overlay.stated(bare, graph)}
            for node in sorted(bare & still, key=str):
                message = (
                    "Nothing in this graph says what kind of thing this is, in a class that has a "
                    "form of its own; give one, such as cep:Organisation."
                )
                yield _result(graph, node, "Untyped", "", message, RDF_TYPE)

    def _shaped_in(
        self, graph: NamedNode, nodes: set[NamedNode], overlay: Overlay
    ) -> set[NamedNode]:
        """Those of the nodes that the graph gives a class with a shape, or needs none for."""
        own = graph.value.startswith(PROJECT_GRAPHS)
        found = {node for node in nodes if own and is_skolem(node.value)}
        for triple in overlay.stated(nodes, graph, RDF_TYPE):
            target = triple.object
            structural = isinstance(target, NamedNode) and target.value.startswith(_STRUCTURE)
            if target in self._shaped or (own and structural):
                found.add(triple.subject)  # type: ignore[arg-type]
        return found

    def _undescribed(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        """Every graph has its publisher and source: its own description is in it."""
        for graph in change.graphs:
            classes = overlay.stated([graph], graph, RDF_TYPE)
            described = any(triple.object == DATASET for triple in classes)
            if not described and next(overlay.graph(graph), None) is not None:
                message = (
                    "The graph does not describe itself: say that its IRI is a cep:Dataset, with "
                    "publisher, licence and source."
                )
                yield _result(graph, graph, "Undescribed", "", message, RDF_TYPE)


def _definitions(graph: NamedNode, index: Index) -> Iterator[Result]:
    """Statements that would change what terms and lists mean, for everybody."""
    for t in index.by_predicate.get(SKOS + "inScheme", ()):
        if isinstance(t.object, NamedNode) and t.object.value.startswith(CONCEPT):
            message = "The project's lists are kept in one place; ask for the entry to be added."
            yield from _foreign(graph, t, message)
    message = "What a class or property means is said by the ontology alone."
    for name in _SCHEMA_PREDICATES & index.by_predicate.keys():
        for t in index.by_predicate[name]:
            yield from _foreign(graph, t, message)


def _foreign(graph: NamedNode, triple: Triple, message: str) -> Iterator[Result]:
    value = shorten(triple.object.value) if isinstance(triple.object, NamedNode) else ""
    if isinstance(triple.subject, NamedNode):
        yield _result(graph, triple.subject, "ForeignDefinition", value, message, triple.predicate)


def _malformed(graph: NamedNode, triple: Triple) -> Iterator[Result]:
    if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
        message = f"This is not a value of its type, {shorten(triple.object.datatype.value)}."
        yield _result(
            graph, triple.subject, "Malformed", triple.object.value, message, triple.predicate
        )


def _result(
    graph: NamedNode,
    focus: NamedNode,
    constraint: str,
    value: str,
    message: str,
    path: NamedNode | None = None,
) -> Result:
    return Result(
        severity="violation",
        graph=graph.value,
        focus=focus.value,
        shape="ceps:Vocabulary",
        constraint=f"ceps:{constraint}",
        path=shorten(path.value) if path else "",
        value=value,
        message=message,
    )
