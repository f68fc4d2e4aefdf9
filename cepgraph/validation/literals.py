"""Whether typed values are of their type, by one rule for everybody who looks at them.

The SHACL engines disagree on malformed values (rdflib, below pySHACL, takes ``1_000`` for an
integer, ``NaN`` for a decimal, and anything for a year), and the store cannot compute with them. So
a value counts only when the store and rdflib both take it; for the engines, any other has the
datatype ``MALFORMED``.
"""

import logging
from collections.abc import Iterable

import rdflib
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from cepgraph.terms import CEPS, XSD

MALFORMED = NamedNode(CEPS + "Malformed")
"""Datatype that a malformed value has in the eyes of the SHACL engines."""

_WHOLE = (
    *("byte", "short", "int", "long"),
    *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
    *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
)
_CASTS = {
    **{
        XSD + name: XSD + name
        for name in (
            *("boolean", "integer", "decimal", "double", "float"),
            *("date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
            *("duration", "dayTimeDuration", "yearMonthDuration"),
        )
    },
    **{XSD + name: XSD + "integer" for name in _WHOLE},
}
"""Each datatype that is judged, and the SPARQL function that reads a text as such a value."""


def malformed(literals: Iterable[Literal]) -> set[Literal]:
    """Those of the literals that are not of their datatype; unknown datatypes are not judged."""
    by_type: dict[str, set[Literal]] = {}
    for literal in literals:
        if literal.datatype.value in _CASTS:
            by_type.setdefault(literal.datatype.value, set()).add(literal)
    found: set[Literal] = set()
    for datatype, typed in by_type.items():
        wrong = _unreadable(typed, _CASTS[datatype])
        found |= {literal for literal in typed if literal.value in wrong}
    return found


def marked(triples: Iterable[Triple]) -> list[Triple]:
    """The triples with the malformed ones of their values marked as such."""
    triples = list(triples)
    wrong = malformed(t.object for t in triples if isinstance(t.object, Literal))
    if not wrong:
        return triples
    return [
        Triple(t.subject, t.predicate, Literal(t.object.value, datatype=MALFORMED))
        if isinstance(t.object, Literal) and t.object in wrong
        else t
        for t in triples
    ]


def _unreadable(literals: set[Literal], cast: str) -> set[str]:
    """The texts that the store cannot read, or that rdflib cannot."""
    texts = " ".join(str(Literal(literal.value)) for literal in literals)
    rows = Store().query(
        f"SELECT ?text {{ VALUES ?text {{ {texts} }} "
        f"BIND (<{cast}>(?text) AS ?value) FILTER (!BOUND(?value)) }}"
    )
    if not isinstance(rows, QuerySolutions):
        raise TypeError(f"no solutions: {rows!r}")
    unread = {text.value for (text,) in rows if isinstance(text, Literal)}
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    return unread | {
        literal.value
        for literal in literals
        if literal.value not in unread
        and rdflib.Literal(literal.value, datatype=rdflib.URIRef(literal.datatype.value)).ill_typed
    }
