"""The log as the public may read it: what each version changed, when, why, and for which publisher.

Identifiers of tokens, names of files and whoever sat at the command line stay inside.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cepgraph.errors import NotFound
from cepgraph.history import Entry, History
from cepgraph.terms import ID

_HASH: Final = re.compile(r"sha256:([0-9a-f]{64})(?![0-9a-f])")


@dataclass(frozen=True)
class Release:
    """One version. ``added`` and ``removed`` count triples, entailed ones too.

    ``publisher`` is an IRI, or empty for a change made by whoever runs the service; ``hashes`` are
    SHA-256 of what was sent, in hexadecimal.
    """

    version: int
    when: datetime
    publisher: str
    why: str
    hashes: tuple[str, ...]
    graphs: tuple[str, ...]
    added: int
    removed: int


class Releases:
    """Reads each entry's header once; entries never change."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._read: list[Release] = []
        self._touching: dict[str, list[int]] = {}
        self._reading = asyncio.Lock()

    async def upto(self, version: int) -> list[Release]:
        """All up to ``version``, oldest first: version N stands at place N - 1.

        Raises:
            LogDamaged: an entry cannot be read.
        """
        if len(self._read) < version:
            async with self._reading:
                known = len(self._read)
                fresh = await asyncio.to_thread(self._entries, known, version)
                for release in fresh:
                    self._read.append(release)
                    for graph in release.graphs:
                        self._touching.setdefault(graph, []).append(release.version)
        return self._read[:version]

    async def get(self, version: int, newest: int) -> Release:
        """One of them.

        Raises:
            NotFound: there is none with this number up to ``newest``.
        """
        if not 1 <= version <= newest:
            raise NotFound("version", str(version))
        return (await self.upto(newest))[version - 1]

    async def touching(self, graph: str, newest: int) -> list[int]:
        """Versions that changed a graph, oldest first, up to ``newest``."""
        await self.upto(newest)
        return [version for version in self._touching.get(graph, ()) if version <= newest]

    def _entries(self, known: int, version: int) -> list[Release]:
        return [_release(self._history.entry(n)) for n in range(known + 1, version + 1)]


def _release(entry: Entry) -> Release:
    who = entry.provenance.who
    return Release(
        version=entry.version,
        when=entry.when,
        publisher=who if who.startswith(ID) else "",
        why=entry.provenance.why,
        hashes=tuple(dict.fromkeys(_HASH.findall(entry.provenance.source_hash))),
        graphs=entry.graphs,
        added=entry.added_count,
        removed=entry.removed_count,
    )
