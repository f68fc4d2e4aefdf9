"""What travels between the web process and a worker: a frame of a JSON head and a body of bytes."""

import struct
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from cepgraph.errors import NotAcceptable, QueryRefused, QuerySyntax, QueryTooLarge

Frame = tuple[dict[str, Any], bytes]

LENGTHS: Final = struct.Struct("!IQ")
SMALL: Final = 1 << 16


@dataclass(frozen=True)
class Question:
    """A query and how to answer it.

    ``default_graphs`` and ``named_graphs`` give the dataset as the SPARQL protocol does; when both
    are ``None`` the query's own FROM clauses count, and without those the union of all graphs.
    ``substitutions`` maps variables to terms in N-Triples syntax. ``results`` and ``graphs`` are
    acceptable media types, best first, for SELECT and ASK and for CONSTRUCT and DESCRIBE.
    """

    query: str
    results: tuple[str, ...] = ("application/sparql-results+json",)
    graphs: tuple[str, ...] = ("application/n-triples",)
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    substitutions: dict[str, str] = field(default_factory=dict)
    base: str | None = None
    linked: bool = False
    """Whether a result in JSON or XML links to the version that it holds for."""

    @property
    def has_dataset(self) -> bool:
        """Whether the dataset was given beside the query."""
        return self.default_graphs is not None or self.named_graphs is not None


@dataclass(frozen=True)
class Answer:
    """The serialised result, and the version of the graph that it holds for."""

    version: int
    media_type: str
    body: bytes
    digest: str
    """Hex digest of the body, good for an entity tag."""


def pack(head: dict[str, Any], body: bytes = b"") -> tuple[bytes, ...]:
    """A frame, in as many pieces as are best sent apart: a large body is not copied."""
    text = orjson.dumps(head)
    start = LENGTHS.pack(len(text), len(body)) + text
    return (start + body,) if len(body) <= SMALL else (start, body)


def question_head(question: Question) -> dict[str, Any]:
    """The head of the frame that asks ``question``."""
    return {
        "do": "query",
        "query": question.query,
        "results": question.results,
        "graphs": question.graphs,
        "default": question.default_graphs,
        "named": question.named_graphs,
        "substitutions": question.substitutions,
        "base": question.base,
        "linked": question.linked,
    }


def question_of(head: dict[str, Any]) -> Question:
    """The question that a frame's head asks."""
    return Question(
        query=head["query"],
        results=tuple(head["results"]),
        graphs=tuple(head["graphs"]),
        default_graphs=_optional(head["default"]),
        named_graphs=_optional(head["named"]),
        substitutions=head["substitutions"],
        base=head["base"],
        linked=head["linked"],
    )


def answer_of(frame: Frame) -> Answer:
    """The answer in a worker's frame.

    Raises:
        QueryError: the one that the frame tells of.
    """
    head, body = frame
    problem = head.get("problem", "")
    match head.get("error"):
        case None:
            return Answer(head["version"], head["type"], body, head["digest"])
        case "syntax":
            raise QuerySyntax(problem, head.get("line"), head.get("column"))
        case "memory" | "too-large":
            raise QueryTooLarge(problem)
        case "not-acceptable":
            raise NotAcceptable(problem)
        case _:
            raise QueryRefused(problem)


def _optional(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


class FrameReader:
    """Puts one frame at a time together from the pieces of a stream."""

    def __init__(self) -> None:
        self._start = b""
        self._head: dict[str, Any] | None = None
        self._body: list[bytes] = []
        self._missing = 0

    def feed(self, piece: bytes) -> Frame | None:
        """The frame that ``piece`` completes, if it does."""
        if self._head is None:
            self._start += piece
            if len(self._start) < LENGTHS.size:
                return None
            head_size, body_size = LENGTHS.unpack_from(self._start)
            end = LENGTHS.size + head_size
            if len(self._start) < end:
                return None
            self._head = orjson.loads(self._start[LENGTHS.size : end])
            self._missing = body_size
            piece, self._start = self._start[end:], b""
        self._body.append(piece)
        self._missing -= len(piece)
        if self._missing > 0:
            return None
        frame = self._head, b"".join(self._body)
        self._head, self._body = None, []
        return frame
