"""A submission as it arrives, from the command line or over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from ingest.description import Description

Progress = Callable[[str, int], None]
"""Called with the step (``reading``, ``mapping``, ``checking``, ``publishing``) and how many rows
are done."""


def nothing(_step: str, _rows: int) -> None:
    """Progress that nobody watches."""


def _anybody(_graph: NamedNode) -> None:
    """On the command line: who has the folder may write to it."""


@dataclass(frozen=True)
class Upload:
    """A file that was sent: where its bytes lie, and what its sender calls it."""

    path: Path
    name: str


@dataclass(frozen=True)
class Sent:
    """A submission as it arrived.

    Attributes:
        graph: the named graph that it is for; a file may name its own.
        collection: class of the rows, where neither the sheet's name, nor the file's, nor the
            headers tell it.
        mapping: name of the foreign format, where it is not recognised.
        token: identifier of the token that it was sent with; empty on the command line.
        way: how it came, where that says more than the names of its files: "SPARQL update".
        digest: ``sha256:…`` of what was sent, where that is not the files.
        base: version that the sender has seen, and relies on.
        exists: whether the sender relies on it that the graph is there, or that it is not.
        refuse_foreign: raises ``Forbidden`` for a graph that the sender may not write to; asked
            before anything is judged.
        seeded: whether the project's own graphs are made from its files, and can only be sent as
            they stand.
    """

    files: tuple[Upload, ...]
    graph: str = ""
    description: Description = field(default_factory=Description)
    collection: str = ""
    mapping: str = ""
    who: str = ""
    why: str = ""
    token: str = ""
    way: str = ""
    digest: str = ""
    base: int | None = None
    exists: bool | None = None
    refuse_foreign: Callable[[NamedNode], None] = _anybody
    seeded: bool = True
