"""Triples about the service, put together one by one and written in the RDF form that is wanted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from cepgraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from cepgraph.terms import ADMS, PREFIXES, RDF_TYPE, SD, SPDX, VOID, XSD

Node = NamedNode | BlankNode
Value = Node | Literal | str | int | datetime

RDF: Final = tuple(form.media_type for form in (TURTLE, JSON_LD, N_TRIPLES, RDF_XML))
"""Media types of descriptions, the one that comes unless another is asked for first."""
_PREFIXES: Final = PREFIXES | {"adms": ADMS, "sd": SD, "spdx": SPDX, "void": VOID}


class Statements:
    """Triples in the order in which they were said; blank nodes are numbered."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []
        self._blank_nodes = 0

    def say(self, subject: Node, predicate: str, *values: Value | None) -> None:
        """One triple for each value that is there. Text without a language is plain."""
        said = NamedNode(predicate)
        self.triples += [Triple(subject, said, term(v)) for v in values if v is not None]

    def a(self, subject: Node, *classes: str) -> None:
        """Say what something is."""
        self.triples += [Triple(subject, RDF_TYPE, NamedNode(cls)) for cls in classes]

    def blank(self) -> BlankNode:
        """A node without a name; the same for the same description."""
        self._blank_nodes += 1
        return BlankNode(f"n{self._blank_nodes}")

    def written(self, media_type: str) -> bytes:
        """All of it in one of the forms of ``RDF``."""
        rdf_format = RdfFormat.from_media_type(media_type)
        assert rdf_format is not None
        return serialize(self.triples, format=rdf_format, prefixes=_PREFIXES) or b""


def term(value: Value) -> NamedNode | BlankNode | Literal:
    """The term for a value."""
    match value:
        case NamedNode() | BlankNode() | Literal():
            return value
        case datetime():
            return Literal(value.isoformat(), datatype=NamedNode(XSD + "dateTime"))
        case _:
            return Literal(value)


def english(text: str) -> Literal:
    """Text of ours."""
    return Literal(text, language="en")


def named(iri: str) -> NamedNode | None:
    """The node with this IRI, or ``None`` when it is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def nodes(iris: Iterable[str]) -> list[NamedNode]:
    """The nodes with these IRIs."""
    return [NamedNode(iri) for iri in iris]
