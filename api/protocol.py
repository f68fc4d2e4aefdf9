"""The SPARQL 1.1 Protocol's query operation: from a request to a question.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from api.messages import Request
from api.problems import HttpProblem
from cepgraph.engine import Question
from cepgraph.errors import NotFound
from cepgraph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, by_name, negotiate
from cepgraph.terms import BASE

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
WITH_BODY: Final = ("POST", "QUERY")
_BODIES: Final = f"{DIRECT}, {FORM}"
ACCEPTED: Final = {"accept-post": _BODIES, "accept-query": _BODIES}
"""Which bodies are read, for the answer to OPTIONS and to other bodies."""
LANGUAGES: Final = ("1.0", "1.1", "1.2", "1.2-basic")
"""What SPARQL 1.2 clients send as ``version``: that of the language."""
MOST_PARAMETERS: Final = 1000
MOST_DIGITS: Final = 18

_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UTF_8: Final = (None, "utf-8", "us-ascii")


@dataclass(frozen=True)
class Asked:
    """A question, and the version of the graph that it is put to; the newest where ``None``."""

    question: Question
    version: int | None = None


def asked_by(request: Request, max_bytes: int) -> Asked:
    """What a request asks.

    Raises:
        HttpProblem: 400, 405, 406, 413, 414 or 415, as HTTP and the protocol have it.
        NotFound: a version that can never be.
    """
    if request.method not in METHODS:
        raise HttpProblem(
            405, f"{request.method} is not understood here", {"allow": ", ".join(METHODS)}
        )
    parameters = list(decode(request.query_string))
    queries = []
    if request.method in WITH_BODY:
        if len(request.body) > max_bytes:
            raise too_long(413, max_bytes)
        kind, text = _body_of(request)
        if kind == FORM:
            parameters += decode(text)
        else:
            queries.append(text)
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    queries += values.get("query", [])
    if "update" in values:
        raise HttpProblem(400, "updates are not taken here; send them to /update")
    if len(queries) != 1:
        raise HttpProblem(400, f"give exactly one query; {len(queries)} were found")
    if len(queries[0].encode()) > max_bytes:
        raise too_long(413 if request.method in WITH_BODY else 414, max_bytes)
    results, graphs = _media_types(request, values)
    question = Question(
        query=queries[0],
        results=results,
        graphs=graphs,
        default_graphs=_graphs("default-graph-uri", values),
        named_graphs=_graphs("named-graph-uri", values),
        base=BASE,
        linked=True,
    )
    return Asked(question, _version(values.get("version", ())))


def too_long(status: int, max_bytes: int) -> HttpProblem:
    """The refusal of a request that is larger than a query may be."""
    return HttpProblem(status, f"a query may have {max_bytes // 1024} kB")


def _body_of(request: Request) -> tuple[str, str]:
    """The media type and the text of a request's body."""
    if kind_of(request.headers) == UPDATE:
        raise HttpProblem(415, "updates are not taken here; send them to /update", ACCEPTED)
    told = {"accept": _BODIES, **ACCEPTED}
    return text_of(request.headers, request.body, (DIRECT, FORM), "a query", told)


def kind_of(headers: Mapping[str, str]) -> str:
    """The media type of a body."""
    return _content_type(headers.get("content-type", ""))[0]


def text_of(
    headers: Mapping[str, str],
    body: bytes,
    kinds: Sequence[str],
    what: str,
    told: Mapping[str, str],
) -> tuple[str, str]:
    """The media type and the text of a body that must be of one of ``kinds``.

    Raises:
        HttpProblem: 400 or 415; with the headers ``told`` where it is of another kind.
    """
    if headers.get("content-encoding", "identity") != "identity":
        raise HttpProblem(
            415, "bodies are read as they are, not packed", {"accept-encoding": "identity"}
        )
    kind, charset = _content_type(headers.get("content-type", ""))
    if kind not in kinds:
        raise HttpProblem(415, f"send {what} as {' or '.join(kinds)}", told)
    if charset not in _UTF_8:
        raise HttpProblem(415, f"the character set {charset} is not read; use utf-8")
    try:
        return kind, body.decode()
    except UnicodeDecodeError as error:
        raise HttpProblem(400, f"the body is not UTF-8 at byte {error.start}") from error


def _graphs(name: str, values: dict[str, list[str]]) -> tuple[str, ...] | None:
    """The graphs that a parameter names; forms send it empty where nothing was filled in."""
    graphs = tuple(value for value in values.get(name, ()) if value)
    for graph in graphs:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise HttpProblem(400, f"{name} is an absolute IRI (found {graph[:100]!r})") from error
    return graphs or None


def _version(given: Sequence[str]) -> int | None:
    numbers = {text for text in given if text not in LANGUAGES}
    if not numbers:
        return None
    text = numbers.pop()
    if numbers:
        raise HttpProblem(400, "give one version of the graph; several were found")
    if not (text.isascii() and text.isdecimal()):
        raise HttpProblem(
            400, f"version is the number of a version of the graph, such as 12 (found {text!r})"
        )
    if len(text) > MOST_DIGITS:
        raise NotFound("version", f"{text[:MOST_DIGITS]}…")
    return int(text)


@lru_cache(maxsize=64)
def _content_type(header: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = header or "none/none"
    charset = message.get_content_charset()
    return message.get_content_type(), charset


def decode(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of a query string or form.

    Raises:
        HttpProblem: 400, not well encoded or too many.
    """
    if _BAD_ESCAPE.search(text):
        raise HttpProblem(400, "a % in the parameters is not followed by two hexadecimal digits")
    try:
        yield from parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise HttpProblem(400, "a parameter is not UTF-8") from error
    except ValueError as error:
        raise HttpProblem(400, f"more than {MOST_PARAMETERS} parameters") from error


def _media_types(
    request: Request, values: dict[str, list[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Acceptable media types for tables and for graphs, best first.

    ``format`` and ``output`` are no part of the protocol, but clients send them, several at once;
    the first that is known comes before the ``Accept`` header. SPARQLWrapper says ``n3`` or the
    like there and what it means in ``Accept``, so an unknown one is an error only when that header
    asks for nothing in particular.
    """
    accept = request.headers.get("accept", "")
    names = (*values.get("format", ()), *values.get("output", ()))
    for name in names:
        # "json" of a graph is JSON-LD
        wanted = "application/json" if name.lower() == "json" else name
        chosen = [by_name(wanted, formats) for formats in (RESULT_FORMATS, GRAPH_FORMATS)]
        if any(chosen):
            results, graphs = (tuple(form.media_types[:1]) if form else () for form in chosen)
            return results, graphs
    if names and accept in ("", "*/*"):
        raise HttpProblem(406, f"there is no format {names[0]!r}; {_offer()}")
    results, graphs = _negotiate(accept)
    if not results and not graphs:
        raise HttpProblem(406, _offer())
    return results, graphs


@lru_cache(maxsize=512)
def _negotiate(accept: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(negotiate(accept, _all(RESULT_FORMATS))),
        tuple(negotiate(accept, _all(GRAPH_FORMATS))),
    )


def _all(formats: tuple[Format, ...]) -> list[str]:
    """Registered media types first, then the other names that clients use."""
    registered = [form.media_type for form in formats]
    return registered + [name for form in formats for name in form.media_types[1:]]


def _offer() -> str:
    tables = ", ".join(form.media_type for form in RESULT_FORMATS)
    graphs = ", ".join(form.media_type for form in GRAPH_FORMATS)
    return f"tables come as {tables}; graphs as {graphs}"
