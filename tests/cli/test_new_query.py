"""A file more in ``queries/`` is a question more everywhere, without new code."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI

from api.app import create_app
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.settings import Settings
from tests.cli.conftest import Run
from tests.engine.support import PATIENCE_S

TEXT = """\
#+ summary: Pets of an owner
#+ description: Pets that somebody has.
#+ row: one pet
#+ tags: [owners]
#+ parameters:
#+   - name: owner
#+     type: Owner
#+     description: Whose pets.
#+     example: ann
#+     required: true
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?owner ?petLabel WHERE { ?pet cep:owner ?owner ; rdfs:label ?petLabel } ORDER BY ?petLabel
"""
API = "/api/v1/queries"


@asynccontextmanager
async def service(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app whose graph is loaded."""
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(2, PATIENCE_S)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def ask(app: FastAPI, *places: str) -> list[httpx.Response]:
    """What an app answers to each, one after the other."""
    async with service(app) as client:
        return [await client.get(place) for place in places]


@pytest.fixture
def grown(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The content with a file more."""
    root = tmp_path / "content"
    shutil.copytree(content.root, root)
    (root / "queries" / "pets-of-owner.rq").write_text(TEXT)
    made = Model(Content(root))
    monkeypatch.setattr("cli.home.Model", lambda _: made)
    return made


def test_command_line_lists_it_and_runs_it(cepgraph: Run, seeded: Path, grown: Model) -> None:
    assert "pets-of-owner" in cepgraph("query").out
    id_of_ann = "https://w3id.org/cepgraph/id/ann"
    ran = cepgraph("query", "pets-of-owner", "--param", f"owner={id_of_ann}", "--format", "csv")
    assert ran.out.splitlines()[1:] == [f"{id_of_ann},Rex"]


def test_service_lists_it_documents_it_and_runs_it_at_any_version(
    seeded: Path, grown: Model
) -> None:
    answers = asyncio.run(
        ask(
            create_app(Settings(data=seeded), grown),
            API,
            "/openapi.json",
            "/queries",
            f"{API}/pets-of-owner?owner=https://w3id.org/cepgraph/id/ann",
            f"{API}/pets-of-owner?owner=https://w3id.org/cepgraph/id/ann&version=1",
            f"{API}/pets-of-owner?owner=https://w3id.org/cepgraph/id/ann&version=3",
            f"{API}/pets-of-owner",
        )
    )
    listed, documented, page, newest, earlier, later, incomplete = answers
    assert "pets-of-owner" in [query["name"] for query in listed.json()["queries"]]
    (owner, *_) = documented.json()["paths"][f"{API}/pets-of-owner"]["get"]["parameters"]
    assert (owner["name"], owner["required"]) == ("owner", True)
    assert "Pets of an owner" in page.text
    assert [row["petLabel"] for row in newest.json()["results"]] == ["Rex"]
    assert (newest.json()["version"], newest.headers["cepgraph-version"]) == (2, "2")
    assert earlier.json()["results"] == []
    assert (earlier.json()["version"], earlier.headers["cepgraph-version"]) == (1, "1")
    assert earlier.json()["columns"] == newest.json()["columns"]
    assert later.status_code == 404
    assert "version" in later.json()["detail"]
    assert incomplete.json()["parameter"] == "owner"


def test_text_of_an_answer_gives_the_same_at_the_endpoint(seeded: Path, grown: Model) -> None:
    app = create_app(Settings(data=seeded), grown)
    place = f"{API}/pets-of-owner?owner=https://w3id.org/cepgraph/id/ann&version=2"

    async def both() -> tuple[httpx.Response, httpx.Response]:
        async with service(app) as client:
            answer = await client.get(place)
            return answer, await client.get(answer.json()["links"]["sparql"])

    answer, endpoint = asyncio.run(both())
    bindings = orjson.loads(endpoint.content)["results"]["bindings"]
    assert [row["petLabel"]["value"] for row in bindings] == ["Rex"]
    assert endpoint.headers["cepgraph-version"] == "2"
    assert [row["petLabel"] for row in answer.json()["results"]] == ["Rex"]
