"""What each version changed, as far as it is public."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib import RDF, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, XSD

from cepgraph.history import History
from cepgraph.terms import WHOLE
from tests.api.descriptions.conftest import EXAMPLE, FILE, HASH, PUBLISHER, TOKEN

pytestmark = pytest.mark.anyio

Read = Callable[[httpx.Response], rdflib.Graph]

DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
ENDINGS = ("", ".html", ".json", ".ttl", ".jsonld", ".nt", ".rdf")


def version(number: int) -> URIRef:
    """A version's name."""
    return URIRef(f"https://w3id.org/cepgraph/version/{number}")


async def test_the_json_of_a_version_tells_what_the_log_tells(
    client: httpx.AsyncClient, filled: Path
) -> None:
    entry = History(filled).entry(2)
    told = (await client.get("/version/2.json")).json()
    assert told == {
        "version": 2,
        "id": "https://w3id.org/cepgraph/version/2",
        "when": entry.when.isoformat(),
        "publisher": {"id": PUBLISHER, "label": "Example Arts Trust"},
        "why": "our first list",
        "graphs": [
            {
                "id": EXAMPLE.value,
                "label": "A partnership, renamed",
                "dataset": "http://test/datasets/example/partnerships",
            }
        ],
        "triplesAdded": entry.added_count,
        "triplesRemoved": 0,
        "sha256": [HASH],
        "newest": 3,
        "links": {
            "self": "http://test/version/2",
            "previous": "http://test/version/1",
            "next": "http://test/version/3",
            "newest": "http://test/version/3",
            "all": "http://test/versions",
            "sparql": "http://test/sparql?version=2",
            "dumps": [f"http://test/dumps/2.{end}" for end in ("nq", "nq.gz", "trig", "trig.gz")],
        },
    }


async def test_the_first_and_the_newest_have_no_neighbour(client: httpx.AsyncClient) -> None:
    first = (await client.get("/version/1.json")).json()
    newest = (await client.get("/version/3.json")).json()
    assert (first["links"]["previous"], newest["links"]["next"]) == (None, None)
    assert first["publisher"] is newest["publisher"] is None


async def test_a_version_can_be_asked_as_it_says(client: httpx.AsyncClient) -> None:
    query = f"SELECT ?label {{ GRAPH <{EXAMPLE.value}> {{ <{EXAMPLE.value}> rdfs:label ?label }} }}"
    prefix = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    found = []
    for number in (1, 2, 3):
        told = (await client.get(f"/version/{number}.json")).json()
        answer = await client.get(
            told["links"]["sparql"], params={"version": number, "query": prefix + query}
        )
        assert answer.headers["cepgraph-version"] == str(number)
        found.append([r["label"]["value"] for r in answer.json()["results"]["bindings"]])
    assert found == [[], ["An example of a partnership"], ["A partnership, renamed"]]


async def test_a_version_in_rdf_is_an_entity_that_a_change_made(
    client: httpx.AsyncClient, graph_of: Read
) -> None:
    told = graph_of(await client.get("/version/2.ttl"))
    own = version(2)
    assert {DCAT.Dataset, PROV.Entity} <= set(told.objects(own, RDF.type))
    assert told.value(own, DCAT.isVersionOf) == URIRef(WHOLE.value)
    assert told.value(own, DCAT.previousVersion) == version(1)
    assert told.value(own, PROV.wasRevisionOf) == version(1)
    assert told.value(own, DCTERMS.isReplacedBy) == version(3)
    assert str(told.value(own, DCAT.version)) == "2"
    change = told.value(own, PROV.wasGeneratedBy)
    assert (change, RDF.type, PROV.Activity) in told
    assert told.value(change, PROV.wasAssociatedWith) == URIRef(PUBLISHER)
    assert told.value(change, PROV.endedAtTime) == told.value(own, DCTERMS.issued)
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    (checksum,) = told.objects(told.value(change, PROV.used), spdx.checksum)
    assert told.value(checksum, spdx.checksumValue) == Literal(HASH, datatype=XSD.hexBinary)
    assert len(list(told.objects(own, DCAT.distribution))) == 4


