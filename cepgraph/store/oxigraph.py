"""The embedded store: Oxigraph, on disk or in memory."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize
from pyoxigraph import Store as Engine

from cepgraph.errors import StoreBusy, StoreDamaged
from cepgraph.quads import Written
from cepgraph.store.base import Object, Resource
from cepgraph.terms import SYSTEM_ENTRY, SYSTEM_STORE, SYSTEM_VERSION

_BULK = 50_000
"""Changes above this size are loaded in bulk: three times as fast, but not in one transaction.

An interruption leaves the version marker behind, and the entry is applied again at the next start.
"""


_LOADERS = 2
"""Threads that load; each holds one part of the change."""
_PART = 12_000_000
"""Bytes of N-Quads that are loaded at a time, some 50,000 lines; a loader needs about ten times as
much memory."""
_GLANCE = 8
"""Quads of a node that are looked at to tell which predicates it has."""


class OxigraphStore:
    """Oxigraph behind the ``Store`` protocol; ``folder=None`` keeps it in memory.

    The default graph holds nothing but the marks of the version.

    Raises:
        StoreBusy: another process has the folder open.
        StoreDamaged: its files are not what they were.
        OSError: the system refuses the folder.
    """

    def __init__(self, folder: Path | None = None, *, bulk: int = _BULK) -> None:
        self._bulk = bulk
        try:
            self._engine: Engine | None = Engine() if folder is None else Engine(str(folder))
        except OSError as error:
            if "LOCK" in str(error):
                raise StoreBusy(str(folder), "unknown") from error
            raise
        except RuntimeError as error:
            raise StoreDamaged(str(folder), str(error).strip()) from error

    @property
    def engine(self) -> Engine:
        """The Oxigraph store itself, for queries."""
        if self._engine is None:
            raise StoreBusy("store", "closed")
        return self._engine

    def version(self) -> int:
        markers = self.engine.quads_for_pattern(SYSTEM_STORE, SYSTEM_VERSION, None, DefaultGraph())
        numbers = [int(q.object.value) for q in markers if isinstance(q.object, Literal)]
        return max(numbers, default=0)

    def entry(self) -> str:
        markers = self.engine.quads_for_pattern(SYSTEM_STORE, SYSTEM_ENTRY, None, DefaultGraph())
        return next((q.object.value for q in markers if isinstance(q.object, Literal)), "")

    def apply(
        self, added: Iterable[Quad], removed: Iterable[Quad], version: int, entry: str = ""
    ) -> None:
        removed = removed if isinstance(removed, Sequence) else list(removed)
        mark, quads = Literal(entry), iter(added)
        first = list(islice(quads, max(0, self._bulk - len(removed)) + 1))
        if len(first) + len(removed) > self._bulk:
            for quad in removed:
                self.engine.remove(quad)
            if isinstance(added, Written):
                self._load(added.nquads())
            else:
                self.engine.bulk_extend(chain(first, quads))
            first, removed = [], []
        operations = [
            _data_block("DELETE DATA", removed),
            _data_block("INSERT DATA", first),
            f"DELETE WHERE {{ {SYSTEM_STORE} ?marker ?any }}",
            f"INSERT DATA {{ {SYSTEM_STORE} {SYSTEM_VERSION} {version} ; {SYSTEM_ENTRY} {mark} }}",
        ]
        self.engine.update(";\n".join(operation for operation in operations if operation))

    def outgoing(
        self, nodes: Iterable[Resource], predicate: NamedNode | None = None
    ) -> Iterator[Quad]:
        for node in nodes:
            yield from self._named(node, predicate, None)

    def incoming(
        self, nodes: Iterable[Object], predicate: NamedNode, graph: NamedNode | None = None
    ) -> Iterator[Quad]:
        for node in nodes:
            yield from self._named(None, predicate, node, graph)

    def linked(
        self, nodes: Iterable[Object], *, inverse: bool = False
    ) -> Iterator[tuple[Object, NamedNode | None]]:
        for node in nodes:
            if inverse:
                quads = self._named(None, None, node)
            elif isinstance(node, NamedNode):
                quads = self._named(node, None, None)
            else:
                continue
            seen = list(islice(quads, _GLANCE + 1))
            if len(seen) > _GLANCE:
                yield node, None
            else:
                for predicate in {quad.predicate for quad in seen}:
                    yield node, predicate

    def graph(self, graph: NamedNode) -> Iterator[Quad]:
        return iter(self.engine.quads_for_pattern(None, None, None, graph))

    def graphs(self) -> list[NamedNode]:
        names = [n for n in self.engine.named_graphs() if isinstance(n, NamedNode)]
        filled = [n for n in names if next(self.graph(n), None) is not None]
        return sorted(filled, key=lambda name: name.value)

    def dump(self, output: IO[bytes]) -> None:
        for graph in self.graphs():
            serialize(self.graph(graph), output, format=RdfFormat.N_QUADS)

    def close(self) -> None:
        self._engine = None

    def _load(self, lines: Iterator[bytes]) -> None:
        """Load N-Quads in parts of moderate size, some at the same time."""

        def load(part: bytes) -> None:
            self.engine.bulk_load(part, format=RdfFormat.N_QUADS, lenient=True)

        with ThreadPoolExecutor(_LOADERS) as loaders:
            running: deque[Future[None]] = deque()
            for part in _parts(lines):
                if len(running) == _LOADERS:
                    running.popleft().result()
                running.append(loaders.submit(load, part))
            for loading in running:
                loading.result()

    def _named(
        self,
        subject: Resource | None,
        predicate: NamedNode | None,
        target: Object | None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        for quad in self.engine.quads_for_pattern(subject, predicate, target, graph):
            if not isinstance(quad.graph_name, DefaultGraph):
                yield quad


def _parts(lines: Iterator[bytes]) -> Iterator[bytes]:
    part: list[bytes] = []
    for some in lines:
        part.append(some)
        if sum(map(len, part)) >= _PART:
            yield b"".join(part)
            part = []
    if part:
        yield b"".join(part)


def _data_block(verb: str, quads: Sequence[Quad]) -> str:
    """``INSERT DATA { GRAPH <g> { s p o . } … }``, or nothing for no quads."""
    if not quads:
        return ""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        line = f"{quad.subject} {quad.predicate} {quad.object} ."
        by_graph.setdefault(str(quad.graph_name), []).append(line)
    graphs = (f"GRAPH {name} {{\n{chr(10).join(lines)}\n}}" for name, lines in by_graph.items())
    return f"{verb} {{\n{chr(10).join(graphs)}\n}}"
