"""The SPARQL 1.1 Graph Store HTTP Protocol, a test for each of its sentences;
those on its operations (5.2 to 5.6) are in ``test_graph_store_operations``.

https://www.w3.org/TR/sparql11-http-rdf-update/. Sections are numbered as there. The approved tests
of the W3C (``http-rdf-update`` of its suite) are at the end, under their own names.
"""

from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from rdflib import Graph
from rdflib.compare import isomorphic

from cepgraph.formats import RDF_FORMATS, Format
from cepgraph.terms import GRAPH
from tests.protocol.world import TURTLE, Place, Store, club, described, turtle

pytestmark = pytest.mark.anyio


def indirect(graph: str) -> str:
    """The address of a graph by its IRI."""
    return f"/graphs?graph={quote(graph, safe='')}"


# -- 4.1 Direct graph identification, 4.2 indirect -------------------------------------------------


async def test_request_iri_identifies_the_graph_content(kept: Place) -> None:
    direct, by_iri = await kept.get(), await kept.get(indirect(kept.iri))
    assert direct.status_code == by_iri.status_code == 200
    assert direct.content == by_iri.content


async def test_encoded_iri_is_the_percent_decoded_value_of_the_key_graph(graph: Place) -> None:
    body = described(graph.iri, club("encoded"))
    address = "/graphs?graph=" + "".join(f"%{byte:02X}" for byte in graph.iri.encode())
    made = await graph.store.ask("PUT", address, body, **TURTLE)
    assert made.status_code == 201
    assert (await graph.get()).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
async def test_encoded_iri_that_is_not_absolute_is_400(store: Store, method: str) -> None:
    body = club("a") if method in ("PUT", "POST") else b""
    answer = await store.ask(method, "/graphs?graph=arts-connect/pets", body, **TURTLE)
    assert answer.status_code == 400
    assert method == "HEAD" or "absolute" in answer.json()["detail"]


async def test_full_request_iri_identifies_the_same_as_the_iri_in_the_query(kept: Place) -> None:
    by_address = await kept.get(indirect(kept.store.url + kept.address))
    assert by_address.status_code == 200
    assert by_address.content == (await kept.get()).content


async def test_query_component_default_identifies_the_default_graph(kept: Place) -> None:
    answer = await kept.get("/graphs?default", accept="application/n-triples")
    whole = Graph().parse(data=answer.text, format="nt")
    assert set(await kept.content()) <= set(whole)


