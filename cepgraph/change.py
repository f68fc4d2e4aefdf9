"""A change to named graphs, and what it does to their companions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.inference import Rules, Term, as_they_lie
from cepgraph.store.base import Store
from cepgraph.terms import asserted_graph, entailed_graph

_HUB = 64
"""Triples with one subject, above which they are kept by predicate."""
_SCAN = 16
"""Triples for each node asked about, up to which all are looked through."""
_BATCH = 20_000
"""Lines that are written at a time."""


@dataclass
class Change:
    """Triples to add to, and to remove from, each named graph; the two never overlap."""

    added: dict[NamedNode, set[Triple]] = field(default_factory=dict)
    removed: dict[NamedNode, set[Triple]] = field(default_factory=dict)
    _indexes: "dict[tuple[bool, NamedNode], Index]" = field(
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

    def index(self, graph: NamedNode, *, added: bool = True) -> "Index":
        """What is added to one graph, or removed from it, so that it can be found."""
        key = (added, graph)
        if key not in self._indexes:
            side = self.added if added else self.removed
            self._indexes[key] = Index(side.get(graph, frozenset()))
        return self._indexes[key]

    def sides(self, graph: NamedNode) -> "list[Index]":
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


class Index:
    """Triples of one graph, found from both ends; each way is laid out when it is first taken."""

    def __init__(self, triples: Collection[Triple]) -> None:
        self.triples = triples
        self._by_object: dict[str, dict[Term, list[Triple]]] = {}
        self._hubs: dict[NamedNode, dict[str, list[Triple]]] = {}
        self._near: dict[str, list[Triple]] = {}
        self._near_nodes: frozenset[NamedNode] = frozenset()

    @cached_property
    def by_subject(self) -> dict[NamedNode, list[Triple]]:
        """The triples about each subject."""
        found: dict[NamedNode, list[Triple]] = {}
        for triple in as_they_lie(self.triples):
            subject = triple.subject
            known = found.get(subject)  # type: ignore[arg-type]
            if known is None:
                found[subject] = [triple]  # type: ignore[index]
            else:
                known.append(triple)
        return found

    @property
    def by_predicate(self) -> dict[str, list[Triple]]:
        """The triples with each predicate, by its IRI."""
        return self._predicates[0]

    @property
    def subjects(self) -> dict[str, set[NamedNode]]:
        """The subjects of the triples with each predicate, by its IRI."""
        return self._predicates[1]

    def gather(self, nodes: Iterable[NamedNode]) -> None:
        """Lay ready what is said of some nodes, which are going to be asked about many times."""
        near: dict[str, list[Triple]] = {}
        few = {n: ts for n in nodes if (ts := self.by_subject.get(n)) and len(ts) <= _HUB}
        for triples in few.values():
            for triple in triples:
                near.setdefault(triple.predicate.value, []).append(triple)
        self._near, self._near_nodes = near, frozenset(few)

    def forget(self) -> None:
        """Let go of what was laid out, but for the triples by subject."""
        self.__dict__.pop("_predicates", None)
        self._by_object, self._hubs = {}, {}
        self._near, self._near_nodes = {}, frozenset()

    def outgoing(
        self, nodes: Collection[NamedNode], predicate: NamedNode | None
    ) -> Sequence[Triple]:
        """Triples whose subject is one of ``nodes``."""
        if predicate is None:
            return [t for node in nodes for t in self.by_subject.get(node, ())]
        name = predicate.value
        triples = self.by_predicate.get(name, ())
        if not triples or not nodes:
            return ()
        wanted = nodes if isinstance(nodes, set | frozenset) else frozenset(nodes)
        if len(triples) < _SCAN * len(wanted):
            return [t for t in triples if t.subject in wanted]
        found: list[Triple] = []
        if not wanted.isdisjoint(self._near_nodes):
            near = self._near.get(name, ())
            all_of_them = self._near_nodes <= wanted
            found += near if all_of_them else (t for t in near if t.subject in wanted)
            wanted = wanted - self._near_nodes
        for node in wanted:
            found += self._of(node, name)
        return found

    def incoming(self, nodes: Collection[Term], predicate: NamedNode) -> Sequence[Triple]:
        """Triples with ``predicate`` whose object is one of ``nodes``."""
        name = predicate.value
        if name not in self.by_predicate:
            return ()
        if name not in self._by_object:
            laid: dict[Term, list[Triple]] = {}
            for triple in self.by_predicate[name]:
                laid.setdefault(triple.object, []).append(triple)
            self._by_object[name] = laid
        by_object = self._by_object[name]
        if len(by_object) < len(nodes) and isinstance(nodes, set | frozenset):
            return [t for node, triples in by_object.items() if node in nodes for t in triples]
        return [t for node in nodes for t in by_object.get(node, ())]

    @cached_property
    def _predicates(self) -> tuple[dict[str, list[Triple]], dict[str, set[NamedNode]]]:
        triples_with: dict[str, list[Triple]] = {}
        subjects_with: dict[str, set[NamedNode]] = {}
        for subject, triples in self.by_subject.items():
            for triple in triples:
                name = triple.predicate.value
                if name in triples_with:
                    triples_with[name].append(triple)
                    subjects_with[name].add(subject)
                else:
                    triples_with[name], subjects_with[name] = [triple], {subject}
        return triples_with, subjects_with

    def _of(self, node: NamedNode, predicate: str) -> Iterable[Triple]:
        triples = self.by_subject.get(node, ())
        if len(triples) <= _HUB:
            return (t for t in triples if t.predicate.value == predicate)
        if node not in self._hubs:
            self._hubs[node] = Index(triples).by_predicate
        return self._hubs[node].get(predicate, ())


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
        before = GraphState(store, graph)
        after = GraphState(store, graph, added, removed.triples)
        holding, lost = rules.revision(added.triples, removed.triples, before, after)
        companion = entailed_graph(graph)
        present = _present(store, companion, holding | lost if lost else holding)
        whole.add(companion, holding - present)
        whole.remove(companion, lost & present)
    return whole


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
