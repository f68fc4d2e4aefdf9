"""A graph store in this process, and one graph of a test's own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cepgraph.model import Model
from tests import mini
from tests.protocol.world import Place, Store, by_asgi


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The content of the small world."""
    return Model(mini.write_content(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory, world: Model) -> AsyncIterator[Store]:
    """A store to write to."""
    root = tmp_path_factory.mktemp("store")
    limits = {"input_max_mb": 1, "submission_files": 2, "submission_per_minute": 10_000}
    async with by_asgi(root, world, **limits) as made:
        yield made


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
