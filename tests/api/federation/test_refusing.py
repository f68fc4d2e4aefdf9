"""Nothing leaves for an endpoint that is not on the list, in whatever disguise."""

import httpx
import pytest
from pydantic import ValidationError

from cepgraph.engine.guard import SERVICE, may_use
from cepgraph.settings import Settings
from tests.api.federation.conftest import Ask
from tests.api.federation.elsewhere import Elsewhere
from tests.engine.test_walls import SERVICES

pytestmark = pytest.mark.anyio

MORE = [
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <GOOD> { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { SERVICE SILENT <GOOD> { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <GOOD> { ?s ?p ?o } SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <GOOD> { ?s ?p ?o } #\r SERVICE <URL> { ?s ?p ?o }\n }",
    "SELECT * { SERVICE <GOOD> { ?s ?p ?o } SERVICESILENT<URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <GOOD> { ?s ?p ?o FILTER EXISTS { SERVICE <URL> {} } } }",
    "SELECT * { SERVICE <GOOD> { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { SERVICE <GOOD> { ?s ?p '} SERVICE <URL> {' } }",
    "SELECT * { ?s ?p '\\u0027 } SERVICE <URL> { ?s ?p ?o } #' }",
    "SELECT * { SERVICE <GOOD> { ?s ?p '\\u0027 } SERVICE <URL> { ?s ?p ?o } #' } }",
    "SELECT * { S\\u0045RVICE <URL> { ?s ?p ?o } }",
    "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <GOOD\\u003e { } SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { \u017fERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERV\u0131CE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o SERVICE <GOOD> { ?s ?p ?o } }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } SERVICE <GOOD> { ?s ?p ?o } }",
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <urn:g>",
    "SELECT * {} ; LOAD <URL>",
    "SELECT * { SERVICE <GOOD> { ?s ?p ?o } } ; LOAD <URL>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "PREFIX : <GOOD> PREFIX : <URL> SELECT * { SERVICE : { ?s ?p ?o } }",
    "SELECT * { SERVICE <URL> { ?s ?p ?o } } VALUES ?x { <GOOD> }",
    "SELECT * { VALUES ?e { <GOOD> <URL> } SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { SERVICE $e { ?s ?p ?o } BIND (<URL> AS ?e) }",
    'SELECT * { SERVICE "URL" { ?s ?p ?o } }',
    "SELECT * { SERVICE _:b { ?s ?p ?o } }",
    "SELECT * { SERVICE [] { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", [*SERVICES, *MORE])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_disguise_reaches_nobody_who_is_not_listed(
    client: httpx.AsyncClient, elsewhere: Elsewhere, nobody: Elsewhere, query: str, method: str
) -> None:
    text = query.replace("URL", nobody.url("/")).replace("GOOD", elsewhere.url())
    sent = {"params": {"query": text}} if method == "GET" else {"data": {"query": text}}
    before = len(elsewhere.asked)
    response = await client.request(method, "/sparql", **sent)  # type: ignore[arg-type]
    assert nobody.connections == 0
    # nor is a listed one asked to ask
    assert not any(may_use(SERVICE, asked.query) for asked in elsewhere.asked[before:])
    assert response.status_code in (200, 400), response.text


@pytest.mark.parametrize("query", [*SERVICES, *MORE])
async def test_disguise_reaches_nobody_where_nobody_is_listed(
    closed: httpx.AsyncClient, nobody: Elsewhere, query: str
) -> None:
    text = query.replace("URL", nobody.url("/")).replace("GOOD", nobody.url())
    response = await closed.post("/sparql", data={"query": text})
    assert nobody.connections == 0
    assert response.status_code in (200, 400), response.text


async def test_service_is_switched_off_where_nobody_is_listed(
    closed: httpx.AsyncClient, nobody: Elsewhere
) -> None:
    query = f"SELECT * {{ SERVICE <{nobody.url()}> {{ ?s ?p ?o }} }}"
    response = await closed.post("/sparql", data={"query": query})
    assert response.status_code == 400
    assert "SERVICE is switched off" in response.json()["detail"]


def variants(url: str) -> list[str]:
    """Addresses that look like a listed one."""
    host, path = url.removeprefix("http://").split("/", 1)
    name, port = host.split(":")
    return [
        f"{url}/",
        f"{url}?",
        f"{url}?a=b",
        f"{url}#a",
        f"{url}/../{path}",
        f"http://{host}//{path}",
        f"http://{host}/./{path}",
        f"http://{host}/{path.upper()}",
        f"http://{host}/%73parql",
        f"HTTP://{host}/{path}",
        f"https://{host}/{path}",
        f"ftp://{host}/{path}",
        f"file:///{path}",
        f"file://{host}/{path}",
        f"gopher://{host}/{path}",
        f"http://user:word@{host}/{path}",
        f"http://@{host}/{path}",
        f"http://localhost:{port}/{path}",
        f"http://{name}.:{port}/{path}",
        f"http://127.1:{port}/{path}",
        f"http://2130706433:{port}/{path}",
        f"http://[::ffff:127.0.0.1]:{port}/{path}",
        f"http://{name}/{path}",
        f"http://{name}:0{port}/{path}",
        f"http://{host}@example.org/{path}",
        f"http://example.org#@{host}/{path}",
        f"http://127.0.0.1:1/sparql@{host}",
        f"urn:{url}",
        "http:sparql",
    ]


@pytest.mark.parametrize("place", range(len(variants("http://127.0.0.1:80/sparql"))))
@pytest.mark.parametrize("silent", ["", "SILENT"])
async def test_address_that_looks_like_a_listed_one_is_refused_with_the_list(
    ask: Ask, elsewhere: Elsewhere, place: int, silent: str
) -> None:
    variant = variants(elsewhere.url())[place]
    before = elsewhere.connections
    response = await ask(f"SELECT * {{ SERVICE {silent} <{variant}> {{ ?s :label ?l }} }}")
    assert response.status_code == 400, response.text
    body = response.json()
    assert body["type"].endswith("/query-refused")
    assert f"SERVICE <{variant}> is not asked" in body["detail"]
    assert f"<{elsewhere.url()}>" in body["detail"]
    assert elsewhere.connections == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { VALUES ?e { <URL> } SERVICE ?e { ?s ?p ?o } }", "name the endpoint"),
        ("SELECT * { SERVICE <URL> { SERVICE <URL> { ?s ?p ?o } } }", "within a SERVICE"),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o LATERAL { ?s ?q ?r } } }", "plain SPARQL 1.1"),
        ("SELECT * { ?s ?p 1SERVICE<URL>{ ?s ?p ?o } }", "plain SPARQL 1.1"),
        ("SELECT * { SERVICE <URL> { ?s ?p ?o } } #" + "x" * 100_000, "short and plain"),
    ],
    ids=lambda text: text[:50],
)
async def test_what_is_not_answered_is_said(
    ask: Ask, elsewhere: Elsewhere, query: str, said: str
) -> None:
    before = elsewhere.connections
    response = await ask(query.replace("URL", elsewhere.url()))
    assert response.status_code == 400
    assert response.json()["type"].endswith("/query-refused")
    assert said in response.json()["detail"]
    assert elsewhere.connections == before


