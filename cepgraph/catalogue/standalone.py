"""A query's text with values in it, so that it runs as it stands in any engine.

The values are a ``VALUES`` block at the start of the outermost group. There every ``OPTIONAL`` and
``FILTER`` of that group sees them, as it sees what an engine substitutes. At the end of the query,
where SPARQL has a place for ``VALUES`` too, they would be joined to what is grouped already: a
filter on them would have come too early, and rows without a value would be given it.
"""

from collections.abc import Mapping
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode
from pyparsing import CaselessKeyword as Word
from pyparsing import Literal as Sign
from pyparsing import OneOrMore, Opt, ParserElement, ZeroOrMore, rest_of_line


def with_values(text: str, bound: Mapping[str, NamedNode | Literal]) -> str:
    """``text`` with values for some of its variables.

    Raises:
        ParseException: it is no SPARQL 1.1 query.
    """
    if not bound:
        return text
    names = " ".join(f"?{name}" for name in bound)
    terms = " ".join(str(term) for term in bound.values())
    one = len(bound) == 1
    values = f"VALUES {names} {{ {terms} }}" if one else f"VALUES ({names}) {{ ({terms}) }}"
    place = opening(text)
    if place is None:
        return f"{text.rstrip()}\n{values}\n"
    return f"{text[:place]}\n  {values}{text[place:]}"


def opening(text: str) -> int | None:
    """Where the outermost group of a query begins: the place after its brace.

    ``None`` where it has none: ``DESCRIBE`` without a pattern, and ``CONSTRUCT WHERE``, whose
    pattern takes triples alone. In both, values at the end come early enough; there, SPARQL takes
    one block.

    Raises:
        ParseException: it is no SPARQL 1.1 query.
    """
    return _head(text)[1]


def verb(text: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.

    Raises:
        ParseException: it is no SPARQL 1.1 query.
    """
    return _head(text)[0]


@lru_cache(maxsize=1024)
def _head(text: str) -> tuple[str, int | None]:
    """The verb and the opening; to find them takes some 20 ms."""
    found = _grammar().parse_string(text)
    place = int(found["place"]) if "place" in found else None
    return (str(found["verb"]) if "verb" in found else "SELECT"), place


@cache
def _grammar() -> ParserElement:
    """What stands before the outermost group, by rdflib's grammar of SPARQL.

    It is made by the first caller; like all of rdflib's parsing it belongs to one thread.
    """
    from rdflib.plugins.sparql import parser

    brace = Sign("{").set_parse_action(lambda _text, at, _tokens: [at + 1])
    dataset = ZeroOrMore(parser.DatasetClause)
    group = dataset + Opt(Word("WHERE")) + brace("place")
    ask, construct, describe = (Word(text)("verb") for text in ("ASK", "CONSTRUCT", "DESCRIBE"))
    described = describe + (OneOrMore(parser.VarOrIri) | "*")
    forms = (
        parser.SelectClause + group
        | ask + group
        | construct + parser.ConstructTemplate + group
        | construct + dataset + Word("WHERE")
        | described + group
        | described + dataset
    )
    grammar: ParserElement = parser.Prologue + forms
    return grammar.parse_with_tabs().ignore("#" + rest_of_line)
