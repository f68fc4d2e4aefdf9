"""Which nodes a change can affect, and what has to be read to judge them.

A graph is read as its publisher wrote it: where it says what class a node belongs to, the node is
what that graph says of it, and nothing else; everything that it does not describe itself it takes
from the other graphs. This is the *view* of a graph, and a verdict is about a node in a view.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.change import Change, Index
from cepgraph.paths import Path, Step
from cepgraph.terms import RDF_TYPE, asserted_graph
from cepgraph.validation.overlay import Overlay, Said
from cepgraph.validation.plan import Plan

Focus = dict[NamedNode, set[NamedNode]]
"""Graph to the nodes that it describes and that have to be judged."""

_ByPredicate = Mapping[str, Collection[Triple]]
_Found = dict[Path, set[NamedNode]]
_Nodes = set[NamedNode | Literal]


def affected(change: Change, overlay: Overlay, plan: Plan) -> Focus:
    """The nodes whose verdict the change can alter, by graph.

    Every path that a shape reads is walked backwards from each added or removed triple. Walking in
    the state after the change is enough: where a removed triple cut the way to another one, it is
    itself the first changed triple on that way. The walk may find too many nodes, never too few.

    A triple that another graph states before and after the change is news to the changed graph's
    own view alone, so that describing a well-known body again does not set off all that refer to
    it. The same holds for triples that come into a view, or leave it, because a graph begins or
    ceases to describe their subject: those that stand in the store already, for the others are
    news to everybody.
    """
    focus: dict[str, set[NamedNode]] = {}
    news: dict[str, list[Triple]] = {}
    turned = _turned(change, overlay)
    for graph in change.graphs:
        sides = change.sides(graph)
        own = _stated_elsewhere(sides, graph.value, overlay)
        for side in sides:
            for name, triples in side.by_predicate.items():
                fresh = [t for t in triples if t not in own] if own else triples
                news.setdefault(name, []).extend(fresh)
        own.update(triple for _, triple in overlay.kept(turned.get(graph.value, ())))
        found = _walk_back(Index(own).by_predicate, overlay, plan, within=graph)
        focus[graph.value] = _decided(found, overlay, plan).get(graph.value, set())
    decided = _decided(_walk_back(news, overlay, plan), overlay, plan)
    for target in plan.unbounded:
        for name, triple in overlay.incoming([target], RDF_TYPE):
            if isinstance(triple.subject, NamedNode):
                decided.setdefault(name, set()).add(triple.subject)
    for name, nodes in decided.items():
        focus.setdefault(name, set()).update(nodes)
    return {NamedNode(name): nodes for name, nodes in focus.items() if nodes}


def _stated_elsewhere(sides: list[Index], graph: str, overlay: Overlay) -> set[Triple]:
    """Those of the changed triples that another graph states, before the change and after it."""
    known: set[Triple] = set()
    subjects = overlay.stored({node for side in sides for node in side.by_subject})
    if not subjects:
        return known
    for name in {name for side in sides for name in side.by_predicate}:
        changed = [side.by_predicate[name] for side in sides if name in side.by_predicate]
        nodes = subjects & {triple.subject for triples in changed for triple in triples}
        known.update(
            triple
            for by, triple in overlay.kept(nodes, NamedNode(name))
            if by != graph and any(triple in side.triples for side in sides)
        )
    return known


def _turned(change: Change, overlay: Overlay) -> dict[str, set[NamedNode]]:
    """For each graph, the nodes that it begins or ceases to describe."""
    typed = {
        triple.subject
        for graph in change.graphs
        for side in change.sides(graph)
        for triple in side.by_predicate.get(RDF_TYPE.value, ())
        if isinstance(triple.subject, NamedNode)
    }
    before = _by_graph(overlay.before(typed, RDF_TYPE))
    after = _by_graph(overlay.outgoing(typed, RDF_TYPE))
    return {
        graph: before.get(graph, set()) ^ after.get(graph, set())
        for graph in before.keys() | after.keys()
    }


def _by_graph(said: Iterable[Said]) -> dict[str, set[NamedNode]]:
    found: dict[str, set[NamedNode]] = {}
    for graph, triple in said:
        if isinstance(triple.subject, NamedNode):
            found.setdefault(graph, set()).add(triple.subject)
    return found


def _decided(found: _Found, overlay: Overlay, plan: Plan) -> dict[str, set[NamedNode]]:
    """Those of the nodes, by graph, whose class reads a path by which they were found."""
    members: dict[tuple[str, NamedNode], set[NamedNode]] = {}
    for graph, triple in overlay.outgoing(set().union(*found.values()), RDF_TYPE):
        target = triple.object
        if isinstance(target, NamedNode) and target in plan.reads:
            members.setdefault((graph, target), set()).add(triple.subject)  # type: ignore[arg-type]
    focus: dict[str, set[NamedNode]] = {}
    for (graph, target), nodes in members.items():
        waiting = nodes - focus.setdefault(graph, set())
        for path in plan.reads[target] & found.keys() if waiting else ():
            hit = waiting & found[path]
            focus[graph] |= hit
            waiting -= hit
    return focus


def _walk_back(
    changed: _ByPredicate, overlay: Overlay, plan: Plan, within: NamedNode | None = None
) -> _Found:
    """For each path that is read, the nodes from which it leads over a changed triple.

    ``within`` a graph: only nodes that this graph describes are wanted. The first step of a path
    that leads forward is then a triple of that graph, for its subject is described there.
    """
    found: _Found = {}
    for step, paths in plan.paths_by_last_step.items():
        triples = changed.get(step.predicate.value, ())
        ends = (triple.object if step.inverse else triple.subject for triple in triples)
        reached: _Nodes = {node for node in ends if isinstance(node, NamedNode | Literal)}
        if reached:
            walk = _Walk(reached, overlay, plan, within)
            found.update((path, nodes) for path in paths if (nodes := walk.back(path)))
    return found


class _Walk:
    """Backwards along paths with the same last step, each stretch that they share once."""

    def __init__(
        self, reached: _Nodes, overlay: Overlay, plan: Plan, within: NamedNode | None
    ) -> None:
        self._overlay = overlay
        self._plan = plan
        self._within = within
        self._reached = reached
        self._begun = _named(reached)
        self._stretches: dict[Path, _Nodes] = {}

    def back(self, path: Path) -> set[NamedNode]:
        """The nodes from which the path leads to one of the changed triples."""
        if len(path) == 1:
            return self._begun
        nodes = self._reached
        for length in range(len(path) - 1, 1, -1):
            stretch = path[length - 1 :]
            if stretch not in self._stretches:
                self._stretches[stretch] = self._step(nodes, path[length - 1])
            nodes = self._stretches[stretch]
        own = path[0].predicate not in self._plan.identifiers
        return _named(self._step(nodes, path[0], self._within if own else None))

    def _step(self, nodes: _Nodes, step: Step, within: NamedNode | None = None) -> _Nodes:
        """Where a step that ends at one of the nodes can begin."""
        if step.inverse:
            said = self._overlay.outgoing(_named(nodes), step.predicate)
            return {t.object for _, t in said if isinstance(t.object, NamedNode | Literal)}
        said = self._overlay.incoming(nodes, step.predicate, within)
        return {t.subject for _, t in said if isinstance(t.subject, NamedNode)}


def _named(nodes: _Nodes) -> set[NamedNode]:
    return {node for node in nodes if isinstance(node, NamedNode)}


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

    def step(self, nodes: _Nodes, step: Step) -> set[Triple]:
        """The triples of the view that lead one step on from ``nodes``."""
        if step.inverse:
            return self._visible(self._overlay.incoming(nodes, step.predicate))
        return self._visible(self._overlay.outgoing(_named(nodes), step.predicate))

    def everything(self) -> set[Triple]:
        """All triples of the view."""
        return self._visible(
            (asserted_graph(name).value, quad.triple)
            for name in self._overlay.graphs()
            for quad in self._overlay.graph(name)
        )

    def _visible(self, said: Iterable[Said]) -> set[Triple]:
        seen: set[Triple] = set()
        foreign: list[Triple] = []
        for graph, triple in said:
            if graph == self._graph or triple.predicate in self._identifiers:
                seen.add(triple)
            else:
                foreign.append(triple)
        unknown = {
            triple.subject
            for triple in foreign
            if isinstance(triple.subject, NamedNode) and triple.subject not in self._described
        }
        self._described.update(dict.fromkeys(unknown, False))
        for graph, triple in self._overlay.outgoing(unknown, RDF_TYPE) if unknown else ():
            if graph == self._graph and isinstance(triple.subject, NamedNode):
                self._described[triple.subject] = True
        for triple in foreign:
            node = triple.subject
            if isinstance(node, NamedNode) and not self._described[node]:
                seen.add(triple)
        return seen


def subgraph(view: View, nodes: set[NamedNode], plan: Plan) -> set[Triple]:
    """The triples of a view that decide the verdicts on ``nodes``."""
    found = view.step(set(nodes), Step(RDF_TYPE))
    reached: dict[tuple[NamedNode, Path], _Nodes] = {}
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
        for target in readers if path in plan.stretches else ():
            reached[target, path] = _ends(triples, reached[target, path[:-1]], path[-1])
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


def _ends(triples: set[Triple], starts: _Nodes, step: Step) -> _Nodes:
    ends: _Nodes = set()
    for triple in triples:
        ends_of = (triple.subject, triple.object)
        here, there = reversed(ends_of) if step.inverse else ends_of
        if here in starts and isinstance(there, NamedNode | Literal):
            ends.add(there)
    return ends
