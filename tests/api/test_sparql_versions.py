"""Queries of a version of the graph, and how answers tell theirs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from cepgraph.formats import GRAPH_FORMATS
from cepgraph.settings import Settings
from cepgraph.terms import VERSION_IRI
from tests.api.conftest import client_of
from tests.api.test_sparql_protocol import problem_of
from tests.engine.support import PATIENCE_S, Log, begin

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
CSV = {"accept": "text/csv"}
DIRECT = {**CSV, "content-type": "application/sparql-query"}
BY_VERSION = {
    "0": "o\r\n",
    "1": "o\r\none\r\ntwo\r\n",
    "2": "o\r\none\r\nthree\r\ntwo\r\n",
    "3": "o\r\nthree\r\ntwo\r\n",
}
RESULTS_NAMESPACE = "{http://www.w3.org/2005/sparql-results#}"


def three_versions(folder: Path) -> Log:
    """A log with ``one`` and ``two``; then ``three``; then without ``one``."""
    log = begin(folder)
    log.publish('x:u x:p "three" x:g .')
    log.publish("", 'x:s x:p "one" x:g .')
    return log


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder at version 3."""
    return three_versions(tmp_path_factory.mktemp("versions")).folder


async def send(
    client: httpx.AsyncClient, way: str, version: str, query: str = ALL, **headers: str
) -> httpx.Response:
    """A query of a version, in one of the ways that there are."""
    place = {"version": version}
    match way:
        case "get":
            return await client.get("/sparql", params={"query": query, **place}, headers=CSV)
        case "form":
            return await client.post("/sparql", data={"query": query, **place}, headers=CSV)
        case "direct":
            return await client.post("/sparql", params=place, content=query, headers=DIRECT)
        case _:
            return await client.request(
                "QUERY", "/sparql", params=place, content=query, headers=DIRECT
            )


@pytest.mark.parametrize("way", ["get", "form", "direct", "query"])
async def test_a_version_is_answered_from_as_it_stood(client: httpx.AsyncClient, way: str) -> None:
    for version, expected in [*BY_VERSION.items(), *BY_VERSION.items()]:
        response = await send(client, way, version)
        assert (response.status_code, response.text) == (200, expected)
        assert response.headers["cepgraph-version"] == version


async def test_without_a_version_the_newest_answers(client: httpx.AsyncClient) -> None:
    response = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    assert (response.headers["cepgraph-version"], response.text) == ("3", BY_VERSION["3"])


