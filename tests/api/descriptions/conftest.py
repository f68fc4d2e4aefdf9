"""A service over the seed graph and two versions more, in this process and as people run it."""

import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from fastapi import FastAPI
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from api.app import create_app
from cepgraph.content import Content
from cepgraph.graph import KnowledgeGraph, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.settings import Settings
from cepgraph.terms import GRAPH, ID, RDFS_LABEL
from ingest.seed import seed
from tests.api.conftest import ROOT, free_port, started, wait_ready
from tests.engine.support import PATIENCE_S

PUBLISHER = ID + "organisation/example-trust"
EXAMPLE = NamedNode(GRAPH + "example/partnerships")
FILE = "a name that may tell too much.ttl"
TOKEN = "token-0123456789"
HASH = "0" * 63 + "1"
NEWEST = 3


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def model() -> Model:
    """The content of this checkout."""
    return Model(Content(ROOT))


@pytest.fixture(scope="session")
def filled(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder: the seed, a graph of a publisher, and the same graph with another title."""
    folder = tmp_path_factory.mktemp("filled")
    file = ROOT / "docs" / "examples" / "partnership.ttl"
    triples = {quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE)}
    title = next(t for t in triples if t.subject == EXAMPLE and t.predicate == RDFS_LABEL)
    renamed = triples - {title} | {Triple(EXAMPLE, RDFS_LABEL, Literal("A partnership, renamed"))}
    first = Provenance(PUBLISHER, "our first list", FILE, f"sha256:{HASH}", TOKEN)
    with KnowledgeGraph(folder, model, snapshot_every=10**9) as graph:
        graph.publish(seed(model))
        graph.publish(Submission({EXAMPLE: triples}, first))
        graph.publish(Submission({EXAMPLE: renamed}, Provenance("command line", "a better name")))
        assert graph.version == NEWEST
    return folder


@pytest.fixture(scope="module")
async def app(filled: Path, model: Model) -> AsyncIterator[FastAPI]:
    """The application, with the graph loaded."""
    made = create_app(Settings(data=filled), model)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(made.router.lifespan_context(made))
        await made.state.pool.wait_for_version(NEWEST, PATIENCE_S)
        yield made


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that follows no redirects."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


@pytest.fixture(scope="module")
def serving(filled: Path) -> Iterator[str]:
    """The address of the service in a process of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(filled, port, dumps=2):
        wait_ready(url)
        yield url


@pytest.fixture(scope="module")
def graph_of() -> Callable[[httpx.Response], rdflib.Graph]:
    """Reads RDF in whatever form it came, by another library than the one that wrote it."""
    forms = {"text/turtle": "turtle", "application/n-triples": "nt"}
    forms |= {"application/ld+json": "json-ld", "application/rdf+xml": "xml"}

    def read(response: httpx.Response) -> rdflib.Graph:
        assert response.status_code == 200, response.text
        kind = response.headers["content-type"].split(";")[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib by rdflib
            return rdflib.Graph().parse(data=response.text, format=forms[kind])

    return read
