"""From a query to a permalink, and back after a year."""

from itertools import count
from typing import Any

import httpx
import pytest

from cepgraph.terms import BASE
from tests.api.citations.support import BY, CLUBS, NAMES, PATH, PETS

pytestmark = pytest.mark.anyio

numbers = count()


def fresh(query: str = NAMES) -> str:
    """A query that was not cited before."""
    return f"{query} # {next(numbers)}"


async def cite(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """POST as JSON; underscores in names stand for hyphens."""
    body = {name.replace("_", "-"): value for name, value in fields.items()}
    return await client.post(PATH, json=body)


def problem(response: httpx.Response, status: int, parameter: str | None = None) -> str:
    """What a problem says."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told.get("parameter") == parameter
    return str(told["detail"])


async def test_citation_is_made_and_found_at_its_permalink(client: httpx.AsyncClient) -> None:
    made = await cite(client, query=fresh(), version=1, title="Names", note="A note.")
    assert made.status_code == 201
    assert made.headers["cepgraph-version"] == "1"
    told = made.json()
    assert made.headers["location"] == told["url"]
    assert made.headers["content-location"] == told["links"]["self"]
    assert (told["title"], told["note"], told["version"]) == ("Names", "A note.", 1)
    assert (told["form"], told["columns"], told["count"]) == ("select", ["thing", "name"], 2)
    assert told["verified"] is True
    assert told["current"] == {
        "version": 1,
        "same": True,
        "resultHash": told["resultHash"],
        "count": 2,
        "gone": None,
        "new": None,
        "changes": [],
    }
    for address in (told["links"]["self"], f"{told['url']}.json"):
        again = await client.get(address)
        assert again.status_code == 200
        assert again.headers["cepgraph-version"] == "1"
        assert again.json() == told


async def test_same_again_has_the_same_permalink(client: httpx.AsyncClient) -> None:
    query = fresh()
    first = await cite(client, query=query)
    again = await cite(client, query=query, version=1)
    form = await client.post(PATH, data={"query": query, "version": ""})
    assert [r.status_code for r in (first, again, form)] == [201, 200, 200]
    assert first.headers["location"] == again.headers["location"] == form.headers["location"]
    assert first.json() == again.json() == form.json()


async def test_title_of_somebody_else_has_another_permalink(client: httpx.AsyncClient) -> None:
    query = fresh()
    first = await cite(client, query=query, title="One")
    other = await cite(client, query=query, title="Other")
    assert other.status_code == 201
    assert (await client.get(first.headers["location"] + ".json")).json()["title"] == "One"


async def test_browser_is_sent_to_the_page(client: httpx.AsyncClient) -> None:
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    made = await client.post(PATH, data={"query": fresh()}, headers=accept)
    assert made.status_code == 303
    page = await client.get(made.headers["location"], headers=accept)
    assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_permalink_comes_in_the_form_that_is_accepted(client: httpx.AsyncClient) -> None:
    place = (await cite(client, query=fresh())).headers["location"]
    for accept in ("text/html", "application/json", "application/ld+json"):
        found = await client.get(place, headers={"accept": accept})
        assert found.headers["content-type"].partition(";")[0] == accept
        assert found.headers["vary"] == "Accept"
    problem(await client.get(place, headers={"accept": "image/png"}), 406)
    head = await client.head(place)
    assert (head.status_code, head.content) == (200, b"")


async def test_page_links_to_itself_for_machines(client: httpx.AsyncClient) -> None:
    place = (await cite(client, query=fresh())).headers["location"]
    links = (await client.get(place)).headers["link"]
    assert f'<{place}>; rel="cite-as"' in links
    assert f'<{BY}>; rel="license"' in links
    assert f'<{place}.crate.zip>; rel="item"; type="application/zip"' in links


async def test_parts_of_a_citation(client: httpx.AsyncClient) -> None:
    query = fresh()
    links = (await cite(client, query=query)).json()["links"]
    assert (await client.get(links["query"])).text == query
    table = await client.get(links["results"]["csv"])
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert sorted(table.text.splitlines()) == ["thing,name", "urn:rex,Rex", "urn:tom,Tom"]
    assert "attachment" in table.headers["content-disposition"]
    rows = (await client.get(links["results"]["srj"])).json()["results"]["bindings"]
    assert len(rows) == 2
    assert (await client.get(links["newest"]["csv"])).text == table.text
    for ending in ("bib", "ris", "csl.json", "jsonld", "crate.zip"):
        assert (await client.get(f"{links['page']}.{ending}")).status_code == 200
    for part in ("result.ttl", "result", "result.", "other.csv", "x/y", "query.csv"):
        problem(await client.get(f"{links['page']}/{part}"), 404)


async def test_query_with_relative_iris_is_cited_as_the_endpoint_answers_it(
    client: httpx.AsyncClient,
) -> None:
    query = fresh("SELECT ?p ?o { <graph/arts-connect/pets> ?p ?o }")
    told = (await cite(client, query=query)).json()
    asked = await client.post("/sparql", data={"query": query}, headers={"accept": "text/csv"})
    assert told["count"] == len(asked.text.splitlines()) - 1 == 3
    assert told["query"] == query
    assert [graph["id"] for graph in told["graphs"]] == [PETS]


async def test_query_with_relative_iris_is_kept_with_what_they_are_below(
    client: httpx.AsyncClient,
) -> None:
    query = fresh("SELECT ?p ?o { <graph/arts-connect/pets> ?p ?o }")
    links = (await cite(client, query=query)).json()["links"]
    text = (await client.get(links["query"])).text
    assert text == f"BASE <{BASE}>\n{query}"
    again = await client.post("/sparql", data={"query": f"BASE <urn:x:/> {text}"})
    assert len(again.json()["results"]["bindings"]) == 3


@pytest.mark.parametrize(
    ("query", "form", "size", "ending", "shown"),
    [
        ("ASK { <urn:rex> ?p ?o }", "ask", 1, "srj", ">Yes<"),
        ("ASK { <urn:none> ?p ?o }", "ask", 1, "srx", ">No<"),
        ("CONSTRUCT { ?s <urn:is> ?n } { ?s <urn:name> ?n }", "graph", 2, "ttl", "2 triples"),
        ("CONSTRUCT { [] <urn:is> ?n } { ?s <urn:name> ?n }", "graph", 2, "nt", "2 triples"),
        ("DESCRIBE <urn:rex>", "graph", 1, "jsonld", "1 triple"),
        ("SELECT ?n { <urn:none> <urn:name> ?n }", "select", 0, "tsv", "0 rows"),
    ],
)
async def test_every_form_of_query_is_cited(
    client: httpx.AsyncClient, query: str, form: str, size: int, ending: str, shown: str
) -> None:
    told = (await cite(client, query=fresh(query))).json()
    assert (told["form"], told["count"], told["verified"]) == (form, size, True)
    assert (await client.get(told["links"]["results"][ending])).status_code == 200
    assert (await client.get(told["links"]["crate"])).status_code == 200
    page = await client.get(told["url"], headers={"accept": "text/html"})
    assert shown in page.text


async def test_graphs_are_those_that_the_answer_needs(client: httpx.AsyncClient) -> None:
    told = (await cite(client, query=fresh())).json()
    assert told["graphsAreThose"] == "needed"
    assert told["graphs"] == [
        {
            "id": PETS,
            "title": "Pets",
            "publishers": [{"id": "urn:arts-connect", "name": "Arts Connect"}],
            "licences": [BY],
            "licenceStatements": [],
        }
    ]
    assert told["licences"] == [BY]
    both = fresh("SELECT ?name { ?club <urn:takes> ?pet . ?pet <urn:name> ?name }")
    graphs = (await cite(client, query=both)).json()["graphs"]
    assert [graph["id"] for graph in graphs] == [CLUBS, PETS]
    assert graphs[0]["licenceStatements"] == ["not stated"]
    assert graphs[0]["publishers"] == [{"id": "urn:a-new-direction", "name": ""}]
    none = await cite(client, query=fresh("SELECT (1 AS ?one) {}"))
    assert none.json()["graphs"] == []


async def test_dataset_is_part_of_what_is_cited(client: httpx.AsyncClient) -> None:
    query = fresh("SELECT ?s { ?s ?p ?o }")
    all_ = (await cite(client, query=query)).json()
    clubs = (await cite(client, query=query, default_graph_uri=CLUBS)).json()
    assert (all_["count"], clubs["count"]) == (10, 4)
    assert [graph["id"] for graph in clubs["graphs"]] == [CLUBS]
    assert clubs["defaultGraphs"] == [CLUBS]
    named = fresh("SELECT ?g { GRAPH ?g { ?s <urn:takes> ?o } }")
    empty = (await cite(client, query=named, named_graph_uri=[PETS])).json()
    assert (empty["count"], empty["graphs"]) == (0, [])


async def test_query_with_a_dataset_of_its_own_is_cited(client: httpx.AsyncClient) -> None:
    told = (
        await cite(client, query=fresh(f"SELECT ?n FROM <{PETS}> {{ ?s <urn:name> ?n }}"))
    ).json()
    assert (told["count"], told["verified"]) == (2, True)
    assert PETS in [graph["id"] for graph in told["graphs"]]


async def test_query_that_takes_some_rows_says_so(client: httpx.AsyncClient) -> None:
    some = await cite(client, query=fresh(f"{NAMES} LIMIT 1"))
    assert some.json()["orderMatters"] is True
    assert (await cite(client, query=fresh(f"{NAMES.replace('name }', 'limit }')}"))).json()[
        "orderMatters"
    ] is False


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (RAND() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (now () AS ?x) {}",
        "SELECT (rand#\n() AS ?x) {}",
        # twice alike, today
        'SELECT ?x { VALUES ?x { 1 } FILTER(NOW() > "2020-01-01T00:00:00Z"^^xsd:dateTime) }',
        # the engine wants no space
        "SELECT ?x { VALUES ?x { 1 } FILTERRAND() }",
        "SELECT ?x { VALUES ?x { 1 } } ORDER BYRAND()",
    ],
)
async def test_query_that_never_answers_twice_alike_is_refused(
    client: httpx.AsyncClient, query: str
) -> None:
    declared = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> {query}"
    made = await cite(client, query=fresh(declared))
    assert "never the same twice" in problem(made, 422, "query")


async def test_blank_nodes_that_a_query_makes_are_the_same_twice(client: httpx.AsyncClient) -> None:
    query = fresh("CONSTRUCT { ?b <urn:is> ?n } { ?s <urn:name> ?n BIND(BNODE() AS ?b) }")
    assert (await cite(client, query=query)).json()["count"] == 2
    table = await cite(client, query=fresh("SELECT (BNODE() AS ?b) {}"))
    assert "blank nodes" in problem(table, 422, "query")


async def test_word_in_a_name_or_text_is_no_such_function(client: httpx.AsyncClient) -> None:
    query = fresh('SELECT ?brand ?now { ?brand <urn:rand> "uuid()" , ?now }')
    assert (await cite(client, query=query)).status_code == 201


@pytest.mark.parametrize("keyword", ["SERVICE", "SERVICE SILENT", "service"])
async def test_query_that_leaves_the_machine_is_refused(
    client: httpx.AsyncClient, keyword: str
) -> None:
    query = fresh(f"SELECT * {{ {keyword} <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}")
    assert "SERVICE" in problem(await cite(client, query=query), 400)


async def test_query_that_is_none_is_refused_with_its_place(client: httpx.AsyncClient) -> None:
    made = await cite(client, query="SELECT ?x\n{ ?x ?y")
    problem(made, 400)
    assert made.json()["line"] == 2


async def test_version_that_is_not_there_yet_is_refused(client: httpx.AsyncClient) -> None:
    assert "the newest is 1" in problem(await cite(client, query=NAMES, version=99), 422, "version")


async def test_faulty_bodies_are_problems(client: httpx.AsyncClient) -> None:
    problem(await cite(client), 422, "query")
    problem(await cite(client, query=NAMES, colour="red"), 422, "colour")
    problem(await client.post(PATH, content=b"{"), 415)
    problem(
        await client.post(PATH, content=b"{", headers={"content-type": "application/json"}), 400
    )
    large = await client.post(
        PATH, content=b" " * (2 << 20), headers={"content-type": "application/json"}
    )
    problem(large, 413)


async def test_citations_are_not_listed(client: httpx.AsyncClient) -> None:
    for place in (PATH, f"{PATH}/"):
        listing = await client.get(place)
        assert "not listed" in problem(listing, 405)
        assert listing.headers["allow"] == "POST, OPTIONS"
    problem(await client.get("/citation/"), 404)


async def test_citations_are_not_taken_away(client: httpx.AsyncClient) -> None:
    links = (await cite(client, query=fresh())).json()["links"]
    for place in (links["self"], links["page"]):
        problem(await client.delete(place), 405)


async def test_pages_of_any_site_may_cite(client: httpx.AsyncClient) -> None:
    asked = await client.options(PATH)
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    made = await cite(client, query=fresh())
    assert made.headers["access-control-allow-origin"] == "*"
    assert "Location" in made.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "place", [f"{PATH}/{'0' * 32}", f"/citation/{'0' * 32}", "/citation/x.bib"]
)
async def test_citation_that_is_not_there_is_404(client: httpx.AsyncClient, place: str) -> None:
    problem(await client.get(place), 404)


async def test_what_people_write_is_text_on_the_page(client: httpx.AsyncClient) -> None:
    evil = '"><script>alert(1)</script>'
    query = fresh(f"SELECT ('{evil}' AS ?x) {{}}")
    made = await cite(client, query=query, title=f"T{evil}", note=f"N{evil}")
    page = await client.get(made.json()["url"], headers={"accept": "text/html"})
    assert "<script" not in page.text
    assert "alert(1)" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
