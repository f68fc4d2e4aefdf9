"""The service description, a test for each thing that the specification asks for.

https://www.w3.org/TR/sparql11-service-description/
"""

from collections.abc import Callable

import httpx
import pytest
import rdflib
from pyoxigraph import Store
from rdflib import RDF, RDFS, URIRef
from rdflib.compare import isomorphic

from api.descriptions.extensions import CASTS, FUNCTIONS, GEOMETRY, LANGUAGE
from api.descriptions.service import Abilities, description
from api.descriptions.statistics import Counts, Statistics
from api.descriptions.void import namespace_of
from cepgraph.formats import GRAPH_FORMATS, RDF_FORMATS, RESULT_FORMATS
from cepgraph.model import Model
from cepgraph.terms import ENTAILMENT, GEOF, XSD

pytestmark = pytest.mark.anyio

Read = Callable[[httpx.Response], rdflib.Graph]

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
ENT = rdflib.Namespace("http://www.w3.org/ns/entailment/")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
TURTLE = {"accept": "text/turtle"}
ENDPOINT = URIRef("http://test/sparql")


@pytest.fixture(scope="module")
async def told(client: httpx.AsyncClient, graph_of: Read) -> rdflib.Graph:
    """The description."""
    return graph_of(await client.get("/sparql", headers=TURTLE))


@pytest.fixture(scope="module")
def service(told: rdflib.Graph) -> URIRef:
    """The query service."""
    (found,) = told.subjects(SD.endpoint, ENDPOINT)
    assert isinstance(found, URIRef)
    return found


# -- 2: access ------------------------------------------------------------------------------------


async def test_a_get_without_any_query_string_returns_the_description(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/sparql")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    assert response.headers["cepgraph-version"] == "3"
    assert response.headers["vary"] == "Accept"
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.8", "application/rdf+xml"),
        ("text/turtle;q=0.1, application/ld+json;q=0.2, */*;q=0.01", "application/ld+json"),
        ("text/html;q=0.5, text/turtle", "text/turtle"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "text/html"),
    ],
)
async def test_content_is_negotiated(client: httpx.AsyncClient, accept: str, expected: str) -> None:
    response = await client.get("/sparql", headers={"accept": accept})
    assert response.headers["content-type"].split(";")[0] == expected


async def test_all_forms_say_the_same(client: httpx.AsyncClient, graph_of: Read) -> None:
    kinds = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
    first, *others = [
        graph_of(await client.get("/sparql", headers={"accept": kind})) for kind in kinds
    ]
    assert len(first) > 100
    assert all(isomorphic(first, other) for other in others)


