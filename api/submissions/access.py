"""Who sends: the token of a request, and how many requests it may make."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from cachetools import LRUCache

from api.problems import HttpProblem
from cepgraph.errors import NotAuthenticated, TooMany
from cepgraph.tokens import Token, Tokens, TokensDamaged

MINUTE_S: Final = 60.0
MOST_KEYS: Final = 100_000
"""Keys that are counted at once; those that were idle for longest are forgotten first."""


class Rate:
    """So many a minute for each key, in bursts or one by one (a token bucket).

    ``told`` is what a refusal says, with ``{}`` for the number.
    """

    def __init__(
        self,
        per_minute: int,
        now: Callable[[], float] = time.monotonic,
        told: str = "a token may send {} submissions a minute",
    ) -> None:
        self._most = per_minute
        self._now = now
        self._told = told
        self._left: LRUCache[str, tuple[float, float]] = LRUCache(MOST_KEYS)

    def take(self, key: str) -> None:
        """Count one.

        Raises:
            TooMany: there were too many; says when the next may come.
        """
        now = self._now()
        left, since = self._left.get(key, (float(self._most), now))
        left = min(float(self._most), left + (now - since) * self._most / MINUTE_S)
        if left < 1:
            self._left[key] = (left, now)
            pause = int((1 - left) * MINUTE_S / self._most) + 1
            raise TooMany(self._told.format(self._most), pause)
        self._left[key] = (left - 1, now)


def token_of(headers: Mapping[str, str], tokens: Tokens) -> Token:
    """The token in the ``Authorization`` header (RFC 6750, 2.1).

    Raises:
        NotAuthenticated: none, or one that does not hold.
        HttpProblem: 503, when the file of tokens cannot be read.
    """
    scheme, _, text = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        problem = "send the token in the header Authorization: Bearer …"
        raise NotAuthenticated(problem, given=False)
    try:
        return tokens.authenticate(text.strip())
    except TokensDamaged as error:
        # where files lie is for whoever runs the service
        print(error, file=sys.stderr)
        problem = "tokens cannot be looked up at present; whoever runs this service is told why"
        raise HttpProblem(503, problem, {"retry-after": "60"}) from error
