"""The seed graph: ontology, schemes, reference tables and the curated documents, as one submission.

It enters an empty data folder at first start, through the gate like everything else.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Triple, parse

from cepgraph.errors import BadInput
from cepgraph.graph import Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import GRAPH
from ingest.rdf import read_file
from ingest.report.remark import Remarks
from ingest.rows.header import Headers
from ingest.sheets.reader import read_sheets
from ingest.sheets.sheet import Limits
from ingest.tables import Tables

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
    graphs[REFERENCE] |= _rows(tables, model)
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


def _rows(files: Iterable[Path], model: Model) -> set[Triple]:
    """The triples of tables that refer to nothing but one another.

    Raises:
        BadInput: the first of their faults.
    """
    remarks, headers = Remarks(), Headers(model.schema)
    tables = Tables(model, OxigraphStore(), Limits(), remarks)
    try:
        for path in files:
            for sheet in read_sheets(path, path.name, Limits()).sheets:
                header = headers.find(sheet)
                if header is None:
                    raise BadInput("no class has these headings", file=path.name)
                remarks.extend(headers.remarks(header))
                tables.headers.append(header)
        if tables.headers:
            tables.look_through(REFERENCE, lambda _rows: None)
        found = set(tables.triples())
    finally:
        tables.close()
    for remark in remarks.groups("violation"):
        place, value = remark.first[0].place, remark.first[0].value
        raise BadInput(
            remark.message, file=place.file, row=place.row, column=place.column, value=value
        )
    return found


def _turtle(files: Iterable[Path]) -> set[Triple]:
    return {quad.triple for path in files for quad in parse(path=str(path))}
