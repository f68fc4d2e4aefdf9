"""Which keywords a query or an update uses, asked of the engine's own parser.

SPARQL is not tokenised here: strings, comments, names and glued keywords (``1SERVICE``) are the
parser's business. Instead every occurrence of the word is swapped for letters that mean nothing,
and the result is parsed. Names, strings and comments do not mind; a keyword does. So when the
swapped text still parses, the word was no keyword anywhere.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from pyoxigraph import NamedNode, Store, Variable

SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
FROM: Final = re.compile("from", re.IGNORECASE | re.ASCII)
LOAD: Final = re.compile("load", re.IGNORECASE | re.ASCII)
WITH: Final = re.compile("with", re.IGNORECASE | re.ASCII)
USING: Final = re.compile("using", re.IGNORECASE | re.ASCII)
DEFAULT: Final = re.compile("default", re.IGNORECASE | re.ASCII)

Keyword = re.Pattern[str]
Parses = Callable[[str], bool]

# No keyword, function, number or language of SPARQL starts like this.
_STAND_INS: Final = "qxzjkvw"


def may_use(keyword: Keyword, query: str, base: str | None = None) -> bool:
    """Whether ``query`` has ``keyword`` as a keyword.

    True as well where the query is no SPARQL at all, so that "no" can be relied upon.
    """
    return may_occur(keyword, query, partial(_is_query, base=base))


def may_occur(keyword: Keyword, text: str, parses: Parses) -> bool:
    """The same for any kind of text, of which ``parses`` tells whether it is one."""
    if not keyword.search(text):
        return False
    return not parses(keyword.sub(stand_in(keyword.pattern, text), text))


def stand_in(word: str, text: str) -> str:
    """Letters for ``word`` that do not occur in ``text``, so that no two names become one."""
    lowered = text.lower()
    for first in _STAND_INS:
        for last in _STAND_INS:
            letters = first * (len(word) - 1) + last
            if letters not in lowered:
                return letters
    return "q" * (len(text) + 1)


def read(query: str, base: str | None = None) -> None:
    """Have the engine read a query, and nothing more.

    Otherwise it would ask the endpoint of a SERVICE at once, and for one at https:// panic where it
    cannot read certificates. A value for a variable that the query does not have is refused when
    the query is parsed and before anything of it is evaluated.

    Raises:
        SyntaxError: it is no query.
        ValueError: the base is no IRI.
    """
    absent = Variable(stand_in("variable", query))
    with suppress(RuntimeError):
        Store().query(query, base_iri=base, substitutions={absent: NamedNode("urn:x:nothing")})


def _is_query(query: str, base: str | None) -> bool:
    try:
        read(query, base)
    except (SyntaxError, ValueError):
        return False
    return True
