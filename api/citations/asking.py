"""Cited queries are asked like anybody's: in turn, within the limits of a query."""

import asyncio
from typing import Final

from cachetools import LRUCache

from api.citations.canonical import Result, canonical
from api.citations.citation import Asked
from api.lanes import Lanes
from cepgraph.engine import Answer, Pool, Question
from cepgraph.errors import EngineBusy, EngineDown, QueryError, TooLarge
from cepgraph.formats import JSON_RESULTS, N_TRIPLES

KEPT_BYTES: Final = 64 << 20
"""Answers in their canonical form, until there is a newer version: then all are asked again."""

Key = tuple[str, int]


class Asking:
    """Asks cited queries at any version."""

    def __init__(self, pool: Pool, lanes: Lanes, result_mb: int) -> None:
        self.pool = pool
        self.result_mb = result_mb
        self._lanes = lanes
        self._kept: LRUCache[Key, Result] = LRUCache(KEPT_BYTES, getsizeof=lambda kept: kept.bytes)
        pool.on_version.append(lambda _version: self._kept.clear())

    async def result(self, asked: Asked, version: int | None, client: str) -> tuple[int, Result]:
        """The canonical answer at a version, or at the newest, and which version that was.

        Raises:
            NotFound: there is no such version.
            QueryError: it was refused, or not answered.
            TooLarge: the answer is larger than may be cited.
            BadParameter: the answer has no canonical form.
        """
        wanted = self.pool.version if version is None else version
        kept = None if wanted is None else self._kept.get((asked.identifier, wanted))
        if kept is not None and wanted is not None:
            return wanted, kept
        found, result = await self._ask(asked, version, client)
        if result.bytes <= KEPT_BYTES // 4:
            self._kept[asked.identifier, found] = result
        return found, result

    async def afresh(self, asked: Asked, version: int, client: str) -> Result:
        """The same, asked whether it is known or not."""
        return (await self._ask(asked, version, client))[1]

    async def answer(self, question: Question, version: int | None, client: str) -> Answer:
        """The answer in the form that ``question`` asks for; as ``result`` in all else."""
        limit = self.pool.options.deadline_s
        turn = await self._lanes.enter(client, limit, self._late)
        try:
            answer = await self.pool.query(question, version=version, on_heavy=turn.slow)
        finally:
            turn.end()
        if len(answer.body) > self.result_mb << 20:
            problem = f"the answer has more than {self.result_mb} MB, the most that can be cited"
            raise TooLarge(problem)
        return answer

    async def _ask(self, asked: Asked, version: int | None, client: str) -> tuple[int, Result]:
        question = asked.question(JSON_RESULTS.media_type, N_TRIPLES.media_type)
        answer = await self.answer(question, version, client)
        return answer.version, await asyncio.to_thread(canonical, answer)

    def _late(self) -> QueryError:
        if self.pool.version is None:
            return EngineDown(self.pool.problem or "the graph is being loaded")
        return EngineBusy("no worker became free in time; try again later")
