"""How a citation stands today: whether its version still gives its answer, and the newest another.

Looking at a permalink asks the query again, twice at most for each version; the answers are kept.
Who looks waits a moment for them. What takes longer goes on, and who looks later finds it.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from cachetools import LRUCache

from api.citations.asking import Asking
from api.citations.canonical import Result, Terms
from api.citations.citation import Citation, Outcome
from cepgraph.errors import CepgraphError, LogDamaged, NotFound
from cepgraph.history import History

WAIT_S: Final = 3.0
KEPT_BYTES: Final = 16 << 20
MOST_CHANGES: Final = 20
"""Changes of a graph that are told."""
LAST_ENTRIES: Final = 1000
"""Entries of the log that are looked through for them."""
SHOWN: Final = 10
"""Rows of a difference that are shown."""
CLIENT: Final = "citations"
"""Permalinks take turns as one client, so that looking at them leaves room for others."""

Flight = tuple[str, int | None]
Landed = tuple[int, Result]


@dataclass(frozen=True)
class Difference:
    """Rows or triples that one answer has and the other has not: how many, and the first."""

    count: int
    first: tuple[Terms, ...]


@dataclass(frozen=True)
class Change:
    """A later version that changed a graph which the answer rested on."""

    version: int
    when: datetime


@dataclass(frozen=True)
class Standing:
    """What is known of a citation now; ``None`` is what could not be found out in time.

    ``verified`` is whether the cited version gives the cited hash again; ``first`` are the first
    rows of that answer. ``same`` is whether the newest version gives it too, ``newest`` what it
    gives; where it differs, ``gone`` and ``new`` say how, and ``changes`` are the later versions,
    newest first, that changed the graphs it rested on. ``trouble`` says why something is not known.
    """

    version: int | None
    verified: bool | None = None
    first: tuple[Terms, ...] | None = None
    same: bool | None = None
    newest: Outcome | None = None
    gone: Difference | None = None
    new: Difference | None = None
    changes: tuple[Change, ...] = ()
    trouble: str = ""

    @property
    def bytes(self) -> int:
        """About what it takes in memory."""
        told = (self.first, self.gone and self.gone.first, self.new and self.new.first)
        terms = (term for rows in told for row in rows or () for term in row)
        return 10_000 + sum(len(str(term)) + 200 for term in terms)

    @property
    def known(self) -> bool:
        """Whether all could be found out."""
        return self.verified is not None and self.same is not None


class Standings:
    """Finds out how citations stand; ``stop`` ends what is under way."""

    def __init__(self, asking: Asking, history: History) -> None:
        self._asking = asking
        self._history = history
        self._kept: LRUCache[tuple[str, int], Standing] = LRUCache(
            KEPT_BYTES, getsizeof=lambda kept: kept.bytes
        )
        self._flights: dict[Flight, asyncio.Task[Landed]] = {}

    async def of(self, citation: Citation) -> Standing:
        """How a citation stands, as far as that can be found out within some seconds."""
        newest = self._asking.pool.version
        if newest is None:
            return Standing(None, trouble="the graph is being loaded")
        kept = self._kept.get((citation.id, newest))
        if kept is not None:
            return kept
        standing = await self._look(citation, newest)
        small = standing.bytes <= KEPT_BYTES // 8
        if standing.known and standing.version is not None and small:
            self._kept[citation.id, standing.version] = standing
        return standing

    async def result(self, citation: Citation) -> Result:
        """The answer that was cited, however long it takes.

        Raises:
            CepgraphError: it cannot be had.
        """
        flight = self._flight(citation, citation.asked.version)
        return (await asyncio.shield(flight))[1]

    async def stop(self) -> None:
        """End what is under way."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _look(self, citation: Citation, newest: int) -> Standing:
        old = self._flight(citation, citation.asked.version)
        new = old if citation.asked.version == newest else self._flight(citation, None)
        await asyncio.wait({old, new}, timeout=WAIT_S)
        then, trouble = _landed(old)
        now, more = _landed(new)
        verified = None if then is None else then[1].outcome == citation.outcome
        standing = Standing(
            version=newest if now is None else now[0],
            verified=verified,
            first=None if then is None else then[1].first,
            same=None if now is None else now[1].outcome.hash == citation.outcome.hash,
            newest=None if now is None else now[1].outcome,
            trouble=trouble or more,
        )
        if standing.same is not False:
            return standing
        return await asyncio.to_thread(self._explained, standing, citation, then, now)

    def _explained(
        self, standing: Standing, citation: Citation, then: Landed | None, now: Landed | None
    ) -> Standing:
        """With what changed since, and how the answers differ."""
        changes = self._changes(citation, standing.version or 0)
        standing = replace(standing, changes=tuple(changes))
        if then is None or now is None or not standing.verified:
            return standing
        return _compared(standing, then[1], now[1])

    def _changes(self, citation: Citation, newest: int) -> Iterator[Change]:
        graphs = {graph.id for graph in citation.graphs}
        oldest = max(citation.asked.version, newest - LAST_ENTRIES)
        entries = (self._history.entry(version) for version in range(newest, oldest, -1))
        touching = (entry for entry in entries if graphs.intersection(entry.graphs))
        # what the log no longer tells is left out
        with suppress(NotFound, LogDamaged):
            for entry in islice(touching, MOST_CHANGES):
                yield Change(entry.version, entry.when)

    def _flight(self, citation: Citation, version: int | None) -> asyncio.Task[Landed]:
        """The same question is asked once at a time, however many look."""
        key = (citation.id, version)
        flight = self._flights.get(key)
        if flight is None:
            work: Coroutine[Any, Any, Landed] = self._asking.result(citation.asked, version, CLIENT)
            flight = self._flights[key] = asyncio.get_running_loop().create_task(work)
            flight.add_done_callback(lambda task: self._land(key, task))
        return flight

    def _land(self, key: Flight, flight: asyncio.Task[Landed]) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            # whoever waits has it too; nobody may
            flight.exception()


def _landed(flight: asyncio.Task[Landed]) -> tuple[Landed | None, str]:
    """What it found, or why there is nothing."""
    if not flight.done() or flight.cancelled():
        return None, "the query is still being asked; look again in a moment"
    error = flight.exception()
    if error is None:
        return flight.result(), ""
    if isinstance(error, CepgraphError):
        return None, str(error)
    raise error


def _compared(standing: Standing, then: Result, now: Result) -> Standing:
    """With the difference, where the answers are of one form with the same columns."""
    if then.form == "ask" or (then.form, then.header) != (now.form, now.header):
        return standing
    gone, new = then.without(now), now.without(then)
    return replace(
        standing,
        gone=Difference(len(gone), tuple(then.terms(gone[:SHOWN]))),
        new=Difference(len(new), tuple(now.terms(new[:SHOWN]))),
    )
