"""Which format an answer comes in, and what its headers say."""

from urllib.parse import quote

import httpx
import pytest

from cepgraph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format
from tests.api.test_sparql_protocol import problem_of

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"


async def get(client: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    """A query by GET with some headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.get("/sparql", params={"query": query}, headers=named)


def kind_of(response: httpx.Response) -> str:
    """The media type without parameters."""
    return response.headers["content-type"].split(";")[0]


@pytest.mark.parametrize("media_type", [m for f in RESULT_FORMATS for m in f.media_types])
@pytest.mark.parametrize("query", [ALL, "ASK { ?s ?p ?o }"])
async def test_tables_and_booleans_come_as_asked(
    client: httpx.AsyncClient, query: str, media_type: str
) -> None:
    response = await get(client, query, accept=media_type)
    assert response.status_code == 200
    assert kind_of(response) == media_type
    assert "two" in response.text or "true" in response.text


@pytest.mark.parametrize("media_type", [m for f in GRAPH_FORMATS for m in f.media_types])
@pytest.mark.parametrize("query", [GRAPH, "DESCRIBE <urn:t>"])
async def test_graphs_come_as_asked(client: httpx.AsyncClient, query: str, media_type: str) -> None:
    response = await get(client, query, accept=media_type)
    assert response.status_code == 200
    assert kind_of(response) == media_type
    assert "two" in response.text


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("", "application/sparql-results+json", "text/turtle"),
        ("text/csv, */*;q=0.1", "text/csv", "text/turtle"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", None),
        ("text/csv;q=0, text/*", "text/tab-separated-values", "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("application/*", "application/sparql-results+json", "application/n-triples"),
        ("TEXT/CSV", "text/csv", None),
        ("application/trig;q=0.9, text/csv;q=0.8", "text/csv", "application/trig"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json", None),
        ("application/n3", "406", "application/n3"),
        ("text/csv;q=0.50, text/tab-separated-values;q=0.500", "text/csv", "406"),
        ("application/json;q=0.1, application/*;q=0.9", "application/sparql-results+json", None),
        ('text/csv;header="present, or not";q=1, */*;q=0.1', "text/csv", None),
        (
            "text/csv ; q=nonsense, text/tab-separated-values;q=0.1",
            "text/tab-separated-values",
            None,
        ),
    ],
)
async def test_quality_values_and_wildcards_decide(
    client: httpx.AsyncClient, accept: str, table: str, graph: str | None
) -> None:
    for query, given in ((ALL, table), (GRAPH, graph)):
        response = await get(client, query, accept=accept)
        if given == "406":
            problem_of(response, 406)
        elif given is not None:
            assert kind_of(response) == given


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/html"])
async def test_nothing_acceptable_is_406_with_what_there_is(
    client: httpx.AsyncClient, accept: str
) -> None:
    body = problem_of(await get(client, ALL, accept=accept), 406)
    assert "text/csv" in str(body["detail"])


async def test_nothing_acceptable_for_this_form_is_406(client: httpx.AsyncClient) -> None:
    problem_of(await get(client, ALL, accept="text/turtle"), 406)
    problem_of(await get(client, GRAPH, accept="text/csv"), 406)


JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"


@pytest.mark.parametrize("parameter", ["format", "output"])
@pytest.mark.parametrize(
    ("name", "table", "graph"),
    [
        ("json", JSON, "application/ld+json"),
        ("xml", XML, "application/rdf+xml"),
        ("csv", "text/csv", None),
        ("TSV", "text/tab-separated-values", None),
        ("srj", JSON, None),
        ("turtle", None, "text/turtle"),
        ("ttl", None, "text/turtle"),
        ("nt", None, "application/n-triples"),
        ("ntriples", None, "application/n-triples"),
        ("n-triples", None, "application/n-triples"),
        ("json-ld", None, "application/ld+json"),
        ("rdf", None, "application/rdf+xml"),
        ("rdf/xml", None, "application/rdf+xml"),
        ("rdf+xml", None, "application/rdf+xml"),
        ("trig", None, "application/trig"),
        ("nquads", None, "application/n-quads"),
        ("n3", None, "text/n3"),
        (JSON, JSON, None),
        ("application/json", JSON, "application/ld+json"),
        ("application/xml", XML, "application/rdf+xml"),
        ("text/csv", "text/csv", None),
        ("text/csv; charset=utf-8", "text/csv", None),
        ("text/tab-separated-values", "text/tab-separated-values", None),
        ("text/turtle", None, "text/turtle"),
        ("application/rdf+xml", None, "application/rdf+xml"),
        ("text/plain", None, "application/n-triples"),
    ],
)
async def test_format_parameters_of_clients_come_before_accept(
    client: httpx.AsyncClient, parameter: str, name: str, table: str | None, graph: str | None
) -> None:
    for query, given in ((ALL, table), (GRAPH, graph)):
        params = {"query": query, parameter: name}
        for accept in ("image/png", "*/*", "text/html,application/xml;q=0.9,*/*;q=0.8"):
            response = await client.get("/sparql", params=params, headers={"accept": accept})
            if given is None:
                problem_of(response, 406)
            else:
                assert kind_of(response) == given


@pytest.mark.parametrize("form", ["form", "direct"])
async def test_format_parameters_come_with_bodies_too(client: httpx.AsyncClient, form: str) -> None:
    if form == "form":
        response = await client.post("/sparql", data={"query": ALL, "output": "csv"})
    else:
        headers = {"content-type": "application/sparql-query"}
        response = await client.post("/sparql?format=csv", content=ALL, headers=headers)
    assert response.text == "o\r\none\r\ntwo\r\n"


async def test_a_plus_that_was_not_encoded_is_understood(client: httpx.AsyncClient) -> None:
    address = f"/sparql?query={quote(ALL)}&format=application/sparql-results+xml"
    assert kind_of(await client.get(address)) == XML


async def test_a_format_that_is_not_there_is_406(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/sparql", params={"query": ALL, "format": "parquet"}), 406)


@pytest.mark.parametrize("form", [*RESULT_FORMATS, *GRAPH_FORMATS], ids=lambda form: form.name)
async def test_every_format_is_utf_8_and_texts_tell_so(
    client: httpx.AsyncClient, form: Format
) -> None:
    values = "<urn:é> <urn:ü> 'ö 𝄞'"
    query = f"CONSTRUCT {{ {values} }} {{}}" if form.rdf else "SELECT ('é ö 𝄞' AS ?ü) {}"
    for media_type in form.media_types:
        response = await get(client, query, accept=media_type)
        told = "; charset=utf-8" if media_type.startswith("text/") else ""
        assert response.headers["content-type"] == media_type + told
        assert "𝄞" in response.content.decode("utf-8")


# -- SPARQL 1.1 Query Results CSV and TSV Formats ------------------------------------------------

VALUES = """
SELECT ?a ?b { VALUES (?a ?b) {
    (<http://example.org/x> "say \\"no\\", then\\r\\nleave\\t")
    (UNDEF "") (1.5 "texte"@fr) ("" UNDEF)
} }
"""


async def test_csv_has_names_first_crlf_quotes_and_empty_fields(client: httpx.AsyncClient) -> None:
    assert (await get(client, VALUES, accept="text/csv")).content.split(b"\r\n", 1) == [
        b"a,b",
        b'http://example.org/x,"say ""no"", then\r\nleave\t"\r\n,\r\n1.5,texte\r\n,\r\n',
    ]


async def test_tsv_has_names_first_lf_terms_as_in_turtle_and_empty_fields(
    client: httpx.AsyncClient,
) -> None:
    response = await get(client, VALUES, accept="text/tab-separated-values")
    assert response.text.split("\n") == [
        "?a\t?b",
        '<http://example.org/x>\t"say \\"no\\", then\\r\\nleave\\t"',
        '\t""',
        '1.5\t"texte"@fr',
        '""\t',
        "",
    ]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values"])
@pytest.mark.parametrize(("query", "text"), [("ASK {}", "true"), ("ASK { <urn:x> ?p 1 }", "false")])
async def test_booleans_have_the_word_alone_in_csv_and_tsv(
    client: httpx.AsyncClient, accept: str, query: str, text: str
) -> None:
    assert (await get(client, query, accept=accept)).text == text


# -- headers -------------------------------------------------------------------------------------


async def test_answer_tells_version_and_is_open_to_other_origins(
    client: httpx.AsyncClient,
) -> None:
    for _ in range(2):
        response = await get(client, ALL)
        assert response.headers["cepgraph-version"] == "1"
        assert response.headers["vary"] == "Accept"
        assert response.headers["access-control-allow-origin"] == "*"
        assert "Cepgraph-Version" in response.headers["access-control-expose-headers"]


async def test_problems_are_open_to_other_origins_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sparql")).headers["access-control-allow-origin"] == "*"


async def test_entity_tag_is_that_of_the_bytes(client: httpx.AsyncClient) -> None:
    table, again = await get(client, ALL), await get(client, ALL)
    assert table.headers["etag"] == again.headers["etag"]
    assert not table.headers["etag"].startswith("W/")
    other = await get(client, ALL, accept="text/csv")
    assert other.headers["etag"] != table.headers["etag"]


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"other", {}', "*"])
async def test_a_client_that_has_the_answer_is_told_304(
    client: httpx.AsyncClient, shape: str
) -> None:
    tag = (await get(client, ALL)).headers["etag"]
    for _ in range(2):
        response = await get(client, ALL, if_none_match=shape.format(tag))
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == tag
    assert (await get(client, ALL, if_none_match='"other"')).status_code == 200


async def test_repeated_queries_by_any_method_give_the_same_bytes(
    client: httpx.AsyncClient,
) -> None:
    bodies = set()
    for _ in range(2):
        bodies.add((await get(client, ALL)).content)
        bodies.add((await client.post("/sparql", data={"query": ALL})).content)
    assert len(bodies) == 1


async def test_a_query_that_asks_for_chance_is_asked_anew(client: httpx.AsyncClient) -> None:
    found = {(await get(client, "SELECT (UUID() AS ?x) {}")).text for _ in range(3)}
    assert len(found) == 3
