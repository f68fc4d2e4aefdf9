"""A small world to send submissions to, with an ingest process that does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.submissions.jobs import Jobs
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.settings import Settings
from cepgraph.terms import GRAPH
from cepgraph.tokens import Token, Tokens
from tests import mini
from tests.engine.support import PATIENCE_S

STUB = Path(__file__).with_name("stub.py")
OWN = GRAPH + "arts-connect/pets"
PATH = "/api/v1/submissions"


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The content of the small world."""
    return Model(mini.write_content(tmp_path_factory.mktemp("world")))


@dataclass
class Service:
    """A service in this process, with its client, and a token to send with."""

    client: httpx.AsyncClient
    jobs: Jobs
    tokens: Tokens
    token: Token
    text: str
    data: Path
    before: int
    """Version at which the test began."""

    @property
    def head(self) -> int:
        """Version of the log."""
        return History(self.data).head()

    async def send(self, *words: str, **fields: str) -> httpx.Response:
        """Send a file with these words, waiting long for its report."""
        return await self.send_as(self.text, *words, **fields)

    async def send_as(
        self, text: str, *words: str, prefer: str = "wait=60", **fields: str
    ) -> httpx.Response:
        """The same with another token, or with other preferences."""
        headers = {"authorization": f"Bearer {text}", "prefer": prefer}
        files = [("file", ("pets.csv", " ".join(words).encode()))]
        return await self.client.post(
            PATH, files=files, data={"graph": OWN, "why": self.token.id, **fields}, headers=headers
        )

    async def get(self, place: str, text: str | None = None, **headers: str) -> httpx.Response:
        """GET with a token."""
        return await self.client.get(
            place, headers={"authorization": f"Bearer {text or self.text}", **headers}
        )

    async def until(self, place: str, *statuses: str, having: str = "id") -> dict[str, Any]:
        """Ask until a submission has one of these statuses, and something under a key."""
        for _ in range(int(PATIENCE_S / 0.02)):
            told: dict[str, Any] = (await self.get(place)).json()
            if told["status"] in statuses and told[having]:
                return told
            await asyncio.sleep(0.02)
        raise AssertionError(told)


Open = Callable[..., Any]


@asynccontextmanager
async def serving(root: Path, world: Model, **settings: Any) -> AsyncIterator[Service]:
    """A service over a data folder in ``root``."""
    data = root / "data"
    with mini.open_graph(root, world) as graph:
        graph.publish(mini.submission('id:tester a cep:Club ; rdfs:label "Tester" .'))
    tokens = Tokens(data)
    token, text = tokens.create("arts-connect")
    app = create_app(Settings(data=data, **settings), world)
    jobs = app.state.submissions.jobs
    jobs.ingest = replace(jobs.ingest, program=(str(STUB),))
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", timeout=None
        ) as client:
            yield Service(client, jobs, tokens, token, text, data, 1)


@pytest.fixture
def opened(tmp_path: Path, world: Model) -> Open:
    """``async with opened(submission_queue=1) as service``."""
    return partial(serving, tmp_path, world)


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, world: Model) -> AsyncIterator[Service]:
    """A service that tests share."""
    root = tmp_path_factory.mktemp("house")
    async with serving(root, world, submission_per_minute=10_000, submission_queue=100) as made:
        yield made


@pytest.fixture
def service(house: Service) -> Service:
    """The shared service, with a token that is this test's own."""
    token, text = house.tokens.create("arts-connect")
    return replace(house, token=token, text=text, before=house.head)