async def test_a_form_that_is_not_had_is_406(client: httpx.AsyncClient) -> None:
    response = await client.get("/sparql", headers={"accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"


async def test_head_has_the_same_headers_and_no_body(client: httpx.AsyncClient) -> None:
    got = await client.get("/sparql")
    head = await client.head("/sparql")
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]


async def test_who_has_it_already_gets_304(client: httpx.AsyncClient) -> None:
    tag = (await client.get("/sparql")).headers["etag"]
    assert (await client.get("/sparql", headers={"if-none-match": tag})).status_code == 304


# -- 3.2 and 3.4: services ------------------------------------------------------------------------


async def test_the_service_has_its_endpoint_and_is_a_service(
    told: rdflib.Graph, service: URIRef
) -> None:
    assert (service, RDF.type, SD.Service) in told


async def test_an_endpoint_belongs_to_one_service(told: rdflib.Graph) -> None:
    for endpoint in set(told.objects(None, SD.endpoint)):
        assert isinstance(endpoint, URIRef)
        assert len(set(told.subjects(SD.endpoint, endpoint))) == 1


async def test_the_query_service_supports_query_languages(
    told: rdflib.Graph, service: URIRef
) -> None:
    languages = set(told.objects(service, SD.supportedLanguage))
    assert languages == {SD.SPARQL10Query, SD.SPARQL11Query}


async def test_updates_are_supported_where_they_are_answered(
    told: rdflib.Graph, client: httpx.AsyncClient
) -> None:
    (update,) = told.subjects(SD.supportedLanguage, SD.SPARQL11Update)
    (endpoint,) = told.objects(update, SD.endpoint)
    refused = await client.post(str(endpoint), data={"update": "INSERT DATA {}"})
    assert refused.status_code == 401
    formats = set(told.objects(update, SD.inputFormat))
    assert len(formats) == len(RDF_FORMATS)


async def test_what_the_application_cannot_do_is_not_said(model: Model) -> None:
    nothing = Statistics(1, Counts(), None, {}, (), (), ())
    said = description("http://test", nothing, model.rules, Abilities())
    written = said.written("text/turtle").decode()
    assert "SPARQL11Update" not in written
    assert "BasicFederatedQuery" not in written
    able = Abilities(update=True, federation=True)
    written = description("http://test", nothing, model.rules, able).written("text/turtle").decode()
    assert "SPARQL11Update" in written
    assert "BasicFederatedQuery" in written


async def test_result_formats_are_those_that_are_written(
    told: rdflib.Graph, service: URIRef
) -> None:
    found = set(told.objects(service, SD.resultFormat))
    assert len(found) == len(RESULT_FORMATS) + len(GRAPH_FORMATS)
    assert {FORMATS.SPARQL_Results_CSV, FORMATS.Turtle, FORMATS["JSON-LD"]} <= found
    assert all(str(form).startswith(str(FORMATS)) for form in found)


# -- 3.2.7 and 3.4.13: features, each as it is ----------------------------------------------------


async def test_the_default_graph_is_the_union_of_the_named_graphs(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient
) -> None:
    assert (service, SD.feature, SD.UnionDefaultGraph) in told
    ask = "ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }"
    answer = await client.get("/sparql", params={"query": ask})
    assert answer.json()["boolean"] is False


async def test_nothing_is_federated_by_default(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient
) -> None:
    assert (service, SD.feature, SD.BasicFederatedQuery) not in told
    query = "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"
    assert (await client.get("/sparql", params={"query": query})).status_code == 400


async def test_no_uris_are_dereferenced_and_no_empty_graphs_kept(
    told: rdflib.Graph, service: URIRef
) -> None:
    features = set(told.objects(service, SD.feature))
    assert not features & {SD.DereferencesURIs, SD.EmptyGraphs, SD.RequiresDataset}


# -- 3.4.8: the dataset ---------------------------------------------------------------------------


async def test_all_named_graphs_are_described_with_what_is_in_them(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient
) -> None:
    (dataset,) = told.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in told
    assert set(told.objects(service, SD.availableGraphs)) == {dataset}
    assert (dataset, RDF.type, SD.GraphCollection) in told
    query = """SELECT ?g (COUNT(*) AS ?n) (COUNT(DISTINCT ?p) AS ?properties)
        (COUNT(DISTINCT ?class) AS ?classes)
        { GRAPH ?g { ?s ?p ?o } BIND(IF(?p = rdf:type, ?o, ?none) AS ?class) } GROUP BY ?g"""
    prefix = f"PREFIX rdf: <{RDF}> "
    rows = (await client.get("/sparql", params={"query": prefix + query})).json()
    expected = {
        row["g"]["value"]: tuple(int(row[name]["value"]) for name in ("n", "properties", "classes"))
        for row in rows["results"]["bindings"]
    }
    found = {}
    for node in told.objects(dataset, SD.namedGraph):
        assert (node, RDF.type, SD.NamedGraph) in told
        (name,) = told.objects(node, SD.name)
        (graph,) = told.objects(node, SD.graph)
        assert (graph, RDF.type, SD.Graph) in told
        counted = (VOID.triples, VOID.properties, VOID.classes)
        found[str(name)] = tuple(int(told.value(graph, kind)) for kind in counted)  # type: ignore[arg-type]
    assert found == expected
    assert any(name.endswith("/entailed") for name in found)


async def test_the_default_graph_is_described_by_what_a_query_sees(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient
) -> None:
    (dataset,) = told.objects(service, SD.defaultDataset)
    (graph,) = told.objects(dataset, SD.defaultGraph)
    assert (graph, RDF.type, SD.Graph) in told
    query = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    answer = await client.get("/sparql", params={"query": query})
    (row,) = answer.json()["results"]["bindings"]
    assert int(told.value(graph, VOID.triples)) == int(row["n"]["value"])  # type: ignore[arg-type]


async def test_the_version_of_the_data_is_said(told: rdflib.Graph, service: URIRef) -> None:
    (dataset,) = told.objects(service, SD.defaultDataset)
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert [str(v) for v in told.objects(dataset, dcat.version)] == ["3"]
    version = URIRef("https://w3id.org/cepgraph/version/3")
    assert (dataset, RDFS.seeAlso, version) in told


# -- 3.4.4: entailment ----------------------------------------------------------------------------


async def test_the_entailment_regime_is_ours_and_is_explained(
    told: rdflib.Graph, service: URIRef
) -> None:
    regime = URIRef(ENTAILMENT.value)
    assert set(told.objects(service, SD.defaultEntailmentRegime)) == {regime}
    assert (regime, RDF.type, SD.EntailmentRegime) in told
    comment = str(told.value(regime, RDFS.comment))
    for word in ("superclasses", "inverse", "chains", "Domains, ranges", "/entailed"):
        assert word in comment


async def test_a_named_graph_alone_is_matched_as_it_stands(told: rdflib.Graph) -> None:
    graphs = set(told.subjects(RDF.type, SD.NamedGraph))
    assert graphs
    for graph in graphs:
        assert set(told.objects(graph, SD.entailmentRegime)) == {ENT.Simple}


async def test_what_the_regime_says_is_what_queries_see(client: httpx.AsyncClient) -> None:
    prefixes = "PREFIX org: <http://www.w3.org/ns/org#> PREFIX id: <https://w3id.org/cepgraph/id/>"
    trust = "<https://w3id.org/cepgraph/id/organisation/example-trust>"
    asked = {
        f"ASK {{ {trust} a org:Organization }}": True,
        "ASK { GRAPH <https://w3id.org/cepgraph/graph/example/partnerships> "
        "{ ?body a org:Organization } }": False,
        "ASK { GRAPH <https://w3id.org/cepgraph/graph/example/partnerships/entailed> "
        "{ ?body a org:Organization } }": True,
    }
    for query, expected in asked.items():
        answer = await client.get("/sparql", params={"query": f"{prefixes} {query}"})
        assert answer.json()["boolean"] is expected, query


# -- 3.4.5: functions -----------------------------------------------------------------------------

SQUARE = '"POLYGON((0 0,0 2,2 2,2 0,0 0))"^^geo:wktLiteral'
OTHER = '"POLYGON((1 1,1 3,3 3,3 1,1 1))"^^geo:wktLiteral'
POINTS = '"POINT(0 0)"^^geo:wktLiteral, "POINT(1 1)"^^geo:wktLiteral'
LINE = '"LINESTRING(0 0,1 1)"^^geo:wktLiteral'
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
SQUARE_METRE = "<http://www.opengis.net/def/uom/OGC/1.0/square_metre>"
VALUES = {
    "date": "2020-01-02",
    "dayTimeDuration": "P1D",
    "duration": "P1Y2D",
    "gDay": "---01",
    "gMonth": "--01",
    "gMonthDay": "--01-02",
    "gYear": "2020",
    "gYearMonth": "2020-01",
    "time": "10:00:00",
    "yearMonthDuration": "P1Y",
}
ONE_GEOMETRY = (
    *("asGeoJSON", "centroid", "convexHull", "coordinateDimension", "dimension", "envelope"),
    *("getSRID", "isEmpty", "isSimple", "spatialDimension"),
)
ARGUMENTS = {
    "area": f"{SQUARE}, {SQUARE_METRE}",
    "distance": f"{POINTS}, {METRE}",
    "length": f"{LINE}, {METRE}",
    "perimeter": f"{SQUARE}, {METRE}",
    "relate": f"{SQUARE}, {OTHER}, 'T********'",
    **dict.fromkeys(ONE_GEOMETRY, SQUARE),
}


def call_of(function: str) -> str:
    """A call of an extension function that has a value."""
    namespace = namespace_of(function)
    name = function.removeprefix(namespace)
    if namespace == XSD:
        return f'<{function}>("{VALUES[name]}")'
    assert namespace == GEOF
    return f"<{function}>({ARGUMENTS.get(name, f'{SQUARE}, {OTHER}')})"


@pytest.mark.parametrize("function", FUNCTIONS)
async def test_each_extension_function_works(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient, function: str
) -> None:
    assert (service, SD.extensionFunction, URIRef(function)) in told
    assert (URIRef(function), RDF.type, SD.Function) in told
    prefix = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> "
    query = f"{prefix} SELECT ({call_of(function)} AS ?value) {{}}"
    (row,) = (await client.get("/sparql", params={"query": query})).json()["results"]["bindings"]
    assert row["value"]["value"]


async def test_all_listed_functions_are_different_and_tried() -> None:
    assert len(set(FUNCTIONS)) == len(FUNCTIONS) == len(CASTS) + len(GEOMETRY)


@pytest.mark.parametrize("name", ["long", "anyURI", "dateTimeStamp"])
async def test_a_cast_that_is_not_listed_does_not_work(name: str) -> None:
    with pytest.raises(RuntimeError, match="not supported"):
        list(Store().query(f'SELECT (<{XSD}{name}>("1") AS ?x) {{}}'))  # type: ignore[arg-type]


EXTENDED = {
    "sep-0006": "ASK { VALUES ?a { 1 2 } LATERAL { BIND(?a + 1 AS ?b) FILTER(?b = 3) } }",
    "sep-0002": 'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> ASK { FILTER(ADJUST("2020-01-01T'
    '00:00:00Z"^^xsd:dateTime, "PT1H"^^xsd:dayTimeDuration) - "2019-12-31T00:00:00Z"^^xsd:dateTime'
    ' = "P1D"^^xsd:dayTimeDuration) }',
    "sparql12": 'ASK { FILTER(isTRIPLE(TRIPLE(<urn:a>, <urn:b>, "c")) && hasLANG("a"@en)) }',
}


@pytest.mark.parametrize("part", EXTENDED)
async def test_each_extension_of_the_language_works(
    told: rdflib.Graph, service: URIRef, client: httpx.AsyncClient, part: str
) -> None:
    (extension,) = [iri.value for iri in LANGUAGE if part in iri.value]
    assert (service, SD.languageExtension, URIRef(extension)) in told
    answer = await client.get("/sparql", params={"query": EXTENDED[part]})
    assert answer.json()["boolean"] is True
    assert len(EXTENDED) == len(LANGUAGE)


# -- the vocabulary itself ------------------------------------------------------------------------

CLASSES = {
    *("Dataset", "EntailmentRegime", "Feature", "Function", "Graph", "GraphCollection"),
    *("NamedGraph", "Service"),
}
PROPERTIES = {
    *("availableGraphs", "defaultDataset", "defaultEntailmentRegime", "defaultGraph", "endpoint"),
    *("entailmentRegime", "extensionFunction", "feature", "graph", "inputFormat"),
    *("languageExtension", "name", "namedGraph", "resultFormat", "supportedLanguage"),
}


async def test_only_terms_of_the_vocabulary_are_used(told: rdflib.Graph) -> None:
    used = {str(p).removeprefix(str(SD)) for p in told.predicates() if str(p).startswith(str(SD))}
    assert used == PROPERTIES
    classes = {str(c) for c in told.objects(None, RDF.type) if str(c).startswith(str(SD))}
    assert {c.removeprefix(str(SD)) for c in classes} == CLASSES


async def test_addresses_are_those_under_which_the_service_was_asked(
    client: httpx.AsyncClient, graph_of: Read
) -> None:
    response = await client.get("/sparql", headers={**TURTLE, "host": "graph.example.org"})
    endpoints = set(graph_of(response).objects(None, SD.endpoint))
    assert URIRef("http://graph.example.org/sparql") in endpoints
    assert ENDPOINT not in endpoints


def test_granian_answers_the_same(serving: str, graph_of: Read) -> None:
    response = httpx.get(f"{serving}/sparql", headers=TURTLE)
    assert URIRef(f"{serving}/sparql") in set(graph_of(response).objects(None, SD.endpoint))
    html = httpx.get(f"{serving}/sparql", headers={"accept": "text/html"})
    assert html.headers["content-type"].startswith("text/html")
