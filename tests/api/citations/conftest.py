"""The service over two graphs that describe themselves, in this process and as people run it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from cepgraph.settings import Settings
from tests.api.citations.support import MANY, begin
from tests.api.conftest import client_of, free_port, started, wait_ready
from tests.engine.support import PATIENCE_S


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two graphs at version 1."""
    return begin(tmp_path_factory.mktemp("log")).folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The address of the service in a process of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(folder, port, citations_per_minute=MANY):
        wait_ready(url)
        yield url


@pytest.fixture(scope="module", params=["asgi", "granian"])
async def client(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, both ways."""
    if request.param == "granian":
        url = request.getfixturevalue("server")
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as made:
            yield made
    else:
        settings = Settings(data=folder, citations_per_minute=MANY)
        async with client_of(settings) as made:
            yield made
