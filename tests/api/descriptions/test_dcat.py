"""The catalogue, by the rules that DCAT-AP makes, and as pages.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/
"""

from collections.abc import Callable
from html.parser import HTMLParser

import httpx
import pytest
import rdflib
from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF

from cepgraph.terms import CATALOGUE, WHOLE
from tests.api.descriptions.conftest import EXAMPLE, PUBLISHER

pytestmark = pytest.mark.anyio

Read = Callable[[httpx.Response], rdflib.Graph]

OURS = URIRef(CATALOGUE.value)
ALL = URIRef(WHOLE.value)
ONE = URIRef(EXAMPLE.value)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
PLACE = "/datasets/example/partnerships"


@pytest.fixture(scope="module")
async def told(client: httpx.AsyncClient, graph_of: Read) -> rdflib.Graph:
    """The catalogue."""
    return graph_of(await client.get("/datasets.ttl"))


@pytest.fixture(scope="module")
async def one(client: httpx.AsyncClient, graph_of: Read) -> rdflib.Graph:
    """One dataset."""
    return graph_of(await client.get(f"{PLACE}.ttl"))


def texts(graph: rdflib.Graph, subject: object, predicate: URIRef) -> list[str]:
    """Values that are text."""
    found = list(graph.objects(subject, predicate))  # type: ignore[arg-type]
    assert all(isinstance(value, Literal) and str(value).strip() for value in found)
    return [str(value) for value in found]


def agents(graph: rdflib.Graph, subject: object) -> list[object]:
    """Publishers that are agents with a name."""
    found = list(graph.objects(subject, DCTERMS.publisher))  # type: ignore[arg-type]
    for agent in found:
        assert (agent, RDF.type, FOAF.Agent) in graph
        assert len(texts(graph, agent, FOAF.name)) == 1
    return list(found)


# -- rules of DCAT-AP -----------------------------------------------------------------------------


async def test_the_catalogue_has_what_it_must(told: rdflib.Graph) -> None:
    assert set(told.subjects(RDF.type, DCAT.Catalog)) == {OURS}
    assert len(texts(told, OURS, DCTERMS.title)) == 1
    assert len(texts(told, OURS, DCTERMS.description)) == 1
    assert len(agents(told, OURS)) == 1
    assert len(list(told.objects(OURS, DCAT.dataset))) == 12
    assert len(list(told.objects(OURS, DCAT.service))) == 2
    for name in (DCTERMS.issued, DCTERMS.modified):
        (date,) = told.objects(OURS, name)
        assert date.datatype == XSD.dateTime  # type: ignore[union-attr]


async def test_every_dataset_has_what_it_must(told: rdflib.Graph) -> None:
    for dataset in told.objects(OURS, DCAT.dataset):
        assert (dataset, RDF.type, DCAT.Dataset) in told
        assert len(texts(told, dataset, DCTERMS.title)) == 1
        assert len(texts(told, dataset, DCTERMS.description)) == 1
        assert len(agents(told, dataset)) == 1
        for name in (DCTERMS.issued, DCTERMS.modified, DCAT.version, DCAT.landingPage):
            assert len(list(told.objects(dataset, name))) == 1, (dataset, name)
        assert len(list(told.objects(dataset, DCTERMS.license))) <= 1


async def test_every_graph_that_describes_itself_is_a_dataset(
    told: rdflib.Graph, client: httpx.AsyncClient
) -> None:
    query = "SELECT ?g { GRAPH ?g { ?g a <https://w3id.org/cepgraph/ontology#Dataset> } }"
    answer = (await client.get("/sparql", params={"query": query})).json()
    graphs = {row["g"]["value"] for row in answer["results"]["bindings"]}
    assert {str(dataset) for dataset in told.objects(OURS, DCAT.dataset)} == {*graphs, str(ALL)}


async def test_terms_of_use_are_told(told: rdflib.Graph) -> None:
    for dataset in set(told.objects(OURS, DCAT.dataset)) - {ALL}:
        licences = list(told.objects(dataset, DCTERMS.license))
        rights = list(told.objects(dataset, DCTERMS.rights))
        assert licences or rights
        for statement in rights:
            assert (statement, RDF.type, DCTERMS.RightsStatement) in told
            assert texts(told, statement, RDFS.label)


async def test_every_distribution_has_what_it_must(told: rdflib.Graph) -> None:
    for dataset in told.objects(OURS, DCAT.dataset):
        distributions = list(told.objects(dataset, DCAT.distribution))
        assert len(distributions) == 5
        for distribution in distributions:
            assert (distribution, RDF.type, DCAT.Distribution) in told
            (address,) = told.objects(distribution, DCAT.accessURL)
            assert isinstance(address, URIRef)
            for kind in told.objects(distribution, DCAT.mediaType):
                assert str(kind).startswith("https://www.iana.org/assignments/media-types/")
            assert list(told.objects(distribution, DCAT.accessService)) or list(
                told.objects(distribution, DCAT.downloadURL)
            )


async def test_every_service_has_what_it_must(told: rdflib.Graph) -> None:
    for service in told.objects(OURS, DCAT.service):
        assert (service, RDF.type, DCAT.DataService) in told
        assert len(texts(told, service, DCTERMS.title)) == 1
        assert len(list(told.objects(service, DCAT.endpointURL))) == 1
        assert list(told.objects(service, DCAT.servesDataset))