async def test_what_is_no_query_is_a_fault_of_syntax_with_its_place(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    query = f"SELECT * {{\n SERVICE <{elsewhere.url()}> {{ ?s ?p }} }}"
    response = await client.post("/sparql", data={"query": query})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/query-syntax")
    assert response.json()["line"] == 2


async def test_proxies_and_passwords_of_the_environment_are_not_used(
    ask: Ask, elsewhere: Elsewhere, nobody: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody.url(""))
    response = await ask(f"SELECT ?l {{ SERVICE <{elsewhere.url()}> {{ :t :label ?l }} }}")
    assert response.text == "l\r\nT\r\n"
    assert "authorization" not in elsewhere.asked[-1].headers


async def test_query_that_asks_others_cannot_be_cited(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    before = elsewhere.connections
    query = f"SELECT * {{ SERVICE <{elsewhere.url()}> {{ ?s ?p ?o }} }}"
    response = await client.post("/api/v1/citations", json={"query": query})
    assert 400 <= response.status_code < 500, response.text
    assert elsewhere.connections == before


@pytest.mark.parametrize(
    "value",
    [
        "example.org/sparql",
        "ftp://example.org/sparql",
        "file:///etc/passwd",
        "http://",
        "http:///sparql",
        "http://example.org:99999/sparql",
        "http://example.org:0/sparql",
        "http://user@example.org/sparql",
        "http://user:word@example.org/sparql",
        "http://example.org/sparql#here",
        "http://example.org/a b",
        "http://example.org/<x>",
        "https://example.org/sparql, nonsense",
    ],
)
def test_setting_takes_only_addresses_of_endpoints(value: str) -> None:
    with pytest.raises(ValidationError, match="service_endpoints"):
        Settings(service_endpoints=value)


def test_setting_is_a_list_with_commas() -> None:
    settings = Settings(service_endpoints=" https://a.example/sparql,http://b.example:8080/q?x=1 ,")
    assert settings.endpoints == ("https://a.example/sparql", "http://b.example:8080/q?x=1")
    assert Settings().endpoints == ()
