"""What each version changed: PROV-O and DCAT for machines, the same as plain JSON."""

from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from api.descriptions.datasets import Dataset
from api.descriptions.dcat import ADDRESS as DATASETS_ADDRESS
from api.descriptions.dcat import VERSIONS, dump_distribution, version_of, versioned
from api.descriptions.facts import Facts
from api.descriptions.forms import DUMPS, FORMS
from api.descriptions.releases import Release
from api.descriptions.statements import Statements, english, named
from api.descriptions.void import TITLE
from api.sparql import PATH
from cepgraph.terms import (
    ADMS,
    DCAT,
    DCTERMS,
    FOAF,
    GRAPH,
    PROV,
    RDFS,
    SPDX,
    VERSION_IRI,
    WHOLE,
    XSD,
    shorten,
)

Json = dict[str, Any]

ADDRESS: Final = "/version"


def iri_of(version: int) -> NamedNode:
    """The name of a version, for good."""
    return NamedNode(f"{VERSION_IRI}{version}")


async def description(facts: Facts, origin: str, release: Release, newest: int) -> Statements:
    """One version: what it is, what made it, which graphs it changed."""
    said = Statements()
    brief(said, release, newest)
    version, change = iri_of(release.version), _change(release.version)
    for form in FORMS:
        dump_distribution(said, version, origin, release.version, form)
    said.say(version, FOAF + "page", NamedNode(f"{origin}{ADDRESS}/{release.version}.html"))
    known = await facts.datasets(newest)
    for graph in filter(is_ours, release.graphs):
        touching = [v for v in await facts.releases.touching(graph, newest) if v < release.version]
        versioned(said, graph, release, touching[-1] if touching else None)
        node = version_of(graph, release.version)
        said.a(node, PROV + "Entity")
        said.say(node, PROV + "specializationOf", NamedNode(graph))
        said.say(node, PROV + "wasGeneratedBy", change)
        if graph in known:
            said.say(NamedNode(graph), DCTERMS + "title", known[graph].title)
    return said


def brief(said: Statements, release: Release, newest: int) -> None:
    """A version and the change that made it, as a list of versions tells of them."""
    version, change = iri_of(release.version), _change(release.version)
    said.a(version, DCAT + "Dataset", PROV + "Entity")
    said.say(version, DCTERMS + "title", english(f"{TITLE}, version {release.version}"))
    said.say(version, DCAT + "version", str(release.version))
    said.say(version, DCAT + "isVersionOf", WHOLE)
    said.say(version, DCTERMS + "issued", release.when)
    said.say(version, ADMS + "versionNotes", release.why or None)
    said.say(version, PROV + "wasGeneratedBy", change)
    said.say(version, PROV + "generatedAtTime", release.when)
    if release.version > 1:
        said.say(version, DCAT + "previousVersion", iri_of(release.version - 1))
        said.say(version, PROV + "wasRevisionOf", iri_of(release.version - 1))
    if release.version < newest:
        said.say(version, DCTERMS + "isReplacedBy", iri_of(release.version + 1))
    said.a(change, PROV + "Activity")
    said.say(change, PROV + "endedAtTime", release.when)
    said.say(change, RDFS + "comment", english(_counted(release)))
    agent = named(release.publisher) if release.publisher else None
    said.say(change, PROV + "wasAssociatedWith", agent)
    for place, digest in enumerate(release.hashes, start=1):
        _used(said, change, place, digest)


def as_json(facts_of: Mapping[str, Dataset], origin: str, release: Release, newest: int) -> Json:
    """One version as plain JSON."""
    number = release.version
    own = f"{origin}{ADDRESS}/{number}"
    return {
        "version": number,
        "id": iri_of(number).value,
        "when": release.when.isoformat(),
        "publisher": publisher_of(facts_of, release),
        "why": release.why,
        "graphs": [
            {
                "id": graph,
                "label": facts_of[graph].title if graph in facts_of else shorten(graph),
                "dataset": f"{origin}{DATASETS_ADDRESS}/{facts_of[graph].path}"
                if graph in facts_of
                else None,
            }
            for graph in release.graphs
        ],
        "triplesAdded": release.added,
        "triplesRemoved": release.removed,
        "sha256": list(release.hashes),
        "newest": newest,
        "links": {
            "self": own,
            "previous": f"{origin}{ADDRESS}/{number - 1}" if number > 1 else None,
            "next": f"{origin}{ADDRESS}/{number + 1}" if number < newest else None,
            "newest": f"{origin}{ADDRESS}/{newest}",
            "all": origin + VERSIONS,
            "sparql": f"{origin}{PATH}?version={number}",
            "dumps": [f"{origin}{DUMPS}/{number}{form.ending}" for form in FORMS],
        },
    }


def publisher_of(facts_of: Mapping[str, Dataset], release: Release) -> Json | None:
    """Whose change it was, with a name where one is known."""
    if not release.publisher:
        return None
    publishers = (dataset.publisher for dataset in facts_of.values())
    names = {known.iri: known.name for known in publishers if known is not None}
    return {
        "id": release.publisher,
        "label": names.get(release.publisher, shorten(release.publisher)),
    }


def is_ours(graph: str) -> bool:
    """Whether a graph has a place in the catalogue."""
    return graph.startswith(GRAPH) and named(graph) is not None


def _change(version: int) -> NamedNode:
    return NamedNode(f"{VERSION_IRI}{version}#change")


def _counted(release: Release) -> str:
    return (
        f"Added {release.added:,} and removed {release.removed:,} triples, "
        "those counted that the ontology entails."
    )


def _used(said: Statements, change: NamedNode, place: int, digest: str) -> None:
    """A file that was sent, known by its hash alone."""
    file, checksum = NamedNode(f"{change.value}-file-{place}"), said.blank()
    said.say(change, PROV + "used", file)
    said.a(file, PROV + "Entity")
    said.say(file, SPDX + "checksum", checksum)
    said.a(checksum, SPDX + "Checksum")
    said.say(checksum, SPDX + "algorithm", NamedNode(SPDX + "checksumAlgorithm_sha256"))
    hexadecimal = NamedNode(XSD + "hexBinary")
    said.say(checksum, SPDX + "checksumValue", Literal(digest, datatype=hexadecimal))
