"""RDF files to submissions: Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML.

Nothing is fetched while reading: Oxigraph's parsers refuse remote JSON-LD contexts, and do not
resolve external entities of XML.
"""

import hashlib
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, Triple, parse

from cepgraph.errors import BadInput, UnsupportedFormat
from cepgraph.formats import RDF_FORMATS, Format, by_ending
from cepgraph.graph import Submission
from cepgraph.history import Provenance

_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 32 * 1024 * 1024
_BASE = "https://w3id.org/cepgraph/submission/"


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
    """
    form = by_ending(path.name)
    if form is None:
        endings = ", ".join(f".{ending}" for f in RDF_FORMATS for ending in f.endings)
        raise UnsupportedFormat(
            f"the ending says no RDF format; known are {endings}", file=path.name
        )
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise BadInput(f"{size} bytes are more than the {max_bytes} allowed", file=path.name)
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(error.strerror or str(error), file=str(path)) from error
    return read_bytes(content, form, graph, name=path.name, who=who, why=why)


def read_bytes(
    content: bytes, form: Format, graph: NamedNode | None, *, name: str, who: str, why: str
) -> Submission:
    """Read RDF from memory; the same rules as ``read_file``."""
    _refuse_unreadable(content, name)
    digest = hashlib.sha256(content).hexdigest()
    graphs: dict[NamedNode, set[Triple]] = {}
    try:
        for quad in parse(
            _without_bom(content), format=form.rdf or RdfFormat.TURTLE, base_iri=_BASE
        ):
            home = quad.graph_name
            if isinstance(home, DefaultGraph):
                if graph is None:
                    raise BadInput("triples outside any named graph; say which graph", file=name)
                home = graph
            if isinstance(home, BlankNode):
                raise BadInput("a graph is named by a blank node; give it an IRI", file=name)
            graphs.setdefault(home, set()).add(quad.triple)
    except SyntaxError as error:
        raise _malformed(error, name) from error
    except ValueError as error:
        raise BadInput(str(error), file=name) from error
    if not graphs:
        raise BadInput("the file holds no triples", file=name)
    return Submission(graphs, Provenance(who, why, name, f"sha256:{digest}"))


def _refuse_unreadable(content: bytes, name: str) -> None:
    if not content.strip():
        raise BadInput("the file is empty", file=name)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput("the file is UTF-16; save it as UTF-8", file=name, line=1)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise BadInput(
            "this byte is not UTF-8; save the file as UTF-8",
            file=name,
            line=line,
            column=column,
            value=f"0x{content[error.start]:02x}",
        ) from error
    for number, line_bytes in enumerate(content.split(b"\n"), start=1):
        if len(line_bytes) > _LONGEST_LINE:
            raise BadInput(
                f"the line is {len(line_bytes)} bytes long, more than {_LONGEST_LINE} allowed",
                file=name,
                line=number,
            )


def _without_bom(content: bytes) -> bytes:
    while content.startswith(_BOM):
        content = content.removeprefix(_BOM)
    return content


def _malformed(error: SyntaxError, name: str) -> BadInput:
    return BadInput(
        (error.msg or str(error)).strip(), file=name, line=error.lineno, column=error.offset
    )
