"""The embedded store: Oxigraph, on disk or in memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize
from pyoxigraph import Store as Engine

from cepgraph.errors import StoreBusy, StoreDamaged
from cepgraph.store.base import Object, Resource
from cepgraph.terms import SYSTEM_ENTRY, SYSTEM_STORE, SYSTEM_VERSION

_BULK = 50_000
"""Changes above this size are loaded in bulk: three times as fast, but not in one transaction.

An interruption leaves the version marker behind, and the entry is applied again at the next start.
"""


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
        added, removed, mark = list(added), list(removed), Literal(entry)
        if len(added) + len(removed) > self._bulk:
            for quad in removed:
                self.engine.remove(quad)
            self.engine.bulk_extend(added)
            added, removed = [], []
        operations = [
            _data_block("DELETE DATA", removed),
            _data_block("INSERT DATA", added),
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


def _data_block(verb: str, quads: list[Quad]) -> str:
    """``INSERT DATA { GRAPH <g> { s p o . } … }``, or nothing for no quads."""
    if not quads:
        return ""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        line = f"{quad.subject} {quad.predicate} {quad.object} ."
        by_graph.setdefault(str(quad.graph_name), []).append(line)
    graphs = (f"GRAPH {name} {{\n{chr(10).join(lines)}\n}}" for name, lines in by_graph.items())
    return f"{verb} {{\n{chr(10).join(graphs)}\n}}"
