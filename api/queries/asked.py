"""What a request asks of a query: values, a version and a form."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from api.messages import Request
from api.reading import HTML, JSON, Reading
from cepgraph.catalogue import Query, Term
from cepgraph.engine import Answer, Question
from cepgraph.errors import BadParameter
from cepgraph.formats import (
    CSV_RESULTS,
    JSON_RESULTS,
    RDF_FORMATS,
    TSV_RESULTS,
    XML_RESULTS,
    by_name,
)

Ask = Callable[[Question, int | None, Request], Awaitable[Answer]]
"""Puts a question to the engine at a version, in the name of whoever sent the request."""

VERSION: Final = "version"
FORMAT: Final = "format"
LONGEST_VERSION: Final = 9

TABLES: Final = (CSV_RESULTS, JSON_RESULTS, XML_RESULTS, TSV_RESULTS)
TABLE_TYPES: Final = (JSON, *(form.media_type for form in TABLES), HTML)
GRAPH_TYPES: Final = tuple(form.media_type for form in RDF_FORMATS)


@dataclass(frozen=True)
class Asked:
    """Values as they were given and as they were understood, version and media type."""

    given: Mapping[str, str]
    bound: Mapping[str, Term]
    version: int | None
    media_type: str


def asked_of(query: Query, reading: Reading) -> Asked:
    """What is asked of a query.

    An empty value is none: forms send empty fields along.

    Raises:
        BadParameter: an unknown, repeated or missing parameter, or a value that is not of its type.
        HttpProblem: 406.
    """
    given = values_of(query, reading)
    version, form = given.pop(VERSION, None), given.pop(FORMAT, None)
    bound = query.bind(given)
    return Asked(given, bound, version_of(version), _media_type(query, reading, form))


def values_of(query: Query, reading: Reading) -> dict[str, str]:
    """The parameters that have a value, ``version`` and ``format`` among them.

    Raises:
        BadParameter: an unknown or a repeated one.
    """
    known = [*(parameter.name for parameter in query.parameters), VERSION, FORMAT]
    return {name: value for name, value in reading.parameters(known).items() if value}


def version_of(text: str | None) -> int | None:
    """A version of the graph.

    Raises:
        BadParameter: no whole number.
    """
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION:
        return int(text)
    raise BadParameter(VERSION, "give the number of a version, such as 1", text[:100])


def offered(query: Query) -> tuple[str, ...]:
    """The media types that the answer can have; the first is the usual one."""
    return GRAPH_TYPES if query.form == "graph" else TABLE_TYPES


def formats(query: Query) -> tuple[str, ...]:
    """The names that ``format`` takes."""
    if query.form == "graph":
        return tuple(form.name for form in RDF_FORMATS)
    return ("json", "csv", "tsv", "xml", "srj", "html")


def _media_type(query: Query, reading: Reading, form: str | None) -> str:
    if form is None:
        return reading.accepted(offered(query))
    if query.form == "graph":
        chosen = by_name("jsonld" if form == "json" else form, RDF_FORMATS)
    elif form in ("json", "html"):
        return JSON if form == "json" else HTML
    else:
        chosen = by_name(form, TABLES)
    if chosen is None:
        raise BadParameter(FORMAT, f"it is one of {', '.join(formats(query))}", form[:100])
    return chosen.media_type
