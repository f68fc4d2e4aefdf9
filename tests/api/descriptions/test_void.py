"""VoID: what it says is what queries count."""

from collections.abc import Callable

import httpx
import pytest
import rdflib
from rdflib import RDF, Literal, URIRef
from rdflib.compare import isomorphic

from api.descriptions.void import ADDRESS, namespace_of
from cepgraph.terms import ID, WHOLE

pytestmark = pytest.mark.anyio

Read = Callable[[httpx.Response], rdflib.Graph]

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
OURS = URIRef(WHOLE.value)
DISTINCT = "SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
async def told(client: httpx.AsyncClient, graph_of: Read) -> rdflib.Graph:
    """The description."""
    return graph_of(await client.get(ADDRESS))


async def rows(client: httpx.AsyncClient, query: str) -> list[tuple[str, ...]]:
    """The rows of a query, as text."""
    prefixes = f"PREFIX rdf: <{RDF}> "
    answer = await client.get("/sparql", params={"query": prefixes + query})
    assert answer.status_code == 200, answer.text
    made = answer.json()
    names = made["head"]["vars"]
    return [tuple(row[name]["value"] for name in names) for row in made["results"]["bindings"]]


def number(told: rdflib.Graph, subject: object, name: str) -> int:
    """A count."""
    found = told.value(subject, VOID[name])  # type: ignore[arg-type]
    assert isinstance(found, Literal), name
    return int(found)


async def test_the_document_describes_the_dataset(told: rdflib.Graph) -> None:
    (document,) = told.subjects(RDF.type, VOID.DatasetDescription)
    foaf = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
    assert told.value(document, foaf.primaryTopic) == OURS
    assert (OURS, RDF.type, VOID.Dataset) in told


async def test_all_forms_say_the_same(client: httpx.AsyncClient, graph_of: Read) -> None:
    first, *others = [
        graph_of(await client.get(ADDRESS + ending))
        for ending in (".ttl", ".jsonld", ".nt", ".rdf")
    ]
    assert all(isomorphic(first, other) for other in others)
    negotiated = await client.get(ADDRESS, headers={"accept": "application/rdf+xml"})
    assert isomorphic(first, graph_of(negotiated))


@pytest.mark.parametrize(
    ("place", "status"), [(f"{ADDRESS}.csv", 404), (f"{ADDRESS}/x", 404), (f"{ADDRESS}?a=b", 422)]
)
async def test_what_is_not_there_is_told(
    client: httpx.AsyncClient, place: str, status: int
) -> None:
    response = await client.get(place)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_html_alone_is_406(client: httpx.AsyncClient) -> None:
    assert (await client.get(ADDRESS, headers={"accept": "text/html"})).status_code == 406


