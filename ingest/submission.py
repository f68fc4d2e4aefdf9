"""From files to a verdict: read, judge, and publish when that is wanted.

The command line and the service call the same functions, with an open ``KnowledgeGraph``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode

from cepgraph.graph import KnowledgeGraph
from ingest.description import Description
from ingest.report.verdict import Verdict
from ingest.sheets.sheet import Limits

Progress = Callable[[str, int], None]
"""Called with the step (``reading``, ``mapping``, ``checking``, ``publishing``) and how many rows
are done."""


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
        may_write: whether the sender may write to a graph; asked before anything is judged.
    """

    files: tuple[Upload, ...]
    graph: str = ""
    description: Description = field(default_factory=Description)
    collection: str = ""
    mapping: str = ""
    who: str = ""
    why: str = ""
    token: str = ""
    may_write: Callable[[NamedNode], bool] = lambda _graph: True


def check(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """What publishing would do; writes nothing.

    Raises:
        BadInput, UnsupportedFormat: a file that cannot be read at all; with its place.
        BadParameter: no graph, an unknown class or mapping.
        Forbidden: a graph that is not the sender's.
    """
    raise NotImplementedError


def publish(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """Make the files the whole content of their graphs: all of it, or nothing.

    Raises:
        as ``check``. A submission that does not conform is a verdict, no error.
    """
    raise NotImplementedError


def restore(graph: KnowledgeGraph, name: NamedNode, version: int | None, sent: Sent) -> Verdict:
    """Publish a graph as it stood at ``version``; without one, as before its newest change.

    Raises:
        NotFound: the log has no such version, or no change of this graph.
    """
    raise NotImplementedError
