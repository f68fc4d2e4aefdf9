"""Quads as text, in parts: for many of them the faster way, and never all in memory."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from pyoxigraph import Quad, RdfFormat, serialize

PART = 10_000
"""Quads in a part."""


@runtime_checkable
class Written(Protocol):
    """Quads that can also be had as text, which is the faster way for many of them."""

    def nquads(self) -> Iterator[bytes]:
        """The quads as N-Quads, whole lines, in parts."""


def nquads(quads: Sequence[Quad]) -> Iterator[bytes]:
    """N-Quads in parts: whole lines, each with one line feed, at its end."""
    if isinstance(quads, Written):
        yield from quads.nquads()
        return
    for start in range(0, len(quads), PART):
        yield serialize(quads[start : start + PART], format=RdfFormat.N_QUADS) or b""
