"""The operations of the Graph Store HTTP Protocol, a test for each sentence of 5.2 to 5.6.

https://www.w3.org/TR/sparql11-http-rdf-update/. Sections are numbered as there.
"""

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from cepgraph.errors import GateRefused
from cepgraph.formats import RDF_FORMATS, by_name
from cepgraph.terms import CEP, GRAPH, ID, RDFS
from tests.protocol.world import FORMS, LABEL, TURTLE, Place, Store, club, described, turtle

pytestmark = pytest.mark.anyio


# -- 5.2 GET ---------------------------------------------------------------------------------------


async def test_get_retrieves_a_serialisation_of_the_named_graph(kept: Place) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{kept.iri}> {{ ?s ?p ?o }} }}"
    answer = await kept.store.client.get(
        "/sparql", params={"query": query}, headers={"accept": "application/n-triples"}
    )
    assert isomorphic(await kept.content(), Graph().parse(data=answer.text, format="nt"))


async def test_get_of_the_default_graph_is_what_a_query_sees(kept: Place) -> None:
    answers = [
        await kept.get("/graphs?default", accept="application/n-triples"),
        await kept.store.client.get(
            "/sparql",
            params={"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"},
            headers={"accept": "application/n-triples"},
        ),
    ]
    one, other = (set(answer.text.splitlines()) for answer in answers)
    assert one == other


