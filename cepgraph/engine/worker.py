"""A worker: takes a question, evaluates it, sends back bytes. One at a time, until its end."""

import socket
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    parse,
)

from cepgraph.engine.dump import dump, dump_of
from cepgraph.engine.guard import FROM, SERVICE, may_use, read
from cepgraph.engine.refusal import Refusal
from cepgraph.engine.results import written_as
from cepgraph.engine.syntax import complaint
from cepgraph.engine.update import DO as UPDATE
from cepgraph.engine.update import update_of, work_out
from cepgraph.engine.walls import MB, peak_memory
from cepgraph.engine.wire import FrameReader, Question, pack, question_of
from cepgraph.errors import CepgraphError

READ_SIZE: Final = 1 << 16
SPENT: Final = 64 * MB
"""A worker that grew by this much is replaced rather than used again."""


def serve(connection: socket.socket, store: Store, version: int, result_mb: int) -> None:
    """Answer questions from ``connection`` until it is closed or this worker is spent."""
    reader = FrameReader()
    start = peak_memory()
    spent = False
    # one buffer for good: to get and return a new one for each piece costs more than to read it
    buffer = memoryview(bytearray(READ_SIZE))
    while not spent:
        received = connection.recv_into(buffer)
        if not received:
            return
        frame = reader.feed(bytes(buffer[:received]))
        if frame is None:
            continue
        if frame[0]["do"] == "dump":
            dump(connection, store, dump_of(frame[0]))
            return
        updates = frame[0]["do"] == UPDATE
        try:
            if updates:
                head, body = work_out(store, update_of(frame[0]), result_mb)
            else:
                head, body = answer(store, version, question_of(frame[0]), result_mb)
        except Refusal as refusal:
            head, body = refusal.head, b""
        except MemoryError:
            head, body = {"error": "memory", "problem": "the result does not fit in memory"}, b""
        # after an update its graph is not that of its version any more
        spent = updates or peak_memory() - start > SPENT
        for piece in pack({**head, "version": version, "spent": spent}, body):
            connection.sendall(piece)


def announce(connection: socket.socket, recall: Callable[[int], None], version: int) -> bool:
    """Go back to a version and say so, or say why that cannot be; whether it could."""
    try:
        recall(version)
    except CepgraphError as error:
        head: dict[str, Any] = {"ready": False, "problem": str(error)}
    else:
        head = {"ready": True}
    for piece in pack(head):
        connection.sendall(piece)
    return bool(head["ready"])


def answer(
    store: Store, version: int, question: Question, result_mb: int
) -> tuple[dict[str, Any], bytes]:
    """Evaluate and serialise.

    Raises:
        Refusal: no query, switched off, failed, not acceptable, or above ``result_mb``.
    """
    results = evaluate(store, question)
    try:
        written = written_as(results, question, version)
    except (RuntimeError, ValueError, OSError) as error:
        raise Refusal("evaluation", str(error)) from error
    if written is None:
        graph = isinstance(results, QueryTriples)
        given = "a graph" if graph else "a table or a boolean"
        raise Refusal(
            "not-acceptable", f"the query gives {given}", form="graph" if graph else "results"
        )
    media_type, body = written
    if len(body) > result_mb * MB:
        raise Refusal("too-large", f"the result has more than {result_mb} MB")
    digest = blake2b(body, digest_size=16).hexdigest()
    return {"type": media_type, "digest": digest}, body


def evaluate(store: Store, question: Question) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Parse, check and start a query; rows are made when they are asked for.

    Raises:
        Refusal: as ``answer``.
    """
    query, base = question.query, question.base
    if may_use(SERVICE, query, base):
        raise _syntax_error(query, base) or Refusal(
            "refused", "SERVICE is switched off: queries are answered from this graph alone"
        )
    union = not question.has_dataset and not may_use(FROM, query, base)
    try:
        return store.query(
            query,
            base_iri=base,
            use_default_graph_as_union=union,
            default_graph=[*_nodes(question.default_graphs)] if question.has_dataset else None,
            named_graphs=[*_nodes(question.named_graphs)] if question.has_dataset else None,
            substitutions={
                Variable(name): term_of(text) for name, text in question.substitutions.items()
            },
        )
    except SyntaxError as error:
        raise _refusal_of(query, error) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise Refusal("evaluation", str(error)) from error


def term_of(text: str) -> NamedNode | Literal:
    """The term that ``text`` writes in N-Triples syntax."""
    try:
        quads = list(parse(f"<urn:x:s> <urn:x:p> {text} .\n", format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise Refusal("evaluation", f"{text!r} is not a term: {error.msg}") from error
    if len(quads) != 1 or not isinstance(quads[0].object, NamedNode | Literal):
        raise Refusal("evaluation", f"{text!r} is not one term")
    return quads[0].object


def _nodes(graphs: Iterable[str] | None) -> Iterator[NamedNode]:
    return (NamedNode(graph) for graph in graphs or ())


def _syntax_error(query: str, base: str | None) -> Refusal | None:
    """The refusal for a query that is no SPARQL even where SERVICE is allowed."""
    try:
        read(query, base)
    except SyntaxError as error:
        return _refusal_of(query, error)
    except ValueError:
        return None
    return None


def _refusal_of(query: str, error: SyntaxError) -> Refusal:
    found = complaint(query, error)
    return Refusal("syntax", found.problem, line=found.line, column=found.column)