async def test_every_address_answers(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    for predicate in (DCAT.downloadURL, DCAT.landingPage):
        for place in set(told.objects(None, predicate)):
            response = await client.head(str(place))
            assert response.status_code == 200, place
    for distribution in told.objects(ONE, DCAT.distribution):
        kind = told.value(distribution, DCAT.mediaType)
        if kind is not None:
            wanted = str(kind).removeprefix("https://www.iana.org/assignments/media-types/")
            place = str(told.value(distribution, DCAT.downloadURL))
            response = await client.get(place, headers={"accept": wanted})
            assert response.headers["content-type"].split(";")[0] == wanted


# -- what a graph and the log say -----------------------------------------------------------------


async def test_a_dataset_says_what_its_graph_says(one: rdflib.Graph) -> None:
    assert texts(one, ONE, DCTERMS.title) == ["A partnership, renamed"]
    assert agents(one, ONE) == [URIRef(PUBLISHER)]
    assert texts(one, URIRef(PUBLISHER), FOAF.name) == ["Example Arts Trust"]
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert list(one.objects(ONE, DCTERMS.license)) == [licence]
    (source,) = one.objects(ONE, DCTERMS.source)
    assert texts(one, source, RDFS.label) == ["List of members of the Example Partnership"]


async def test_versions_are_the_entries_of_the_log_that_touched_it(
    one: rdflib.Graph, client: httpx.AsyncClient
) -> None:
    second, third = (
        URIRef(f"https://w3id.org/cepgraph/version/{n}#example/partnerships") for n in (2, 3)
    )
    assert set(one.objects(ONE, DCAT.hasVersion)) == {second, third}
    assert list(one.objects(ONE, DCAT.hasCurrentVersion)) == [third]
    assert list(one.objects(third, DCAT.previousVersion)) == [second]
    assert not list(one.objects(second, DCAT.previousVersion))
    assert texts(one, ONE, DCAT.version) == ["3"]
    made = [(await client.get(f"/version/{n}.json")).json()["when"] for n in (2, 3)]
    for predicate, when in zip((DCTERMS.issued, DCTERMS.modified), made, strict=True):
        (told,) = one.objects(ONE, predicate)
        assert told == Literal(when, datatype=XSD.dateTime)


async def test_the_whole_has_its_newest_version_with_dumps(told: rdflib.Graph) -> None:
    newest = URIRef("https://w3id.org/cepgraph/version/3")
    assert list(told.objects(ALL, DCAT.hasCurrentVersion)) == [newest]
    downloads = {
        str(told.value(distribution, DCAT.downloadURL))
        for distribution in told.objects(ALL, DCAT.distribution)
    }
    assert {f"http://test/dumps/3.{end}" for end in ("nq", "nq.gz", "trig", "trig.gz")} <= downloads


async def test_a_dataset_counts_its_classes_and_properties(one: rdflib.Graph) -> None:
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    total = int(one.value(ONE, void.triples))  # type: ignore[arg-type]
    parts = list(one.objects(ONE, void.propertyPartition))
    assert sum(int(one.value(part, void.triples)) for part in parts) == total  # type: ignore[arg-type]
    assert len(parts) == int(one.value(ONE, void.properties))  # type: ignore[arg-type]
    classes = {
        str(one.value(part, void["class"])) for part in one.objects(ONE, void.classPartition)
    }
    assert "https://w3id.org/cepgraph/ontology#Membership" in classes
    assert len(classes) == int(one.value(ONE, void.classes))  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["/datasets", PLACE])
async def test_all_forms_say_the_same(
    client: httpx.AsyncClient, graph_of: Read, place: str
) -> None:
    first, *others = [
        graph_of(await client.get(place + ending)) for ending in (".ttl", ".jsonld", ".nt", ".rdf")
    ]
    assert all(isomorphic(first, other) for other in others)


# -- pages ----------------------------------------------------------------------------------------


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag in ("a", "link") and address:
            self.found.add(address.split("#")[0])


HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    "place", ["/datasets", PLACE, "/versions", "/version/1", "/version/3", "/dumps"]
)
async def test_every_link_of_a_page_leads_somewhere(client: httpx.AsyncClient, place: str) -> None:
    page = await client.get(place, headers=HTML)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cepgraph-version"] == "3"
    assert "script-src" not in page.headers["content-security-policy"]
    links = {link for link in Links(page.text).found if link.startswith("/")}
    assert len(links) > 10
    for link in sorted(links):
        method = "HEAD" if link.startswith("/dumps/") else "GET"
        response = await client.request(method, link)
        assert response.status_code in (200, 303, 307), link


async def test_the_catalogue_leads_to_each_dataset_and_back(client: httpx.AsyncClient) -> None:
    page = Links((await client.get("/datasets", headers=HTML)).text)
    assert PLACE in page.found
    other = Links((await client.get(PLACE, headers=HTML)).text)
    assert {"/datasets", "/version/2", "/version/3"} <= other.found


async def test_a_dataset_that_is_not_there_is_404_with_others_of_its_publisher(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/datasets/arts-connect/nothing")
    assert response.status_code == 404
    assert all(near.startswith("arts-connect/") for near in response.json()["nearest"])
    assert len(response.json()["nearest"]) == 3


@pytest.mark.parametrize("place", ["/datasetsx", "/datasets/x", "/datasets/a/b/c", "/datasets.csv"])
async def test_other_addresses_are_404(client: httpx.AsyncClient, place: str) -> None:
    assert (await client.get(place)).status_code == 404


async def test_a_slash_at_the_end_is_the_same(client: httpx.AsyncClient) -> None:
    assert (await client.get("/datasets/")).status_code == 200
    assert (await client.get(f"{PLACE}/")).status_code == 200