async def test_response_is_cacheable(kept: Place) -> None:
    answer = await kept.get()
    again = await kept.get(if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    since = await kept.get(if_modified_since=answer.headers["last-modified"])
    assert since.status_code == 304


@pytest.mark.parametrize("kind", FORMS)
async def test_answer_is_in_the_format_that_accept_prefers(kept: Place, kind: str) -> None:
    answer = await kept.get(accept=f"text/html, {kind};q=0.9")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind
    form = by_name(kind, RDF_FORMATS)
    assert form is not None
    told = {quad.triple for quad in parse(answer.content, format=form.rdf)}
    plain = await kept.get(accept="application/n-triples")
    assert told == {quad.triple for quad in parse(plain.content, format=RdfFormat.N_TRIPLES)}


async def test_format_that_is_not_supported_is_406(kept: Place) -> None:
    answer = await kept.get(accept="image/png")
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["detail"]


async def test_graph_content_is_an_information_resource_with_200(kept: Place) -> None:
    assert (await kept.get()).status_code == 200


# -- 5.3 PUT ---------------------------------------------------------------------------------------


async def test_put_stores_the_payload_as_graph_content(graph: Place) -> None:
    body = described(graph.iri, club("stored"))
    assert (await graph.put(body)).status_code == 201
    assert isomorphic(await graph.content(), Graph().parse(data=body, format="turtle"))


async def test_put_drops_what_was_there(kept: Place) -> None:
    old = await kept.content()
    new = described(kept.iri, club("put-new"))
    assert (await kept.put(new)).status_code == 204
    whole = await kept.content()
    assert isomorphic(whole, Graph().parse(data=new, format="turtle"))
    assert not isomorphic(whole, old)


async def test_put_applies_to_no_other_resource(kept: Place) -> None:
    other = kept.store.new()
    await other.keep()
    before = await other.get()
    await kept.put(described(kept.iri, club("put-alone")))
    assert (await other.get()).headers["etag"] == before.headers["etag"]
    assert kept.store.entry().graphs == (kept.iri,)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_default_graph_is_everybodys_and_cannot_be_written_to(
    store: Store, method: str
) -> None:
    before = store.head
    body = club("a") if method != "DELETE" else b""
    answer = await store.ask(method, "/graphs?default", body, **TURTLE)
    assert answer.status_code == 403
    assert store.head == before


async def test_empty_body_of_put_is_400(kept: Place) -> None:
    for kind in ("text/turtle", "application/rdf+xml"):
        answer = await kept.put(b"", content_type=kind)
        assert answer.status_code == 400
    assert (await kept.get()).status_code == 200


async def test_new_graph_content_is_told_by_201(graph: Place) -> None:
    answer = await graph.put(described(graph.iri, club("told")))
    assert answer.status_code == 201
    assert answer.headers["location"] == graph.store.url + graph.address
    assert answer.headers["cepgraph-version"] == str(graph.store.head)
    told = answer.json()
    assert (told["graph"], told["version"], told["changed"]) == (
        graph.iri,
        graph.store.head,
        True,
    )
    assert (told["triplesAdded"], told["triplesRemoved"]) == (4, 0)


async def test_modified_graph_content_is_told_by_204(kept: Place) -> None:
    answer = await kept.put(described(kept.iri, club("modified")))
    assert (answer.status_code, answer.content) == (204, b"")
    assert "etag" not in answer.headers


async def test_put_of_the_same_changes_nothing(kept: Place) -> None:
    body = (await kept.get()).content
    before = kept.store.head
    assert (await kept.put(body)).status_code == 204
    assert kept.store.head == before


async def test_error_of_put_reflects_the_nature_of_the_problem(kept: Place) -> None:
    before = kept.store.head
    answer = await kept.put(described(kept.iri, turtle("id:nobody a cep:Club .")))
    assert answer.status_code == GateRefused.status == 422
    told = answer.json()
    assert told["type"].endswith("/submission-refused")
    assert told["graphs"] == [kept.iri]
    assert told["report"]["groups"][0]["first"][0]["focus"] == ID + "nobody"
    assert kept.store.head == before


# -- 5.4 DELETE ------------------------------------------------------------------------------------


async def test_delete_deletes_the_graph_content(kept: Place) -> None:
    answer = await kept.store.ask("DELETE", kept.address)
    assert answer.status_code == 200
    assert answer.json()["triplesRemoved"] == 4
    assert (await kept.get()).status_code == 404
    query = f"ASK {{ GRAPH <{kept.iri}> {{ ?s ?p ?o }} }}"
    asked = await kept.store.client.get("/sparql", params={"query": query})
    assert not asked.json()["boolean"]


async def test_delete_of_what_is_not_there_is_404(kept: Place) -> None:
    await kept.store.ask("DELETE", kept.address)
    assert (await kept.store.ask("DELETE", kept.address)).status_code == 404


async def test_delete_that_others_rely_on_is_refused(kept: Place) -> None:
    key = kept.name.replace("/", "-")
    pets = turtle(
        f'id:o-{key} a cep:Owner ; rdfs:label "Ann" . '
        f'id:p-{key} a cep:Pet ; rdfs:label "Rex" ; cep:owner id:o-{key} .'
    )
    await kept.keep(pets)
    other = kept.store.new()
    more = turtle(
        f'id:c-{key} a cep:Club ; rdfs:label "C" . id:t-{key} a cep:Tie ; rdfs:label "T" ; '
        f"cep:club id:c-{key} ; cep:animal id:p-{key} ."
    )
    await other.keep(more)
    answer = await kept.store.ask("DELETE", kept.address)
    assert answer.status_code == 422
    assert (await kept.get()).status_code == 200


# -- 5.5 POST --------------------------------------------------------------------------------------


async def test_post_merges_the_payload_into_the_graph_content(kept: Place) -> None:
    before = await kept.content()
    answer = await kept.post(club("merged"))
    assert answer.status_code == 200
    assert answer.json()["triplesAdded"] == 2
    expected = before + Graph().parse(data=club("merged"), format="turtle")
    assert isomorphic(await kept.content(), expected)


async def test_merge_keeps_blank_nodes_apart(kept: Place) -> None:
    """RDF merge: a blank node of the payload is none of those in the graph."""
    first, second = (turtle(f'[] a cep:Club ; rdfs:label "{label}" .') for label in "AB")
    await kept.put(described(kept.iri, first))
    await kept.post(second)
    labelled = (await kept.content()).subject_objects(LABEL)
    assert len({subject for subject, label in labelled if str(label) in "AB"}) == 2


async def test_multipart_form_data_is_a_merge_of_all_its_documents(kept: Place) -> None:
    node = 'a cep:Club ; rdfs:label "{}" .'
    answer = await kept.store.client.post(
        kept.address,
        files=[
            ("one", ("one.ttl", turtle("_:n " + node.format("One")), "text/turtle")),
            ("two", ("two.ttl", turtle("_:n " + node.format("Two")), "text/turtle")),
        ],
        headers={"authorization": f"Bearer {kept.store.token}"},
    )
    assert answer.status_code == 200, answer.text
    labelled = (await kept.content()).subject_objects(LABEL)
    assert len({s for s, label in labelled if str(label) in ("One", "Two")}) == 2


async def test_type_of_a_part_without_one_is_that_of_its_files_extension(kept: Place) -> None:
    line = "\n".join(
        f"<{ID}part> <{iri}> {target} ."
        for iri, target in (
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{CEP}Club>"),
            (RDFS + "label", '"Part"'),
        )
    )
    body = (
        '--b\r\nContent-Disposition: form-data; name="f"; filename="part.nt"\r\n\r\n'
        f"{line}\r\n--b--\r\n"
    )
    answer = await kept.post(body.encode(), content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 200, answer.text
    assert (URIRef(ID + "part"), LABEL, Literal("Part")) in await kept.content()


async def test_part_of_which_nothing_says_the_type_is_400(kept: Place) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    answer = await kept.post(body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert "f:" in answer.json()["detail"]


async def test_post_to_the_store_creates_a_graph_and_returns_its_iri(store: Store) -> None:
    answer = await store.ask("POST", "/graphs?title=Minted", club("minted"), **TURTLE)
    assert answer.status_code == 201, answer.text
    place = answer.headers["location"]
    assert place.startswith(f"{store.url}/graphs/arts-connect/")
    assert place.removeprefix(f"{store.url}/graphs/") == answer.json()["graph"].removeprefix(GRAPH)
    got = await store.client.get(place, headers={"accept": "application/n-triples"})
    whole = Graph().parse(data=got.text, format="nt")
    assert (URIRef(ID + "minted"), LABEL, Literal("minted")) in whole
    assert (URIRef(answer.json()["graph"]), LABEL, Literal("Minted")) in whole


async def test_each_post_to_the_store_creates_another_graph(store: Store) -> None:
    places = [
        (await store.ask("POST", "/graphs", club("twice"), **TURTLE)).headers["location"]
        for _ in range(2)
    ]
    assert len(set(places)) == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_store_itself_can_neither_be_replaced_nor_deleted(store: Store, method: str) -> None:
    for address in ("/graphs", "/graphs/"):
        answer = await store.ask(method, address, club("a"), **TURTLE)
        assert answer.status_code == 400
        assert "name a graph" in answer.json()["detail"]


async def test_address_that_is_neither_store_nor_graph_is_404(store: Store) -> None:
    answer = await store.client.get("/graphs/no%20graph")
    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["/graphs", ""])
async def test_empty_body_of_post_is_204(kept: Place, address: str) -> None:
    before = kept.store.head
    answer = await kept.store.ask(
        "POST", address or kept.address, content_length="0", content_type="text/turtle"
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert kept.store.head == before


# -- 5.6 HEAD --------------------------------------------------------------------------------------


async def test_head_is_get_without_a_body(kept: Place) -> None:
    got = await kept.get()
    head = await kept.store.client.head(kept.address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "last-modified", "cepgraph-version"):
        assert head.headers[name] == got.headers[name]


async def test_head_tells_that_the_content_has_changed(kept: Place) -> None:
    before = await kept.store.client.head(kept.address)
    await kept.post(club("changed"))
    after = await kept.store.client.head(kept.address)
    assert before.headers["etag"] != after.headers["etag"]
