"""Updates among others: what is published meanwhile, how many at once, how long, how large."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.submissions.writing import Writing, Written
from api.update import TRIES
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.settings import Settings
from cepgraph.terms import GRAPH, ID, PREFIXES
from tests import mini
from tests.engine.support import ENDLESS, PATIENCE_S
from tests.protocol.world import bearer, prepared

pytestmark = pytest.mark.anyio

PETS = GRAPH + "arts-connect/pets"
DECLARED = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
DECLARED += f"PREFIX id: <{ID}>\n"
DESCRIBED = f"GRAPH <{PETS}> {{ <{PETS}> a cep:Dataset ; dcterms:publisher id:tester }}"
START = (
    f"INSERT DATA {{ {DESCRIBED} GRAPH <{PETS}> "
    "{ id:club a cep:Club ; rdfs:label 'Club' ; cep:limit 0 } }"
)
ONE_MORE = (
    f"WITH <{PETS}> DELETE {{ ?s cep:limit ?n }} INSERT {{ ?s cep:limit ?more }} "
    "WHERE { ?s cep:limit ?n BIND(?n + 1 AS ?more) }"
)


@dataclass
class Service:
    """A service in this process, whose writing can be looked into."""

    client: httpx.AsyncClient
    writing: Writing
    data: Path
    token: str

    @property
    def head(self) -> int:
        """Version of the log."""
        return History(self.data).head()

    async def send(self, update: str, **more: str) -> httpx.Response:
        """An update."""
        data = {"update": DECLARED + update, **more}
        return await self.client.post("/update", data=data, headers=bearer(self.token))

    async def limit(self) -> str:
        """The number that is counted up."""
        query = f"SELECT ?n {{ ?s <{PREFIXES['cep']}limit> ?n }}"
        answer = await self.client.get(
            "/sparql", params={"query": query}, headers={"accept": "text/csv"}
        )
        return answer.text.split("\r\n")[1]

    def before_each_write(self, act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
        """Have something happen after an update was worked out, and before it is written."""
        write = self.writing.amend_from

        async def acted(*given: Any, **named: Any) -> Written:
            await act()
            return await write(*given, **named)

        monkeypatch.setattr(self.writing, "amend_from", acted)

    async def publish(self, key: str) -> None:
        """Publish something else."""
        body = (
            f"@prefix cep: <{PREFIXES['cep']}> .\n<{ID}{key}> a cep:Club ; "
            f"<{PREFIXES['rdfs']}label> 'another' .\n"
            f"<{GRAPH}arts-connect/{key}> a cep:Dataset ; "
            f"<{PREFIXES['dcterms']}publisher> <{ID}tester> .\n"
        )
        headers = {**bearer(self.token), "content-type": "text/turtle"}
        answer = await self.client.put(f"/graphs/arts-connect/{key}", content=body, headers=headers)
        assert answer.status_code == 201, answer.text


@asynccontextmanager
async def running(root: Path, world: Model, **settings: Any) -> AsyncIterator[Service]:
    """A service over a small world."""
    data, token = prepared(root, world)
    settings = {"submission_per_minute": 10_000, "submission_per_token": 100, **settings}
    app = create_app(Settings(data=data, **settings), world)
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", timeout=None
        ) as client:
            yield Service(client, app.state.submissions.writing, data, token)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The content of the small world."""
    return Model(mini.write_content(tmp_path_factory.mktemp("world")))


@pytest.fixture
async def service(tmp_path: Path, world: Model) -> AsyncIterator[Service]:
    """A service with a number to count up."""
    async with running(tmp_path, world, submission_queue=100, query_deadline_s=2.0) as made:
        answer = await made.send(START)
        assert answer.status_code == 200, answer.text
        yield made


async def test_updates_at_once_each_see_what_the_one_before_did(service: Service) -> None:
    answers = await asyncio.gather(*(service.send(ONE_MORE) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.json()["version"] for answer in answers}) == 10
    assert await service.limit() == "10"


async def test_update_is_worked_out_anew_when_something_was_published_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter(["first", "second"])

    async def publish() -> None:
        key = next(keys, "")
        if key:
            await service.publish(key)

    before = service.head
    service.before_each_write(publish, monkeypatch)
    answer = await service.send(ONE_MORE)
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == service.head == before + 3
    assert await service.limit() == "1"


async def test_update_that_others_always_overtake_is_told_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter(f"k{number}" for number in range(TRIES))

    async def publish() -> None:
        await service.publish(next(keys))

    service.before_each_write(publish, monkeypatch)
    answer = await service.send(ONE_MORE)
    assert answer.status_code == 503
    assert "others publish all the time" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert next(keys, None) is None
    assert await service.limit() == "0"


async def test_update_that_takes_too_long_is_ended_and_the_next_is_taken(service: Service) -> None:
    endless = f"INSERT {{ GRAPH <{PETS}> {{ id:a rdfs:label ?c }} }} WHERE {{ {{ {ENDLESS} }} }}"
    before = service.head
    answer = await service.send(endless)
    assert answer.status_code == 504
    assert "2 s" in answer.json()["detail"]
    assert service.head == before
    assert (await service.send(ONE_MORE)).status_code == 200


async def test_shape_that_would_be_broken_is_told_and_nothing_changes(service: Service) -> None:
    before = service.head
    answer = await service.send(
        f"WITH <{PETS}> DELETE {{ ?s rdfs:label ?l }} WHERE {{ ?s rdfs:label ?l }}"
    )
    assert answer.status_code == 422
    assert "Give one label." in str(answer.json()["report"])
    assert service.head == before
    assert (await service.send(ONE_MORE)).status_code == 200


async def test_token_may_not_have_more_updates_under_way_than_submissions(
    tmp_path: Path, world: Model
) -> None:
    async with running(tmp_path, world, submission_per_token=2) as service:
        await service.send(START)
        answers = await asyncio.gather(*(service.send(ONE_MORE) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429, 429]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert int(refused.headers["retry-after"]) > 0
        assert await service.limit() == "2"


async def test_token_may_not_send_more_updates_in_a_minute_than_submissions(
    tmp_path: Path, world: Model
) -> None:
    async with running(tmp_path, world, submission_per_minute=3) as service:
        # those that change nothing count too
        statuses = [(await service.send("")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


async def test_an_update_that_is_too_large_is_413(tmp_path: Path, world: Model) -> None:
    async with running(tmp_path, world, update_max_mb=1) as service:
        large = "#" + "x" * (1 << 20)
        kind = {"content-type": "application/sparql-update"}
        headers = {**bearer(service.token), **kind}
        for answer in (
            await service.send(large),
            await service.client.post("/update", content=large, headers=headers),
            await service.client.post("/update", content=large * 4, headers=headers),
        ):
            assert answer.status_code == 413
            assert "1 MB" in answer.json()["detail"]
        assert (await service.send("#" + "x" * (1 << 19))).status_code == 200


async def test_change_that_is_too_large_is_not_written(tmp_path: Path, world: Model) -> None:
    numbers = " ".join(map(str, range(200)))
    large = (
        f"INSERT {{ GRAPH <{PETS}> {{ ?s a cep:Club ; rdfs:label 'many' }} }} "
        f"WHERE {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} "
        "BIND(IRI(CONCAT('urn:x:', STR(?a), '-', STR(?b))) AS ?s) }"
    )
    async with running(tmp_path, world, query_result_mb=1) as service:
        before = service.head
        answer = await service.send(large)
        assert answer.status_code == 503
        assert "the change has more than 1 MB" in answer.json()["detail"]
        assert service.head == before
