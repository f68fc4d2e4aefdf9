"""SPARQL 1.1 Protocol, query operation, sentence by sentence; what is refused is beside this.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from urllib.parse import quote, urlencode

import httpx
import pytest

from cepgraph.terms import BASE

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
BOTH = "o\r\none\r\ntwo\r\n"
CSV = {"accept": "text/csv"}
DIRECT = {**CSV, "content-type": "application/sparql-query"}
FORM = {**CSV, "content-type": "application/x-www-form-urlencoded"}


def problem_of(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem document of a response that must have this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"]
    return body


# -- 2.1 query operation -------------------------------------------------------------------------


async def test_query_by_get(client: httpx.AsyncClient) -> None:
    response = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


async def test_query_by_form_post(client: httpx.AsyncClient) -> None:
    response = await client.post("/sparql", data={"query": ALL}, headers=CSV)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


async def test_query_by_direct_post(client: httpx.AsyncClient) -> None:
    response = await client.post("/sparql", content=ALL, headers=DIRECT)
    assert (response.status_code, response.text) == (200, "o\r\none\r\ntwo\r\n")


async def test_no_query_is_400(client: httpx.AsyncClient) -> None:
    assert "0 were found" in str(problem_of(await client.get("/sparql?format=json"), 400)["detail"])
    problem_of(await client.post("/sparql", data={"quarry": ALL}), 400)


@pytest.mark.parametrize("place", ["url", "form", "both", "direct"])
async def test_more_than_one_query_is_400(client: httpx.AsyncClient, place: str) -> None:
    once, twice = urlencode({"query": ALL}), urlencode([("query", ALL)] * 2)
    url, body, headers = {
        "url": (twice, None, CSV),
        "form": ("", twice, FORM),
        "both": (once, once, FORM),
        "direct": (once, ALL, DIRECT),
    }[place]
    method = "GET" if body is None else "POST"
    response = await client.request(method, f"/sparql?{url}", content=body, headers=headers)
    assert "2 were found" in str(problem_of(response, 400)["detail"])


async def test_an_empty_query_is_one_query_and_no_sparql(client: httpx.AsyncClient) -> None:
    body = problem_of(await client.get("/sparql", params={"query": ""}), 400)
    assert str(body["type"]).endswith("/query-syntax")


# -- 2.1.1 query by GET --------------------------------------------------------------------------


async def test_get_takes_percent_encoded_parameters(client: httpx.AsyncClient) -> None:
    query = quote("SELECT ('é&=+%' AS ?x) {}", safe="")
    response = await client.get(f"/sparql?query={query}", headers=CSV)
    assert response.text == "x\r\né&=+%\r\n"


async def test_parameters_are_separated_by_ampersands_alone(client: httpx.AsyncClient) -> None:
    query = quote("SELECT ?o { ?s ?p ?o ; ?q ?r } ORDER BY ?o", safe=";")
    assert (await client.get(f"/sparql?query={query}", headers=CSV)).text == BOTH
    both = f"default-graph-uri=urn:h;query={quote(ALL)}"
    assert "0 were found" in (await client.get(f"/sparql?{both}")).json()["detail"]


@pytest.mark.parametrize("way", ["GET", "POST"])
async def test_parameters_come_in_any_order(client: httpx.AsyncClient, way: str) -> None:
    pairs = [("default-graph-uri", "urn:h"), ("query", ALL), ("named-graph-uri", "urn:g")]
    for parameters in (pairs, pairs[::-1], [*pairs[1:], pairs[0]]):
        text = urlencode(parameters)
        if way == "GET":
            response = await client.get(f"/sparql?{text}", headers=CSV)
        else:
            response = await client.post("/sparql", content=text, headers=FORM)
        assert response.text == "o\r\ntwo\r\n"


async def test_parameters_that_are_not_known_are_left_alone(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "timeout": "0", "debug": "on", "should-sponge": "", "inference": "1"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == BOTH


async def test_a_body_beside_get_is_not_looked_at(client: httpx.AsyncClient) -> None:
    response = await client.request(
        "GET", "/sparql", params={"query": ALL}, content="query=nonsense", headers=FORM
    )
    assert response.text == BOTH


# -- 2.1.2 query by POST with URL-encoded parameters ---------------------------------------------


async def test_form_post_takes_the_dataset_from_its_body(client: httpx.AsyncClient) -> None:
    data = {"query": ALL, "default-graph-uri": "urn:h"}
    assert (await client.post("/sparql", data=data, headers=CSV)).text == "o\r\ntwo\r\n"


@pytest.mark.parametrize("kind", ["; charset=utf-8", ";charset=UTF-8", " ; boundary=x"])
async def test_form_post_may_have_parameters_to_its_content_type(
    client: httpx.AsyncClient, kind: str
) -> None:
    headers = {**CSV, "content-type": FORM["content-type"] + kind}
    response = await client.post("/sparql", content=urlencode({"query": ALL}), headers=headers)
    assert response.text == BOTH


# -- 2.1.3 query by POST directly ----------------------------------------------------------------


async def test_direct_post_takes_the_dataset_from_the_url(client: httpx.AsyncClient) -> None:
    params = {"default-graph-uri": "urn:h"}
    response = await client.post("/sparql", params=params, content=ALL, headers=DIRECT)
    assert response.text == "o\r\ntwo\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
async def test_direct_post_may_name_utf_8(client: httpx.AsyncClient, charset: str) -> None:
    kind = f"application/sparql-query; charset={charset}"
    response = await client.post(
        "/sparql", content="SELECT ('é' AS ?x) {}", headers={**CSV, "content-type": kind}
    )
    assert response.text == "x\r\né\r\n"


async def test_direct_post_is_the_query_unencoded_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    for body in (quote(ALL), urlencode({"query": ALL})):
        response = await client.post("/sparql", content=body, headers=DIRECT)
        assert str(problem_of(response, 400)["type"]).endswith("/query-syntax")


# -- 2.1.4 specifying an RDF dataset -------------------------------------------------------------


async def test_default_graph_uri_gives_the_default_graph(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "default-graph-uri": "urn:g"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\none\r\n"


async def test_default_graph_uris_are_merged(client: httpx.AsyncClient) -> None:
    params = [("query", ALL), ("default-graph-uri", "urn:g"), ("default-graph-uri", "urn:h")]
    response = await client.get("/sparql", params=params, headers=CSV)
    assert response.text == "o\r\none\r\ntwo\r\n"


async def test_named_graph_uri_gives_the_named_graphs(client: httpx.AsyncClient) -> None:
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    params = {"query": query, "named-graph-uri": "urn:h"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\ntwo\r\n"


async def test_from_in_the_query_gives_the_dataset(client: httpx.AsyncClient) -> None:
    query = (
        "SELECT ?o FROM <urn:h> FROM NAMED <urn:g> { { ?s ?p ?o } UNION { GRAPH ?g { ?a ?b ?o } } }"
    )
    response = await client.get("/sparql", params={"query": query}, headers=CSV)
    assert sorted(response.text.split()) == ["o", "one", "two"]


async def test_dataset_of_the_protocol_wins_over_that_of_the_query(
    client: httpx.AsyncClient,
) -> None:
    query = "SELECT ?o FROM <urn:g> { ?s ?p ?o }"
    params = {"query": query, "default-graph-uri": "urn:h"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\ntwo\r\n"


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
async def test_dataset_of_the_protocol_wins_as_a_whole(
    client: httpx.AsyncClient, parameter: str
) -> None:
    query = (
        "SELECT ?o FROM <urn:g> FROM NAMED <urn:g> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    )
    params = {"query": query, parameter: "urn:h"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\ntwo\r\n"


async def test_without_a_dataset_all_graphs_are_one(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sparql", params={"query": ALL}, headers=CSV)).text == BOTH
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o"
    assert (await client.get("/sparql", params={"query": query}, headers=CSV)).text == BOTH


async def test_a_graph_that_is_not_there_is_empty_and_not_fetched(
    client: httpx.AsyncClient,
) -> None:
    params = {"query": ALL, "default-graph-uri": "http://127.0.0.1:1/"}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == "o\r\n"


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["no uri", "relative", "urn:a b", "<urn:g>"])
async def test_a_graph_uri_that_is_none_is_400_and_named(
    client: httpx.AsyncClient, parameter: str, graph: str
) -> None:
    params = {"query": ALL, parameter: graph}
    detail = str(problem_of(await client.get("/sparql", params=params), 400)["detail"])
    assert parameter in detail
    assert graph in detail


async def test_a_graph_uri_that_a_form_left_empty_is_none(client: httpx.AsyncClient) -> None:
    params = {"query": ALL, "default-graph-uri": "", "named-graph-uri": ""}
    assert (await client.get("/sparql", params=params, headers=CSV)).text == BOTH


# -- 2.1.6 success responses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ("SELECT * {}", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"),
        ("DESCRIBE <urn:s>", "text/turtle"),
    ],
)
async def test_success_is_200_with_the_media_type_of_a_result_or_a_graph(
    client: httpx.AsyncClient, query: str, media_type: str
) -> None:
    response = await client.get("/sparql", params={"query": query})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("query", "text"), [(f"{ALL} LIMIT 0", "o\r\n"), ("ASK { <urn:none> ?p ?o }", "false")]
)
async def test_nothing_found_is_success_too(
    client: httpx.AsyncClient, query: str, text: str
) -> None:
    response = await client.get("/sparql", params={"query": query}, headers=CSV)
    assert (response.status_code, response.text) == (200, text)


# -- 2.3 determining the base IRI ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "iri"),
    [
        ("SELECT (<x> AS ?x) {}", f"{BASE}x"),
        ("SELECT (IRI('id/a/b') AS ?x) {}", f"{BASE}id/a/b"),
        ("PREFIX cep: <ontology#> SELECT (cep:Finding AS ?x) {}", f"{BASE}ontology#Finding"),
        ("BASE <http://a.test/> SELECT (<x> AS ?x) {}", "http://a.test/x"),
        ("BASE <y/> SELECT (<x> AS ?x) {}", f"{BASE}y/x"),
    ],
)
async def test_relative_iris_are_those_of_base_or_of_the_service(
    client: httpx.AsyncClient, query: str, iri: str
) -> None:
    response = await client.get("/sparql", params={"query": query}, headers=CSV)
    assert response.text == f"x\r\n{iri}\r\n"


# -- HEAD and OPTIONS, as HTTP has them ----------------------------------------------------------


async def test_head_has_the_headers_of_get_and_no_body(client: httpx.AsyncClient) -> None:
    got = await client.get("/sparql", params={"query": ALL}, headers=CSV)
    head = await client.head("/sparql", params={"query": ALL}, headers=CSV)
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "cepgraph-version"):
        assert head.headers[name] == got.headers[name]


async def test_options_tells_the_methods_and_allows_other_origins(
    client: httpx.AsyncClient,
) -> None:
    response = await client.options("/sparql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    for name in ("accept-post", "accept-query"):
        assert response.headers[name] == f"{DIRECT['content-type']}, {FORM['content-type']}"
    assert response.headers["access-control-allow-methods"] == response.headers["allow"]
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in response.headers["access-control-allow-headers"]
