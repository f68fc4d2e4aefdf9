"""SPARQL updates: what one would do to the graph, worked out in a worker's own copy of it.

Nothing is written here. What differs afterwards goes to the gate, like every other change.
https://www.w3.org/TR/sparql11-update/
"""

from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from cepgraph.engine.difference import Delta, GraphName, Snapshot, nquads, settled
from cepgraph.engine.guard import DEFAULT, LOAD, SERVICE, USING, WITH, may_occur
from cepgraph.engine.operations import (
    NoUpdate,
    TooIntricate,
    UpdateParser,
    graphs_of_data,
    operations,
    seems_to_name,
    using,
    with_dataset,
)
from cepgraph.engine.refusal import Refusal
from cepgraph.engine.syntax import complaint
from cepgraph.engine.walls import MB
from cepgraph.engine.wire import Frame
from cepgraph.errors import BadInput, Forbidden, QueryTooLarge, UpdateRefused, UpdateSyntax
from cepgraph.terms import asserted_graph, is_entailed_graph

DO: Final = "update"


@dataclass(frozen=True)
class UpdateRequest:
    """An update and what it may do.

    ``writable`` are patterns as tokens have them. ``graphs`` and ``named_graphs`` give the dataset
    of every WHERE as the SPARQL protocol does; when both are ``None`` those that have no WITH or
    USING see the union of all graphs. ``default`` names the graph that is the default graph, and
    nothing else, while the update is carried out; otherwise there is none to write to.
    """

    update: str
    writable: tuple[str, ...]
    graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    default: str | None = None
    base: str | None = None

    @property
    def has_dataset(self) -> bool:
        """Whether the dataset was given beside the update."""
        return self.graphs is not None or self.named_graphs is not None


@dataclass(frozen=True)
class GraphChange:
    """How many triples an update adds to a graph, and removes from it."""

    graph: str
    added: int
    removed: int


@dataclass(frozen=True)
class Difference:
    """What an update would do to the graph as it is at ``version``; as N-Quads, and counted."""

    version: int
    added: bytes
    removed: bytes
    graphs: tuple[GraphChange, ...]

    def __bool__(self) -> bool:
        return bool(self.graphs)


def update_head(request: UpdateRequest) -> dict[str, Any]:
    """The head of the frame that asks what an update would do."""
    return {
        "do": DO,
        "update": request.update,
        "writable": request.writable,
        "graphs": request.graphs,
        "named": request.named_graphs,
        "default": request.default,
        "base": request.base,
    }


def update_of(head: dict[str, Any]) -> UpdateRequest:
    """The request in such a head."""
    return UpdateRequest(
        update=head["update"],
        writable=tuple(head["writable"]),
        graphs=None if head["graphs"] is None else tuple(head["graphs"]),
        named_graphs=None if head["named"] is None else tuple(head["named"]),
        default=head["default"],
        base=head["base"],
    )


def difference_of(frame: Frame, request: UpdateRequest) -> Difference:
    """The difference in a worker's frame.

    Raises:
        UpdateSyntax: it is no update.
        UpdateRefused: it asks for what is refused, or could not be carried out.
        Forbidden: it changes a graph that it may not write to.
        QueryTooLarge: it, or the change, is too large.
    """
    head, body = frame
    problem = head.get("problem", "")
    match head.get("error"):
        case None:
            graphs = tuple(GraphChange(*counted) for counted in head["graphs"])
            return Difference(head["version"], body[: head["cut"]], body[head["cut"] :], graphs)
        case "syntax":
            raise UpdateSyntax(problem, head.get("line"), head.get("column"))
        case "forbidden":
            raise Forbidden(head["graph"], request.writable)
        case "memory" | "too-large":
            raise QueryTooLarge(problem)
        case _:
            raise UpdateRefused(problem)


def work_out(store: Store, request: UpdateRequest, most_mb: int) -> tuple[dict[str, Any], bytes]:
    """Carry an update out in ``store``, and say what that did.

    Raises:
        Refusal: no update, switched off, failed, in the wrong graphs, or above ``most_mb``.
    """
    default = None if request.default is None else NamedNode(request.default)
    parser = UpdateParser(request.base)
    try:
        parts = _operations(request, parser)
        _tidy(store)
        named = _named_outright([part for part, _ in parts], request)
        before = Snapshot.of(store, request.writable, named)
        if default is not None:
            store.update(f"MOVE SILENT GRAPH {default} TO DEFAULT")
        for part, has_own in parts:
            clauses = "" if has_own else _dataset(store, request)
            _carry_out(store, with_dataset(part, clauses, parser) if clauses else part, request)
    except TooIntricate as error:
        raise Refusal("refused", "it has too many operations; send some at a time") from error
    after = Snapshot.of(store, request.writable, named)
    if default is None and after.default:
        raise _no_default_graph()
    _refuse_foreign(before.foreign_changes(after))
    changes = before.changes(after, default)
    try:
        settled(changes, before.own)
    except BadInput as error:
        raise Refusal("refused", error.detail()) from error
    return _told({graph: delta for graph, delta in changes.items() if delta}, most_mb)


