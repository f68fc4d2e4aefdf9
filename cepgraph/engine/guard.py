"""Which keywords a query uses, asked of the engine's own parser.

SPARQL is not tokenised here: strings, comments, names and glued keywords (``1SERVICE``) are the
parser's business. Instead every occurrence of the word is swapped for letters that mean nothing,
and the result is parsed. Names, strings and comments do not mind; a keyword does. So when the
swapped text is still a query, the word was no keyword anywhere.
"""

import re
from typing import Final

from pyoxigraph import Store

SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
FROM: Final = re.compile("from", re.IGNORECASE | re.ASCII)

# No keyword, function, number or language of SPARQL starts like this.
_STAND_INS: Final = "qxzjkvw"


def may_use(keyword: re.Pattern[str], query: str, base: str | None = None) -> bool:
    """Whether ``query`` has ``keyword`` as a keyword.

    True as well where the query is no SPARQL at all, so that "no" can be relied upon.
    """
    if not keyword.search(query):
        return False
    return not _parses(keyword.sub(_stand_in(keyword, query), query), base)


def _stand_in(keyword: re.Pattern[str], query: str) -> str:
    """Letters that do not occur in ``query``, so that no two names become one."""
    lowered = query.lower()
    length = len(keyword.pattern)
    for first in _STAND_INS:
        for last in _STAND_INS:
            word = first * (length - 1) + last
            if word not in lowered:
                return word
    return "q" * (len(query) + 1)


def _parses(query: str, base: str | None) -> bool:
    try:
        # an empty store: whatever the parser lets through finds nothing to do
        Store().query(query, base_iri=base)
    except (SyntaxError, ValueError):
        return False
    except RuntimeError:
        # ASK is evaluated at once, and may fail after it was parsed
        return True
    return True
