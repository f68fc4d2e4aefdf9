"""Replies to repeated queries, kept for as long as the graph stays at one version."""

import re
from collections.abc import Hashable
from typing import Final

from cachetools import LRUCache

from api.messages import Headers, Reply

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
    """

    def __init__(self, max_bytes: int) -> None:
        self.quick: dict[Hashable, tuple[Headers, bytes]] = {}
        self._largest = max_bytes // LARGEST_SHARE
        self._replies = _Mirrored(max_bytes, self.quick)

    def get(self, key: Hashable) -> Reply | None:
        """The reply that was kept for a request."""
        kept = self._replies.get(key)
        return kept[0] if kept is not None else None

    def put(self, key: Hashable, key_bytes: int, reply: Reply) -> None:
        """Keep a reply, unless it is too large."""
        size = len(reply.body) + key_bytes + OVERHEAD
        if size <= self._largest:
            self._replies[key] = (reply, size)
            self.quick[key] = (reply.headers, reply.body)

    def clear(self) -> None:
        """Forget everything; there is a new version."""
        self._replies.clear()
        self.quick.clear()

    def __len__(self) -> int:
        return len(self._replies)


class _Mirrored(LRUCache[Hashable, tuple[Reply, int]]):
    def __init__(self, max_bytes: int, mirror: dict[Hashable, tuple[Headers, bytes]]) -> None:
        super().__init__(max_bytes, getsizeof=lambda kept: kept[1])
        self._mirror = mirror

    def __delitem__(self, key: Hashable) -> None:
        super().__delitem__(key)
        self._mirror.pop(key, None)
