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
WHO = "cepgraph"
"""The project itself, as the log names it."""


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
        for graph, triples in read_file(document, None, WHO, "seed", _MAX_BYTES).graphs.items():
            graphs.setdefault(graph, set()).update(triples)
    return Submission(graphs, Provenance(WHO, "seed graph", "data/", content_digest(model)))


def content_digest(model: Model) -> str:
    """``sha256:…`` over all that the seed graph and its verdict are made from."""
    content = model.content
    reference = content.reference()
    digest = hashlib.sha256()
    for path in (
        *content.ontology(),
        *content.schemes(),
        *content.shapes(),
        *(content.description(name) for name in ("ontology", "schemes")),
        *sorted(reference.glob("*")),
        *content.documents(),
    ):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def _turtle(files: Iterable[Path]) -> set[Triple]:
    return {quad.triple for path in files for quad in parse(path=str(path))}
