"""The ontology in a store, and short ways of asking it."""

import re
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, Store

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = sorted((ROOT / "ontology").glob("*.ttl"))
CEP = "https://w3id.org/cepgraph/ontology#"
PREFIXES = """
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX frapo: <http://purl.org/cerif/frapo/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
"""


def turtle(body: str) -> bytes:
    """Turtle with the prefixes, relative to the namespace of instances."""
    prefixes = re.sub(r"PREFIX (.+>)", r"@prefix \1 .", PREFIXES)
    return f"@base <https://w3id.org/cepgraph/id/> .\n{prefixes}\n{body}".encode()


def ask(store: Store, pattern: str) -> bool:
    """Whether the pattern has a solution."""
    answer = store.query(f"{PREFIXES} ASK {{ {pattern} }}")
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


def terms(store: Store, pattern: str) -> set[str]:
    """The IRIs that the variable ``?term`` takes in the pattern."""
    rows = store.query(f"{PREFIXES} SELECT DISTINCT ?term WHERE {{ {pattern} }}")
    assert isinstance(rows, QuerySolutions)
    return {row["term"].value for row in rows if isinstance(row["term"], NamedNode)}


@cache
def ontology() -> Store:
    """Core and alignments in one graph."""
    store = Store()
    for file in ONTOLOGY:
        store.load(path=str(file))
    return store
