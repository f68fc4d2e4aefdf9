"""The state that a change would lead to, without making it."""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.change import Change
from cepgraph.store.base import Object, Store
from cepgraph.terms import ENTAILED_SUFFIX, RDF_TYPE, asserted_graph, entailed_graph

Said = tuple[str, Sequence[Triple]]
"""The IRI of an asserted graph, and triples that it states or entails."""

Nodes = set[NamedNode | Literal]
FixedNodes = frozenset[NamedNode | Literal]

Node = TypeVar("Node", NamedNode, Object)

_FEW = 64
"""Nodes up to which each is looked up in the store; of more it is asked first what they have."""


class Overlay:
    """The store as it would stand after a change.

    It asks the store once which properties many nodes have, and then only for those: a large
    change is mostly about nodes that the store has never seen. The store must not change meanwhile.
    """

    def __init__(self, store: Store, change: Change) -> None:
        self._store = store
        self._change = change
        self._added = [(asserted_graph(graph).value, change.index(graph)) for graph in change.added]
        self._removed = {graph.value: triples for graph, triples in change.removed.items()}
        self._along, self._against = _Links(store), _Links(store, inverse=True)
        self._near: dict[str, list[Quad]] = {}
        self._near_nodes: frozenset[NamedNode] = frozenset()

    def outgoing(
        self, nodes: Iterable[NamedNode], predicate: NamedNode | None = None
    ) -> Iterator[Said]:
        """What is said of ``nodes``, by one property or by all."""
        nodes = _as_set(nodes)
        yield from self.kept(nodes, predicate)
        for graph, index in self._added:
            yield graph, index.outgoing(nodes, predicate)

    def incoming(
        self, nodes: Iterable[Object], predicate: NamedNode, graph: NamedNode | None = None
    ) -> Iterator[Said]:
        """What is said with ``predicate`` and one of ``nodes`` as its object.

        ``graph``: by this asserted graph and its companion, instead of by all.
        """
        nodes = _as_set(nodes)
        asked = self._against.having(nodes, predicate)
        names = (None,) if graph is None else (graph, entailed_graph(graph))
        quads = (self._store.incoming(asked, predicate, name) for name in names if asked)
        yield from self._not_removed(chain.from_iterable(quads))
        for name, index in self._added:
            if graph is None or name == graph.value:
                yield name, index.incoming(nodes, predicate)

    def kept(
        self, nodes: Iterable[NamedNode], predicate: NamedNode | None = None
    ) -> Iterator[Said]:
        """What the store says of ``nodes`` already, and the change does not take away."""
        return self._not_removed(self._outgoing_before(nodes, predicate))

    def stated(
        self, nodes: Iterable[NamedNode], graph: NamedNode, predicate: NamedNode | None = None
    ) -> Iterator[Triple]:
        """What one graph itself says of ``nodes``, without what is entailed."""
        removed = self._removed.get(graph.value, ())
        for quad in self._outgoing_before(nodes, predicate):
            if quad.graph_name == graph and quad.triple not in removed:
                yield quad.triple
        yield from self._change.index(graph).outgoing(_as_set(nodes), predicate)

    def before(self, nodes: Iterable[NamedNode], predicate: NamedNode) -> Iterator[Said]:
        """What is said of ``nodes`` before the change."""
        found: dict[str, list[Triple]] = {}
        for quad in self._outgoing_before(nodes, predicate):
            found.setdefault(_name(quad), []).append(quad.triple)
        return _by_asserted(found)

    def stored(self, nodes: Iterable[NamedNode]) -> Set[NamedNode]:
        """The nodes without those that the store is known to say nothing of."""
        return self._along.having(_as_set(nodes), None)

    def gather(self, nodes: Iterable[NamedNode]) -> None:
        """Lay ready what is said of some nodes that will be asked about many times.

        What was laid ready before is let go of.
        """
        nodes = _as_set(nodes)
        for _, index in self._added:
            index.gather(nodes)
        self._near, self._near_nodes = {}, frozenset(nodes) if len(nodes) > _FEW else frozenset()
        for quad in self._store.outgoing(self._along.having(self._near_nodes, None)):
            self._near.setdefault(quad.predicate.value, []).append(quad)

    def forget(self) -> None:
        """Let go of what was laid ready, when nothing more will be asked."""
        self._near, self._near_nodes = {}, frozenset()
        for _, index in self._added:
            index.forget()

    def graph(self, graph: NamedNode) -> Iterator[Quad]:
        """All quads of one graph."""
        removed = self._removed.get(graph.value, ())
        yield from (quad for quad in self._store.graph(graph) if quad.triple not in removed)
        for triple in self._change.added.get(graph, ()):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def graphs(self) -> list[NamedNode]:
        """Names of all graphs that may hold quads, companions included."""
        return sorted({*self._store.graphs(), *self._change.added}, key=lambda name: name.value)

    def describing(self, nodes: Iterable[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
        """For each of ``nodes``, the asserted graphs that say what class it belongs to."""
        found: dict[NamedNode, set[NamedNode]] = {}
        for graph, triples in self.outgoing(nodes, RDF_TYPE):
            for triple in triples:
                if isinstance(triple.subject, NamedNode):
                    found.setdefault(triple.subject, set()).add(NamedNode(graph))
        return found

    def _outgoing_before(
        self, nodes: Iterable[NamedNode], predicate: NamedNode | None
    ) -> Iterator[Quad]:
        nodes = _as_set(nodes)
        if predicate is None or self._near_nodes.isdisjoint(nodes):
            yield from self._store.outgoing(self._along.having(nodes, predicate), predicate)
            return
        for quad in self._near.get(predicate.value, ()):
            if quad.subject in nodes:
                yield quad
        others = nodes - self._near_nodes
        yield from self._store.outgoing(self._along.having(others, predicate), predicate)

    def _not_removed(self, quads: Iterable[Quad]) -> Iterator[Said]:
        found: dict[str, list[Triple]] = {}
        for quad in quads:
            graph, triple = _name(quad), quad.triple
            if triple not in self._removed.get(graph, ()):
                found.setdefault(graph, []).append(triple)
        return _by_asserted(found)


class _Links:
    """Which properties nodes have in the store, or are the values of; asked once for each node."""

    def __init__(self, store: Store, *, inverse: bool = False) -> None:
        self._store = store
        self._inverse = inverse
        self._asked: set[Object] = set()
        self._latest: Set[Object] = frozenset()
        self._by_predicate: dict[str, set[Object]] = {}
        self._any: set[Object] = set()
        self._hubs: set[Object] = set()

    def having(self, nodes: Set[Node], predicate: NamedNode | None) -> Set[Node]:
        """The nodes without those that the store is known to have nothing of this kind about."""
        if len(nodes) <= _FEW:
            return nodes
        # the same nodes are asked about by one property after the other
        again = nodes is self._latest and isinstance(nodes, frozenset)
        self._latest = nodes
        unasked = frozenset[Object]() if again else nodes - self._asked
        if unasked:
            for node, property_ in self._store.linked(unasked, inverse=self._inverse):
                self._any.add(node)
                if property_ is None:
                    self._hubs.add(node)
                else:
                    self._by_predicate.setdefault(property_.value, set()).add(node)
            self._asked |= unasked
        if predicate is None:
            return nodes & self._any
        found = nodes & self._hubs
        return found | (nodes & self._by_predicate.get(predicate.value, set()))


def subjects(triples: Iterable[Triple]) -> Iterator[NamedNode]:
    """The subjects of triples, as often as they occur."""
    return (t.subject for t in triples if isinstance(t.subject, NamedNode))


def named(nodes: Iterable[NamedNode | Literal]) -> set[NamedNode]:
    """Those of the nodes that are no literals."""
    return {node for node in nodes if isinstance(node, NamedNode)}


def _as_set(nodes: Iterable[Node]) -> Set[Node]:
    return nodes if isinstance(nodes, set | frozenset) else set(nodes)


def _by_asserted(found: dict[str, list[Triple]]) -> Iterator[Said]:
    return ((graph.removesuffix(ENTAILED_SUFFIX), triples) for graph, triples in found.items())


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
