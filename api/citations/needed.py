"""Which of some graphs an answer needs, found out by asking without them.

A graph is needed when the answer is another without it. Where graphs say the same, none of them
may be: then each is needed that adds something to what the others, which are, give alone. What is
left when all others are taken away gives the same answer, so nothing was missed.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from api.citations.asking import Asking
from api.citations.canonical import canonical
from api.citations.citation import Asked, Outcome
from cepgraph.engine import Question
from cepgraph.errors import BadParameter, QueryError, TooLarge, TooMany
from cepgraph.formats import JSON_RESULTS, N_TRIPLES
from cepgraph.terms import ENTAILED_SUFFIX

MOST_GRAPHS: Final = 60
BUDGET_S: Final = 5.0
"""Seconds that may be spent on it; the query is asked some two times for each graph."""


class Needed:
    """Asks a query of some graphs alone."""

    def __init__(self, asking: Asking, asked: Asked, outcome: Outcome, client: str) -> None:
        self._asking = asking
        self._asked = asked
        self._outcome = outcome
        self._client = client

    async def of(self, graphs: Iterable[str]) -> frozenset[str] | None:
        """Those of the graphs that the answer needs.

        ``None`` where it cannot be told: there are many graphs, the query takes long, or the
        graphs alone do not give the answer, as when the query names its own dataset.
        """
        every = frozenset(graphs)
        if len(every) > MOST_GRAPHS:
            return None
        try:
            async with asyncio.timeout(BUDGET_S):
                return await self._find(every)
        except (TimeoutError, QueryError, TooMany, TooLarge, BadParameter):
            return None

    async def _find(self, every: frozenset[str]) -> frozenset[str] | None:
        begun = time.monotonic()
        if not await self._is_same(every):
            return None
        if (time.monotonic() - begun) * len(every) > BUDGET_S:
            return None
        needed = frozenset([g for g in sorted(every) if not await self._is_same(every - {g})])
        given = await self._outcome_of(needed)
        if given == self._outcome:
            return needed
        others = sorted(every - needed)
        adding = [g for g in others if await self._outcome_of(needed | {g}) != given]
        found = needed | set(adding)
        return found if await self._is_same(found) else None

    async def _is_same(self, graphs: frozenset[str]) -> bool:
        return await self._outcome_of(graphs) == self._outcome

    async def _outcome_of(self, graphs: frozenset[str]) -> Outcome:
        question = self._question(graphs)
        answer = await self._asking.answer(question, self._asked.version, self._client)
        return (await asyncio.to_thread(canonical, answer)).outcome

    def _question(self, graphs: frozenset[str]) -> Question:
        """The query, asked of what the graphs say and entail, within its own dataset."""
        whole = self._asked.question(JSON_RESULTS.media_type, N_TRIPLES.media_type)
        seen = sorted([*graphs, *(graph + ENTAILED_SUFFIX for graph in graphs)])
        defaults, named = whole.default_graphs, whole.named_graphs
        if not whole.has_dataset:
            return replace(whole, default_graphs=tuple(seen), named_graphs=tuple(seen))
        return replace(
            whole,
            default_graphs=tuple(graph for graph in defaults or () if graph in seen),
            named_graphs=tuple(graph for graph in named or () if graph in seen),
        )
