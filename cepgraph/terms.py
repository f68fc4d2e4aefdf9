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
