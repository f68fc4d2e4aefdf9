"""A log to follow, and a pool over it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from cepgraph.engine import EngineOptions, Pool
from tests.engine.support import PATIENCE_S, Listener, Log, MakePool, begin


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A log with two graphs at version 1."""
    return begin(tmp_path)


@pytest.fixture(scope="module")
async def shared_pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pool]:
    """A pool over such a log, for tests that only ask."""
    log = begin(tmp_path_factory.mktemp("log"))
    async with Pool(EngineOptions(log.folder, deadline_s=PATIENCE_S, memory_mb=512)) as pool:
        await pool.wait_for_version(1, PATIENCE_S)
        yield pool


@pytest.fixture
async def make_pool(log: Log) -> AsyncIterator[MakePool]:
    """Makes pools with given options, and stops them at the end."""
    async with AsyncExitStack() as stack:

        async def make(**options: Any) -> Pool:
            given = {"deadline_s": PATIENCE_S, "memory_mb": 512, "poll_s": 0.05, **options}
            pool = await stack.enter_async_context(Pool(EngineOptions(log.folder, **given)))
            await pool.wait_for_version(log.history.head(), PATIENCE_S)
            return pool

        yield make


@pytest.fixture
async def pool(make_pool: MakePool) -> Pool:
    """A pool with roomy limits."""
    return await make_pool()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener; the test must end without a connection that it did not make itself."""
    made = Listener()
    yield made
    made.close()
