"""Graphs as they are written: what they say of themselves, what the log keeps, what is too much."""

from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from api.graph_store.management import minted
from api.problems import HttpProblem
from api.submissions import body as body_module
from cepgraph.terms import DCTERMS, GENID, GRAPH, ID, RDFS
from cepgraph.tokens import Tokens
from tests.protocol.world import TURTLE, Place, Store, bearer, club, described, turtle

pytestmark = pytest.mark.anyio

LABEL, TITLE = URIRef(RDFS + "label"), "?title=Pets%20of%20ours"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


async def test_put_that_says_nothing_of_its_graph_leaves_what_it_says_of_itself(
    kept: Place,
) -> None:
    said = f'<{kept.iri}> rdfs:label "Kept" ; dcterms:license <{LICENCE}> .'
    assert (await kept.post(turtle(said))).status_code == 200
    assert (await kept.put(club("bare"))).status_code == 204
    whole = await kept.content()
    graph = URIRef(kept.iri)
    assert str(whole.value(graph, LABEL)) == "Kept"
    assert str(whole.value(graph, URIRef(DCTERMS + "license"))) == LICENCE
    assert (URIRef(ID + "bare"), LABEL, Literal("bare")) in whole


async def test_new_graph_that_says_nothing_of_itself_is_its_publishers(graph: Place) -> None:
    answer = await graph.put(club("publishers"))
    assert answer.status_code == 201
    publisher = (await graph.content()).value(URIRef(graph.iri), URIRef(DCTERMS + "publisher"))
    assert str(publisher) == ID + "organisation/arts-connect"


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_new_graph_is_described_by_parameters(graph: Place, method: str) -> None:
    query = f"{TITLE}&licence={LICENCE}&source=source/list&publisher=organisation/other"
    answer = await graph.store.ask(method, graph.address + query, club("said"), **TURTLE)
    assert answer.status_code == 201
    whole, node = await graph.content(), URIRef(graph.iri)
    said = {
        str(predicate): str(target)
        for predicate, target in whole.predicate_objects(node)
        if not str(predicate).endswith("type")
    }
    assert said == {
        RDFS + "label": "Pets of ours",
        DCTERMS + "license": LICENCE,
        DCTERMS + "source": ID + "source/list",
        DCTERMS + "publisher": ID + "organisation/other",
    }


async def test_fields_of_a_form_describe_a_new_graph_too(graph: Place) -> None:
    answer = await graph.store.client.post(
        graph.address,
        data={"title": "By form", "why": "a form"},
        files={"any": ("a.ttl", club("form"), "text/turtle")},
        headers=bearer(graph.store.token),
    )
    assert answer.status_code == 201, answer.text
    assert str((await graph.content()).value(URIRef(graph.iri), LABEL)) == "By form"
    assert graph.store.entry().provenance.why == "a form"


async def test_merge_leaves_a_description_that_is_there(kept: Place) -> None:
    await kept.post(turtle(f'<{kept.iri}> rdfs:label "First" .'))
    await kept.store.ask("POST", kept.address + TITLE, club("second"), **TURTLE)
    labels = list((await kept.content()).objects(URIRef(kept.iri), LABEL))
    assert [str(label) for label in labels] == ["First"]


async def test_description_that_makes_no_sense_is_422(kept: Place) -> None:
    address = f"{kept.address}?licence=http://not%20an%20address"
    answer = await kept.store.ask("PUT", address, club("a"), **TURTLE)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "licence"


async def test_log_keeps_who_wrote_why_and_the_hash_of_the_body(graph: Place) -> None:
    body = described(graph.iri, club("logged"))
    for method in ("PUT", "POST"):
        await graph.store.ask(method, f"{graph.address}?why=spring", body, **TURTLE)
        told = graph.store.entry().provenance
        assert told.who == ID + "organisation/arts-connect"
        assert told.token == graph.store.token.split("_")[1]
        assert (told.why, told.source) == ("spring", "Graph Store Protocol")
        assert told.source_hash == f"sha256:{sha256(body).hexdigest()}"
        body = club("logged-more")
    await graph.store.ask("DELETE", f"{graph.address}?why=autumn")
    told = graph.store.entry().provenance
    assert (told.why, told.source, told.source_hash) == ("autumn", "Graph Store Protocol", "")


