"""What descriptions ask of the graph, answered once for each version, for all who want it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

import orjson

from cepgraph.engine import Pool, Question

T = TypeVar("T")
Row = dict[str, str]
"""Values by the name of their variable: IRIs and texts as they are."""

DEADLINE_S: Final = 120.0
"""Seconds for one question. They are the service's own, and few."""
FOLDER: Final = Path(__file__).parent


class Asking(Protocol):
    """Asks a query of this folder, at a version."""

    async def __call__(
        self, name: str, version: int, bound: Mapping[str, str] | None = None
    ) -> list[Row]:
        """The rows of ``name``.rq; ``bound`` has IRIs of its variables.

        Raises:
            QueryError: it was ended, or not begun.
        """


class PoolAsking:
    """Asks the engine."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(
        self, name: str, version: int, bound: Mapping[str, str] | None = None
    ) -> list[Row]:
        """See ``Asking``."""
        query = (FOLDER / f"{name}.rq").read_text("utf-8")
        terms = {variable: f"<{iri}>" for variable, iri in (bound or {}).items()}
        question = Question(query, substitutions=terms)
        answer = await self._pool.query(question, DEADLINE_S, version=version)
        return rows_of(answer.body)


def rows_of(body: bytes) -> list[Row]:
    """The rows of a result in JSON."""
    return [
        {variable: term["value"] for variable, term in binding.items()}
        for binding in orjson.loads(body)["results"]["bindings"]
    ]


class OncePerVersion(Generic[T]):
    """Something that is worked out for a version when it is first wanted, and kept."""

    def __init__(self, make: Callable[[int], Awaitable[T]]) -> None:
        self._make = make
        self._tasks: dict[int, asyncio.Task[T]] = {}

    async def get(self, version: int) -> T:
        """What holds for a version.

        Raises:
            QueryError: it could not be worked out; the next who asks tries again.
        """
        task = self._tasks.get(version)
        if task is None:
            task = asyncio.create_task(self._made(version))
            self._tasks[version] = task
        # who goes away takes nothing from the others
        return await asyncio.shield(task)

    async def _made(self, version: int) -> T:
        whole = False
        try:
            made = await self._make(version)
            whole = True
        finally:
            if not whole:
                # a later version may have been worked out meanwhile
                self._tasks.pop(version, None)
        for older in [other for other in self._tasks if other < version]:
            del self._tasks[older]
        return made
