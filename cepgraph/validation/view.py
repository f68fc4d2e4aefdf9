"""A graph as its publisher wrote it, and what of it has to be read to judge some nodes.

Where a graph says what class a node belongs to, the node is what that graph says of it, and nothing
else; everything that it does not describe itself it takes from the other graphs. This is the *view*
of a graph, and a verdict is about a node in a view.
"""

from collections.abc import Collection, Iterable, Iterator, Set

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.paths import Path, Step
from cepgraph.terms import RDF_TYPE, asserted_graph
from cepgraph.validation.overlay import FixedNodes, Nodes, Overlay, Said, named, subjects
from cepgraph.validation.plan import Plan


class View:
    """The state after a change as one graph sees it.

    Identifiers are seen whoever states them: one identifier is one thing for everybody.
    """

    def __init__(
        self, overlay: Overlay, graph: NamedNode, identifiers: Collection[NamedNode] = ()
    ) -> None:
        self._overlay = overlay
        self._graph = graph.value
        self._identifiers = identifiers
        self._described: dict[NamedNode, bool] = {}

    def step(self, nodes: Set[NamedNode | Literal], step: Step) -> set[Triple]:
        """The triples of the view that lead one step on from ``nodes``.

        No literals among them, unless the step is inverse.
        """
        if step.inverse:
            return self._visible(self._overlay.incoming(nodes, step.predicate))
        return self._visible(self._overlay.outgoing(nodes, step.predicate))  # type: ignore[arg-type]

    def everything(self) -> set[Triple]:
        """All triples of the view."""
        return self._visible(
            (asserted_graph(name).value, [quad.triple for quad in self._overlay.graph(name)])
            for name in self._overlay.graphs()
        )

    def _visible(self, said: Iterable[Said]) -> set[Triple]:
        seen: set[Triple] = set()
        foreign: list[Triple] = []
        for graph, triples in said:
            if graph == self._graph:
                seen.update(triples)
                continue
            for triple in triples:
                if triple.predicate in self._identifiers:
                    seen.add(triple)
                else:
                    foreign.append(triple)
        unknown = {node for node in subjects(foreign) if node not in self._described}
        self._described.update(dict.fromkeys(unknown, False))
        for graph, triples in self._overlay.outgoing(unknown, RDF_TYPE) if unknown else ():
            if graph == self._graph:
                self._described.update(dict.fromkeys(subjects(triples), True))
        for triple in foreign:
            node = triple.subject
            if isinstance(node, NamedNode) and not self._described[node]:
                seen.add(triple)
        return seen


def subgraph(view: View, nodes: set[NamedNode], plan: Plan) -> set[Triple]:
    """The triples of a view that decide the verdicts on ``nodes``."""
    found = view.step(frozenset(nodes), Step(RDF_TYPE))
    reached: dict[tuple[NamedNode, Path], Nodes] = {}
    for triple in found:
        if isinstance(triple.object, NamedNode) and isinstance(triple.subject, NamedNode):
            if triple.object in plan.unbounded:
                return view.everything()
            if triple.object in plan.reads:
                reached.setdefault((triple.object, ()), set()).add(triple.subject)
    targets = [target for target, _ in reached]
    paths = {path for target in targets for path in plan.reads[target] if path}
    begun: dict[tuple[Path, tuple[NamedNode, ...]], tuple[FixedNodes, FixedNodes]] = {}
    for path in sorted(paths, key=len):
        before, step = path[:-1], path[-1]
        readers = [t for t in targets if path in plan.reads[t] and (t, before) in reached]
        key = before, tuple(readers)
        if key not in begun:
            nodes_of = set().union(*(reached[target, before] for target in readers))
            begun[key] = frozenset(nodes_of), frozenset(named(nodes_of))
        starts, resources = begun[key]
        triples = view.step(starts if step.inverse else resources, step)
        found |= triples
        for target in readers if path in plan.stretches else ():
            reached[target, path] = _ends(triples, reached[target, before], step)
    return found


def slices(
    overlay: Overlay, graph: NamedNode, nodes: set[NamedNode], plan: Plan, size: int
) -> Iterator[tuple[set[Triple], set[NamedNode]]]:
    """``nodes`` in parts of at most ``size``, each with the triples that decide the verdicts on it.

    Where a constraint has to be run in full, all nodes are one part.
    """
    ordered = sorted(nodes, key=str)
    size = len(ordered) if plan.unbounded else size
    for start in range(0, len(ordered), size):
        part = set(ordered[start : start + size])
        overlay.gather(part)
        yield subgraph(View(overlay, graph, plan.identifiers), part, plan), part


def _ends(triples: set[Triple], starts: Nodes, step: Step) -> Nodes:
    ends: Nodes = set()
    for triple in triples:
        ends_of = (triple.subject, triple.object)
        here, there = reversed(ends_of) if step.inverse else ends_of
        if here in starts and isinstance(there, NamedNode | Literal):
            ends.add(there)
    return ends
