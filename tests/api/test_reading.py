"""REST and pages through the engine: as people run it, and across a change."""

from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.messages import Reply, Request
from api.reading import Reading, ReadOnly
from cepgraph.settings import Settings
from cepgraph.terms import CEP, GRAPH, ID, RDF_TYPE, RDFS_LABEL
from tests.engine.support import PATIENCE_S, Log

pytestmark = pytest.mark.anyio

AREA = f"<{ID}area/x>"
NOTES = f"<{GRAPH}a/notes>"
TYPED = f"{AREA} {RDF_TYPE} <{CEP}Area> {NOTES} ."
NAMED = f'{AREA} {RDFS_LABEL} "X" {NOTES} .'


async def test_service_answers_rest_and_pages(client: httpx.AsyncClient) -> None:
    listing = await client.get("/api/v1/areas")
    assert listing.status_code == 200
    assert listing.headers["cepgraph-version"] == "1"
    assert listing.json()["results"] == []
    assert (await client.get("/docs")).status_code == 200
    assert (await client.get("/ontology")).headers["content-type"].startswith("text/html")
    head = await client.head("/api/v1/areas")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == listing.headers["content-length"]
    missing = await client.get("/doc/area/none")
    assert missing.headers["content-type"] == "application/problem+json"


async def test_answers_follow_the_graph(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.publish(TYPED)
    app = create_app(Settings(data=tmp_path))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        first = await client.get("/api/v1/areas/x")
        assert first.json()["label"] is None
        log.publish(NAMED)
        await app.state.pool.wait_for_version(2, PATIENCE_S)
        second = await client.get("/api/v1/areas/x")
        assert second.json()["label"] == "X"
        assert second.headers["cepgraph-version"] == "2"
        assert (await client.get("/api/v1/areas")).json()["results"][0]["label"] == "X"


class Counting:
    """A room that answers for version 1, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def reply(self, _reading: Reading) -> Reply:
        self.asked += 1
        return Reply(200, [("cepgraph-version", "1")], b"told")


@pytest.mark.parametrize(
    ("newest", "query", "asked"),
    [
        (1, "", 1),
        (2, "version=1", 1),
        (2, "theme=x&version=1", 1),
        (2, "version=12", 2),
        (2, "", 2),
    ],
)
async def test_answer_is_kept_when_it_is_of_the_newest_version_or_of_the_one_asked_for(
    newest: int, query: str, asked: int
) -> None:
    room = Counting()
    served = ReadOnly(room, lambda: newest)
    for _ in range(2):
        assert (await served.answer(Reading("", Request("GET", query)))).body == b"told"
    assert room.asked == asked
