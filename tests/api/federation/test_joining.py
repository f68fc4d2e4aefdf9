"""What endpoints say is joined to what the graph says.

https://www.w3.org/TR/sparql11-federated-query/
"""

import httpx
import pytest
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse_query_results,
)

from cepgraph import __version__
from tests.api.federation.conftest import Ask
from tests.api.federation.elsewhere import DATA, GOOD, JSON, Elsewhere

pytestmark = pytest.mark.anyio

LOCAL = '<urn:s> <urn:p> "one" . <urn:t> <urn:p> "two" .'
REMOTE = NamedNode("urn:remote")

JOINS = [
    "SELECT ?o ?l { ?s :p ?o . SERVICE <URL> { ?s :label ?l } }",
    "SELECT ?o ?l { SERVICE <URL> { ?s :label ?l } ?s :p ?o }",
    "SELECT ?l ?n { SERVICE <URL> { ?s :label ?l } SERVICE <URL> { ?s :next ?n } }",
    "SELECT ?o ?n { ?s :p ?o OPTIONAL { SERVICE <URL> { ?s :next ?n } } }",
    "SELECT ?o ?n { ?s :p ?o OPTIONAL { SERVICE <URL> { ?s :size ?n } FILTER (?o = 'two') } }",
    "SELECT ?o { ?s :p ?o MINUS { SERVICE <URL> { ?s :size ?n } } }",
    "SELECT ?o { ?s :p ?o FILTER EXISTS { SERVICE <URL> { ?s :next ?n } } }",
    "SELECT ?o { ?s :p ?o FILTER NOT EXISTS { SERVICE <URL> { ?s :next ?n } } }",
    "SELECT ?o (EXISTS { SERVICE <URL> { ?s :size 2 } } AS ?e) { ?s :p ?o }",
    "SELECT ?x { { ?s :p ?x } UNION { SERVICE <URL> { ?s :label ?x } } }",
    (
        "SELECT ?o ?n { ?s :p ?o "
        "{ SELECT ?s (COUNT(*) AS ?n) { SERVICE <URL> { ?s ?p ?l } } GROUP BY ?s } }"
    ),
    (
        "SELECT ?o ?l { ?s :p ?o "
        "SERVICE <URL> { SELECT ?s (MAX(?x) AS ?l) { ?s :label ?x } GROUP BY ?s } }"
    ),
    "SELECT ?o ?l { ?s :p ?o SERVICE <URL> { ?s :label ?l FILTER (LANG(?l) = 'es') } }",
    "SELECT ?o ?l { ?s :p ?o SERVICE <URL> { { ?s :label ?l } UNION { ?s :size ?l } } }",
    "SELECT ?o ?a { ?s :p ?o SERVICE <URL> { ?s :label ?l BIND (STRLEN(?l) AS ?a) } }",
    "SELECT ?o ?l { VALUES ?s { :s } ?s :p ?o SERVICE <URL> { ?s :label ?l } }",
    "SELECT ?s ?l { BIND (:s AS ?s) SERVICE <URL> { ?s :label ?l } }",
    "SELECT * { ?s :p ?o SERVICE <URL> { ?s :label ?l FILTER (BOUND(?o)) } }",
    "SELECT ?o ?l { ?s :p ?o SERVICE <URL> { ?s :label ?l } } VALUES ?l { 'S' 'T' }",
    "SELECT ?s ?p { SERVICE <URL> { ?s ?p ?x FILTER (ISIRI(?s)) } }",
    "SELECT ?o { ?s :p ?o SERVICE <URL> { :s :next :t } }",
    "SELECT ?o { ?s :p ?o SERVICE <URL> { :s :next :nowhere } }",
    "SELECT ?o { ?s :p ?o SERVICE <URL> { } }",
    "SELECT * { ?s :p ?o SERVICE <URL> { ?s :nothing ?l } }",
    "SELECT * { ?s :p ?o OPTIONAL { SERVICE <URL> { ?s :nothing ?l } } }",
    "SELECT ?l { SERVICE <URL> { :quoted :label ?l } }",
    "SELECT (COUNT(*) AS ?n) { SERVICE <URL> { ?s ?p ?o } SERVICE <URL> { ?a ?b ?c } }",
    "SELECT ?o ?l{?s :p ?o.SERVICE<URL>{?s :label ?l}}",
    (
        "SELECT ?o ?l { ?s :p ?o . # SERVICE <URL> { ?x ?y ?z }\n"
        "SERVICE # {\n <URL> # }\n {?s :label ?l #}\n} }"
    ),
    "SELECT ?o ?l { ?s :p ?o FILTER (?o != 'SERVICE <URL> { }') sErViCe <URL> { ?s :label ?l } }",
    (
        "PREFIX service: <urn:> "
        "SELECT ?l { service:s :p ?o . SERVICE <URL> { service:s service:label ?l } }"
    ),
    (
        "SELECT ?l { SERVICE <URL> { "
        ":quoted :label ?l FILTER (CONTAINS(?l, '} \\u00e9 SERVICE {') || true) } }"
    ),
    "SELECT ?l {\r\tSERVICE <URL> {\r\n\t:s :label ?l # '\r} }",
    "BASE <urn:> SELECT ?l { SERVICE <URL> { <s> <label> ?l } }",
]


