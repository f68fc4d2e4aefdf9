"""All quads of a version as a stream of bytes, from a worker that does nothing else and then ends.

Between the processes each piece has its length before it; a piece of no length says that all was
sent. So a stream that breaks off is never taken for a whole one.
"""

import gzip
import socket
import struct
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, Final, cast

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from cepgraph.terms import PREFIXES, is_entailed_graph

LENGTH: Final = struct.Struct("!I")
PIECE: Final = 1 << 16


@dataclass(frozen=True)
class DumpRequest:
    """Of which ``media_type``, ``packed`` by gzip or not, with ``entailed`` graphs or without."""

    media_type: str = "application/n-quads"
    packed: bool = False
    entailed: bool = True


def dump_head(request: DumpRequest) -> dict[str, Any]:
    """The head of the frame that asks for a dump."""
    return {
        "do": "dump",
        "type": request.media_type,
        "packed": request.packed,
        "entailed": request.entailed,
    }


def dump_of(head: dict[str, Any]) -> DumpRequest:
    """The dump that a frame's head asks for."""
    return DumpRequest(head["type"], head["packed"], head["entailed"])


def dump(connection: socket.socket, store: Store, request: DumpRequest) -> None:
    """Send all quads."""
    rdf_format = RdfFormat.from_media_type(request.media_type)
    assert rdf_format is not None
    pieces = _Pieces(connection)
    with ExitStack() as stack:
        output = cast("IO[bytes]", pieces)
        if request.packed:
            # mtime=0: the same quads give the same bytes
            packed = gzip.GzipFile(filename="", fileobj=output, mode="wb", mtime=0)
            output = cast("IO[bytes]", stack.enter_context(packed))
        prefixes = PREFIXES if rdf_format == RdfFormat.TRIG else None
        if request.entailed:
            store.dump(output, format=rdf_format, prefixes=prefixes)
        else:
            quads = (
                quad
                for graph in store.named_graphs()
                if isinstance(graph, NamedNode) and not is_entailed_graph(graph)
                for quad in store.quads_for_pattern(None, None, None, graph)
            )
            serialize(quads, output, format=rdf_format, prefixes=prefixes)
    pieces.end()


class _Pieces:
    """A file to write to, whose content is sent in pieces."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._held += data
        if len(self._held) >= PIECE:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece goes when it is large enough."""

    def end(self) -> None:
        """Send what is left, and that this is all."""
        self._send()
        self._connection.sendall(LENGTH.pack(0))

    def _send(self) -> None:
        if self._held:
            self._connection.sendall(LENGTH.pack(len(self._held)) + self._held)
            self._held.clear()
