"""The catalogue: a dataset for each graph that describes itself, and one for all of them.

https://www.w3.org/TR/vocab-dcat-3/
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode

from api.descriptions.datasets import Dataset, Named
from api.descriptions.facts import Facts
from api.descriptions.forms import DUMPS, FORMS, DumpForm
from api.descriptions.releases import Release
from api.descriptions.service import GRAPHS
from api.descriptions.statements import Statements, english, named
from api.descriptions.statistics import Contents, Counts
from api.descriptions.void import SUMMARY, TITLE, count, partitions
from api.sparql import PATH
from cepgraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from cepgraph.terms import (
    CATALOGUE,
    DATASETS,
    DCAT,
    DCTERMS,
    ENGLISH,
    FOAF,
    GRAPH,
    GRAPH_STORE_PROTOCOL,
    GZIP,
    MEDIA_TYPES,
    PROJECT_GRAPHS,
    RDFS,
    SPARQL_PROTOCOL,
    VERSION_IRI,
    VOID,
    WHOLE,
)

ADDRESS: Final = "/datasets"
VERSIONS: Final = "/versions"
GRAPH_FORMS: Final = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
"""What one graph can be had in."""


@dataclass(frozen=True)
class Entry:
    """A dataset of the catalogue, with what the log knows of it, newest version last."""

    dataset: Dataset
    counts: Counts
    versions: tuple[Release, ...]

    @property
    def issued(self) -> datetime | None:
        """When it was first published."""
        return self.versions[0].when if self.versions else None

    @property
    def modified(self) -> datetime | None:
        """When it was last changed."""
        return self.versions[-1].when if self.versions else None

    @property
    def version(self) -> int | None:
        """The version of the whole at which it was last changed: that is its own version."""
        return self.versions[-1].version if self.versions else None


async def entry(facts: Facts, dataset: Dataset, counts: Counts, newest: int) -> Entry:
    """A dataset with its versions."""
    releases = await facts.releases.upto(newest)
    touching = await facts.releases.touching(dataset.graph, newest)
    return Entry(dataset, counts, tuple(releases[version - 1] for version in touching))


async def entries(facts: Facts, newest: int) -> list[Entry]:
    """All datasets, by title."""
    graphs = (await facts.sizes(newest)).graphs
    return [
        await entry(facts, dataset, graphs.get(name, Counts()), newest)
        for name, dataset in (await facts.datasets(newest)).items()
    ]


def publisher_of(found: list[Entry]) -> Named | None:
    """Who publishes the catalogue: the publisher of the project's own graphs."""
    own = (e.dataset.publisher for e in found if e.dataset.graph.startswith(PROJECT_GRAPHS))
    return next((publisher for publisher in own if publisher is not None), None)


def catalogue(
    origin: str, found: list[Entry], releases: list[Release], triples: int | None
) -> Statements:
    """The catalogue with all its datasets."""
    said = Statements()
    publisher = publisher_of(found)
    said.a(CATALOGUE, DCAT + "Catalog")
    said.say(CATALOGUE, DCTERMS + "title", english(f"{TITLE}: all datasets"))
    said.say(CATALOGUE, DCTERMS + "description", english(SUMMARY))
    said.say(CATALOGUE, DCTERMS + "language", ENGLISH)
    said.say(CATALOGUE, FOAF + "homepage", NamedNode(origin + ADDRESS))
    _published(said, CATALOGUE, publisher)
    _dated(said, CATALOGUE, releases)
    query, store = NamedNode(f"{origin}{PATH}#service"), NamedNode(f"{origin}{GRAPHS}#service")
    said.say(CATALOGUE, DCAT + "service", query, store)
    said.say(CATALOGUE, DCAT + "dataset", WHOLE)
    said.say(CATALOGUE, DCAT + "dataset", *(NamedNode(e.dataset.graph) for e in found))
    _service(said, query, "SPARQL endpoint", origin + PATH, SPARQL_PROTOCOL)
    _service(said, store, "Graph store", origin + GRAPHS, GRAPH_STORE_PROTOCOL)
    said.say(query, DCAT + "servesDataset", WHOLE)
    said.say(store, DCAT + "servesDataset", *(NamedNode(e.dataset.graph) for e in found))
    _whole(said, origin, publisher, releases)
    said.say(WHOLE, VOID + "triples", triples)
    for one in found:
        _dataset(said, origin, one)
    return said


