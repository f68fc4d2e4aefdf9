"""Every IRI that Python code names. Nothing else in the code base spells one out."""

from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/cepgraph/"
CEP: Final = BASE + "ontology#"
CEPS: Final = BASE + "shapes#"
ID: Final = BASE + "id/"
CONCEPT: Final = BASE + "concept/"
GRAPH: Final = BASE + "graph/"
PROJECT_GRAPHS: Final = GRAPH + "cepgraph/"
"""Where the ontology, the lists and the reference data of the project itself stand."""
VERSION_IRI: Final = BASE + "version/"
"""Followed by its number: a version of the whole graph."""
DATASETS: Final = BASE + "datasets"
"""The catalogue of all that is published here."""
GENID: Final = BASE + ".well-known/genid/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
PROV: Final = "http://www.w3.org/ns/prov#"
ORG: Final = "http://www.w3.org/ns/org#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
SCHEMA: Final = "https://schema.org/"
VOID: Final = "http://rdfs.org/ns/void#"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
REGIMES: Final = "http://www.w3.org/ns/entailment/"
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
ADMS: Final = "http://www.w3.org/ns/adms#"
SPDX: Final = "http://spdx.org/rdf/terms#"
GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
SPEX: Final = "https://purl.expasy.org/sparql-examples/ontology#"
"""The vocabulary of https://github.com/sib-swiss/sparql-examples."""

PREFIXES: Final[dict[str, str]] = {
    "cep": CEP,
    "ceps": CEPS,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}

RDF_TYPE: Final = NamedNode(RDF + "type")
RDF_FIRST: Final = NamedNode(RDF + "first")
RDF_REST: Final = NamedNode(RDF + "rest")
RDF_NIL: Final = NamedNode(RDF + "nil")
RDFS_LABEL: Final = NamedNode(RDFS + "label")
SKOS_PREF_LABEL: Final = NamedNode(SKOS + "prefLabel")
DATASET: Final = NamedNode(CEP + "Dataset")
WHOLE: Final = NamedNode(DATASETS + "#whole")
"""All graphs together, as one dataset."""
CATALOGUE: Final = NamedNode(DATASETS)
ENTAILMENT: Final = NamedNode(BASE + "sparql#entailment")
"""What of RDFS and OWL is worked out; described by the service itself."""
SPARQL_PROTOCOL: Final = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
GRAPH_STORE_PROTOCOL: Final = NamedNode("https://www.w3.org/TR/sparql11-http-rdf-update/")
LATERAL: Final = NamedNode("https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md")
DATE_ARITHMETIC: Final = NamedNode(
    "https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0002/sep-0002.md"
)
TRIPLE_TERMS: Final = NamedNode("https://www.w3.org/TR/sparql12-query/")
GZIP: Final = NamedNode(MEDIA_TYPES + "application/gzip")
ENGLISH: Final = NamedNode("http://publications.europa.eu/resource/authority/language/ENG")

ENTAILED_SUFFIX: Final = "/entailed"
"""Added to a graph's IRI to name the companion that holds what the ontology entails from it."""

SYSTEM_VERSION: Final = NamedNode(CEPS + "storeVersion")
SYSTEM_ENTRY: Final = NamedNode(CEPS + "storeEntry")
SYSTEM_STORE: Final = NamedNode(CEPS + "store")


def entailed_graph(graph: NamedNode) -> NamedNode:
    """The companion graph that holds the entailments of ``graph``."""
    return NamedNode(graph.value + ENTAILED_SUFFIX)


def is_entailed_graph(graph: NamedNode) -> bool:
    """Whether ``graph`` is such a companion."""
    return graph.value.endswith(ENTAILED_SUFFIX)


def asserted_graph(graph: NamedNode) -> NamedNode:
    """The graph that ``graph`` is the companion of, or ``graph`` itself."""
    return NamedNode(graph.value.removesuffix(ENTAILED_SUFFIX))


def is_skolem(iri: str) -> bool:
    """Whether an IRI stands for a blank node that was replaced at the door."""
    return iri.startswith(GENID)


def shorten(iri: str) -> str:
    """``cep:Finding`` for a known namespace, otherwise the IRI as it stands."""
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    return f"{best}:{iri[len(PREFIXES[best]) :]}" if best else iri