COUNTS = {
    "triples": f"SELECT (COUNT(*) AS ?n) {{ {DISTINCT} }}",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s rdf:type ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(STRSTARTS(STR(?s), "
    f'"{ID}")) }}',
}


@pytest.mark.parametrize("name", COUNTS)
async def test_numbers_are_those_of_the_graph(
    told: rdflib.Graph, client: httpx.AsyncClient, name: str
) -> None:
    ((expected,),) = await rows(client, COUNTS[name])
    assert number(told, OURS, name) == int(expected) > 0


@pytest.mark.parametrize("name", ["triples", "distinctSubjects", "distinctObjects", "properties"])
async def test_numbers_of_each_graph_are_its_own(
    told: rdflib.Graph, client: httpx.AsyncClient, name: str
) -> None:
    what = {"triples": "*", "properties": "DISTINCT ?p"}
    counted = what.get(name, f"DISTINCT ?{name.removeprefix('distinct')[0].lower()}")
    query = f"SELECT ?g (COUNT({counted}) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
    expected = {graph: int(n) for graph, n in await rows(client, query)}
    graphs = [g for g in told.objects(OURS, VOID.subset) if (g, RDF.type, VOID.Linkset) not in told]
    assert {str(graph): number(told, graph, name) for graph in graphs} == expected


async def test_every_class_has_its_partition(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    query = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"
    expected = {cls: int(n) for cls, n in await rows(client, query)}
    found = {
        str(told.value(part, VOID["class"])): number(told, part, "entities")
        for part in told.objects(OURS, VOID.classPartition)
    }
    assert found == expected


async def test_every_property_has_its_partition(
    told: rdflib.Graph, client: httpx.AsyncClient
) -> None:
    query = (
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS "
        f"?objects) {{ {DISTINCT} }} GROUP BY ?p"
    )
    expected = {p: tuple(map(int, numbers)) for p, *numbers in await rows(client, query)}
    names = ("triples", "distinctSubjects", "distinctObjects")
    found = {
        str(told.value(part, VOID.property)): tuple(number(told, part, name) for name in names)
        for part in told.objects(OURS, VOID.propertyPartition)
    }
    assert found == expected
    assert sum(n for n, *_ in found.values()) == number(told, OURS, "triples")


async def test_vocabularies_are_those_of_the_terms_in_use(told: rdflib.Graph) -> None:
    parts = [
        *(told.value(p, VOID["class"]) for p in told.objects(OURS, VOID.classPartition)),
        *(told.value(p, VOID.property) for p in told.objects(OURS, VOID.propertyPartition)),
    ]
    found = {str(vocabulary) for vocabulary in told.objects(OURS, VOID.vocabulary)}
    assert found == {namespace_of(str(part)) for part in parts}
    assert "https://w3id.org/cepgraph/ontology#" in found


async def test_examples_have_documents(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    examples = [str(example) for example in told.objects(OURS, VOID.exampleResource)]
    assert len(examples) > 20
    for example in examples:
        assert example.startswith(ID)
        place = example.replace("https://w3id.org/cepgraph", "")
        assert (await client.get(place, follow_redirects=True)).status_code == 200


async def test_where_to_get_it_leads_there(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    (endpoint,) = told.objects(OURS, VOID.sparqlEndpoint)
    assert (await client.get(str(endpoint), params={"query": "ASK {}"})).json()["boolean"]
    dumps = set(told.objects(OURS, VOID.dataDump))
    assert len(dumps) == 2
    for dump in dumps:
        response = await client.head(str(dump))
        assert response.headers["cepgraph-version"] == "3"
    assert str(told.value(OURS, VOID.uriSpace)) == ID


async def test_documents_are_counted(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    query = (
        'SELECT DISTINCT ?s { ?s a ?c FILTER(STRSTARTS(STR(?s), "https://w3id.org/cepgraph/")) }'
    )
    ours = [iri.removeprefix("https://w3id.org/cepgraph/") for (iri,) in await rows(client, query)]
    shown = [path for path in ours if path.startswith(("id/", "concept/", "graph/"))]
    assert number(told, OURS, "documents") == len(shown)


async def test_links_lead_from_us_to_others(told: rdflib.Graph, client: httpx.AsyncClient) -> None:
    linksets = set(told.subjects(RDF.type, VOID.Linkset))
    assert linksets
    for linkset in linksets:
        assert (OURS, VOID.subset, linkset) in told
        assert told.value(linkset, VOID.subjectsTarget) == OURS
        target = told.value(linkset, VOID.objectsTarget)
        space = str(told.value(target, VOID.uriSpace))
        assert not space.startswith("https://w3id.org/cepgraph/")
        predicate = told.value(linkset, VOID.linkPredicate)
        query = (
            "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?o { "
            f"GRAPH ?g {{ ?s <{predicate}> ?o }}"
            ' FILTER(STRSTARTS(STR(?s), "https://w3id.org/cepgraph/")'
            f' && STRSTARTS(STR(?o), "{space}") && !CONTAINS(STRAFTER(STR(?o), "{space}"), "/")'
            f' && !CONTAINS(STRAFTER(STR(?o), "{space}"), "#")'
            ' && !STRENDS(STR(?g), "/entailed")) } }'
        )
        ((expected,),) = await rows(client, query)
        assert number(told, linkset, "triples") == int(expected)


@pytest.mark.parametrize(
    ("iri", "namespace"),
    [
        ("http://www.w3.org/ns/org#Organization", "http://www.w3.org/ns/org#"),
        ("https://schema.org/Event", "https://schema.org/"),
        ("urn:x:y", ""),
    ],
)
def test_the_namespace_of_a_term(iri: str, namespace: str) -> None:
    assert namespace_of(iri) == namespace
