"""SHACL engines: pySHACL, the reference, and a faster one for large changes.

pyshacl-turbo is used above ``LARGE`` focus nodes only; a test holds its results equal to pySHACL's
on every constraint that the shapes use.
"""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple
from rdflib.namespace import RDF
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from cepgraph.inference import as_they_lie
from cepgraph.terms import RDFS, SH, shorten
from cepgraph.validation.literals import marked
from cepgraph.validation.report import Result, Severity

LARGE = 50
"""Nodes to judge above which the faster engine does; pySHACL needs about 6 ms for each."""

_SH = rdflib.Namespace(SH)
_SUBCLASS = NamedNode(RDFS + "subClassOf")
_SEVERITIES: dict[Node, Severity] = {
    _SH.Violation: "violation",
    _SH.Warning: "warning",
    _SH.Info: "info",
}


class Validator:
    """The shapes, made ready once for both engines; ``large`` is where the faster one begins."""

    def __init__(self, shapes: rdflib.Graph, large: int = LARGE) -> None:
        self._shapes = shapes
        self._large = large
        self._compiled: Any = None
        self._program: Any = None
        self._compiling = Lock()

    def is_large(self, nodes: int) -> bool:
        """Whether a change with so many nodes to judge is for the faster engine."""
        return nodes > self._large

    def validate(
        self,
        triples: Iterable[Triple],
        focus: set[NamedNode],
        graph: NamedNode,
        *,
        large: bool | None = None,
    ) -> list[Result]:
        """Judge ``focus`` in the data ``triples``; results speak of ``graph``."""
        # subclasses are materialised; an engine must not find more of them in the data
        triples = marked(t for t in as_they_lie(triples) if t.predicate != _SUBCLASS)
        large = self.is_large(len(focus)) if large is None else large
        report = self._fast(triples) if large else self._reference(triples, focus)
        wanted = {node.value for node in focus}
        return [r for r in self._results(report, graph) if r.focus in wanted]

    def _reference(self, triples: list[Triple], focus: set[NamedNode]) -> rdflib.Graph:
        """pySHACL, each shape on those of its targets that are in ``focus``.

        Not by its option ``focus_nodes``: that also leaves out the nodes that nested shapes
        (``sh:node``, ``sh:or``) look at, which then pass unseen.
        """
        import pyshacl
        from pyshacl.graph_abstraction import DataGraph
        from pyshacl.pytypes import SHACLExecutor

        if self._compiled is None:
            self._compiled = pyshacl.ShapesGraph(self._shapes)
        data: Any = DataGraph.from_rdflib_graph(to_rdflib(triples))
        executor = SHACLExecutor()
        wanted = {rdflib.URIRef(node.value) for node in focus}
        found: list[Any] = []
        for shape in self._compiled.shapes:
            targets = shape.focus_nodes(data) & wanted
            if targets:
                found += shape.validate(executor, data, focus=sorted(targets))[1]
        report, _ = pyshacl.Validator.create_validation_report(self._compiled, not found, found)
        return _as_graph(report)

    def _fast(self, triples: list[Triple]) -> rdflib.Graph:
        import pyshacl_turbo

        with self._compiling:
            if self._program is None:
                compile_shapes: Any = pyshacl_turbo.compile_shapes
                self._program = compile_shapes(self._shapes)
        data = Store()
        lines = " .\n".join(map(str, triples)) + " .\n" if triples else ""
        data.bulk_load(lines.encode(), format=RdfFormat.N_TRIPLES, lenient=True)
        _, report, _ = self._program.validate(data)
        return _as_graph(report)

    def _results(self, report: rdflib.Graph, graph: NamedNode) -> Iterator[Result]:
        nested = set(report.objects(None, _SH.detail))
        for node in set(report.subjects(RDF.type, _SH.ValidationResult)) - nested:
            shape = report.value(node, _SH.sourceShape)
            constraint = report.value(node, _SH.sourceConstraint)
            path = report.value(node, _SH.resultPath)
            severity = report.value(node, _SH.resultSeverity) or _SH.Violation
            yield Result(
                severity=_SEVERITIES.get(severity, "violation"),
                graph=graph.value,
                focus=str(report.value(node, _SH.focusNode)),
                shape=shorten(str(constraint if isinstance(constraint, rdflib.URIRef) else shape)),
                constraint=shorten(str(report.value(node, _SH.sourceConstraintComponent))),
                path=shorten(str(path)) if isinstance(path, rdflib.URIRef) else "",
                value=_text(report.value(node, _SH.value)),
                message=" ".join(sorted(str(m) for m in report.objects(node, _SH.resultMessage))),
            )


class _ParsedOnce(rdflib.Graph):
    """Parses each query once: a SPARQL constraint is asked of every focus node in the same words,
    and parsing it takes forty times as long as answering it.
    """

    def query(self, query_object: Any, *arguments: Any, **named: Any) -> Any:
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *arguments, **named)


@lru_cache(maxsize=256)
def _prepared(text: str) -> Any:
    return prepareQuery(text)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """An rdflib graph of the same terms, spelt as they are."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    graph = _ParsedOnce()
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def _term(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise TypeError(f"no RDF 1.1 term: {term!r}")


def _as_graph(report: object) -> rdflib.Graph:
    if not isinstance(report, rdflib.Graph):
        raise TypeError(f"the SHACL engine gave no report: {report!r}")
    return report


def _text(value: Node | None) -> str:
    if value is None:
        return ""
    return shorten(str(value)) if isinstance(value, rdflib.URIRef) else str(value)
