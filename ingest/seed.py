"""The seed graph: ontology, schemes, reference tables and the curated documents, as one submission.

It enters an empty data folder at first start, through the gate like everything else.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Triple, parse

from cepgraph.graph import Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import GRAPH
from ingest.rdf import read_file
from ingest.table import read_table

ONTOLOGY = NamedNode(GRAPH + "cepgraph/ontology")
SCHEMES = NamedNode(GRAPH + "cepgraph/schemes")
REFERENCE = NamedNode(GRAPH + "cepgraph/reference")
_MAX_BYTES = 64 * 1024 * 1024
_WHO = "cepgraph"


def seed(model: Model) -> Submission:
    """All graphs that an empty data folder begins with."""
    content = model.content
    reference = content.reference()
    tables = sorted(reference.glob("*.csv"))
    graphs: dict[NamedNode, set[Triple]] = {
        ONTOLOGY: _turtle([*content.ontology(), content.description("ontology")]),
        SCHEMES: _turtle([*content.schemes(), content.description("schemes")]),
        REFERENCE: _turtle(sorted(reference.glob("*.ttl"))),
    }
    for table in tables:
        graphs[REFERENCE] |= read_table(table, model.schema)
    for document in content.documents():
        for graph, triples in read_file(document, None, _WHO, "seed", _MAX_BYTES).graphs.items():
            graphs.setdefault(graph, set()).update(triples)
    files = [*content.ontology(), *content.schemes(), *tables, *content.documents()]
    return Submission(graphs, Provenance(_WHO, "seed graph", "data/", _digest(files)))


def _turtle(files: Iterable[Path]) -> set[Triple]:
    return {quad.triple for path in files for quad in parse(path=str(path))}


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return f"sha256:{digest.hexdigest()}"
