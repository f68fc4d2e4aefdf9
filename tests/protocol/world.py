"""A service over a small world to write to, in this process and as people run it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from rdflib import Graph, URIRef

from api.app import create_app
from cepgraph.formats import RDF_FORMATS
from cepgraph.history import Entry, History
from cepgraph.model import Model
from cepgraph.settings import Settings
from cepgraph.terms import GRAPH, ID, PREFIXES, RDFS
from cepgraph.tokens import Tokens
from tests import mini
from tests.api.conftest import ROOT, free_port, wait_ready
from tests.engine.support import PATIENCE_S

LABEL = URIRef(RDFS + "label")
FORMS = [form.media_type for form in RDF_FORMATS]
"""Media types of RDF."""

SERVE = """
import sys
from functools import partial
from pathlib import Path
from api import server
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.settings import Settings
model = Model(Content(Path(sys.argv[2])))
server.create_app = partial(server.create_app, model=model)
server.run(Settings(data=Path(sys.argv[1]), port=int(sys.argv[3]), **eval(sys.argv[4])))
"""
TURTLE = {"content-type": "text/turtle"}
PROLOGUE = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
PROLOGUE += f"@prefix id: <{ID}> .\n"


def turtle(text: str) -> bytes:
    """Turtle text with our prefixes."""
    return (PROLOGUE + text).encode()


def club(key: str, label: str = "") -> bytes:
    """A thing that conforms, as Turtle."""
    return turtle(f'id:{key} a cep:Club ; rdfs:label "{label or key}" .')


def described(graph: str, text: bytes) -> bytes:
    """The same with what a graph must say of itself."""
    said = f"<{graph}> a cep:Dataset ; dcterms:publisher id:tester .\n"
    return text + said.encode() if text.startswith(b"@prefix") else turtle(said) + text


@dataclass
class Store:
    """A graph store with its client, and a token to write with."""

    client: httpx.AsyncClient
    url: str
    data: Path
    token: str
    app: FastAPI | None = None
    """The application, where it is in this process."""
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def head(self) -> int:
        """Version of the log."""
        return History(self.data).head()

    def entry(self) -> Entry:
        """The newest entry of the log."""
        return History(self.data).entry(self.head)

    def new(self) -> "Place":
        """A graph that is not there yet."""
        return Place(self, f"arts-connect/g{next(self.numbers)}")

    async def ask(
        self, method: str, address: str, body: bytes = b"", /, **headers: str
    ) -> httpx.Response:
        """A request with the token."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(
            method,
            address,
            content=body or None,
            headers={"authorization": f"Bearer {self.token}", **told},
        )


@dataclass
class Place:
    """One graph: its IRI and its address."""

    store: Store
    name: str

    @property
    def iri(self) -> str:
        """The graph's IRI."""
        return GRAPH + self.name

    @property
    def address(self) -> str:
        """Where it is, directly."""
        return f"/graphs/{self.name}"

    async def put(self, body: bytes, /, **headers: str) -> httpx.Response:
        """Put Turtle."""
        return await self.store.ask("PUT", self.address, body, **{**TURTLE, **headers})

    async def post(self, body: bytes, /, **headers: str) -> httpx.Response:
        """Post Turtle."""
        return await self.store.ask("POST", self.address, body, **{**TURTLE, **headers})

    async def get(self, address: str = "", /, **headers: str) -> httpx.Response:
        """Get it, without a token."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.store.client.get(address or self.address, headers=told)

    async def keep(self, text: bytes = b"") -> httpx.Response:
        """Put something into it that conforms."""
        answer = await self.put(described(self.iri, text or club(self.name.replace("/", "-"))))
        assert answer.status_code in (201, 204), answer.text
        return answer

    async def content(self) -> Graph:
        """What it holds, as rdflib understands it."""
        answer = await self.get(accept="application/n-triples")
        assert answer.status_code == 200, answer.text
        return Graph().parse(data=answer.text, format="nt")


def prepared(root: Path, world: Model) -> tuple[Path, str]:
    """A data folder at version 1, and a token for it."""
    with mini.open_graph(root, world) as graph:
        graph.publish(mini.submission('id:tester a cep:Club ; rdfs:label "Tester" .'))
    _, text = Tokens(root / "data").create("arts-connect")
    return root / "data", text


@asynccontextmanager
async def by_asgi(root: Path, world: Model, **settings: Any) -> AsyncIterator[Store]:
    """A store in this process."""
    data, token = prepared(root, world)
    app = create_app(Settings(data=data, **settings), world)
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", timeout=None
        ) as client:
            yield Store(client, "http://test", data, token, app)


@contextmanager
def by_granian(root: Path, world: Model, **settings: Any) -> Iterator[tuple[str, Path, str]]:
    """A store in a process of its own: its address, its data folder, a token."""
    data, token = prepared(root, world)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments: list[str] = [str(data), str(world.content.root), str(port), repr(settings)]
    with subprocess.Popen([sys.executable, "-c", SERVE, *arguments], cwd=ROOT) as process:
        try:
            wait_ready(url)
            yield url, data, token
        finally:
            process.terminate()


def bearer(token: str) -> Mapping[str, str]:
    """The header of a token."""
    return {"authorization": f"Bearer {token}"}
