"""What the ingest process is told to do: made of a form here, read again there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import orjson
from pyoxigraph import NamedNode

from api.submissions.form import FILE, Form
from cepgraph.errors import BadParameter, Forbidden
from cepgraph.terms import GRAPH
from cepgraph.tokens import Token, covers, publisher_iri
from ingest.description import Description
from ingest.sent import Sent, Upload

Action = Literal["check", "publish", "restore", "amend", "replace", "merge", "remove"]
MODES: Final[tuple[Action, ...]] = ("check", "publish")
FIELDS: Final = (
    "graph",
    "title",
    "publisher",
    "licence",
    "source",
    "why",
    "collection",
    "mapping",
    "mode",
    "version",
)


@dataclass(frozen=True)
class Task:
    """One submission; ``folder`` is where its files lie and its report is put."""

    action: Action
    folder: str
    files: tuple[tuple[str, str], ...]
    """Path, and the name that its sender gave it."""
    graph: str
    title: str
    publisher: str
    licence: str
    source: str
    why: str
    collection: str
    mapping: str
    version: int | None
    who: str
    token: str
    allowed: tuple[str, ...]
    """The patterns of the token."""
    way: str = ""
    digest: str = ""
    base: int | None = None
    exists: bool | None = None

    @property
    def is_submission(self) -> bool:
        """Whether its sender will ask for the report."""
        return self.action in ("check", "publish", "restore")

    def line(self) -> bytes:
        """As one line."""
        return orjson.dumps(self, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def of_line(cls, line: bytes) -> "Task":
        """What ``line`` made."""
        read: dict[str, Any] = orjson.loads(line)
        files = tuple((path, name) for path, name in read.pop("files"))
        return cls(files=files, allowed=tuple(read.pop("allowed")), **read)

    def sent(self) -> Sent:
        """The submission, as ``ingest`` takes it."""
        return Sent(
            files=tuple(Upload(Path(path), name) for path, name in self.files),
            graph=self.graph,
            description=Description(self.title, self.publisher, self.licence, self.source),
            collection=self.collection,
            mapping=self.mapping,
            who=self.who,
            why=self.why,
            token=self.token,
            way=self.way,
            digest=self.digest,
            base=self.base,
            exists=self.exists,
            refuse_foreign=self._refuse_foreign,
        )

    def _refuse_foreign(self, graph: NamedNode) -> None:
        if not covers(self.allowed, graph):
            raise Forbidden(graph.value, self.allowed)


def task_of(form: Form, token: Token, folder: Path) -> Task:
    """What a form asks for.

    Raises:
        BadParameter: a field that makes no sense, alone or beside the others.
        Forbidden: a graph that is not the token's.
    """
    given = {name: value for name, value in form.fields.items() if value}
    graph = graph_of(given.get("graph", ""), token)
    publisher = given.get("publisher", "")
    task = Task(
        action=_action(form, given),
        folder=str(folder),
        files=tuple((str(file.path), file.name) for file in form.files),
        graph=graph,
        title=given.get("title", ""),
        publisher=publisher_iri(publisher) if publisher else token.publisher,
        licence=given.get("licence", ""),
        source=given.get("source", ""),
        why=given.get("why", ""),
        collection=given.get("collection", ""),
        mapping=given.get("mapping", ""),
        version=_version(given.get("version", "")),
        who=token.publisher,
        token=token.id,
        allowed=token.graphs,
    )
    # what is wrong with the description is told at once
    task.sent()
    return task


def write_task(
    action: Action,
    token: Token,
    folder: Path,
    *,
    files: Iterable[tuple[Path, str]] = (),
    graph: str = "",
    fields: Mapping[str, str] = MappingProxyType({}),
    base: int | None = None,
    exists: bool | None = None,
    way: str = "",
    digest: str = "",
) -> Task:
    """A write that is no submission; ``fields`` are those of the form that describe a graph.

    Raises:
        BadParameter: a description that makes no sense.
    """
    publisher = fields.get("publisher", "")
    task = Task(
        action=action,
        folder=str(folder),
        files=tuple((str(path), name) for path, name in files),
        graph=graph,
        title=fields.get("title", ""),
        publisher=publisher_iri(publisher) if publisher else token.publisher,
        licence=fields.get("licence", ""),
        source=fields.get("source", ""),
        why=fields.get("why", ""),
        collection="",
        mapping="",
        version=None,
        who=token.publisher,
        token=token.id,
        allowed=token.graphs,
        way=way,
        digest=digest,
        base=base,
        exists=exists,
    )
    task.sent()
    return task


def graph_of(text: str, token: Token) -> str:
    """A graph's IRI, in full or without what all begin with; empty where none is named.

    Raises:
        BadParameter: no IRI can be made of it.
        Forbidden: it is not among the token's.
    """
    if not text:
        return ""
    try:
        graph = NamedNode(text if "://" in text else GRAPH + text)
    except ValueError as error:
        problem = f"write it in full, such as {GRAPH}publisher/dataset"
        raise BadParameter("graph", problem, text[:200]) from error
    if not token.may_write(graph):
        raise Forbidden(graph.value, token.graphs)
    return graph.value


def _action(form: Form, given: dict[str, str]) -> Action:
    mode = given.get("mode", MODES[0])
    if mode not in MODES:
        raise BadParameter("mode", f"write {' or '.join(MODES)}", mode[:100])
    if form.files:
        if "version" in form.fields:
            raise BadParameter("version", "an earlier version is published without files")
        return "publish" if mode == "publish" else "check"
    if "version" not in form.fields:
        raise BadParameter(FILE, "send at least one; to undo, send graph and version instead")
    if "graph" not in given:
        raise BadParameter("graph", "name the graph that is to stand as it did before")
    if mode != "publish":
        raise BadParameter("mode", "to undo is to publish; write publish")
    return "restore"


def _version(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise BadParameter("version", "write a whole number, or nothing", text[:100])
