"""Triples of one graph, found from both ends."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from cepgraph.inference import Term, as_they_lie

_HUB = 64
"""Triples with one subject, above which they are kept by predicate."""
_SCAN = 16
"""Triples for each node asked about, up to which all are looked through."""


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
