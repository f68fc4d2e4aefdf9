"""Solutions from elsewhere, as a VALUES block that stands where they were asked for."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import uuid4

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

UNDEF: Final = "UNDEF"


class BadResult(Exception):
    """A result that is not what was asked for."""


def values_of(variables: Sequence[str], result: bytes) -> str:
    """The solutions of a SPARQL result in JSON; other variables than these are left out.

    A blank node becomes an IRI that is nobody else's: VALUES has no blank nodes.

    Raises:
        BadResult: no such result, or with terms that SPARQL 1.1 does not have.
    """
    try:
        results = parse_query_results(result, format=QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise BadResult("it answered with a boolean")
        known = {variable.value for variable in results.variables}
        blanks: dict[str, str] = {}
        rows = [
            [_written(row[name], blanks) if name in known else UNDEF for name in variables]
            for row in results
        ]
    except (SyntaxError, ValueError) as error:
        raise BadResult(f"its result cannot be read: {error}") from error
    return block(variables, rows)


def nothing_bound(variables: Sequence[str]) -> str:
    """The one solution that binds nothing, which a SERVICE SILENT has when it fails."""
    return block(variables, [[UNDEF for _ in variables]])


def block(variables: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A group with nothing but VALUES in it."""
    names = " ".join(f"?{name}" for name in variables)
    written = " ".join(f"({' '.join(row)})" for row in rows)
    return f"{{ VALUES ({names}) {{ {written} }} }}"


def _written(term: Any, blanks: dict[str, str]) -> str:
    if term is None:
        return UNDEF
    if isinstance(term, BlankNode):
        return blanks.setdefault(term.value, f"<urn:uuid:{uuid4()}>")
    if isinstance(term, NamedNode | Literal):
        return str(term)
    raise BadResult("its result holds a triple")
