"""Rows of a result as JSON that a web page uses as it is: numbers are numbers, IRIs are text."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import orjson
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from cepgraph.terms import XSD

Term = NamedNode | BlankNode | Literal | Triple
Scalar = str | int | float | bool | orjson.Fragment | None

_SIGN: Final = ("", "nonNegative", "nonPositive", "positive", "negative")
_SIZED: Final = ("long", "int", "short", "byte")
WHOLE: Final = {
    XSD + name
    for name in (
        *(f"{sign}{'Integer' if sign else 'integer'}" for sign in _SIGN),
        *_SIZED,
        *(f"unsigned{name.capitalize()}" for name in _SIZED),
    )
}
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def rows(results: bytes, columns: Sequence[str]) -> orjson.Fragment:
    """SPARQL results in JSON as a list of objects, each with all columns."""
    return orjson.Fragment(b"[" + b",".join(_rows(results, columns)) + b"]")


def boolean(results: bytes) -> bool:
    """What ASK answered, from SPARQL results in JSON."""
    found = parse_query_results(results, format=QueryResultsFormat.JSON)
    return isinstance(found, QueryBoolean) and bool(found)


def plain(term: Term | None) -> Scalar:
    """The JSON value of a term: a number, a truth value, text, or ``None`` where there is none.

    A number that JSON has no way to write, such as infinity, and a literal that is not what its
    datatype says are text. Languages and other datatypes are left out.
    """
    match term:
        case None:
            return None
        case NamedNode():
            return term.value
        case Literal():
            return _literal(term.value, term.datatype.value)
        case _:
            return str(term)


def _rows(results: bytes, columns: Sequence[str]) -> Iterator[bytes]:
    found = parse_query_results(results, format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    for solution in found:
        made: dict[str, Any] = {name: plain(solution[name]) for name in columns}
        yield orjson.dumps(made)


def _literal(text: str, datatype: str) -> Scalar:
    if datatype in WHOLE and _WHOLE.fullmatch(text):
        return _exact(Decimal(text))
    if datatype == XSD + "decimal" and _DECIMAL.fullmatch(text):
        return _exact(Decimal(text))
    if datatype in (XSD + "double", XSD + "float"):
        return _double(text)
    if datatype == XSD + "boolean" and text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    return text


def _exact(number: Decimal) -> orjson.Fragment:
    """All digits, of which a float or a machine's integer might lose some."""
    return orjson.Fragment(format(number, "f"))


def _double(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if isfinite(number) else text
