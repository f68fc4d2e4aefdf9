"""Checks that come before the shapes: known terms, typed subjects, usable names."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode, Quad

from cepgraph.change import Change, Overlay
from cepgraph.terms import CEP, DATASET, GRAPH, RDF_TYPE, is_entailed_graph, is_skolem, shorten
from cepgraph.validation.report import Result

_REFUSED_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")


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
            for triple in triples:
                yield from self._terms(graph, triple.subject, triple.predicate, triple.object)
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
        if isinstance(target, NamedNode) and target.value.lower().startswith(_REFUSED_SCHEMES):
            message = "This kind of address is not accepted; use http, https or urn."
            yield _result(graph, subject, "RefusedAddress", target.value, message, predicate)
        if isinstance(target, Literal) and "\x00" in target.value:
            message = "The text holds a NUL character; remove it."
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
