"""Replies to repeated queries, kept for as long as the graph stays at one version."""

import re
from collections.abc import Hashable
from typing import Final

from cachetools import LRUCache

from api.messages import Reply

Quick = tuple[tuple[tuple[str, str], ...], bytes]
"""Headers and body of a reply."""

OVERHEAD: Final = 1024
"""Bytes that an entry takes beside its body and key: headers, objects."""
LARGEST_SHARE: Final = 16
"""A reply larger than this fraction of the cache is not kept: it would push too many out."""

_CHANGING: Final = re.compile(
    r"(?<![:?$.-])(?:now|rand|uuid|struuid|bnode)(?=[\s#(])", re.IGNORECASE | re.ASCII
)


def repeatable(query: str) -> bool:
    """Whether the same query at the same version gives the same answer; false when in doubt.

    A name that ends in one of the words is doubt enough: to the engine ``BYRAND()`` is a call too.
    """
    return not _CHANGING.search(query)


class ResultCache:
    """Least recently used replies go first; bounded by bytes.

    ``quick`` mirrors the replies to GET requests, by query string and ``Accept``, as a plain
    dictionary of headers and body, for the one look that a repeated query costs. Such a look does
    not count as use.

    What is kept is tuples of texts, bytes and numbers and nothing else: Python's collector lets go
    of those once it has seen them. Through lists and objects it would go again and again, and
    nobody is answered meanwhile: 30 ms for a full cache.
    """

    def __init__(self, max_bytes: int) -> None:
        self.quick: dict[Hashable, Quick] = {}
        self._largest = max_bytes // LARGEST_SHARE
        self._replies = _Mirrored(max_bytes, self.quick)

    def get(self, key: Hashable) -> Reply | None:
        """The reply that was kept for a request."""
        kept = self._replies.get(key)
        if kept is None:
            return None
        (headers, body), status, _ = kept
        return Reply(status, list(headers), body)

    def put(self, key: Hashable, key_bytes: int, reply: Reply) -> None:
        """Keep a reply, unless it is too large."""
        size = len(reply.body) + key_bytes + OVERHEAD
        if size <= self._largest:
            quick = (tuple(reply.headers), reply.body)
            self._replies[key] = (quick, reply.status, size)
            self.quick[key] = quick

    def clear(self) -> None:
        """Forget everything; there is a new version."""
        self._replies.clear()
        self.quick.clear()

    def __len__(self) -> int:
        return len(self._replies)


class _Mirrored(LRUCache[Hashable, tuple[Quick, int, int]]):
    def __init__(self, max_bytes: int, mirror: dict[Hashable, Quick]) -> None:
        super().__init__(max_bytes, getsizeof=lambda kept: kept[2])
        self._mirror = mirror

    def __delitem__(self, key: Hashable) -> None:
        super().__delitem__(key)
        self._mirror.pop(key, None)
