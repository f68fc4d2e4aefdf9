"""The W3C's tests of SERVICE, with endpoints that stand for those that they name.

https://www.w3.org/TR/sparql11-federated-query/
"""

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from api.app import create_app
from cepgraph.history import History, Provenance
from cepgraph.settings import Settings
from tests.engine.support import PATIENCE_S
from tests.w3c.comparison import same_tables, table_of
from tests.w3c.manifest import (
    BASE,
    QT,
    Case,
    as_parameters,
    cases,
    in_graphs,
    needs_the_tests,
    path_of,
    quads_of,
)
from tests.w3c.query import NO_GRAPH

pytestmark = [pytest.mark.anyio, needs_the_tests]

NOWHERE: Final = "http://invalid.endpoint.org/sparql"
REFUSED: Final = {
    "service/service3": "within a SERVICE",
    "service/service5": "name the endpoint",
    "service/service6": "within a SERVICE",
}
"""Uses of SERVICE that are not answered, which the tests say depend on what an endpoint can do, or
which are no part of the obligatory specification."""

JSON: Final = "application/sparql-results+json"
MANIFEST: Final = f"{BASE}service/manifest.ttl"


def endpoints() -> dict[str, dict[str, Store]]:
    """The data of each endpoint, by test."""
    found: dict[str, dict[str, Store]] = {}
    store = Store()
    store.extend(quads_of(MANIFEST))
    rows = store.query(
        f"PREFIX qt: <{QT}> SELECT ?query ?endpoint ?data {{"
        " ?action qt:query ?query ; qt:serviceData [ qt:endpoint ?endpoint ; qt:data ?data ] }"
    )
    assert isinstance(rows, QuerySolutions)
    for query, endpoint, data in rows:
        assert isinstance(query, NamedNode)
        assert isinstance(endpoint, NamedNode)
        assert isinstance(data, NamedNode)
        there = found.setdefault(query.value, {}).setdefault(endpoint.value, Store())
        there.extend(quads_of(data.value))
    return found


class Body(httpx.AsyncByteStream):
    """The body of a response, in one piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


class Network(httpx.AsyncBaseTransport):
    """Every endpoint that a test names, and none beside."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Store] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the endpoint's data."""
        store = self.endpoints.get(str(request.url))
        if store is None:
            raise httpx.ConnectError("nobody is there", request=request)
        results = store.query(dict(parse_qsl((await request.aread()).decode()))["query"])
        assert isinstance(results, QuerySolutions)
        body = results.serialize(format=QueryResultsFormat.JSON) or b""
        return httpx.Response(200, stream=Body(body), headers={"content-type": JSON})


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="module")
def network() -> Network:
    """What the service takes for the network."""
    return Network()


@pytest.fixture(scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory, network: Network
) -> AsyncIterator[httpx.AsyncClient]:
    """The service over the data of these tests, with all their endpoints on its list."""
    folder = tmp_path_factory.mktemp("service")
    files = sorted({file for case in cases("service") for file in case.before.data})
    quads: list[Quad] = [quad for file in files for quad in in_graphs(file)]
    History(folder).append(quads, [], Provenance("a test", "to see"), tuple(files))
    listed = {endpoint for there in endpoints().values() for endpoint in there}
    settings = Settings(data=folder, service_endpoints=",".join([*sorted(listed), NOWHERE]))
    app = create_app(settings)
    app.state.sparql.federation.transport = network
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.mark.parametrize("case", as_parameters(cases("service")))
async def test_service_has_the_result_of_the_suite(
    service: httpx.AsyncClient, network: Network, case: Case
) -> None:
    network.endpoints = endpoints().get(case.request, {})
    form: dict[str, Any] = {"query": case.text}
    form["default-graph-uri"] = case.before.data or (NO_GRAPH,)
    answer = await service.post("/sparql", data=form, headers={"accept": JSON})
    if case.name in REFUSED:
        assert answer.status_code == 400, answer.text
        assert REFUSED[case.name] in answer.json()["detail"]
        return
    assert answer.status_code == 200, answer.text
    wanted = table_of(path_of(case.result).read_bytes(), QueryResultsFormat.XML)
    assert same_tables(table_of(answer.content, QueryResultsFormat.JSON), wanted)


def test_only_these_tests_of_the_suite_are_refused() -> None:
    assert set(REFUSED) < {case.name for case in cases("service")}
    assert len(cases("service")) == 7
