"""A change to named graphs, and what it does to their companions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.index import Index
from cepgraph.inference import Rules
from cepgraph.store.base import Store
from cepgraph.terms import asserted_graph, entailed_graph

_BATCH = 20_000
"""Lines that are written at a time."""
_MANY = 10_000
"""Removed triples of one graph, above which it is looked whether little is left of it."""
_LITTLE = 4
"""How many times more must be removed than is left, for that to be little."""


@dataclass
class Change:
    """Triples to add to, and to remove from, each named graph; the two never overlap."""

    added: dict[NamedNode, set[Triple]] = field(default_factory=dict)
    removed: dict[NamedNode, set[Triple]] = field(default_factory=dict)
    _indexes: dict[tuple[bool, NamedNode], Index] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
            self._indexes.pop((True, graph), None)

    def remove(self, graph: NamedNode, triples: set[Triple]) -> None:
        """Remove triples from a graph."""
        if triples:
            self.removed.setdefault(graph, set()).update(triples)
            self._indexes.pop((False, graph), None)

    @property
    def graphs(self) -> list[NamedNode]:
        """The asserted graphs that change, sorted."""
        names = {asserted_graph(g) for g in (*self.added, *self.removed)}
        return sorted(names, key=lambda name: name.value)

    def index(self, graph: NamedNode, *, added: bool = True) -> Index:
        """What is added to one graph, or removed from it, so that it can be found."""
        key = (added, graph)
        if key not in self._indexes:
            side = self.added if added else self.removed
            self._indexes[key] = Index(side.get(graph, frozenset()))
        return self._indexes[key]

    def sides(self, graph: NamedNode) -> list[Index]:
        """What is added to, and removed from, a graph and its companion."""
        names = (graph, entailed_graph(graph))
        sides = ((True, self.added), (False, self.removed))
        return [self.index(n, added=added) for added, side in sides for n in names if n in side]

    def added_quads(self) -> "SortedQuads":
        """Everything added, in an order that is the same for the same change."""
        return SortedQuads({graph: self.index(graph) for graph in self.added})

    def removed_quads(self) -> "SortedQuads":
        """Everything removed, in an order that is the same for the same change."""
        return SortedQuads({graph: self.index(graph, added=False) for graph in self.removed})

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


class SortedQuads(Sequence[Quad]):
    """Quads in an order that is the same for the same quads; made as they are asked for.

    Sorted by graph, then by the triple as N-Triples writes it. What goes before its first space is
    the subject, so that only subjects and the triples about each have to be sorted.
    """

    def __init__(self, graphs: Mapping[NamedNode, Index]) -> None:
        self._graphs = sorted(graphs.items(), key=lambda item: item[0].value)

    def __len__(self) -> int:
        return sum(len(index.triples) for _, index in self._graphs)

    def __iter__(self) -> Iterator[Quad]:
        for graph, index in self._graphs:
            for subject in sorted(index.by_subject, key=str):
                for t in sorted(index.by_subject[subject], key=str):
                    yield Quad(t.subject, t.predicate, t.object, graph)

    @overload
    def __getitem__(self, place: int) -> Quad: ...
    @overload
    def __getitem__(self, place: slice) -> list[Quad]: ...
    def __getitem__(self, place: int | slice) -> Quad | list[Quad]:
        return list(self)[place]

    def nquads(self) -> Iterator[bytes]:
        """The same as N-Quads, some thousand whole lines at a time."""
        for graph, index in self._graphs:
            end = f" {graph} .\n"
            lines: list[str] = []
            for subject in sorted(index.by_subject, key=str):
                lines += sorted(map(str, index.by_subject[subject]))
                if len(lines) >= _BATCH:
                    yield (end.join(lines) + end).encode()
                    lines = []
            if lines:
                yield (end.join(lines) + end).encode()


def with_entailments(change: Change, rules: Rules, store: Store) -> Change:
    """The change together with what it does to the companion graphs."""
    asserted = set(change.graphs)
    whole = Change(
        {g: ts if g in asserted else set(ts) for g, ts in change.added.items()},
        {g: ts if g in asserted else set(ts) for g, ts in change.removed.items()},
    )
    for graph in change.graphs:
        added, removed = change.index(graph), change.index(graph, added=False)
        whole._indexes.update({(True, graph): added, (False, graph): removed})
        companion = entailed_graph(graph)
        left = _little_left(store, graph, removed.triples)
        if left is not None:
            wanted = rules.closure(left.union(added.triples))
            stands = {quad.triple for quad in store.graph(companion)}
            whole.add(companion, wanted - stands)
            whole.remove(companion, stands - wanted)
            continue
        before = GraphState(store, graph)
        after = GraphState(store, graph, added, removed.triples)
        holding, lost = rules.revision(added.triples, removed.triples, before, after)
        present = _present(store, companion, holding | lost if lost else holding)
        whole.add(companion, holding - present)
        whole.remove(companion, lost & present)
    return whole


def _little_left(store: Store, graph: NamedNode, removed: Collection[Triple]) -> set[Triple] | None:
    """What many removals leave of a graph, where that is little; otherwise nothing is known.

    To work out anew what little entails is quicker than to ask of each lost conclusion whether
    something else leads to it.
    """
    if len(removed) <= _MANY:
        return None
    left: set[Triple] = set()
    for quad in store.graph(graph):
        if quad.triple not in removed:
            left.add(quad.triple)
            if len(left) * _LITTLE > len(removed):
                return None
    return left


def _present(store: Store, graph: NamedNode, triples: set[Triple]) -> set[Triple]:
    """Those of ``triples`` that the graph holds."""
    if not triples or is_empty(store, graph):
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


def is_empty(store: Store, graph: NamedNode) -> bool:
    """Whether a graph holds nothing."""
    return next(store.graph(graph), None) is None


class GraphState:
    """One asserted graph, as it stands or as a change would leave it."""

    def __init__(
        self,
        store: Store,
        graph: NamedNode,
        added: Index | None = None,
        removed: Collection[Triple] = (),
    ) -> None:
        self._store = None if is_empty(store, graph) else store
        self._graph = graph
        self._added = added or Index(())
        self._removed = removed

    def outgoing(self, node: NamedNode, predicate: NamedNode) -> Iterator[Triple]:
        """Triples ``node predicate ?``."""
        if self._store:
            yield from self._kept(self._store.outgoing([node], predicate))
        yield from self._added.outgoing([node], predicate)

    def incoming(self, node: object, predicate: NamedNode) -> Iterator[Triple]:
        """Triples ``? predicate node``."""
        if isinstance(node, NamedNode | Literal):
            if self._store:
                yield from self._kept(self._store.incoming([node], predicate))
            yield from self._added.incoming([node], predicate)

    def _kept(self, quads: Iterable[Quad]) -> Iterator[Triple]:
        for quad in quads:
            if quad.graph_name == self._graph and quad.triple not in self._removed:
                yield quad.triple
