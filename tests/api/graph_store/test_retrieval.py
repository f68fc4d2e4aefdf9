"""Graphs as they are read: versions, limits, pages of other sites."""

from dataclasses import replace
from pathlib import Path

import pytest

from cepgraph.model import Model
from cepgraph.terms import ENTAILED_SUFFIX
from tests.protocol.world import Place, Store, by_asgi, club, described, turtle

pytestmark = pytest.mark.anyio


async def test_earlier_version_is_read_by_its_number(kept: Place) -> None:
    before = await kept.get(accept="application/n-triples")
    version = kept.store.head
    await kept.put(described(kept.iri, club("changed")))
    then = await kept.get(f"{kept.address}?version={version}", accept="application/n-triples")
    assert then.headers["cepgraph-version"] == str(version)
    assert set(then.text.splitlines()) == set(before.text.splitlines())
    assert "changed" in (await kept.get()).text


async def test_version_before_the_graph_was_there_is_404(kept: Place) -> None:
    assert (await kept.get(f"{kept.address}?version=1")).status_code == 404


@pytest.mark.parametrize(("version", "status"), [("999999", 404), ("9" * 30, 404), ("-1", 400)])
async def test_version_that_never_was_is_an_error(kept: Place, version: str, status: int) -> None:
    answer = await kept.get(f"{kept.address}?version={version}")
    assert answer.status_code == status
    tag = (await kept.get()).headers["etag"]
    again = await kept.get(f"{kept.address}?version={version}", if_none_match=tag)
    assert again.status_code == status


async def test_removed_graph_is_read_at_its_version(kept: Place) -> None:
    version = kept.store.head
    await kept.store.ask("DELETE", kept.address)
    assert (await kept.get()).status_code == 404
    assert (await kept.get(f"{kept.address}?version={version}")).status_code == 200


async def test_asserted_graph_comes_without_what_the_ontology_entails(graph: Place) -> None:
    key = graph.name.replace("/", "-")
    pets = f'id:o-{key} a cep:Owner ; rdfs:label "Ann" . id:p-{key} a cep:Pet ; '
    await graph.keep(turtle(pets + f'rdfs:label "Rex" ; cep:owner id:o-{key} .'))
    n_triples = {"accept": "application/n-triples"}
    assert "ontology#pet>" not in (await graph.get(**n_triples)).text
    entailed = await graph.get(graph.address + ENTAILED_SUFFIX, **n_triples)
    assert entailed.status_code == 200
    assert "ontology#pet>" in entailed.text
    assert entailed.headers["etag"].startswith('"0-')


@pytest.mark.parametrize(
    ("address", "methods", "reads"),
    [
        ("/graphs", "GET, HEAD, POST, OPTIONS", "accept-post"),
        ("/graphs?default", "GET, HEAD, OPTIONS", None),
        ("/graphs/a/b", "GET, HEAD, PUT, POST, DELETE, OPTIONS", "accept-put"),
        ("/graphs?graph=urn:a", "GET, HEAD, PUT, POST, DELETE, OPTIONS", "accept-put"),
    ],
)
async def test_options_tell_what_can_be_done(
    store: Store, address: str, methods: str, reads: str | None
) -> None:
    answer = await store.client.options(address)
    assert answer.status_code == 204
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == methods
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "If-Match" in answer.headers["access-control-allow-headers"]
    assert reads is None or "text/turtle" in answer.headers[reads]


async def test_pages_of_any_site_may_read_and_write(kept: Place) -> None:
    answers = [await kept.get(), await kept.post(club("cors")), await kept.get("/graphs/a/b")]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answers[0].headers["access-control-expose-headers"]
    assert "Location" in answers[1].headers["access-control-expose-headers"]


async def test_graph_that_takes_more_memory_than_an_answer_may_is_an_error(
    tmp_path: Path, world: Model
) -> None:
    many = " ".join(f'id:c{n} a cep:Club ; rdfs:label "{n:0>9000}" .' for n in range(1000))
    async with by_asgi(tmp_path, world, query_result_mb=1) as store:
        place = store.new()
        await place.keep(turtle(many))
        answer = await place.get()
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        small = store.new()
        await small.keep()
        assert (await small.get()).status_code == 200


async def test_reads_wait_their_turn_with_queries(tmp_path: Path, world: Model) -> None:
    async with by_asgi(tmp_path, world, query_per_client=1) as store:
        place = store.new()
        await place.keep()
        lanes = store.app.state.sparql.lanes
        turn = await lanes.enter("127.0.0.1", 1.0, AssertionError)
        assert (await place.get()).status_code == 429
        turn.end()
        assert (await place.get()).status_code == 200


async def test_other_tokens_see_the_same(kept: Place) -> None:
    nobody = replace(kept.store, token="")
    answer = await nobody.ask("GET", kept.address)
    assert answer.content == (await kept.get()).content