def _operations(request: UpdateRequest, parser: UpdateParser) -> list[tuple[str, bool]]:
    """The operations, and of each whether it says itself what its WHERE sees.

    Raises:
        Refusal: no update, or one that asks for what is refused.
        TooIntricate: it would take too long to tell.
    """
    try:
        found = operations(request.update, parser)
    except NoUpdate as error:
        raise _no_update(error) from error
    parts = []
    for part in found:
        if may_occur(LOAD, part, parser.parses):
            raise Refusal("refused", "LOAD is switched off: nothing is fetched; send the triples")
        if may_occur(SERVICE, part, parser.parses):
            raise Refusal(
                "refused", "SERVICE is switched off: updates are made from this graph alone"
            )
        if request.default is None and may_occur(DEFAULT, part, parser.parses):
            raise _no_default_graph()
        has_own = any(may_occur(keyword, part, parser.parses) for keyword in (WITH, USING))
        if has_own and request.has_dataset:
            raise Refusal(
                "refused",
                "the dataset is given twice: by using-graph-uri or using-named-graph-uri, and by "
                "WITH or USING in the update",
            )
        if request.default is not None:
            _refuse_name(part, NamedNode(request.default), request)
        parts.append((part, has_own))
    return parts


def _refuse_name(part: str, default: NamedNode, request: UpdateRequest) -> None:
    """Refuse to go on where an update expects its default graph under its name too."""
    given = (*(request.graphs or ()), *(request.named_graphs or ()))
    if default.value in given or seems_to_name(part, default, request.base):
        raise Refusal(
            "refused",
            f"{default.value} is the default graph of this update, as the parameter graph says, "
            "and is not reached by its name; leave out either",
        )


def _named_outright(parts: list[str], request: UpdateRequest) -> set[GraphName] | None:
    """The graphs that can change, where each operation names them; otherwise ``None``.

    Raises:
        Refusal: they are to be in the default graph, and there is none.
    """
    found: set[GraphName] = set()
    if request.default is not None:
        found.add(NamedNode(request.default))
    outright = True
    for part in parts:
        graphs = graphs_of_data(part, request.base)
        if graphs is None:
            outright = False
            continue
        if request.default is None and DefaultGraph() in graphs:
            raise _no_default_graph()
        found.update(graph for graph in graphs if not isinstance(graph, DefaultGraph))
    return found if outright else None


def _dataset(store: Store, request: UpdateRequest) -> str:
    """The clauses that say what a WHERE sees: as the request has it, or all graphs."""
    if request.has_dataset:
        graphs, named = request.graphs or (), request.named_graphs or ()
        return using(map(NamedNode, graphs), map(NamedNode, named))
    if request.default is not None:
        return ""
    all_graphs = [graph for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    return using(all_graphs, all_graphs)


def _carry_out(store: Store, operation: str, request: UpdateRequest) -> None:
    try:
        store.update(operation, base_iri=request.base)
    except (RuntimeError, ValueError, OSError) as error:
        raise Refusal("evaluation", str(error)) from error


def _tidy(store: Store) -> None:
    """Forget graphs with nothing in them: which of those a store knows is an accident."""
    for graph in tuple(store.named_graphs()):
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)


def _refuse_foreign(graphs: list[GraphName]) -> None:
    companions = [g for g in graphs if isinstance(g, NamedNode) and is_entailed_graph(g)]
    for graph in graphs:
        if graph not in companions:
            raise Refusal("forbidden", "", graph=graph.value)
    for graph in companions:
        raise Refusal(
            "refused",
            f"{graph.value} holds what follows from {asserted_graph(graph).value}, and changes "
            "with it alone",
        )


def _no_default_graph() -> Refusal:
    return Refusal(
        "refused",
        "there is no default graph to write to: name the graph with GRAPH or WITH, or send the "
        "parameter graph, which names the one that is to be the default graph",
    )


def _no_update(error: NoUpdate) -> Refusal:
    if error.error is None:
        return Refusal("syntax", "not understood")
    found = complaint(error.text, error.error, "update")
    return Refusal("syntax", found.problem, line=found.line, column=found.column)


def _told(changes: dict[NamedNode, Delta], most_mb: int) -> tuple[dict[str, Any], bytes]:
    added = b"".join(nquads(delta.added, graph) for graph, delta in changes.items())
    removed = b"".join(nquads(delta.removed, graph) for graph, delta in changes.items())
    if len(added) + len(removed) > most_mb * MB:
        raise Refusal("too-large", f"the change has more than {most_mb} MB")
    counts = [(graph.value, len(d.added), len(d.removed)) for graph, d in changes.items()]
    return {"graphs": counts, "cut": len(added)}, added + removed
