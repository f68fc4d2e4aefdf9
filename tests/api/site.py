"""The reading rooms over a graph in memory, as a client sees them."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from api import problems, rooms
from cepgraph.model import Model
from cepgraph.resources import SparqlReader, Vocabulary
from tests.memory import MemoryGraph


class Site:
    """An application without an engine, and a client that follows no redirects."""

    def __init__(self, graph: MemoryGraph, model: Model, root: str = "") -> None:
        self.graph = graph
        self.app = FastAPI(
            title="test", version="1", docs_url=None, redoc_url=None, openapi_url=None
        )
        problems.install(self.app)
        vocabulary = Vocabulary(model.schema)
        reader = SparqlReader(vocabulary, graph.ask, lambda: graph.version)
        rooms.install(self.app, model, reader, vocabulary, graph.answer)
        self._root = root

    def get(self, place: str, **headers: str) -> httpx.Response:
        """GET; underscores in names of headers stand for hyphens."""
        return self.request("GET", place, **headers)

    def json(self, place: str, **headers: str) -> Any:
        """What GET answers, from JSON."""
        return self.get(place, **headers).json()

    def request(self, method: str, place: str, **headers: str) -> httpx.Response:
        """Any request without a body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(self._send(method, place, named))

    async def _send(self, method: str, place: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, root_path=self._root)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, place, headers=headers)