@pytest.mark.parametrize(
    "query",
    [
        "graph=urn:a&graph=urn:b",
        "graph=urn:a&default",
        "default=yes",
        "graph=urn:a&grpah=urn:b",
        "version=one",
        "graph=%FF",
    ],
)
async def test_query_component_that_cannot_be_understood_is_400(store: Store, query: str) -> None:
    answer = await store.client.get(f"/graphs?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_address_that_names_a_graph_twice_is_400(kept: Place) -> None:
    assert (await kept.get(f"{kept.address}?graph=urn:a")).status_code == 400


# -- 5 Graph management operations -----------------------------------------------------------------


async def test_without_accept_the_answer_is_rdf_xml_turtle_or_n_triples(kept: Place) -> None:
    request = kept.store.client.build_request("GET", kept.address)
    del request.headers["accept"]
    answer = await kept.store.client.send(request)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
async def test_payload_is_parsed_according_to_its_content_type(graph: Place, form: Format) -> None:
    said = described(graph.iri, club("typed"))
    triples = [quad.triple for quad in parse(said, format=RdfFormat.TURTLE)]
    made = await graph.put(serialize(triples, format=form.rdf), content_type=form.media_type)
    assert made.status_code == 201, made.text
    assert isomorphic(await graph.content(), Graph().parse(data=said, format="turtle"))


async def test_quads_of_the_same_graph_are_taken_as_its_triples(graph: Place) -> None:
    body = described(graph.iri, club("quads"))
    head, _, rest = body.partition(b"@prefix id:")
    names, _, said = rest.partition(b"\n")
    quads = head + b"@prefix id:" + names + f"\n<{graph.iri}> {{ ".encode() + said + b"}"
    made = await graph.put(quads, content_type="application/trig")
    assert made.status_code == 201, made.text


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("own", [True, False])
async def test_quads_of_other_graphs_are_refused(kept: Place, method: str, own: bool) -> None:
    """The token might write to them, and the request is about one graph."""
    other = kept.iri + "-other"
    triples = [quad.triple for quad in parse(club("quads"), format=RdfFormat.TURTLE)]
    more = described(other, club("other"))
    quads = [
        *(Quad(t.subject, t.predicate, t.object, NamedNode(kept.iri)) for t in triples if own),
        *(
            Quad(quad.subject, quad.predicate, quad.object, NamedNode(other))
            for quad in parse(more, format=RdfFormat.TURTLE)
        ),
    ]
    before = kept.store.head
    body = serialize(quads, format=RdfFormat.N_QUADS)
    answer = await kept.store.ask(method, kept.address, body, content_type="application/n-quads")
    assert answer.status_code == (400 if own else 422), answer.text
    assert kept.store.head == before


@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld", "nt"])
async def test_payload_without_a_type_is_read_as_what_it_clearly_is(
    graph: Place, form: str
) -> None:
    whole = Graph().parse(data=described(graph.iri, club("guessed")), format="turtle")
    request = graph.store.client.build_request(
        "PUT",
        graph.address,
        content=whole.serialize(format=form, encoding="utf-8"),
        headers={"authorization": f"Bearer {graph.store.token}"},
    )
    assert "content-type" not in request.headers
    assert (await graph.store.client.send(request)).status_code == 201
    assert isomorphic(await graph.content(), whole)


# -- 5.1 Status codes ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_payload_that_cannot_be_parsed_as_its_content_type_is_400(
    kept: Place, method: str
) -> None:
    before = kept.store.head
    answer = await kept.store.ask(method, kept.address, turtle("id:a cep:b\n  .\n"), **TURTLE)
    assert answer.status_code == 400
    told = answer.json()
    assert told["line"] == len(turtle("").splitlines()) + 2
    assert told["column"] >= 1
    assert kept.store.head == before


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "BREW"])
async def test_unsupported_verb_is_405(kept: Place, method: str) -> None:
    answer = await kept.store.ask(method, kept.address)
    assert answer.status_code == 405
    assert "PUT" in answer.headers["allow"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
async def test_graph_that_must_be_there_and_is_not_is_404(graph: Place, method: str) -> None:
    for address in (graph.address, indirect(graph.iri)):
        answer = await graph.store.ask(method, address)
        assert answer.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded", "nonsense"])
async def test_content_type_that_is_not_understood_is_415(
    kept: Place, method: str, kind: str
) -> None:
    answer = await kept.store.ask(method, kept.address, club("a"), content_type=kind)
    assert answer.status_code == 415
    assert "text/turtle" in answer.headers["accept"]


async def test_character_set_other_than_utf_8_is_415(kept: Place) -> None:
    answer = await kept.put(club("a"), content_type="text/turtle; charset=iso-8859-1")
    assert answer.status_code == 415


# -- 5.7 PATCH (informative), 6 Security -----------------------------------------------------------


async def test_patch_is_not_offered(kept: Place) -> None:
    answer = await kept.store.ask(
        "PATCH", kept.address, b"CLEAR ALL", content_type="application/sparql-update"
    )
    assert answer.status_code == 405
    assert "PATCH" not in answer.headers["allow"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_write_without_a_token_is_401(kept: Place, method: str) -> None:
    before = kept.store.head
    body = club("a") if method != "DELETE" else b""
    answer = await kept.store.client.request(method, kept.address, content=body, headers=TURTLE)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert kept.store.head == before


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_write_with_an_unknown_token_is_401(stranger: Store, method: str) -> None:
    body = club("a") if method != "DELETE" else b""
    answer = await stranger.ask(method, "/graphs/arts-connect/pets", body, **TURTLE)
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    "graph", ["test/home", "cepgraph/ontology", "arts-connect/a/entailed", "arts-connect/../a/b"]
)
async def test_write_to_a_graph_that_is_not_the_tokens_is_403(
    store: Store, method: str, graph: str
) -> None:
    before = store.head
    body = described(GRAPH + graph, club("a")) if method != "DELETE" else b""
    answer = await store.ask(method, indirect(GRAPH + graph), body, **TURTLE)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/forbidden")
    assert store.head == before


# -- The approved tests of the W3C -----------------------------------------------------------------
# People and cards are clubs here, since the graph takes nothing that it has no term for.


async def test_put_initial_state_and_get_of_put_initial_state(graph: Place) -> None:
    body = described(graph.iri, turtle('id:w1 a cep:Club ; rdfs:label "John Doe" .'))
    assert (await graph.put(body, content_type="text/turtle; charset=utf-8")).status_code == 201
    answer = await graph.get(indirect(graph.store.url + graph.address), accept="text/turtle")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    expected = Graph().parse(data=body, format="turtle")
    assert isomorphic(Graph().parse(data=answer.text, format="turtle"), expected)


async def test_put_graph_already_in_store(kept: Place) -> None:
    body = described(kept.iri, turtle('id:w1 a cep:Club ; rdfs:label "Jane Doe" .'))
    assert (await kept.put(body)).status_code == 204
    expected = Graph().parse(data=body, format="turtle")
    assert isomorphic(await kept.content(), expected)


async def test_put_mismatched_payload(kept: Place) -> None:
    answer = await kept.put(club("w2"), content_type="application/rdf+xml")
    assert answer.status_code == 400


async def test_delete_existing_graph_and_get_of_it(kept: Place) -> None:
    assert (await kept.store.ask("DELETE", kept.address)).status_code == 200
    assert (await kept.get()).status_code == 404


async def test_delete_nonexistent_graph(graph: Place) -> None:
    assert (await graph.store.ask("DELETE", graph.address)).status_code == 404


async def test_post_existing_graph(kept: Place) -> None:
    assert (await kept.post(turtle("id:tester cep:limit 3 ."))).status_code == 422
    assert (await kept.post(club("w3"))).status_code == 200


async def test_post_create_new_graph_and_get_after_noop(store: Store) -> None:
    body = turtle('[] a cep:Club ; rdfs:label "Alice" .')
    made = await store.ask("POST", "/graphs", body, **TURTLE)
    assert made.status_code == 201
    place = made.headers["location"]
    first = await store.client.get(place, headers={"accept": "text/turtle"})
    noop = await store.ask("POST", place, content_length="0", content_type="text/turtle")
    assert noop.status_code == 204
    again = await store.client.get(place, headers={"accept": "text/turtle"})
    assert first.content == again.content


async def test_head_on_an_existing_and_on_a_nonexisting_graph(kept: Place) -> None:
    assert (await kept.store.client.head(kept.address)).status_code == 200
    assert (await kept.store.client.head(kept.store.new().address)).status_code == 404