def document(origin: str, one: Entry, contents: Contents) -> Statements:
    """One dataset, with its versions and with what there is of each class and property."""
    said = Statements()
    said.say(CATALOGUE, DCAT + "dataset", NamedNode(one.dataset.graph))
    _dataset(said, origin, one)
    graph = NamedNode(one.dataset.graph)
    for place, release in enumerate(one.versions):
        version = version_of(one.dataset.graph, release.version)
        said.say(graph, DCAT + "hasVersion", version)
        earlier = one.versions[place - 1].version if place else None
        versioned(said, one.dataset.graph, release, earlier)
    partitions(said, graph, contents.classes, contents.properties)
    return said


def version_of(graph: str, version: int) -> NamedNode:
    """A graph as it stood from a version on; told where the version is."""
    return NamedNode(f"{VERSION_IRI}{version}#{quote(graph.removeprefix(GRAPH), safe='/.:-_')}")


def versioned(said: Statements, graph: str, release: Release, earlier: int | None) -> None:
    """A graph as a version left it."""
    node = version_of(graph, release.version)
    said.a(node, DCAT + "Dataset")
    said.say(node, DCAT + "isVersionOf", named(graph))
    said.say(node, DCAT + "version", str(release.version))
    said.say(node, DCTERMS + "issued", release.when)
    said.say(node, DCTERMS + "isPartOf", NamedNode(f"{VERSION_IRI}{release.version}"))
    if earlier is not None:
        said.say(node, DCAT + "previousVersion", version_of(graph, earlier))


def dump_distribution(
    said: Statements, dataset: NamedNode, origin: str, version: int, form: DumpForm
) -> None:
    """A dump, as a distribution of a dataset."""
    address = NamedNode(f"{origin}{DUMPS}/{version}{form.ending}")
    node = NamedNode(f"{address.value}#distribution")
    said.say(dataset, DCAT + "distribution", node)
    said.a(node, DCAT + "Distribution")
    said.say(node, DCTERMS + "title", english(f"All graphs at version {version}, {form.label}"))
    said.say(node, DCAT + "accessURL", address)
    said.say(node, DCAT + "downloadURL", address)
    said.say(node, DCAT + "mediaType", NamedNode(MEDIA_TYPES + form.format.media_type))
    said.say(node, DCAT + "compressFormat", GZIP if form.packed else None)
    rights = NamedNode(f"{DATASETS}#rights")
    said.say(node, DCTERMS + "rights", rights)
    if rights not in {triple.subject for triple in said.triples}:
        said.a(rights, DCTERMS + "RightsStatement")
        said.say(rights, RDFS + "label", english("Each graph has its own licence, told here."))


def _whole(
    said: Statements,
    origin: str,
    publisher: Named | None,
    releases: list[Release],
) -> None:
    said.a(WHOLE, DCAT + "Dataset", VOID + "Dataset")
    said.say(WHOLE, DCTERMS + "title", english(TITLE))
    said.say(WHOLE, DCTERMS + "description", english(SUMMARY))
    said.say(WHOLE, DCTERMS + "language", ENGLISH)
    said.say(WHOLE, DCAT + "landingPage", NamedNode(origin + ADDRESS))
    _published(said, WHOLE, publisher)
    _dated(said, WHOLE, releases)
    _queried(said, WHOLE, origin)
    if releases:
        newest = NamedNode(f"{VERSION_IRI}{releases[-1].version}")
        said.say(WHOLE, DCAT + "version", str(releases[-1].version))
        said.say(WHOLE, DCAT + "hasCurrentVersion", newest)
        said.say(WHOLE, RDFS + "seeAlso", NamedNode(origin + VERSIONS))
        for form in FORMS:
            dump_distribution(said, WHOLE, origin, releases[-1].version, form)


