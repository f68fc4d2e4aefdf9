"""What the kernel asks of a quad store; a remote SPARQL 1.1 server can answer all of it."""

from collections.abc import Iterable, Iterator
from typing import IO, Protocol

from pyoxigraph import Literal, NamedNode, Quad

Resource = NamedNode
Object = NamedNode | Literal


class Store(Protocol):
    """A view of the log: quads in named graphs, and the version that they stand at.

    No blank nodes: they are replaced by IRIs before anything is written. Look-ups take many nodes
    at once, so that a server over HTTP can answer them in one request.
    """

    def version(self) -> int:
        """Number of the last log entry that was applied; 0 when empty."""

    def entry(self) -> str:
        """Identifier of that log entry, where it was told; empty otherwise."""

    def apply(
        self, added: Iterable[Quad], removed: Iterable[Quad], version: int, entry: str = ""
    ) -> None:
        """Remove, then add, then stand at ``version``, which is the log entry ``entry``.

        Applying an entry a second time changes nothing, so that an interrupted application is
        repaired by applying the entry again. Both may be many, are sequences then, and read from a
        file each time they are gone through (``Logged``); what is added can be had as text
        (``Written``).
        """

    def outgoing(
        self, nodes: Iterable[Resource], predicate: NamedNode | None = None
    ) -> Iterator[Quad]:
        """Quads of named graphs whose subject is one of ``nodes``."""

    def incoming(
        self, nodes: Iterable[Object], predicate: NamedNode, graph: NamedNode | None = None
    ) -> Iterator[Quad]:
        """Quads with ``predicate`` whose object is one of ``nodes``, of one named graph or all."""

    def linked(
        self, nodes: Iterable[Object], *, inverse: bool = False
    ) -> Iterator[tuple[Object, NamedNode | None]]:
        """The nodes that are subjects of quads in named graphs, each with its predicates.

        ``inverse``: objects instead of subjects. ``None`` as the predicate stands for any of them:
        a store need not look through all quads of a node that has many.
        """

    def graph(self, graph: NamedNode) -> Iterator[Quad]:
        """All quads of one named graph."""

    def graphs(self) -> list[NamedNode]:
        """Names of the graphs that hold at least one quad, companions included, sorted."""

    def dump(self, output: IO[bytes]) -> None:
        """All quads of the named graphs as N-Quads."""

    def close(self) -> None:
        """Let go of the store, so that another process may open it."""
