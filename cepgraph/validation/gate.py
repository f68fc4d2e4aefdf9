"""The gate: a change in, a report out. It validates the change, not the world."""

from collections.abc import Iterable

import rdflib
from pyoxigraph import NamedNode, Quad

from cepgraph.change import Change, Overlay
from cepgraph.store.base import Store
from cepgraph.terms import asserted_graph
from cepgraph.validation.engines import Validator
from cepgraph.validation.plan import Plan
from cepgraph.validation.report import Report, Result
from cepgraph.validation.scope import View, affected, subgraph
from cepgraph.validation.vocabulary import MALFORMED, Vocabulary


class Gate:
    """Shapes and ontology, made ready once."""

    def __init__(self, shapes: rdflib.Graph, ontology: Iterable[Quad]) -> None:
        self.plan = Plan.of(shapes)
        self._validator = Validator(shapes)
        self._vocabulary = Vocabulary(ontology, self.plan.shaped)

    def judge(self, change: Change, store: Store) -> Report:
        """The verdict on a change, entailments included, as if everything were validated again.

        Only nodes that the change can affect are judged, in the graph changed or in any other.
        """
        overlay = Overlay(store, change)
        results: list[Result] = []
        focus = affected(change, store, overlay, self.plan)
        large = self._validator.is_large(sum(map(len, focus.values())))
        for graph, nodes in focus.items():
            triples = subgraph(View(overlay, graph, self.plan.identifiers), nodes, self.plan)
            results += self._validator.validate(triples, nodes, graph, large=large)
        told = {(result.graph, result.focus, result.value) for result in results}
        for result in self._vocabulary.check(change, overlay):
            twice = (result.graph, result.focus, result.value) in told
            if not (twice and result.constraint == MALFORMED):
                results.append(result)
        return Report.of(results)

    def judge_everything(self, store: Store) -> Report:
        """The verdict on every node of every graph: the full run that ``judge`` must agree with."""
        overlay = Overlay(store, Change())
        described: dict[NamedNode, set[NamedNode]] = {}
        for graph in overlay.graphs():
            for quad in overlay.graph(graph):
                if quad.predicate.value.endswith("#type") and isinstance(quad.subject, NamedNode):
                    described.setdefault(asserted_graph(graph), set()).add(quad.subject)
        results: list[Result] = []
        for graph, nodes in described.items():
            view = View(overlay, graph, self.plan.identifiers)
            results += self._validator.validate(view.everything(), nodes, graph)
        return Report.of(results)
