"""Which nodes a change can affect, each in the view of a graph that describes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.change import Change
from cepgraph.index import Index
from cepgraph.paths import Path, Step
from cepgraph.terms import RDF_TYPE, asserted_graph
from cepgraph.validation.overlay import FixedNodes, Nodes, Overlay, Said, named, subjects
from cepgraph.validation.plan import Plan

Focus = dict[NamedNode, set[NamedNode]]
"""Graph to the nodes that it describes and that have to be judged."""

_Found = dict[Path, set[NamedNode]]


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
    news = _Changed()
    turned = _turned(change, overlay)
    for graph in change.graphs:
        sides = change.sides(graph)
        own = _stated_elsewhere(sides, graph.value, overlay)
        news.parts += [(side, own) for side in sides]
        for _, triples in overlay.kept(turned.get(graph.value, ())):
            own.update(triples)
        found = _walk_back(_Changed([(Index(own), set())]), overlay, plan, within=graph)
        focus[graph.value] = _decided(found, overlay, plan).get(graph.value, set())
    decided = _decided(_walk_back(news, overlay, plan), overlay, plan)
    for target in plan.unbounded:
        for name, triples in overlay.incoming([target], RDF_TYPE):
            decided.setdefault(name, set()).update(subjects(triples))
    for name, nodes in decided.items():
        focus.setdefault(name, set()).update(nodes)
    return {NamedNode(name): nodes for name, nodes in focus.items() if nodes}


@dataclass
class _Changed:
    """Changed triples: those of each index, without some."""

    parts: list[tuple[Index, set[Triple]]] = field(default_factory=list)

    def ends(self, step: Step) -> Nodes:
        """The nodes from which a step over one of the triples begins."""
        name, found = step.predicate.value, set[NamedNode | Literal]()
        for index, without in self.parts:
            if not without and not step.inverse:
                found |= index.subjects.get(name, set())
                continue
            for triple in index.by_predicate.get(name, ()):
                end = triple.object if step.inverse else triple.subject
                if isinstance(end, NamedNode | Literal) and triple not in without:
                    found.add(end)
        return found


def _stated_elsewhere(sides: list[Index], graph: str, overlay: Overlay) -> set[Triple]:
    """Those of the changed triples that another graph states, before the change and after it."""
    known: set[Triple] = set()
    subjects = overlay.stored({node for side in sides for node in side.by_subject})
    if not subjects:
        return known
    for name in {name for side in sides for name in side.subjects}:
        nodes = subjects & set().union(*(side.subjects.get(name, set()) for side in sides))
        for by, triples in overlay.kept(nodes, NamedNode(name)):
            if by != graph:
                known.update(t for t in triples if any(t in side.triples for side in sides))
    return known


def _turned(change: Change, overlay: Overlay) -> dict[str, set[NamedNode]]:
    """For each graph, the nodes that it begins or ceases to describe."""
    name = RDF_TYPE.value
    sides = [side for graph in change.graphs for side in change.sides(graph)]
    typed = set[NamedNode]().union(*(side.subjects.get(name, set()) for side in sides))
    before = _by_graph(overlay.before(typed, RDF_TYPE))
    after = _by_graph(overlay.kept(typed, RDF_TYPE))
    for graph in change.added:
        nodes = change.index(graph).subjects.get(name, set())
        after.setdefault(asserted_graph(graph).value, set()).update(nodes)
    return {
        graph: before.get(graph, set()) ^ after.get(graph, set())
        for graph in before.keys() | after.keys()
    }


def _by_graph(said: Iterable[Said]) -> dict[str, set[NamedNode]]:
    found: dict[str, set[NamedNode]] = {}
    for graph, triples in said:
        found.setdefault(graph, set()).update(subjects(triples))
    return found


def _decided(found: _Found, overlay: Overlay, plan: Plan) -> dict[str, set[NamedNode]]:
    """Those of the nodes, by graph, whose class reads a path by which they were found."""
    members: dict[tuple[str, NamedNode], set[NamedNode]] = {}
    for graph, triples in overlay.outgoing(set().union(*found.values()), RDF_TYPE):
        for triple in triples:
            target = triple.object
            if isinstance(target, NamedNode) and target in plan.reads:
                nodes = members.setdefault((graph, target), set())
                nodes.add(triple.subject)  # type: ignore[arg-type]
    focus: dict[str, set[NamedNode]] = {}
    for (graph, target), nodes in members.items():
        waiting = nodes - focus.setdefault(graph, set())
        for path in plan.reads[target] & found.keys() if waiting else ():
            hit = waiting & found[path]
            focus[graph] |= hit
            waiting -= hit
    return focus


def _walk_back(
    changed: _Changed, overlay: Overlay, plan: Plan, within: NamedNode | None = None
) -> _Found:
    """For each path that is read, the nodes from which it leads over a changed triple.

    ``within`` a graph: only nodes that this graph describes are wanted. The first step of a path
    that leads forward is then a triple of that graph, for its subject is described there.
    """
    found: _Found = {}
    for step, paths in plan.paths_by_last_step.items():
        reached = changed.ends(step)
        if reached:
            walk = _Walk(reached, overlay, plan, within)
            found.update((path, nodes) for path in paths if (nodes := walk.back(path)))
    return found


class _Walk:
    """Backwards along paths with the same last step, each stretch that they share once."""

    def __init__(
        self, reached: Nodes, overlay: Overlay, plan: Plan, within: NamedNode | None
    ) -> None:
        self._overlay = overlay
        self._plan = plan
        self._within = within
        self._reached = frozenset(reached)
        self._begun = named(reached)
        self._stretches: dict[Path, FixedNodes] = {}

    def back(self, path: Path) -> set[NamedNode]:
        """The nodes from which the path leads to one of the changed triples."""
        if len(path) == 1:
            return self._begun
        nodes = self._reached
        for length in range(len(path) - 1, 1, -1):
            stretch = path[length - 1 :]
            if stretch not in self._stretches:
                self._stretches[stretch] = frozenset(self._step(nodes, path[length - 1]))
            nodes = self._stretches[stretch]
        own = path[0].predicate not in self._plan.identifiers
        return named(self._step(nodes, path[0], self._within if own else None))

    def _step(self, nodes: FixedNodes, step: Step, within: NamedNode | None = None) -> Nodes:
        """Where a step that ends at one of the nodes can begin."""
        if step.inverse:
            said = self._overlay.outgoing(named(nodes), step.predicate)
            objects = (t.object for _, triples in said for t in triples)
            return {node for node in objects if isinstance(node, NamedNode | Literal)}
        said = self._overlay.incoming(nodes, step.predicate, within)
        return {node for _, triples in said for node in subjects(triples)}