def _dataset(said: Statements, origin: str, one: Entry) -> None:
    told = one.dataset
    graph = NamedNode(told.graph)
    said.a(graph, DCAT + "Dataset", VOID + "Dataset")
    said.say(graph, DCTERMS + "title", told.title)
    said.say(graph, DCTERMS + "description", told.description or _described(told))
    said.say(graph, DCTERMS + "identifier", told.graph)
    said.say(graph, DCTERMS + "isPartOf", WHOLE)
    said.say(graph, DCAT + "landingPage", NamedNode(f"{origin}{ADDRESS}/{told.path}"))
    _published(said, graph, told.publisher)
    rights = _licensed(said, graph, told)
    for source in told.sources:
        node = named(source.iri)
        said.say(graph, DCTERMS + "source", node)
        if node is not None:
            said.say(node, RDFS + "label", source.name)
    _dated(said, graph, list(one.versions))
    if one.version is not None:
        said.say(graph, DCAT + "version", str(one.version))
        said.say(graph, DCAT + "hasCurrentVersion", version_of(told.graph, one.version))
    count(said, graph, one.counts)
    _queried(said, graph, origin)
    store = f"{origin}{GRAPHS}?graph={quote(told.graph, safe='')}"
    for form in GRAPH_FORMS:
        _graph_distribution(said, graph, store, form, told, rights)


def _graph_distribution(
    said: Statements,
    graph: NamedNode,
    store: str,
    form: Format,
    told: Dataset,
    rights: BlankNode | None,
) -> None:
    address = NamedNode(store)
    node = NamedNode(f"{store}#{form.name}")
    said.say(graph, DCAT + "distribution", node)
    said.a(node, DCAT + "Distribution")
    said.say(node, DCTERMS + "title", english(f"The graph as {form.name}"))
    said.say(node, DCAT + "accessURL", address)
    said.say(node, DCAT + "downloadURL", address)
    said.say(node, DCAT + "mediaType", NamedNode(MEDIA_TYPES + form.media_type))
    said.say(node, DCTERMS + "license", named(told.licence) if told.licence else None)
    said.say(node, DCTERMS + "rights", rights)


def _queried(said: Statements, dataset: NamedNode, origin: str) -> None:
    """The endpoint, as a distribution."""
    service = NamedNode(f"{origin}{PATH}#service")
    node = said.blank()
    said.say(dataset, DCAT + "distribution", node)
    said.a(node, DCAT + "Distribution")
    said.say(node, DCTERMS + "title", english("SPARQL queries"))
    said.say(node, DCAT + "accessURL", NamedNode(origin + PATH))
    said.say(node, DCAT + "accessService", service)
    said.say(dataset, VOID + "sparqlEndpoint", NamedNode(origin + PATH))


def _service(
    said: Statements, service: NamedNode, title: str, address: str, standard: NamedNode
) -> None:
    said.a(service, DCAT + "DataService")
    said.say(service, DCTERMS + "title", english(title))
    said.say(service, DCAT + "endpointURL", NamedNode(address))
    said.say(service, DCTERMS + "conformsTo", standard)
    if standard == SPARQL_PROTOCOL:
        said.say(service, DCAT + "endpointDescription", NamedNode(address))


def _published(said: Statements, dataset: NamedNode, publisher: Named | None) -> None:
    node = named(publisher.iri) if publisher is not None else None
    said.say(dataset, DCTERMS + "publisher", node)
    if node is not None and publisher is not None:
        said.a(node, FOAF + "Agent")
        said.say(node, FOAF + "name", publisher.name)
        said.say(node, FOAF + "homepage", named(publisher.page) if publisher.page else None)


def _licensed(said: Statements, graph: NamedNode, told: Dataset) -> BlankNode | None:
    """The licence, or the statement that stands for one."""
    said.say(graph, DCTERMS + "license", named(told.licence) if told.licence else None)
    if not told.licence_statement:
        return None
    rights = said.blank()
    said.say(graph, DCTERMS + "rights", rights)
    said.a(rights, DCTERMS + "RightsStatement")
    said.say(rights, RDFS + "label", told.licence_statement)
    return rights


def _dated(said: Statements, dataset: NamedNode, releases: list[Release]) -> None:
    if releases:
        said.say(dataset, DCTERMS + "issued", releases[0].when)
        said.say(dataset, DCTERMS + "modified", releases[-1].when)


def _described(told: Dataset) -> str:
    """A catalogue's dataset has a description, even where the graph has none."""
    by = f" as published by {told.publisher.name}" if told.publisher is not None else ""
    return f"{told.title}{by}."
