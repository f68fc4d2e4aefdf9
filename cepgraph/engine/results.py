"""A result as bytes, and the version that it holds for said in its head."""

from typing import Final

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from cepgraph.engine.wire import Question
from cepgraph.formats import GRAPH_FORMATS, RESULT_FORMATS
from cepgraph.terms import PREFIXES, VERSION_IRI

_RESULTS: Final[dict[str, QueryResultsFormat | None]] = {
    name: form.results for form in RESULT_FORMATS for name in form.media_types
}
_GRAPHS: Final[dict[str, RdfFormat | None]] = {
    name: form.rdf for form in GRAPH_FORMATS for name in form.media_types
}
_SHORTENED: Final = (RdfFormat.TURTLE, RdfFormat.TRIG)
"""Written with the prefixes that our documents have: half as long, and people read them."""
_HEAD: Final = b'{"head":{'
_END_OF_VARIABLES: Final = b"]"
_END_OF_HEAD: Final = b"</head>"


def written_as(
    results: QuerySolutions | QueryBoolean | QueryTriples, question: Question, version: int
) -> tuple[str, bytes] | None:
    """The first acceptable media type that fits the query's form, and the result in it.

    ``None`` when no media type that fits is acceptable.

    Raises:
        RuntimeError, ValueError, OSError: it failed while it was evaluated or written.
    """
    if isinstance(results, QueryTriples):
        for media_type in question.graphs:
            rdf_format = _GRAPHS.get(media_type)
            if rdf_format in _SHORTENED:
                return media_type, serialize(results, format=rdf_format, prefixes=PREFIXES) or b""
            if rdf_format is not None:
                return media_type, results.serialize(format=rdf_format) or b""
        return None
    boolean = isinstance(results, QueryBoolean)
    for media_type in question.results:
        results_format = _RESULTS.get(media_type)
        if results_format is not None:
            body = results.serialize(format=results_format) or b""
            if question.linked:
                body = linked(body, results_format, version, boolean)
            return media_type, body
    return None


def linked(body: bytes, form: QueryResultsFormat, version: int, boolean: bool) -> bytes:
    """The same result with a link to the version in its head; CSV and TSV have no place for it.

    https://www.w3.org/TR/sparql11-results-json/#select-link and
    https://www.w3.org/TR/rdf-sparql-XMLres/#head. The rows are not looked at: the head comes first
    in what Oxigraph writes, and no name of a variable holds the signs that end it.
    """
    iri = f"{VERSION_IRI}{version}"
    if form == QueryResultsFormat.JSON:
        link = f'"link":["{iri}"]'
        if boolean:
            place = len(_HEAD)
        else:
            place = body.index(_END_OF_VARIABLES) + len(_END_OF_VARIABLES)
            link = f",{link}"
    elif form == QueryResultsFormat.XML:
        place = body.index(_END_OF_HEAD)
        link = f'<link href="{iri}"/>'
    else:
        return body
    return b"".join((body[:place], link.encode(), memoryview(body)[place:]))
