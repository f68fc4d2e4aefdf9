"""Which nodes a change can affect, and what has to be read to judge them.

A graph is read as its publisher wrote it: where it says what class a node belongs to, the node is
what that graph says of it, and nothing else; everything that it does not describe itself it takes
from the other graphs. This is the *view* of a graph, and a verdict is about a node in a view.
"""

from collections.abc import Collection, Iterable
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change, Overlay
from cepgraph.paths import Path, Step
from cepgraph.store.base import Store
from cepgraph.terms import RDF_TYPE, asserted_graph, entailed_graph
from cepgraph.validation.plan import Plan

Focus = dict[NamedNode, set[NamedNode]]
"""Graph to the nodes that it describes and that have to be judged."""


def affected(change: Change, store: Store, overlay: Overlay, plan: Plan) -> Focus:
    """The nodes whose verdict the change can alter, by graph.

    Every path that a shape reads is walked backwards from each added or removed triple. Walking in
    the state after the change is enough: where a removed triple cut the way to another one, it is
    itself the first changed triple on that way. The walk may find too many nodes, never too few.

    A triple that another graph states before and after the change is news to the changed graph's
    own view alone, so that describing a well-known body again does not set off all that refer to
    it. The same holds for triples that come into a view, or leave it, because a graph begins or
    ceases to describe their subject.
    """
    focus: Focus = {}
    everywhere: set[Triple] = set()
    turned = _turned(change, store, overlay)
    for graph in change.graphs:
        triples = _changed_triples(change, graph)
        known = _stated_elsewhere(triples, graph, store, change)
        everywhere |= triples - known
        uncovered = {quad.triple for quad in overlay.outgoing(turned.get(graph, ()))}
        found = _walk_back(known | uncovered, overlay, plan, within=graph)
        focus[graph] = _decided(found, overlay, plan).get(graph, set())
    decided = _decided(_walk_back(everywhere, overlay, plan), overlay, plan)
    for target in plan.unbounded:
        for quad in overlay.incoming([target], RDF_TYPE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
                decided.setdefault(asserted_graph(quad.graph_name), set()).add(quad.subject)
    for graph, nodes in decided.items():
        focus.setdefault(graph, set()).update(nodes)
    return {graph: nodes for graph, nodes in focus.items() if nodes}


def _changed_triples(change: Change, graph: NamedNode) -> set[Triple]:
    names = (graph, entailed_graph(graph))
    groups = [side[name] for side in (change.added, change.removed) for name in names & side.keys()]
    return {triple for group in groups for triple in group}


def _stated_elsewhere(
    triples: set[Triple], graph: NamedNode, store: Store, change: Change
) -> set[Triple]:
    """Those of the triples that another graph states, before the change and after it."""
    subjects: dict[NamedNode, set[NamedNode]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            subjects.setdefault(triple.predicate, set()).add(triple.subject)
    return {
        quad.triple
        for predicate, nodes in subjects.items()
        for quad in store.outgoing(nodes, predicate)
        if isinstance(quad.graph_name, NamedNode)
        and asserted_graph(quad.graph_name) != graph
        and quad.triple in triples
        and quad.triple not in change.removed.get(quad.graph_name, ())
    }


def _turned(change: Change, store: Store, overlay: Overlay) -> dict[NamedNode, set[NamedNode]]:
    """For each graph, the nodes that it begins or ceases to describe."""
    typed = {
        triple.subject
        for group in (*change.added.values(), *change.removed.values())
        for triple in group
        if triple.predicate == RDF_TYPE and isinstance(triple.subject, NamedNode)
    }
    before = Overlay(store, Change()).describing(typed)
    after = overlay.describing(typed)
    turned: dict[NamedNode, set[NamedNode]] = {}
    for node in typed:
        for graph in before.get(node, set()) ^ after.get(node, set()):
            turned.setdefault(graph, set()).add(node)
    return turned


def _decided(found: dict[Path, set[NamedNode]], overlay: Overlay, plan: Plan) -> Focus:
    """Those of the nodes, by graph, whose class reads a path by which they were found."""
    paths: dict[NamedNode, set[Path]] = {}
    for path, nodes in found.items():
        for node in nodes:
            paths.setdefault(node, set()).add(path)
    focus: Focus = {}
    for quad in overlay.outgoing(paths, RDF_TYPE):
        reads = plan.reads.get(quad.object) if isinstance(quad.object, NamedNode) else None
        if reads and isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
            graph = asserted_graph(quad.graph_name)
            if quad.subject not in focus.get(graph, ()) and reads & paths[quad.subject]:
                focus.setdefault(graph, set()).add(quad.subject)
    return focus


def _walk_back(
    triples: set[Triple], overlay: Overlay, plan: Plan, within: NamedNode | None = None
) -> dict[Path, set[NamedNode]]:
    """For each path that is read, the nodes from which it leads over one of the triples.

    ``within`` a graph: only nodes that this graph describes are wanted. The first step of a path
    that leads forward is then a triple of that graph, for its subject is described there.
    """
    by_predicate: dict[NamedNode, list[Triple]] = {}
    for triple in triples:
        by_predicate.setdefault(triple.predicate, []).append(triple)
    found: dict[Path, set[NamedNode]] = {}
    for step, paths in plan.paths_by_last_step.items():
        changed = by_predicate.get(step.predicate, ())
        ends = (triple.object if step.inverse else triple.subject for triple in changed)
        reached = {node for node in ends if isinstance(node, NamedNode | Literal)}
        for path in paths if reached else ():
            nodes = reached
            for length in range(len(path) - 1, 0, -1):
                first = length == 1 and not path[0].inverse
                own = first and path[0].predicate not in plan.identifiers
                nodes = _back(nodes, path[length - 1], overlay, within if own else None)
                if not nodes:
                    break
            named = {node for node in nodes if isinstance(node, NamedNode)}
            if named:
                found[path] = named
    return found


def _back(
    nodes: Iterable[NamedNode | Literal], step: Step, overlay: Overlay, within: NamedNode | None
) -> set[NamedNode | Literal]:
    """Where a step that ends at one of the nodes can begin."""
    if step.inverse:
        named = [node for node in nodes if isinstance(node, NamedNode)]
        quads = overlay.outgoing(named, step.predicate)
        return {q.object for q in quads if isinstance(q.object, NamedNode | Literal)}
    if within is None:
        quads = overlay.incoming(nodes, step.predicate)
    else:
        nodes = list(nodes)
        graphs = (within, entailed_graph(within))
        quads = chain(*(overlay.incoming(nodes, step.predicate, graph) for graph in graphs))
    return {q.subject for q in quads if isinstance(q.subject, NamedNode)}


class View:
    """The state after a change as one graph sees it.

    Identifiers are seen whoever states them: one identifier is one thing for everybody.
    """

    def __init__(
        self, overlay: Overlay, graph: NamedNode, identifiers: Collection[NamedNode] = ()
    ) -> None:
        self._overlay = overlay
        self._graph = graph
        self._identifiers = identifiers
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
        shared = quad.predicate in self._identifiers
        return own or shared or not self._described[quad.subject]


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
