"""The gate: a change in, a report out. It validates the change, not the world."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import rdflib
from pyoxigraph import NamedNode, Quad

from cepgraph.change import Change
from cepgraph.store.base import Store
from cepgraph.terms import asserted_graph
from cepgraph.validation.engines import LARGE, Validator
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.plan import Plan
from cepgraph.validation.report import Report, Result
from cepgraph.validation.scope import Focus, affected
from cepgraph.validation.view import View, slices
from cepgraph.validation.vocabulary import MALFORMED, Vocabulary

SLICE = 1_000
"""Nodes that are judged at a time: memory follows this, and the engine is fastest about here."""

_JUDGES = min(4, os.cpu_count() or 1)


class Gate:
    """Shapes and ontology, made ready once.

    ``slice_size`` nodes are judged at a time; above ``large`` of them, by the faster engine.
    """

    def __init__(
        self,
        shapes: rdflib.Graph,
        ontology: Iterable[Quad],
        *,
        slice_size: int = SLICE,
        large: int = LARGE,
    ) -> None:
        self._slice_size = slice_size
        self.plan = Plan.of(shapes)
        self._validator = Validator(shapes, large)
        self._vocabulary = Vocabulary(ontology, self.plan.shaped)

    def judge(self, change: Change, store: Store) -> Report:
        """The verdict on a change, entailments included, as if everything were validated again.

        Only nodes that the change can affect are judged, in the graph changed or in any other.
        """
        overlay = Overlay(store, change)
        focus = affected(change, overlay, self.plan)
        results = list(self._verdicts(focus, overlay))
        told = {(result.graph, result.focus, result.value) for result in results}
        for result in self._vocabulary.check(change, overlay):
            twice = (result.graph, result.focus, result.value) in told
            if not (twice and result.constraint == MALFORMED):
                results.append(result)
        overlay.forget()
        return Report.of(results)

    def _verdicts(self, focus: Focus, overlay: Overlay) -> Iterator[Result]:
        """Results on the nodes, slice by slice; the faster engine judges some slices at once."""
        large = self._validator.is_large(sum(map(len, focus.values())))
        pieces = (
            (triples, part, graph)
            for graph, nodes in focus.items()
            for triples, part in slices(overlay, graph, nodes, self.plan, self._slice_size)
        )
        if not large:
            for piece in pieces:
                yield from self._validator.validate(*piece, large=False)
            return
        with ThreadPoolExecutor(_JUDGES) as judges:
            running: deque[Future[list[Result]]] = deque()
            for piece in pieces:
                if len(running) > _JUDGES:
                    yield from running.popleft().result()
                running.append(judges.submit(self._validator.validate, *piece, large=True))
            for judging in running:
                yield from judging.result()

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