def expected(query: str) -> list[tuple[str, ...]]:
    """What it answers where what is elsewhere is a graph of its own."""
    store = Store()
    store.update(f"INSERT DATA {{ {LOCAL} }}")
    remote = Store()
    remote.load(DATA.encode(), format=RdfFormat.TURTLE)
    store.extend(Quad(*quad.triple, REMOTE) for quad in remote)
    return rows_of(store.query(f"PREFIX : <urn:> {query}"))


def rows_of(results: object) -> list[tuple[str, ...]]:
    """The rows in a certain order, after the names of the columns."""
    assert isinstance(results, QuerySolutions)
    names = sorted(variable.value for variable in results.variables)
    return [tuple(names), *sorted(tuple(str(row[name]) for name in names) for row in results)]


def rows_in(response: httpx.Response) -> list[tuple[str, ...]]:
    """The rows of a result in JSON."""
    assert response.status_code == 200, response.text
    return rows_of(parse_query_results(response.content, format=QueryResultsFormat.JSON))


@pytest.mark.parametrize("query", JOINS)
async def test_service_is_joined_as_a_graph_would_be(
    ask: Ask, elsewhere: Elsewhere, query: str
) -> None:
    local = query.replace("SERVICE", "GRAPH").replace("sErViCe", "GRAPH")
    response = await ask(query.replace("URL", elsewhere.url()), JSON)
    assert rows_in(response) == expected(local.replace("URL", REMOTE.value))


async def test_other_forms_of_query(ask: Ask, elsewhere: Elsewhere) -> None:
    service = f"SERVICE <{elsewhere.url()}> {{ ?s :next ?n }}"
    triples = "application/n-triples"
    assert (await ask(f"ASK {{ {service} }}", JSON)).json()["boolean"] is True
    assert (await ask(f"ASK {{ ?n :p 'one' {service} }}", JSON)).json()["boolean"] is False
    made = await ask(f"CONSTRUCT {{ ?n :before ?s }} WHERE {{ {service} }}", triples)
    assert made.text == "<urn:t> <urn:before> <urn:s> .\n"
    described = await ask(f"DESCRIBE ?n {{ {service} }}", triples)
    assert described.text == '<urn:t> <urn:p> "two" .\n'


