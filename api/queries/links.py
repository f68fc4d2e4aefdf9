"""Addresses of the catalogue and of what a query answers."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from api.rest import PREFIX
from api.sparql import PATH as SPARQL
from cepgraph.terms import BASE

API: Final = f"{PREFIX}/queries"
PAGES: Final = "/queries"
THINGS: Final = "/query"
ENDING: Final = ".rq"
MEDIA_TYPE: Final = "application/sparql-query"


def iri_of(name: str) -> str:
    """The IRI of a query."""
    return f"{BASE.rstrip('/')}{THINGS}/{name}"


def run(start: str, name: str, values: Mapping[str, str]) -> str:
    """Where a query is run; ``start`` is what the service's addresses begin with."""
    return _with(f"{start}{API}/{name}", values)


def file(start: str, name: str, values: Mapping[str, str] | None = None) -> str:
    """Where its text is: the file, or the query with values in it."""
    return _with(f"{start}{API}/{name}{ENDING}", values or {})


def page(start: str, name: str, values: Mapping[str, str] | None = None) -> str:
    """Where its page is."""
    return _with(f"{start}{PAGES}/{name}", values or {})


def endpoint(start: str, sparql: str, version: int) -> str:
    """Where the SPARQL endpoint answers a text, as at a version."""
    return _with(f"{start}{SPARQL}", {"query": sparql, "version": str(version)})


def editor(start: str, sparql: str) -> str:
    """Where the editor opens a text; what follows ``#`` stays in the browser."""
    return f"{start}{SPARQL}#query={quote(sparql, safe='')}"


def _with(place: str, values: Mapping[str, str]) -> str:
    return f"{place}?{urlencode(values, quote_via=quote)}" if values else place
