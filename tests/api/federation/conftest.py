"""Another endpoint, and the service with it on its list."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cepgraph.settings import Settings
from tests.api.conftest import client_of
from tests.api.federation.elsewhere import BAD, GOOD, LATE, Elsewhere
from tests.engine.support import begin

DEADLINE_S = 6.0

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Another endpoint."""
    made = Elsewhere()
    yield made
    made.close()


@pytest.fixture(scope="module")
def nobody() -> Iterator[Elsewhere]:
    """An endpoint that must not be asked."""
    made = Elsewhere()
    yield made
    assert not made.connections
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ``:s :p "one"`` in one graph and ``:t :p "two"`` in another."""
    return begin(tmp_path_factory.mktemp("log")).folder


@pytest.fixture(scope="module")
async def client(folder: Path, elsewhere: Elsewhere) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, which may ask the other endpoint, and one that is not there."""
    listed = [elsewhere.url(f"/{path}") for path in (*GOOD, *BAD, *LATE)]
    settings = Settings(
        data=folder,
        service_endpoints=", ".join([*listed, "http://127.0.0.1:1/sparql"]),
        query_deadline_s=DEADLINE_S,
    )
    async with client_of(settings) as made:
        # until then the process that reads queries is not there
        await made.post("/sparql", data={"query": "ASK {} # service"})
        yield made


@pytest.fixture(scope="module")
async def closed(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service with no endpoint on its list."""
    async with client_of(Settings(data=folder)) as made:
        yield made


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Puts a query to the service."""

    async def asking(query: str, accept: str = "text/csv") -> httpx.Response:
        form = {"query": f"PREFIX : <urn:> {query}"}
        return await client.post("/sparql", data=form, headers={"accept": accept})

    return asking