async def test_service_within_graph_is_asked_of_the_endpoint(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    response = await ask(
        f"SELECT ?g ?l {{ GRAPH ?g {{ ?s :p ?o SERVICE <{elsewhere.url()}> {{ ?s :label ?l }} }} }}"
        " ORDER BY ?g ?l"
    )
    assert response.text == "g,l\r\nurn:g,S\r\nurn:g,es\r\nurn:h,T\r\n"


async def test_endpoint_gets_the_group_and_its_prefixes_and_nothing_else(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    elsewhere.asked.clear()
    group = "{ ?s e:label ?l # a remark\n }"
    response = await ask(
        f"BASE <http://example.org/> PREFIX e: <urn:> SELECT ?l {{ ?s :p 'one' . "
        f"SERVICE <{elsewhere.url()}> {group} }}"
    )
    assert sorted(response.text.split()) == ["S", "es", "l"]
    (asked,) = elsewhere.asked
    assert asked.query == (
        "BASE <https://w3id.org/cepgraph/>\nPREFIX : <urn:>\n"
        f"BASE <http://example.org/>\nPREFIX e: <urn:>\nSELECT * WHERE {group}"
    )
    assert asked.path == "/sparql"
    assert asked.headers == {
        "host": f"127.0.0.1:{elsewhere.port}",
        "accept": JSON,
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "user-agent": f"cepgraph/{__version__}",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(asked.body)),
    }


async def test_relative_iri_is_one_of_ours_for_the_endpoint_too(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    service = f"SERVICE <{elsewhere.url()}>"
    response = await ask(f"SELECT ?x {{ {service} {{ BIND (<id/area/x> AS ?x) }} }}")
    assert response.text == "x\r\nhttps://w3id.org/cepgraph/id/area/x\r\n"
    refused = await ask("SELECT ?x { SERVICE <sparql> { ?s ?p ?x } }")
    assert "SERVICE <https://w3id.org/cepgraph/sparql> is not asked" in refused.json()["detail"]


async def test_blank_node_is_the_same_thing_within_one_service_and_another_in_the_next(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    service = f"SERVICE <{elsewhere.url()}>"
    same = await ask(f"ASK {{ {service} {{ ?b :of ?c ; :label 'B' }} FILTER (?b = ?c) }}", JSON)
    assert same.json()["boolean"] is True
    other = await ask(f"ASK {{ {service} {{ ?b :of ?b }} {service} {{ ?b :label 'B' }} }}", JSON)
    assert other.json()["boolean"] is False
    shown = await ask(f"SELECT ?b {{ {service} {{ ?b :of ?b }} }}")
    assert shown.text.startswith("b\r\nurn:uuid:")


@pytest.mark.parametrize("path", GOOD)
async def test_good_answers_are_taken(ask: Ask, elsewhere: Elsewhere, path: str) -> None:
    service = f"SERVICE <{elsewhere.url('/' + path)}>"
    response = await ask(f"SELECT * {{ {service} {{ :t :label ?l }} }}")
    assert response.text == f"l\r\n{'L' if path == 'more' else 'T'}\r\n"


async def test_cookies_are_not_kept(ask: Ask, elsewhere: Elsewhere) -> None:
    for _ in range(2):
        await ask(f"ASK {{ SERVICE <{elsewhere.url('/cookie')}> {{ :t :label ?l }} }}", JSON)
    assert "cookie" not in elsewhere.asked[-1].headers


async def test_answer_names_who_contributed_and_is_kept_by_nobody(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    first, second = elsewhere.url(), elsewhere.url("/json")
    query = f"""ASK {{ SERVICE <{first}> {{ <urn:t> <urn:label> ?l }}
        SERVICE <{second}> {{ <urn:t> <urn:label> ?l }}
        SERVICE <{first}> {{ ?t <urn:label> ?l }} }}"""
    elsewhere.asked.clear()
    for _ in range(2):
        response = await client.get("/sparql", params={"query": query})
        assert response.headers["cepgraph-service"] == f"<{first}>, <{second}>"
        assert response.headers["cepgraph-version"] == "1"
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
        assert response.json() == {"head": {}, "boolean": True}
    assert len(elsewhere.asked) == 6


async def test_query_that_only_names_a_service_is_as_any_other(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    query = f"SELECT ?service {{ ?s <urn:p> ?service }} # SERVICE <{elsewhere.url()}> {{}}"
    before = elsewhere.connections
    response = await client.get("/sparql", params={"query": query})
    assert response.status_code == 200
    assert response.headers["etag"]
    assert "cepgraph-service" not in response.headers
    assert elsewhere.connections == before


async def test_earlier_version_is_joined_too(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    query = f"SELECT * {{ ?s <urn:p> ?o SERVICE <{elsewhere.url()}> {{ ?s <urn:label> ?l }} }}"
    headers = {"accept": "text/csv"}
    response = await client.get("/sparql", params={"query": query, "version": "0"}, headers=headers)
    assert (response.text, response.headers["cepgraph-version"]) == ("l,o,s\r\n", "0")
