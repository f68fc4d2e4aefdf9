"""What an update did: the graphs of a store before and after it, and the triples that differ."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, Self

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, Store, parse

from cepgraph.door import settle_beside
from cepgraph.tokens import covers

GraphName = NamedNode | BlankNode

_DIGEST_BYTES: Final = 16
_NOTHING: Final = hashlib.blake2b(digest_size=_DIGEST_BYTES).digest()


class _Hashing:
    """A file that keeps a hash of what is written to it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES)

    def write(self, data: bytes) -> int:
        """Part of a file."""
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Part of a file."""

    def digest(self) -> bytes:
        """Of all that was written."""
        return self._hash.digest()


@dataclass
class Delta:
    """What was done to a graph, as lines of N-Triples without their line feeds."""

    added: set[bytes] = field(default_factory=set)
    removed: set[bytes] = field(default_factory=set)

    @classmethod
    def of(cls, before: bytes, after: bytes) -> Self:
        """From N-Triples to N-Triples."""
        if before == after:
            return cls()
        # other characters that end a line elsewhere may stand in a literal
        lines, others = (set(text.split(b"\n")) for text in (before, after))
        return cls(others - lines, lines - others)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True)
class Snapshot:
    """The graphs of a store at one moment.

    ``own`` has those that may be written to, and ``default`` the default graph, as N-Triples;
    ``foreign`` has a hash of each of the others. A million quads take about a second.
    """

    own: dict[NamedNode, bytes]
    foreign: dict[GraphName, bytes]
    default: bytes

    @classmethod
    def of(
        cls, store: Store, patterns: Iterable[str], among: Collection[object] | None = None
    ) -> Self:
        """As the store is now; ``patterns`` are those of a token.

        ``among`` has the graphs that can change, where that is known: others are left out.
        """
        patterns = tuple(patterns)
        own: dict[NamedNode, bytes] = {}
        foreign: dict[GraphName, bytes] = {}
        for graph in store.named_graphs():
            if among is not None and graph not in among:
                continue
            if isinstance(graph, NamedNode) and covers(patterns, graph):
                own[graph] = _content(store, graph)
            else:
                foreign[graph] = _digest(store, graph)
        return cls(own, foreign, _content(store, DefaultGraph()))

    def foreign_changes(self, later: "Snapshot") -> list[GraphName]:
        """The graphs of others that are not the same later, sorted."""
        names = sorted({*self.foreign, *later.foreign}, key=lambda name: name.value)
        return [
            name
            for name in names
            if self.foreign.get(name, _NOTHING) != later.foreign.get(name, _NOTHING)
        ]

    def changes(self, later: "Snapshot", default: NamedNode | None) -> dict[NamedNode, Delta]:
        """What was done to each graph that may be written to.

        Later the default graph is what the graph ``default`` is to be, with whatever is in a graph
        of that name.
        """
        names = sorted({*self.own, *later.own}, key=lambda name: name.value)
        after = {name: later.own.get(name, b"") for name in names}
        if default is not None:
            after[default] = after.get(default, b"") + later.default
        deltas = {name: Delta.of(self.own.get(name, b""), after[name]) for name in after}
        return {name: delta for name, delta in deltas.items() if delta}


def settled(changes: dict[NamedNode, Delta], before: dict[NamedNode, bytes]) -> None:
    """Give the blank nodes that were added the names that they have at the door.

    What is said of them already is then no change.

    Raises:
        BadInput: blank nodes that cannot be told apart.
    """
    if not any(b"_:" in line for delta in changes.values() for line in delta.added):
        return
    added = {
        graph: {q.triple for q in parse(b"\n".join(delta.added), format=RdfFormat.N_TRIPLES)}
        for graph, delta in changes.items()
    }
    for graph, triples in settle_beside(added).items():
        present = before.get(graph, b"").split(b"\n")
        changes[graph].added = {f"{triple} .".encode() for triple in triples}.difference(present)


def nquads(lines: Iterable[bytes], graph: NamedNode) -> bytes:
    """Lines of N-Triples as N-Quads in a graph, sorted."""
    end = f"{graph} .\n".encode()
    return b"".join(line.removesuffix(b".") + end for line in sorted(lines))


def _content(store: Store, graph: NamedNode | DefaultGraph) -> bytes:
    file = BytesIO()
    store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)
    return file.getvalue()


def _digest(store: Store, graph: GraphName) -> bytes:
    file = _Hashing()
    store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)  # type: ignore[arg-type]
    return file.digest()
