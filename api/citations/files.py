"""The files of an answer in a research object: the same bytes whenever they are made.

Where the query says in which order rows come, they are written as the engine gives them; otherwise
they are sorted, for no engine gives them in the same order for ever.
"""

import re
from typing import Final

from pyoxigraph import QuerySolutions, RdfFormat, parse, parse_query_results, serialize

from api.citations.canonical import Result
from api.citations.citation import Form
from cepgraph.formats import CSV_RESULTS, JSON_RESULTS, N_QUADS, TSV_RESULTS, TURTLE, Format
from cepgraph.terms import PREFIXES

TABLES: Final = {"csv": CSV_RESULTS, "srj": JSON_RESULTS}
FORMATS: Final[dict[Form, dict[str, Format]]] = {
    "select": TABLES,
    "ask": {"srj": JSON_RESULTS},
    "graph": {"ttl": TURTLE},
}
"""Beside the canonical form, by their endings."""
CANONICAL: Final[dict[Form, tuple[str, str]]] = {
    "select": ("canonical.tsv", TSV_RESULTS.media_type),
    "ask": ("canonical.txt", "text/plain"),
    "graph": ("canonical.nq", N_QUADS.media_type),
}
"""Name and media type of the file whose SHA-256 is the hash of the answer."""

_ORDERED: Final = re.compile(r"order\s+by", re.IGNORECASE)


def is_ordered(query: str) -> bool:
    """Whether a query may say in which order its rows come."""
    return _ORDERED.search(query) is not None


def canonical_file(result: Result) -> bytes:
    """The canonical form itself."""
    return (result.header + "".join(f"{line}\n" for line in result.lines)).encode()


def sorted_file(result: Result, form: Format) -> bytes:
    """A table or a graph in another form, sorted; a table with its columns in their own order."""
    if form.rdf is not None:
        quads = parse(canonical_file(result), format=RdfFormat.N_QUADS)
        triples = (quad.triple for quad in quads)
        return serialize(triples, format=form.rdf, prefixes=PREFIXES) or b""
    assert form.results is not None
    assert TSV_RESULTS.results is not None
    places = [sorted(result.columns).index(name) for name in result.columns]
    rows = (line.split("\t") for line in result.lines)
    lines = ("\t".join(row[place] for place in places) for row in rows)
    header = "\t".join(f"?{name}" for name in result.columns)
    table = "".join(f"{line}\n" for line in (header, *lines)).encode()
    solutions = parse_query_results(table, format=TSV_RESULTS.results)
    assert isinstance(solutions, QuerySolutions)
    return solutions.serialize(format=form.results) or b""