async def test_graphs_of_a_version_are_versions_of_their_datasets(
    client: httpx.AsyncClient, graph_of: Read
) -> None:
    told = graph_of(await client.get("/version/3.ttl"))
    (touched,) = told.subjects(DCAT.isVersionOf, URIRef(EXAMPLE.value))
    assert touched == URIRef(f"{version(3)}#example/partnerships")
    assert told.value(touched, DCTERMS.isPartOf) == version(3)
    assert told.value(touched, DCAT.previousVersion) == URIRef(f"{version(2)}#example/partnerships")
    assert told.value(touched, PROV.specializationOf) == URIRef(EXAMPLE.value)
    assert told.value(version(3), DCTERMS.isReplacedBy) is None


@pytest.mark.parametrize("place", ["/version/1", "/version/2", "/versions"])
async def test_nothing_that_is_not_public_is_told(client: httpx.AsyncClient, place: str) -> None:
    for ending in ENDINGS:
        text = (await client.get(place + ending)).text
        assert len(text) > 500
        for secret in (TOKEN, FILE, "command line", "data/"):
            assert secret not in text, (ending, secret)


@pytest.mark.parametrize("place", ["/version/2", "/versions"])
async def test_all_rdf_forms_say_the_same(
    client: httpx.AsyncClient, graph_of: Read, place: str
) -> None:
    first, *others = [
        graph_of(await client.get(place + ending)) for ending in (".ttl", ".jsonld", ".nt", ".rdf")
    ]
    assert all(isomorphic(first, other) for other in others)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json, application/json;q=0.9", "application/ld+json"),
    ],
)
async def test_content_is_negotiated(client: httpx.AsyncClient, accept: str, expected: str) -> None:
    for place in ("/version/2", "/versions"):
        response = await client.get(place, headers={"accept": accept})
        assert response.headers["content-type"].split(";")[0] == expected
        assert response.headers["vary"] == "Accept"
        assert 'rel="alternate"' in response.headers["link"]


@pytest.mark.parametrize("name", ["0", "4", "01", "-1", "1.5", "x", "", "²", "9" * 30, "1/2"])
async def test_a_version_that_is_not_there_is_404(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/version/{name}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_the_list_has_all_of_them_newest_first(client: httpx.AsyncClient) -> None:
    told = (await client.get("/versions.json")).json()
    assert [made["version"] for made in told["results"]] == [3, 2, 1]
    assert told["paging"] == {"page": 1, "pageSize": 100, "totalResults": 3, "totalPages": 1}
    after = (await client.get("/versions.json?page=2")).json()
    assert after["results"] == []
    assert (await client.get("/versions?page=x")).json()["parameter"] == "page"
    assert (await client.get("/versionsx")).status_code == 404


async def test_the_address_without_a_number_leads_to_the_list(client: httpx.AsyncClient) -> None:
    response = await client.get("/version")
    assert (response.status_code, response.headers["location"]) == (307, "/versions")


async def test_results_name_a_version_that_has_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sparql", params={"query": "SELECT * {} LIMIT 1"})
    (link,) = answer.json()["head"]["link"]
    assert link == str(version(3))
    place = link.replace("https://w3id.org/cepgraph", "")
    assert (await client.get(place)).status_code == 200


async def test_without_a_number_the_list_is_elsewhere(client: httpx.AsyncClient) -> None:
    answer = await client.get("/version")
    assert (answer.status_code, answer.headers["location"]) == (307, "/versions")
    assert answer.headers["access-control-allow-origin"] == "*"
    options = await client.options("/version")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (await client.post("/version")).status_code == 405
    assert (await client.get("/version?number=1")).status_code == 422
