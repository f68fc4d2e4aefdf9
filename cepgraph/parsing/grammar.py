"""rdflib's SPARQL grammar, read as the engine reads: a text becomes a tree, or nothing.

Two parsers must not see two queries in one text. Where rdflib reads otherwise than Oxigraph does
(escapes, tabs, the end of a comment), the text is first made one that both read alike.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, cast

from pyparsing import And, Empty, ParseBaseException, ParserElement, ParseResults
from rdflib.plugins.sparql import parser as sparql
from rdflib.plugins.sparql.parserutils import CompValue, Param

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")

SERVICE: Final = "Service"
"""Name of the nodes for SERVICE: ``start``, ``silent``, ``term``, ``open``, ``graph``, ``end``."""


def _mark_services() -> None:
    """Have the grammar tell where a SERVICE stands, where its group begins, and where both end."""
    service = sparql.ServiceGraphPattern
    keyword, silent, term, group = cast("And", service.expr.streamline()).exprs
    service.expr = And(
        [_place("start"), keyword, silent, term, _place("open"), group, _place("end", skip=False)]
    )
    # under its own name rdflib looks through the whole text for the same SERVICE once more
    service.set_name(SERVICE)


def _place(name: str, *, skip: bool = True) -> ParserElement:
    place = Param(name, Empty().set_parse_action(lambda _text, place, _tokens: place))
    place.callPreparse = skip
    return place


# otherwise a tab in a string becomes spaces
sparql.Query.parse_with_tabs()
_mark_services()


@dataclass(frozen=True)
class Tree:
    """A query as rdflib reads it.

    ``prologue`` holds the declarations in their order, ``Base`` or ``PrefixDecl``; ``query`` is one
    of ``SelectQuery``, ``AskQuery``, ``ConstructQuery``, ``DescribeQuery``.
    """

    prologue: tuple[CompValue, ...]
    query: CompValue


def read(text: str) -> Tree | None:
    """The tree of a text in which ``plain`` has been at work; ``None`` when rdflib has none."""
    # both end a comment; a character for a character, so that places stay what they are
    text = _LONE_RETURN.sub("\n", text)
    try:
        prologue, query = sparql.Query.parse_string(text, parse_all=True)
    except (ParseBaseException, RecursionError, ValueError, ArithmeticError):
        return None
    return Tree(tuple(prologue), query)


def plain(text: str) -> str:
    r"""The text with characters for their escapes (``\u00e9``), where that changes nothing.

    rdflib takes escapes before it parses, the engine within strings and IRIs. For letters, digits
    and what lies beyond ASCII that is the same; other escapes stay, and rdflib has no tree then.
    """
    return _ESCAPE.sub(_plain, text)


def _plain(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    if code is None or int(code, 16) > 0x10FFFF:
        return escape[0]
    character = chr(int(code, 16))
    beyond_ascii = character > "\x9f" and character.isprintable()
    return character if beyond_ascii or character.isalnum() else escape[0]


def inside(node: Any) -> list[Any]:
    """What a node of the tree is made of."""
    if isinstance(node, CompValue):
        return list(node.values())
    if isinstance(node, ParseResults | list | tuple):
        return list(node)
    return []
