"""SPARQL 1.1 Protocol, update operation, sentence by sentence.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

import gzip
from urllib.parse import quote, urlencode

import pytest

from cepgraph.terms import GRAPH, ID
from cepgraph.tokens import Tokens
from tests.protocol.updates import (
    DECLARED,
    DIRECT,
    FORM,
    PATH,
    adding,
    club,
    described,
    keep,
    keys,
    labels,
    problem_of,
    send,
)
from tests.protocol.world import Place, Store, bearer

pytestmark = pytest.mark.anyio


# 2.2 "The update operation is used to send a SPARQL update request to a service. The update
# operation MUST be invoked using the HTTP POST method."


async def test_update_by_post_is_carried_out(store: Store, graph: Place) -> None:
    answer = await send(store, adding(graph, "a"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cepgraph-version"] == str(store.head)
    assert answer.json() == {
        "version": store.head,
        "changed": True,
        "graphs": [{"graph": graph.iri, "triplesAdded": 4, "triplesRemoved": 0}],
    }
    assert await keys(graph) == {"a"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "QUERY"])
async def test_update_must_be_invoked_using_post(store: Store, graph: Place, method: str) -> None:
    before = store.head
    url = f"{PATH}?{urlencode({'update': adding(graph, 'a')})}"
    answer = await store.client.request(method, url, headers=bearer(store.token))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, OPTIONS"
    if method != "HEAD":
        problem_of(answer, 405)
    assert store.head == before


# 2.2 "Client requests for this operation must include exactly one SPARQL update request string
# (parameter name: update)"


@pytest.mark.parametrize(
    ("url", "form", "number"),
    [("", 0, 0), ("", 2, 2), ("update=CLEAR+ALL", 1, 2), ("update=CLEAR+ALL", None, 2)],
)
async def test_request_must_include_exactly_one_update(
    store: Store, graph: Place, url: str, form: int | None, number: int
) -> None:
    before = store.head
    text = adding(graph, "a")
    kind, body = (DIRECT, text) if form is None else (FORM, urlencode([("update", text)] * form))
    headers = {**bearer(store.token), **kind}
    answer = await store.client.post(f"{PATH}?{url}", content=body, headers=headers)
    assert f"{number} were found" in problem_of(answer, 400)["detail"]
    assert store.head == before


async def test_empty_update_is_one_and_changes_nothing(store: Store) -> None:
    before = store.head
    for answer in (
        await send(store, ""),
        await store.client.post(PATH, headers={**bearer(store.token), **DIRECT}, content=b""),
    ):
        assert answer.status_code == 200, answer.text
        assert (answer.json()["version"], answer.json()["changed"]) == (before, False)
    assert store.head == before


# 2.2 "... and may include additional parameters to specify a dataset"


async def test_other_parameters_that_clients_send_do_not_matter(store: Store, graph: Place) -> None:
    answer = await send(store, adding(graph, "a"), format="json", output="json", results="json")
    assert answer.status_code == 200


# 2.2.1 "Protocol clients may send protocol requests via the HTTP POST method by URL encoding the
# parameters. When using this method, clients must URL percent encode all parameters and include
# them as parameters within the request body via the application/x-www-form-urlencoded media type.
# Clients must set the content type header of the HTTP request to
# application/x-www-form-urlencoded."


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
async def test_update_via_post_with_url_encoded_parameters(
    store: Store, graph: Place, charset: str
) -> None:
    text = (
        f"{DECLARED} INSERT DATA {{ {described(graph)} {club(graph, 'é', 'Café & Öl + 100 %')} }}"
    )
    headers = {**bearer(store.token), "content-type": FORM["content-type"] + charset}
    body = f"update={quote(text, safe='')}"
    answer = await store.client.post(PATH, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert "Café & Öl + 100 %" in await labels(graph)


@pytest.mark.parametrize("body", ["update=%zz", "update=INSERT+DATA+{}%", "update=%C3%28"])
async def test_parameters_must_be_percent_encoded_utf_8(store: Store, body: str) -> None:
    headers = {**bearer(store.token), **FORM}
    problem_of(await store.client.post(PATH, content=body, headers=headers), 400)


# 2.2.2 "Protocol clients may send protocol requests via the HTTP POST method by including the
# update request directly and unencoded as the HTTP request message body. When using this approach,
# clients must include the SPARQL update request string, unencoded, and nothing else as the message
# body of the request. Clients must set the content type header of the HTTP request to
# application/sparql-update."


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
async def test_update_via_post_directly(store: Store, graph: Place, charset: str) -> None:
    text = f"{DECLARED} INSERT DATA {{ {described(graph)} {club(graph, 'a', 'Café + %2B')} }}"
    headers = {**bearer(store.token), "content-type": DIRECT["content-type"] + charset}
    answer = await store.client.post(PATH, content=text.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert "Café + %2B" in await labels(graph)


@pytest.mark.parametrize(
    "kind",
    ["application/sparql-query", "text/plain", "application/json", "multipart/form-data", "", ";"],
)
async def test_content_type_must_be_set(store: Store, graph: Place, kind: str) -> None:
    headers = {**bearer(store.token), "content-type": kind}
    answer = await store.client.post(PATH, content=adding(graph, "a"), headers=headers)
    problem_of(answer, 415)
    assert answer.headers["accept-post"] == (
        "application/sparql-update, application/x-www-form-urlencoded"
    )


# 2.2.2 "Note that UTF-8 is the only valid charset here."


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "nonsense"])
async def test_utf_8_is_the_only_valid_charset(store: Store, charset: str) -> None:
    kind = f"application/sparql-update; charset={charset}"
    headers = {**bearer(store.token), "content-type": kind}
    problem_of(await store.client.post(PATH, content="CLEAR ALL", headers=headers), 415)


async def test_a_body_that_is_not_utf_8_is_400(store: Store) -> None:
    headers = {**bearer(store.token), **DIRECT}
    answer = await store.client.post(PATH, content=b"INSERT DATA {} # \xff", headers=headers)
    assert "byte 17" in problem_of(answer, 400)["detail"]


async def test_a_packed_body_is_415(store: Store) -> None:
    headers = {**bearer(store.token), **DIRECT, "content-encoding": "gzip"}
    answer = await store.client.post(PATH, content=gzip.compress(b""), headers=headers)
    problem_of(answer, 415)


# 2.2.4 "The response to an update request indicates success or failure of the request via HTTP
# response status code (i.e., one of the response codes defined in [RFC2616] section 10: 2XX for
# successful requests, or 3XX ...)"


async def test_success_is_told_by_the_status_and_seen_by_queries_at_once(
    store: Store, graph: Place
) -> None:
    answer = await send(store, adding(graph, "a"))
    assert answer.status_code == 200
    asked = await store.client.get("/sparql", params={"query": f"ASK {{ <{graph.iri}> ?p ?o }}"})
    assert asked.json()["boolean"] is True
    assert int(asked.headers["cepgraph-version"]) >= answer.json()["version"]


# 2.2.4 "The HTTP response codes applicable to an unsuccessful SPARQL update operation include: 400
# if the SPARQL update request supplied in the request is not a legal sequence of characters in the
# language defined by the SPARQL update grammar"


@pytest.mark.parametrize(
    ("text", "line"),
    [("INSERT DATA\n { a:b <urn:p> 1 }", 2), ("SELECT * { ?s ?p ?o }", 1), ("CLEAR", 1)],
)
async def test_what_is_no_update_is_400_with_its_place(store: Store, text: str, line: int) -> None:
    told = problem_of(await send(store, text), 400)
    assert told["type"] == "https://w3id.org/cepgraph/problem/update-syntax"
    assert told["line"] == line


# 2.2.4 "or, 500 if the service fails to execute the update request. SPARQL Protocol services may
# also return a 500 response code if they refuse to execute an update." Others of RFC 9110 that say
# more are used here: 400 for what is refused, 503 and 504 for what did not end.


@pytest.mark.parametrize("word", ["LOAD <http://127.0.0.1:1/>", "LOAD SILENT <http://a.test/>"])
async def test_load_is_refused(store: Store, word: str) -> None:
    assert "LOAD is switched off" in problem_of(await send(store, word), 400)["detail"]


async def test_service_is_refused(store: Store, graph: Place) -> None:
    text = (
        f"INSERT {{ GRAPH <{graph.iri}> {{ ?s ?p ?o }} }} "
        "WHERE { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    )
    assert "SERVICE is switched off" in problem_of(await send(store, text), 400)["detail"]


async def test_failed_operation_undoes_those_before_it(store: Store, graph: Place) -> None:
    before = store.head
    answer = await send(store, f"{adding(graph, 'a')} ; DROP GRAPH <{GRAPH}arts-connect/no>")
    assert "does not exist" in problem_of(answer, 400)["detail"]
    assert store.head == before
    assert await keys(graph) == set()


# 2.2.4 "The response body of a failed update request is implementation defined."


async def test_failure_is_told_as_a_problem_document(store: Store, graph: Place) -> None:
    text = (
        f"{DECLARED} INSERT DATA {{ {described(graph)} GRAPH <{graph.iri}> {{ id:x a cep:Club }} }}"
    )
    told = problem_of(await send(store, text), 422)
    assert told["report"]["conforms"] is False
    assert "Give one label." in str(told["report"])
    assert ID + "x" in str(told["report"])
    assert await keys(graph) == set()


# 2.2.5 and 4, "Security": "... SPARQL protocol services may ... require authentication"


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Basic YTpi"}, bearer("nonsense"), bearer("cepgraph_000000000000_x")],
)
async def test_without_a_token_that_holds_nothing_is_written(
    store: Store, graph: Place, headers: dict[str, str]
) -> None:
    before = store.head
    answer = await store.client.post(PATH, data={"update": adding(graph, "a")}, headers=headers)
    problem_of(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert store.head == before


async def test_token_of_another_publisher_does_not_write_here(store: Store, graph: Place) -> None:
    await keep(store, graph, "a")
    before = store.head
    _, other = Tokens(store.data).create("somebody-else")
    for text in (adding(graph, "b"), f"CLEAR GRAPH <{graph.iri}>", "DROP ALL"):
        answer = await store.client.post(PATH, data={"update": text}, headers=bearer(other))
        told = problem_of(answer, 403)
        assert "is not among the graphs of this token" in told["detail"]
    assert store.head == before
    assert await keys(graph) == {"a"}


# -- what the protocol leaves to us ----------------------------------------------------------------


async def test_options_tells_the_method_the_bodies_and_allows_other_origins(store: Store) -> None:
    answer = await store.client.options(PATH)
    assert answer.status_code == 204
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert "application/sparql-update" in answer.headers["accept-post"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("form", ["iri", "short"])
async def test_parameter_graph_names_the_default_graph_of_the_update(
    store: Store, graph: Place, form: str
) -> None:
    own = f"<{graph.iri}> a cep:Dataset ; dcterms:publisher id:tester"
    text = (
        f"{DECLARED} INSERT DATA {{ {own} . id:d1 a cep:Club ; rdfs:label 'one' }} ; "
        "DELETE { ?s rdfs:label ?l } INSERT { ?s rdfs:label 'two' } WHERE { ?s rdfs:label ?l }"
    )
    named = graph.iri if form == "iri" else graph.name
    answer = await send(store, text, graph=named)
    assert answer.status_code == 200, answer.text
    assert await labels(graph) == {"two"}


async def test_parameter_graph_must_be_one_of_the_token(store: Store, graph: Place) -> None:
    text = "INSERT DATA { <urn:a> <urn:b> 1 }"
    problem_of(await send(store, text, graph="others/pets"), 403)
    assert problem_of(await send(store, text, graph="no graph"), 422)["parameter"] == "graph"
    assert "2 times" in problem_of(await send(store, text, graph=["a/b", "a/c"]), 400)["detail"]


async def test_update_of_the_default_graph_says_how_to_name_one(store: Store) -> None:
    told = problem_of(await send(store, "INSERT DATA { <urn:a> <urn:b> 1 }"), 400)
    assert "name the graph with GRAPH or WITH, or send the parameter graph" in told["detail"]


async def test_update_that_changes_nothing_writes_no_entry_and_says_why(
    store: Store, graph: Place
) -> None:
    await keep(store, graph, "a")
    before = store.head
    for text in (adding(graph, "a"), f"{DECLARED} DELETE WHERE {{ id:a rdfs:label ?l }}"):
        answer = await send(store, text)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["version"], told["changed"], told["graphs"]) == (before, False, [])
        assert "default graph" in told["note"]
    assert store.head == before


async def test_queries_are_told_where_they_are_answered(store: Store) -> None:
    answer = await store.client.post(PATH, data={"query": "ASK {}"}, headers=bearer(store.token))
    assert "/sparql" in problem_of(answer, 400)["detail"]


async def test_log_says_who_why_how_and_has_the_hash_of_the_text(
    store: Store, graph: Place
) -> None:
    await send(store, adding(graph, "a"), why="names were missing")
    said = store.entry().provenance
    assert said.why == "names were missing"
    assert said.who == f"{ID}organisation/arts-connect"
    await send(store, adding(graph, "b"))
    assert store.entry().provenance.why == "SPARQL update"


async def test_blank_nodes_become_things_with_names_of_their_own(
    store: Store, graph: Place
) -> None:
    async def added(*names: str) -> int:
        clubs = " . ".join(f"[] a cep:Club ; rdfs:label '{name}'" for name in names)
        text = f"{described(graph)} GRAPH <{graph.iri}> {{ {clubs} }}"
        answer = await send(store, f"{DECLARED} INSERT DATA {{ {text} }}")
        assert answer.status_code == 200, answer.text
        return sum(change["triplesAdded"] for change in answer.json()["graphs"])

    assert await added("first", "second") == 2 + 4
    assert await added("third") == 2
    # the very same is nothing new
    assert await added("third") == 0
    names = await keys(graph)
    assert len(names) == 3
    assert all("/.well-known/genid/" in name for name in names)
