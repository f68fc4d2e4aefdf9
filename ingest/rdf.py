"""RDF files to submissions: Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML.

Nothing is fetched while reading: Oxigraph's parsers refuse remote JSON-LD contexts, and XML with a
document type is refused before it is parsed.
"""

import hashlib
import re
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from cepgraph.errors import BadInput, BadParameter, UnsupportedFormat
from cepgraph.formats import JSON_LD, RDF_FORMATS, Format, by_ending
from cepgraph.graph import Submission
from cepgraph.history import Provenance
from cepgraph.terms import RDF
from ingest.json_ld import refuse_losses
from ingest.lines import line_of
from ingest.octets import load, refuse_other_than_files, text_of
from ingest.traps import refuse_traps

_TAGGED = (NamedNode(RDF + "langString"), NamedNode(RDF + "dirLangString"))
_PLACE = re.compile(r"^Parser error (?:at|between) line \d+ [^:]*: ")
_PLAINER = (
    (r"No scheme found in an absolute IRI", "the address is relative; write it in full"),
    (r"Invalid IRI code point", "an address (IRI) may not hold"),
    (r"Unexpected end.*", "the file ends in the middle of a statement"),
    (r"No LoadDocumentCallback.*", "a @context elsewhere is not fetched; write it into the file"),
    (r"Reached the buffer maximal size.*", "a single value is too long to be read"),
)
"""What the parsers say, and what it means to the person who sent the file."""


def read_file(
    path: Path, graph: NamedNode | None, who: str, why: str, max_bytes: int
) -> Submission:
    """Read an RDF file.

    Triples outside any named graph go to ``graph``; a file with named graphs of its own may leave
    ``graph`` out.

    Raises:
        BadInput: the file is missing, empty, too large, in a wrong encoding, or malformed; with
            its place.
        UnsupportedFormat: the file's ending stands for no RDF format.
        BadParameter: all triples are in graphs of the file's own, none for ``graph``.
    """
    refuse_other_than_files(path)
    form = by_ending(path.name)
    if form is None:
        endings = ", ".join(f".{ending}" for f in RDF_FORMATS for ending in f.endings)
        raise UnsupportedFormat(
            f"the ending says no RDF format; known are {endings}", file=path.name
        )
    # bytes of a name that were no UTF-8 arrive as half characters, which no log can hold
    name = path.name.encode("utf-8", "replace").decode()
    return _submission(load(path, max_bytes), form, graph, name, who, why)


def read_bytes(
    content: bytes, form: Format, graph: NamedNode | None, *, name: str, who: str, why: str
) -> Submission:
    """Read RDF from memory; the same rules as ``read_file``."""
    return _submission(content, form, graph, name, who, why)


def _submission(
    raw: bytes, form: Format, graph: NamedNode | None, name: str, who: str, why: str
) -> Submission:
    content = text_of(raw, name)
    syntax = form.rdf or RdfFormat.TURTLE
    refuse_traps(content, form, name)
    graphs: dict[NamedNode, set[Triple]] = {}
    try:
        for quad in parse(content, format=syntax):
            problem = _problem(quad, graph)
            if problem:
                line = line_of(content, syntax, lambda q: _problem(q, graph) is not None)
                raise BadInput(problem, file=name, line=line)
            home = quad.graph_name if isinstance(quad.graph_name, NamedNode) else graph
            if home is not None:
                graphs.setdefault(home, set()).add(quad.triple)
    except (SyntaxError, MemoryError) as error:
        raise _malformed(error, content, syntax, name) from error
    if form == JSON_LD:
        refuse_losses(content, name)
    if not graphs:
        raise BadInput("the file holds no triples", file=name)
    if graph is not None and graph not in graphs:
        problem = "the file names its own graphs, and not this one; leave this out"
        raise BadParameter("graph", problem, graph.value)
    digest = hashlib.sha256(raw).hexdigest()
    return Submission(graphs, Provenance(who, why, name, f"sha256:{digest}"))


def _problem(quad: Quad, graph: NamedNode | None) -> str | None:
    """Why a quad cannot be taken, if it cannot."""
    if isinstance(quad.graph_name, DefaultGraph) and graph is None:
        return "this is in no named graph; say which graph it is for"
    if isinstance(quad.graph_name, BlankNode):
        return "the graph is named by a blank node; give it an IRI"
    if isinstance(quad.object, Triple) or isinstance(quad.subject, Triple):
        return "a triple inside a triple (RDF 1.2) is not accepted"
    if isinstance(quad.object, Literal):
        if quad.object.direction is not None:
            return "a text with a direction (RDF 1.2) is not accepted"
        if not quad.object.language and quad.object.datatype in _TAGGED:
            return "a text in a language needs a language tag"
    return None


def _malformed(
    error: SyntaxError | MemoryError, content: bytes, syntax: RdfFormat, name: str
) -> BadInput:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    problem = _PLACE.sub("", said or "not well formed").strip()
    for phrase, plainer in _PLAINER:
        problem = re.sub(phrase, plainer, problem)
    line = error.lineno if isinstance(error, SyntaxError) else None
    column = error.offset if isinstance(error, SyntaxError) else None
    if line is None:
        line, column = line_of(content, syntax), None
    return BadInput(problem, file=name, line=line, column=column)
