"""When each graph was written to: what entity tags and conditions are about."""

import asyncio
import sys
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from api.problems import HttpProblem
from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import History


@dataclass(frozen=True)
class Changed:
    """A version, and when it was written."""

    version: int
    when: datetime


class Changes:
    """Follows the log; each of its entries is looked at once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._seen = 0
        self._all: list[Changed] = []
        self._of: dict[str, list[Changed]] = {}
        self._looking = asyncio.Lock()

    async def newest(self, graph: str | None, version: int | None = None) -> Changed | None:
        """When a graph was last written to, or any graph; as of ``version``, or now.

        ``None`` for one that never was.

        Raises:
            HttpProblem: 500, the log cannot be read.
        """
        async with self._looking:
            if self._history.head() > self._seen:
                await asyncio.to_thread(self._look)
        changes = self._all if graph is None else self._of.get(graph, [])
        if version is None:
            return changes[-1] if changes else None
        place = bisect_right(changes, version, key=lambda changed: changed.version)
        return changes[place - 1] if place else None

    def _look(self) -> None:
        for version in range(self._seen + 1, self._history.head() + 1):
            try:
                entry = self._history.entry(version)
            except NotFound:
                # a log that begins later, after its snapshot
                continue
            except LogDamaged as error:
                print(error, file=sys.stderr)
                problem = "the log cannot be read, and whoever runs this service is told why"
                raise HttpProblem(500, problem) from error
            changed = Changed(version, entry.when)
            self._all.append(changed)
            for graph in entry.graphs:
                self._of.setdefault(graph, []).append(changed)
            self._seen = version
