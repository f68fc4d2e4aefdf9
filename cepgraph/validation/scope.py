"""Which nodes a change can affect, and what has to be read to judge them.

A graph is read as its publisher wrote it: where it says what class a node belongs to, the node is
what that graph says of it, and nothing else; everything that it does not describe itself it takes
from the other graphs. This is the *view* of a graph, and a verdict is about a node in a view.
"""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change, Overlay
from cepgraph.paths import Path, Step
from cepgraph.store.base import Store
from cepgraph.terms import RDF_TYPE, asserted_graph
from cepgraph.validation.plan import Plan

Focus = dict[NamedNode, set[NamedNode]]
"""Graph to the nodes that it describes and that have to be judged."""


def affected(change: Change, store: Store, overlay: Overlay, plan: Plan) -> Focus:
    """The nodes whose verdict the change can alter, by graph.

    Every path that a shape reads is walked backwards from each added or removed triple. Walking in
    the state after the change is enough: where a removed triple cut the way to another one, it is
    itself the first changed triple on that way. The walk ignores which graph says what, so it may
    find too many nodes, and never too few.
    """
    triples = _changed_triples(change)
    triples |= _uncovered(change, store, overlay)
    candidates = _walk_back(triples, overlay, plan)
    for target in plan.unbounded:
        candidates |= {
            quad.subject
            for quad in overlay.incoming([target], RDF_TYPE)
            if isinstance(quad.subject, NamedNode)
        }
    focus: Focus = {}
    for node, graphs in overlay.describing(candidates).items():
        for graph in graphs:
            focus.setdefault(graph, set()).add(node)
    return focus


def _changed_triples(change: Change) -> set[Triple]:
    groups = (*change.added.values(), *change.removed.values())
    return {triple for group in groups for triple in group}


def _uncovered(change: Change, store: Store, overlay: Overlay) -> set[Triple]:
    """Triples of other graphs that come into a view, or leave it.

    This happens to a node's triples when a graph begins, or ceases, to describe the node.
    """
    typed = {
        triple.subject
        for group in (*change.added.values(), *change.removed.values())
        for triple in group
        if triple.predicate == RDF_TYPE and isinstance(triple.subject, NamedNode)
    }
    before = Overlay(store, Change()).describing(typed)
    after = overlay.describing(typed)
    turned = [node for node in typed if before.get(node) != after.get(node)]
    return {quad.triple for quad in overlay.outgoing(turned)}


def _walk_back(triples: set[Triple], overlay: Overlay, plan: Plan) -> set[NamedNode]:
    by_predicate: dict[NamedNode, list[Triple]] = {}
    for triple in triples:
        by_predicate.setdefault(triple.predicate, []).append(triple)
    starts: dict[Path, set[NamedNode | Literal]] = {}
    for step, prefixes in plan.steps().items():
        changed = by_predicate.get(step.predicate, ())
        ends = (triple.object if step.inverse else triple.subject for triple in changed)
        nodes = {node for node in ends if isinstance(node, NamedNode | Literal)}
        if nodes:
            for prefix in prefixes:
                starts.setdefault(prefix, set()).update(nodes)
    found: set[NamedNode] = set()
    for length in range(max(map(len, starts), default=0), 0, -1):
        for prefix in [path for path in starts if len(path) == length]:
            nodes = starts.pop(prefix)
            back = Step(prefix[-1].predicate, not prefix[-1].inverse)
            starts.setdefault(prefix[:-1], set()).update(_take(nodes, back, overlay))
    found.update(node for node in starts.get((), ()) if isinstance(node, NamedNode))
    return found


def _take(
    nodes: Iterable[NamedNode | Literal], step: Step, overlay: Overlay
) -> set[NamedNode | Literal]:
    if step.inverse:
        quads = overlay.incoming(nodes, step.predicate)
        return {q.subject for q in quads if isinstance(q.subject, NamedNode)}
    quads = overlay.outgoing([n for n in nodes if isinstance(n, NamedNode)], step.predicate)
    return {q.object for q in quads if isinstance(q.object, NamedNode | Literal)}


class View:
    """The state after a change as one graph sees it."""

    def __init__(self, overlay: Overlay, graph: NamedNode) -> None:
        self._overlay = overlay
        self._graph = graph
        self._described: dict[NamedNode, bool] = {}

    def step(self, nodes: set[NamedNode | Literal], step: Step) -> set[Triple]:
        """The triples of the view that lead one step on from ``nodes``."""
        if step.inverse:
            quads = list(self._overlay.incoming(nodes, step.predicate))
        else:
            named = [node for node in nodes if isinstance(node, NamedNode)]
            quads = list(self._overlay.outgoing(named, step.predicate))
        return self._visible(quads)

    def everything(self) -> set[Triple]:
        """All triples of the view."""
        quads = [q for graph in self._overlay.graphs() for q in self._overlay.graph(graph)]
        return self._visible(quads)

    def _visible(self, quads: list[Quad]) -> set[Triple]:
        unknown = {
            quad.subject
            for quad in quads
            if isinstance(quad.subject, NamedNode) and quad.subject not in self._described
        }
        describing = self._overlay.describing(unknown)
        for node in unknown:
            self._described[node] = self._graph in describing.get(node, ())
        return {quad.triple for quad in quads if self._sees(quad)}

    def _sees(self, quad: Quad) -> bool:
        if not (isinstance(quad.graph_name, NamedNode) and isinstance(quad.subject, NamedNode)):
            return False
        own = asserted_graph(quad.graph_name) == self._graph
        return own or not self._described[quad.subject]


def subgraph(view: View, nodes: set[NamedNode], plan: Plan) -> set[Triple]:
    """The triples of a view that decide the verdicts on ``nodes``."""
    found = view.step(set(nodes), Step(RDF_TYPE))
    reached: dict[tuple[NamedNode, Path], set[NamedNode | Literal]] = {}
    for triple in found:
        if isinstance(triple.object, NamedNode) and isinstance(triple.subject, NamedNode):
            if triple.object in plan.unbounded:
                return view.everything()
            if triple.object in plan.reads:
                reached.setdefault((triple.object, ()), set()).add(triple.subject)
    targets = [target for target, _ in reached]
    paths = {path for target in targets for path in plan.reads[target] if path}
    for path in sorted(paths, key=len):
        readers = [
            target
            for target in targets
            if path in plan.reads[target] and (target, path[:-1]) in reached
        ]
        starts = set().union(*(reached[target, path[:-1]] for target in readers))
        triples = view.step(starts, path[-1])
        found |= triples
        for target in readers:
            reached[target, path] = _ends(triples, reached[target, path[:-1]], path[-1])
    return found


def _ends(
    triples: set[Triple], starts: set[NamedNode | Literal], step: Step
) -> set[NamedNode | Literal]:
    ends: set[NamedNode | Literal] = set()
    for triple in triples:
        ends_of = (triple.subject, triple.object)
        here, there = reversed(ends_of) if step.inverse else ends_of
        if here in starts and isinstance(there, NamedNode | Literal):
            ends.add(there)
    return ends
