"""The store that protocol tests talk to: in this process by ASGI, and by granian."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from cepgraph.model import Model
from tests import mini
from tests.engine.support import PATIENCE_S
from tests.protocol.world import Place, Store, by_asgi, by_granian

SETTINGS: dict[str, Any] = {
    "submission_per_minute": 10_000,
    "submission_queue": 100,
    "input_max_mb": 1,
    "submission_files": 3,
}


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The content of the small world."""
    return Model(mini.write_content(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module", params=["asgi", "granian"])
async def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, world: Model
) -> AsyncIterator[Store]:
    """A store to write to, both ways; answers are the same."""
    root = tmp_path_factory.mktemp("store")
    if request.param == "asgi":
        async with by_asgi(root, world, **SETTINGS) as made:
            yield made
        return
    with by_granian(root, world, **SETTINGS) as (url, data, token):
        async with httpx.AsyncClient(base_url=url, timeout=2 * PATIENCE_S) as client:
            yield Store(client, url, data, token)


@pytest.fixture
def graph(store: Store) -> Place:
    """A graph of a test's own, not there yet."""
    return store.new()


@pytest.fixture
async def kept(store: Store) -> Place:
    """A graph of a test's own, with a club in it."""
    place = store.new()
    await place.keep()
    return place


@pytest.fixture
def stranger(store: Store) -> Store:
    """The same store, with a token that holds for nothing."""
    return replace(store, token="cepgraph_000000000000_none")
