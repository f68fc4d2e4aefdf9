"""Checks that come before the shapes: known terms, typed subjects, usable names."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change, Overlay
from cepgraph.terms import CEP, DATASET, GRAPH, RDF_TYPE, is_entailed_graph, is_skolem, shorten
from cepgraph.validation.literals import malformed
from cepgraph.validation.report import Result

_REFUSED_SCHEMES = re.compile("(?:javascript|data|vbscript|file):", re.IGNORECASE)
_REFUSED_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write (its section 2.2)."""

MALFORMED = "ceps:Malformed"
"""The check of typed values; a shape may have told the same."""


class Vocabulary:
    """The terms of the ontology.

    A term in our namespace that the ontology does not define would be stored and never checked, and
    a subject without a class would escape every shape: both are violations.
    """

    def __init__(self, ontology: Iterable[Quad]) -> None:
        self._known = {
            quad.subject.value
            for quad in ontology
            if quad.predicate == RDF_TYPE and isinstance(quad.subject, NamedNode)
        }

    def check(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        """Results on the triples that a change adds, and on subjects that it leaves untyped."""
        for graph, triples in change.added.items():
            if is_entailed_graph(graph):
                continue
            if not graph.value.startswith(GRAPH):
                yield _result(graph, graph, "GraphName", "", f"Name graphs {GRAPH}… ; this is not.")
            wrong = malformed(t.object for t in triples if isinstance(t.object, Literal))
            for triple in triples:
                yield from self._terms(graph, triple.subject, triple.predicate, triple.object)
                if triple.object in wrong:
                    yield from _malformed(graph, triple)
        yield from self._untyped(change, overlay)
        yield from self._undescribed(change, overlay)

    def _terms(
        self, graph: NamedNode, subject: object, predicate: NamedNode, target: object
    ) -> Iterator[Result]:
        if not isinstance(subject, NamedNode):
            return
        named = [predicate]
        if predicate == RDF_TYPE and isinstance(target, NamedNode):
            named.append(target)
        for term in named:
            if self._unknown(term.value, subject.value):
                yield _result(
                    graph, subject, "UnknownTerm", shorten(term.value), self._hint(term.value)
                )
        for address in (subject, predicate, target):
            if isinstance(address, NamedNode) and _REFUSED_SCHEMES.match(address.value):
                message = "This kind of address is not accepted; use http, https or urn."
                yield _result(graph, subject, "RefusedAddress", address.value, message, predicate)
        found = _REFUSED_CHARACTERS.search(target.value) if isinstance(target, Literal) else None
        if found:
            message = f"The text holds the control character U+{ord(found[0]):04X}; remove it."
            yield _result(graph, subject, "RefusedCharacter", "", message, predicate)

    def _unknown(self, term: str, subject: str) -> bool:
        defining = subject.startswith(CEP)
        return term.startswith(CEP) and term not in self._known and not defining

    def _hint(self, term: str) -> str:
        names = {known.removeprefix(CEP): known for known in self._known if known.startswith(CEP)}
        near = get_close_matches(term.removeprefix(CEP), names, n=2, cutoff=0.6)
        guess = f" Did you mean {' or '.join('cep:' + name for name in near)}?" if near else ""
        return f"The ontology has no term {shorten(term)}.{guess}"

    def _untyped(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        for graph in change.graphs:
            touched = {
                triple.subject
                for group in (change.added.get(graph, ()), change.removed.get(graph, ()))
                for triple in group
                if isinstance(triple.subject, NamedNode) and not is_skolem(triple.subject.value)
            }
            describing = overlay.describing(touched)
            bare = [node for node in touched if graph not in describing.get(node, ())]
            still = {quad.subject for quad in overlay.outgoing(bare) if quad.graph_name == graph}
            for node in bare:
                if node in still:
                    message = (
                        "Nothing in this graph says what kind of thing this is; give its class."
                    )
                    yield _result(graph, node, "Untyped", "", message, RDF_TYPE)

    def _undescribed(self, change: Change, overlay: Overlay) -> Iterator[Result]:
        """Every graph has its publisher and source: its own description is in it."""
        for graph in change.graphs:
            described = any(
                quad.graph_name == graph and quad.object == DATASET
                for quad in overlay.outgoing([graph], RDF_TYPE)
            )
            if not described and next(overlay.graph(graph), None) is not None:
                message = (
                    "The graph does not describe itself: say that its IRI is a cep:Dataset, with "
                    "publisher, licence and source."
                )
                yield _result(graph, graph, "Undescribed", "", message, RDF_TYPE)


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