async def test_answers_of_versions_are_not_mixed_up(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        for way in ("get", "direct", "form"):
            assert (await send(client, way, "2")).text == BY_VERSION["2"]
        newest = await client.post("/sparql", data={"query": ALL}, headers=CSV)
        assert newest.text == BY_VERSION["3"]


async def test_dataset_and_form_of_the_answer_go_with_a_version(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "version": "2", "default-graph-uri": "urn:g", "format": "tsv"}
    response = await client.get("/sparql", params=params)
    assert response.text == '?o\n"one"\n"three"\n'


@pytest.mark.parametrize("version", ["4", "1000000", "9" * 18, "9" * 6000])
async def test_a_version_that_is_not_there_is_404(client: httpx.AsyncClient, version: str) -> None:
    body = problem_of(await client.post("/sparql", data={"query": ALL, "version": version}), 404)
    assert "version" in str(body["detail"])
    assert len(str(body["detail"])) < 100


@pytest.mark.parametrize("version", ["", "latest", "-1", "1.5", "0x1", "١", " 1", "1e3"])
async def test_what_is_no_number_of_a_version_is_400(
    client: httpx.AsyncClient, version: str
) -> None:
    body = problem_of(await send(client, "get", version), 400)
    assert "number of a version" in str(body["detail"])


async def test_two_versions_are_400(client: httpx.AsyncClient) -> None:
    params = [("query", ALL), ("version", "1"), ("version", "2")]
    problem_of(await client.get("/sparql", params=params), 400)
    params = {"version": "1"}
    problem_of(
        await client.post("/sparql", params=params, data={"query": ALL, "version": "2"}), 400
    )


@pytest.mark.parametrize("language", ["1.0", "1.1", "1.2", "1.2-basic"])
async def test_the_version_of_the_language_is_none_of_the_graph(
    client: httpx.AsyncClient, language: str
) -> None:
    response = await send(client, "get", language)
    assert (response.headers["cepgraph-version"], response.text) == ("3", BY_VERSION["3"])
    params = [("query", ALL), ("version", language), ("version", "1")]
    assert (await client.get("/sparql", params=params, headers=CSV)).text == BY_VERSION["1"]


async def test_an_answer_of_a_version_can_be_kept_and_asked_after(
    client: httpx.AsyncClient,
) -> None:
    first, second = await send(client, "get", "1"), await send(client, "get", "1")
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    params = {"query": ALL, "version": "1"}
    known = {**CSV, "if-none-match": first.headers["etag"]}
    again = await client.get("/sparql", params=params, headers=known)
    assert (again.status_code, again.headers["cepgraph-version"]) == (304, "1")


async def test_head_tells_of_a_version(client: httpx.AsyncClient) -> None:
    got = await send(client, "get", "1")
    head = await client.head("/sparql", params={"query": ALL, "version": "1"}, headers=CSV)
    assert head.content == b""
    for name in ("content-length", "etag", "cepgraph-version"):
        assert head.headers[name] == got.headers[name]


@pytest.fixture
async def growing(tmp_path: Path) -> AsyncIterator[tuple[Log, httpx.AsyncClient]]:
    """A log to add to, and a client of an app that follows it."""
    log = three_versions(tmp_path)
    async with client_of(Settings(data=log.folder)) as made:
        yield log, made


async def test_a_version_stays_as_it_was_when_a_newer_one_comes(
    growing: tuple[Log, httpx.AsyncClient],
) -> None:
    log, client = growing
    newest = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    before = newest.headers["cepgraph-version"]
    explicit = await send(client, "get", before)
    version = log.publish('x:v x:p "four" x:g .')
    async with asyncio.timeout(PATIENCE_S):
        while newest.headers["cepgraph-version"] != str(version):
            await asyncio.sleep(0.01)
            newest = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    assert newest.text == "o\r\nfour\r\nthree\r\ntwo\r\n"
    again = await send(client, "get", before)
    assert (again.text, again.headers["etag"]) == (explicit.text, explicit.headers["etag"])


# -- the link ------------------------------------------------------------------------------------

TABLES = [ALL, "SELECT * {}", "SELECT ?none { FILTER(false) }", "SELECT (1 AS ?x) ?y {}"]
BOOLEANS = ["ASK { ?s ?p ?o }", "ASK { FILTER(false) }"]


async def linked(client: httpx.AsyncClient, query: str, form: str, version: str) -> httpx.Response:
    """The answer of a version to a query, in some form."""
    params = {"query": query, "version": version, "format": form}
    return await client.get("/sparql", params=params)


@pytest.mark.parametrize("version", ["1", "3"])
@pytest.mark.parametrize("query", TABLES + BOOLEANS)
async def test_json_links_to_the_version(
    client: httpx.AsyncClient, query: str, version: str
) -> None:
    body = (await linked(client, query, "json", version)).json()
    assert body["head"].pop("link") == [f"{VERSION_IRI}{version}"]
    if query in BOOLEANS:
        assert body == {"head": {}, "boolean": query == BOOLEANS[0]}
    else:
        assert set(body) == {"head", "results"}
        assert list(body["head"]) == ["vars"]


async def test_rows_of_json_are_untouched_by_the_link(client: httpx.AsyncClient) -> None:
    body = (await linked(client, ALL, "json", "1")).json()
    assert body["head"]["vars"] == ["o"]
    assert [row["o"]["value"] for row in body["results"]["bindings"]] == ["one", "two"]


@pytest.mark.parametrize("version", ["1", "3"])
@pytest.mark.parametrize("query", TABLES + BOOLEANS)
async def test_xml_links_to_the_version_after_the_variables(
    client: httpx.AsyncClient, query: str, version: str
) -> None:
    root = ET.fromstring((await linked(client, query, "xml", version)).text)
    head, rest = root
    tags = [child.tag.removeprefix(RESULTS_NAMESPACE) for child in head]
    assert tags == ["variable"] * (len(tags) - 1) + ["link"]
    assert head[-1].attrib == {"href": f"{VERSION_IRI}{version}"}
    assert rest.tag == RESULTS_NAMESPACE + ("boolean" if query in BOOLEANS else "results")


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("query", [ALL, *BOOLEANS])
async def test_other_tables_have_no_place_for_a_link(
    client: httpx.AsyncClient, query: str, form: str
) -> None:
    assert "version" not in (await linked(client, query, form, "1")).text


@pytest.mark.parametrize("form", [form.name for form in GRAPH_FORMATS])
async def test_graphs_are_as_they_are(client: httpx.AsyncClient, form: str) -> None:
    response = await linked(client, "CONSTRUCT WHERE { ?s ?p ?o }", form, "1")
    assert response.headers["cepgraph-version"] == "1"
    assert VERSION_IRI not in response.text
