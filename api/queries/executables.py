"""The catalogue as RDF: each query a ``sh:SPARQLExecutable``, as editors look for examples.

SHACL Advanced Features, 5.1 (https://www.w3.org/TR/shacl-af/#SPARQLExecutable), and the convention
of https://github.com/sib-swiss/sparql-examples, which adds the endpoint and keywords.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from api.queries import links
from api.reading import JSON_LD_TYPE, N_TRIPLES_TYPE, RDF_TYPES, TURTLE_TYPE
from api.sparql import PATH as SPARQL
from cepgraph.catalogue import Query
from cepgraph.catalogue.standalone import verb
from cepgraph.terms import BASE, PREFIXES, RDF_TYPE, RDFS, RDFS_LABEL, SCHEMA, SH, SPEX, XSD

RDF_OFFERED: Final = (TURTLE_TYPE, JSON_LD_TYPE, N_TRIPLES_TYPE)

_ENGLISH: Final = "en"
_EXECUTABLE: Final = NamedNode(SH + "SPARQLExecutable")
_PREFIXES: Final = NamedNode(f"{BASE}queries#prefixes")
_ANY_URI: Final = NamedNode(XSD + "anyURI")
_KINDS: Final = {
    "SELECT": (SH + "SPARQLSelectExecutable", SH + "select"),
    "ASK": (SH + "SPARQLAskExecutable", SH + "ask"),
    "CONSTRUCT": (SH + "SPARQLConstructExecutable", SH + "construct"),
    # SHACL has no word for it; the examples' own vocabulary does
    "DESCRIBE": (SPEX + "SPARQLDescribeExecutable", SPEX + "describe"),
}


def written(queries: Iterable[Query], start: str, media_type: str) -> bytes:
    """Queries as RDF in one of ``RDF_OFFERED``; addresses begin with ``start``."""
    rdf_format = RDF_TYPES.get(media_type, RdfFormat.JSON_LD)
    return serialize(triples(queries, start), format=rdf_format, prefixes=PREFIXES) or b""


def triples(queries: Iterable[Query], start: str) -> Iterator[Triple]:
    """What is said of queries, and the prefixes that editors offer."""
    for query in queries:
        yield from _of_query(query, start)
    for prefix, namespace in sorted(PREFIXES.items()):
        declaration = BlankNode(prefix)
        yield Triple(_PREFIXES, _sh("declare"), declaration)
        yield Triple(declaration, _sh("prefix"), Literal(prefix))
        yield Triple(declaration, _sh("namespace"), Literal(namespace, datatype=_ANY_URI))


def _of_query(query: Query, start: str) -> Iterator[Triple]:
    about = NamedNode(links.iri_of(query.name))
    text = query.sparql({})
    kind, told = _KINDS[verb(text)]
    yield Triple(about, RDF_TYPE, NamedNode(kind))
    yield Triple(about, RDF_TYPE, _EXECUTABLE)
    yield Triple(about, RDFS_LABEL, Literal(query.summary, language=_ENGLISH))
    comment = f"{query.summary}. {query.description}"
    yield Triple(about, NamedNode(RDFS + "comment"), Literal(comment, language=_ENGLISH))
    yield Triple(about, _sh("prefixes"), _PREFIXES)
    yield Triple(about, NamedNode(told), Literal(text))
    for tag in query.tags:
        yield Triple(about, NamedNode(SCHEMA + "keywords"), Literal(tag))
    yield Triple(about, NamedNode(SCHEMA + "target"), NamedNode(start + SPARQL))
    for place in (links.page(start, query.name), links.file(start, query.name)):
        yield Triple(about, NamedNode(RDFS + "seeAlso"), NamedNode(place))


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)