async def test_copy_that_comes_back_with_a_new_blank_node_has_one_thing_more(
    graph: Place,
) -> None:
    node = '[] a cep:Club ; rdfs:label "{}" .'
    await graph.keep(turtle(node.format("Old")))
    copy = (await graph.get(accept="text/turtle")).content
    await graph.put(copy + b"\n" + turtle(node.format("New")))
    whole = await graph.content()
    named = {str(s) for s in whole.subjects(LABEL, None) if str(s).startswith(GENID)}
    assert len(named) == 2


async def test_sending_the_same_form_twice_changes_nothing(kept: Place) -> None:
    body = turtle('[] a cep:Club ; rdfs:label "Once" .')
    first, second = await kept.post(body), await kept.post(body)
    assert first.json()["changed"]
    assert not second.json()["changed"]
    assert second.json()["version"] == first.json()["version"]


async def test_body_larger_than_a_file_may_be_is_413(kept: Place) -> None:
    before = kept.store.head
    for kind in ("text/turtle", "multipart/form-data; boundary=b"):
        answer = await kept.post(bytes(3 << 20), content_type=kind)
        assert answer.status_code == 413
    assert kept.store.head == before


async def test_more_files_than_a_submission_may_have_are_413(kept: Place) -> None:
    files = [("f", (f"{n}.ttl", club(f"many{n}"), "text/turtle")) for n in range(3)]
    answer = await kept.store.client.post(
        kept.address, files=files, headers=bearer(kept.store.token)
    )
    assert answer.status_code == 413


async def test_packed_body_is_415(kept: Place) -> None:
    answer = await kept.put(club("a"), content_encoding="gzip")
    assert answer.status_code == 415


async def test_body_of_unknown_length_is_411(kept: Place) -> None:
    async def pieces():  # type: ignore[no-untyped-def]
        yield club("a")

    answer = await kept.store.client.put(
        kept.address, content=pieces(), headers={**TURTLE, **bearer(kept.store.token)}
    )
    assert answer.status_code == 411


async def test_traps_of_formats_are_refused_as_in_submissions(kept: Place) -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'
    answer = await kept.put(entity, content_type="application/rdf+xml")
    assert answer.status_code == 400
    assert "DOCTYPE" in answer.json()["detail"]
    context = b'{"@context": "https://example.org/context", "@id": "urn:a"}'
    answer = await kept.put(context, content_type="application/ld+json")
    assert answer.status_code == 400
    assert "not fetched" in answer.json()["detail"]


async def test_relative_address_in_a_body_is_400(kept: Place) -> None:
    answer = await kept.put(turtle('<> a cep:Club ; rdfs:label "Here" .'))
    assert answer.status_code == 400
    assert "relative" in answer.json()["detail"]


async def test_full_disk_is_told_without_its_place(
    kept: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device", "/secret/place")

    monkeypatch.setattr(body_module, "_append", full)
    answer = await kept.put(club("full"))
    assert answer.status_code == 503
    assert "/secret" not in answer.text
    assert "/secret/place" in capsys.readouterr().err


async def test_graph_of_another_publisher_is_refused_before_the_body_is_read(
    store: Store,
) -> None:
    answer = await store.ask("PUT", "/graphs/others/pets", b"no turtle at all", **TURTLE)
    assert answer.status_code == 403


def test_new_graph_is_named_by_the_first_pattern_that_is_open(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    token, _ = tokens.create("arts-connect", ["arts-connect/pets", "arts-connect/part-*"])
    assert minted(token).value.startswith(f"{GRAPH}arts-connect/part-")
    assert minted(token) != minted(token)


def test_token_that_names_its_graphs_gets_no_new_ones(tmp_path: Path) -> None:
    token, _ = Tokens(tmp_path).create("arts-connect", ["arts-connect/pets"])
    with pytest.raises(HttpProblem, match="one by one") as refused:
        minted(token)
    assert refused.value.status == 403


async def test_earlier_version_is_not_written_to(kept: Place) -> None:
    before = kept.store.head
    for method in ("PUT", "POST", "DELETE"):
        answer = await kept.store.ask(method, f"{kept.address}?version=1", club("late"), **TURTLE)
        assert answer.status_code == 400
        assert "version" in answer.json()["detail"]
    assert kept.store.head == before


async def test_part_of_a_graph_is_not_taken_for_the_whole(kept: Place) -> None:
    before = kept.store.head
    answer = await kept.put(club("part"), content_range="bytes 0-99/200")
    assert answer.status_code == 400
    assert kept.store.head == before


async def test_nothing_for_a_graph_of_another_publisher_is_refused_too(store: Store) -> None:
    answer = await store.ask("POST", "/graphs/others/pets", content_length="0")
    assert answer.status_code == 403
