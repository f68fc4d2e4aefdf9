"""A change to named graphs, and the state that it would lead to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.inference import Rules
from cepgraph.store.base import Object, Store
from cepgraph.terms import RDF_TYPE, asserted_graph, entailed_graph


@dataclass
class Change:
    """Triples to add to, and to remove from, each named graph; the two never overlap."""

    added: dict[NamedNode, set[Triple]] = field(default_factory=dict)
    removed: dict[NamedNode, set[Triple]] = field(default_factory=dict)

    @classmethod
    def replacing(cls, store: Store, graphs: Mapping[NamedNode, set[Triple]]) -> "Change":
        """The change that makes each of ``graphs`` hold exactly these triples."""
        change = cls()
        for graph, wanted in graphs.items():
            present = {quad.triple for quad in store.graph(graph)}
            change.add(graph, wanted - present)
            change.remove(graph, present - wanted)
        return change

    def add(self, graph: NamedNode, triples: set[Triple]) -> None:
        """Add triples to a graph."""
        if triples:
            self.added.setdefault(graph, set()).update(triples)

    def remove(self, graph: NamedNode, triples: set[Triple]) -> None:
        """Remove triples from a graph."""
        if triples:
            self.removed.setdefault(graph, set()).update(triples)

    @property
    def graphs(self) -> list[NamedNode]:
        """The asserted graphs that change, sorted."""
        names = {asserted_graph(g) for g in (*self.added, *self.removed)}
        return sorted(names, key=lambda name: name.value)

    def added_quads(self) -> list[Quad]:
        """Everything added, in an order that is the same for the same change."""
        return _sorted_quads(self.added)

    def removed_quads(self) -> list[Quad]:
        """Everything removed, in an order that is the same for the same change."""
        return _sorted_quads(self.removed)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def with_entailments(change: Change, rules: Rules, store: Store) -> Change:
    """The change together with what it does to the companion graphs."""
    whole = Change(
        {graph: set(triples) for graph, triples in change.added.items()},
        {graph: set(triples) for graph, triples in change.removed.items()},
    )
    for graph in change.graphs:
        added = change.added.get(graph, set())
        removed = change.removed.get(graph, set())
        before = GraphState(store, graph)
        after = GraphState(store, graph, added, removed)
        holding, lost = rules.revision(added, removed, before, after)
        companion = entailed_graph(graph)
        present = _present(store, companion, holding | lost)
        whole.add(companion, holding - present)
        whole.remove(companion, lost & present)
    return whole


def _present(store: Store, graph: NamedNode, triples: set[Triple]) -> set[Triple]:
    """Those of ``triples`` that the graph holds."""
    if not triples:
        return set()
    wanted: dict[NamedNode, set[NamedNode]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            wanted.setdefault(triple.predicate, set()).add(triple.subject)
    return {
        quad.triple
        for predicate, subjects in wanted.items()
        for quad in store.outgoing(subjects, predicate)
        if quad.graph_name == graph and quad.triple in triples
    }


class GraphState:
    """One asserted graph, as it stands or as a change would leave it."""

    def __init__(
        self,
        store: Store,
        graph: NamedNode,
        added: Iterable[Triple] = (),
        removed: Iterable[Triple] = (),
    ) -> None:
        self._store = store
        self._graph = graph
        self._added = _Index(Quad(t.subject, t.predicate, t.object, graph) for t in added)
        self._removed = set(removed)

    def outgoing(self, node: NamedNode, predicate: NamedNode) -> Iterator[Triple]:
        """Triples ``node predicate ?``."""
        yield from self._kept(self._store.outgoing([node], predicate))
        yield from (quad.triple for quad in self._added.outgoing(node, predicate))

    def incoming(self, node: object, predicate: NamedNode) -> Iterator[Triple]:
        """Triples ``? predicate node``."""
        if isinstance(node, NamedNode | Literal):
            yield from self._kept(self._store.incoming([node], predicate))
            yield from (quad.triple for quad in self._added.incoming(node, predicate))

    def _kept(self, quads: Iterable[Quad]) -> Iterator[Triple]:
        for quad in quads:
            if quad.graph_name == self._graph and quad.triple not in self._removed:
                yield quad.triple


class Overlay:
    """The store as it would stand after a change, without touching it."""

    def __init__(self, store: Store, change: Change) -> None:
        self._store = store
        self._change = change
        self._added = _Index(change.added_quads())
        self._removed = set(change.removed_quads())

    def outgoing(
        self, nodes: Iterable[NamedNode], predicate: NamedNode | None = None
    ) -> Iterator[Quad]:
        """Quads whose subject is one of ``nodes``."""
        nodes = list(nodes)
        yield from (q for q in self._store.outgoing(nodes, predicate) if q not in self._removed)
        for node in nodes:
            yield from self._added.outgoing(node, predicate)

    def incoming(
        self, nodes: Iterable[Object], predicate: NamedNode, graph: NamedNode | None = None
    ) -> Iterator[Quad]:
        """Quads with ``predicate`` whose object is one of ``nodes``, of one graph or of all."""
        nodes = list(nodes)
        stored = self._store.incoming(nodes, predicate, graph)
        yield from (quad for quad in stored if quad not in self._removed)
        for node in nodes:
            for quad in self._added.incoming(node, predicate):
                if graph is None or quad.graph_name == graph:
                    yield quad

    def graph(self, graph: NamedNode) -> Iterator[Quad]:
        """All quads of one graph."""
        yield from (quad for quad in self._store.graph(graph) if quad not in self._removed)
        for triple in self._change.added.get(graph, ()):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def graphs(self) -> list[NamedNode]:
        """Names of all graphs that may hold quads, companions included."""
        return sorted({*self._store.graphs(), *self._change.added}, key=lambda name: name.value)

    def describing(self, nodes: Iterable[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
        """For each of ``nodes``, the asserted graphs that say what class it belongs to."""
        found: dict[NamedNode, set[NamedNode]] = {}
        for quad in self.outgoing(nodes, RDF_TYPE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
                found.setdefault(quad.subject, set()).add(asserted_graph(quad.graph_name))
        return found


class _Index:
    """Quads by subject and by object."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._by_subject: dict[object, list[Quad]] = {}
        self._by_object: dict[tuple[object, str], list[Quad]] = {}
        for quad in quads:
            self._by_subject.setdefault(quad.subject, []).append(quad)
            self._by_object.setdefault((quad.object, quad.predicate.value), []).append(quad)

    def outgoing(self, node: object, predicate: NamedNode | None) -> Iterator[Quad]:
        for quad in self._by_subject.get(node, ()):
            if predicate is None or quad.predicate == predicate:
                yield quad

    def incoming(self, node: object, predicate: NamedNode) -> list[Quad]:
        return self._by_object.get((node, predicate.value), [])


def _sorted_quads(by_graph: Mapping[NamedNode, set[Triple]]) -> list[Quad]:
    return [
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for graph in sorted(by_graph, key=lambda name: name.value)
        for triple in sorted(by_graph[graph], key=str)
    ]
