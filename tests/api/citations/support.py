"""Citations made by hand, and a log with graphs that describe themselves."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from api.app import create_app
from api.citations.citation import Asked, Citation, GraphUsed, Outcome, Publisher
from cepgraph.content import Content
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.settings import Settings
from cepgraph.terms import CEP, DCTERMS, GRAPH, RDFS_LABEL
from tests.engine.support import PATIENCE_S, Log, quads

PATH = "/api/v1/citations"
BY = "https://creativecommons.org/licenses/by/4.0/"
PETS = GRAPH + "arts-connect/pets"
CLUBS = GRAPH + "a-new-direction/clubs"
NAMES = "SELECT ?thing ?name { ?thing <urn:name> ?name }"
HTML = {"accept": "text/html"}
MANY = 10_000
"""Citations a minute."""
WHEN = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)


def begin(folder: Path) -> Log:
    """Two graphs, of two publishers and under two kinds of licence, at version 1."""
    log = Log(folder)
    log.publish(
        f"""
        <{PETS}> <{RDFS_LABEL.value}> "Pets" <{PETS}>
        <{PETS}> <{DCTERMS}publisher> <urn:arts-connect> <{PETS}>
        <{PETS}> <{DCTERMS}license> <{BY}> <{PETS}>
        <urn:arts-connect> <{RDFS_LABEL.value}> "Arts Connect" <{PETS}>
        <urn:rex> <urn:name> "Rex" <{PETS}>
        <urn:tom> <urn:name> "Tom" <{PETS}>
        <{CLUBS}> <{RDFS_LABEL.value}> "Clubs" <{CLUBS}>
        <{CLUBS}> <{DCTERMS}publisher> <urn:a-new-direction> <{CLUBS}>
        <{CLUBS}> <{CEP}licenceStatement> "not stated" <{CLUBS}>
        <urn:club> <urn:takes> <urn:rex> <{CLUBS}>
        """
    )
    return log


def citation(**fields: Any) -> Citation:
    """A citation of two rows from one graph; ``fields`` are of the citation or of what it asks."""
    asked = {"query": NAMES, "version": 3, "title": "Names of pets", "note": ""}
    asked |= {name: fields.pop(name) for name in tuple(fields) if name in Asked.model_fields}
    made: dict[str, Any] = {
        "asked": Asked(**asked),
        "cited": WHEN,
        "version_made": datetime(2026, 4, 1, 12, 0, tzinfo=UTC),
        "outcome": Outcome(
            form="select", columns=("thing", "name"), count=2, hash=f"sha256:{'0' * 64}"
        ),
        "graphs": (
            GraphUsed(
                id=PETS,
                title="Pets",
                publishers=(Publisher(id="urn:arts-connect", name="Arts Connect"),),
                licences=(BY,),
            ),
        ),
        "basis": "needed",
        "order_matters": False,
        "software": "cepgraph 1 with pyoxigraph 2",
    }
    return Citation(**{**made, **fields})


class Service:
    """The service in this process, and the log that it follows."""

    def __init__(self, log: Log, app: Any, client: httpx.AsyncClient) -> None:
        self.log = log
        self.app = app
        self.client = client

    async def cite(self, **fields: Any) -> httpx.Response:
        """POST as JSON."""
        return await self.client.post(PATH, json=fields)

    async def publish(self, added: str = "", removed: str = "") -> None:
        """A change, once queries see it."""
        more, less = quads(added), quads(removed)
        graphs = tuple({quad.graph_name.value for quad in (*more, *less)})
        entry = self.log.history.append(more, less, Provenance("a test", "to see"), graphs)
        await self.app.state.pool.wait_for_version(entry.version, PATIENCE_S)

    async def told(self, place: str, until: Callable[[Any], bool] = bool) -> Any:
        """The citation at a permalink, once it is as it should be."""
        end = time.monotonic() + PATIENCE_S
        while True:
            told = (await self.client.get(f"{place}.json")).json()
            if until(told) or time.monotonic() > end:
                return told
            await asyncio.sleep(0.05)

    async def page(self, place: str) -> str:
        """The page at a permalink."""
        return (await self.client.get(place, headers=HTML)).text


@cache
def _model() -> Model:
    return Model(Content.default())


@asynccontextmanager
async def serving(log: Log, **settings: Any) -> AsyncIterator[Service]:
    """The service over a log."""
    chosen = Settings(data=log.folder, **{"citations_per_minute": MANY, **settings})
    app = create_app(chosen, _model())
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(log.history.head(), PATIENCE_S)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Service(log, app, client)
