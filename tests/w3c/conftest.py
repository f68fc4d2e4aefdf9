"""The service over the data of all query tests, each file in a graph of its own."""

from collections.abc import Iterator

import httpx
import pytest

from cepgraph.history import History, Provenance
from tests.api.conftest import free_port, started, wait_ready
from tests.engine.support import PATIENCE_S
from tests.w3c.manifest import in_graphs
from tests.w3c.query import files


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a running service that holds the data of all query tests."""
    folder = tmp_path_factory.mktemp("w3c")
    quads = [quad for name in files() for quad in in_graphs(name)]
    graphs = tuple(sorted({quad.graph_name.value for quad in quads}))  # type: ignore[union-attr]
    History(folder).append(quads, (), Provenance("the tests", "to be asked"), graphs)
    port = free_port()
    with started(folder, port):
        url = f"http://127.0.0.1:{port}"
        wait_ready(url)
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
            yield client
