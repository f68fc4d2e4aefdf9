"""The description that every graph carries of itself: publisher, licence, source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.errors import BadParameter
from cepgraph.graph import Submission
from cepgraph.store import Store
from cepgraph.terms import CEP, DATASET, DCTERMS, ID, RDF_TYPE, RDFS_LABEL

_KIND_AND_KEY = re.compile(r"[a-z][a-z-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_LICENCE = NamedNode(DCTERMS + "license")
_LICENCE_STATEMENT = NamedNode(CEP + "licenceStatement")
_LICENCES = {_LICENCE, _LICENCE_STATEMENT}
"""Both say the same of a graph: a new one takes the place of either."""


@dataclass(frozen=True)
class Description:
    """What a sender says of a graph beside the file; empty where nothing is said.

    Publisher and source are IRIs, or ``kind/key``.

    Raises:
        BadParameter: publisher, source or licence is meant to be an address, and is none.
    """

    title: str = ""
    publisher: str = ""
    licence: str = ""
    """An IRI, or a statement such as "not stated"."""
    source: str = ""

    def __post_init__(self) -> None:
        addresses = {"publisher": self.publisher, "source": self.source}
        if self._licence_is_address:
            addresses["licence"] = self.licence
        for name, text in addresses.items():
            if text:
                _refuse_other_than_addresses(name, _whole(text))

    @property
    def _licence_is_address(self) -> bool:
        return self.licence.startswith(("http://", "https://"))

    def triples(self, graph: NamedNode) -> set[Triple]:
        """As triples about ``graph``; none when nothing is said."""
        triples = set()
        if self.title:
            triples.add(Triple(graph, RDFS_LABEL, Literal(self.title)))
        if self.publisher:
            triples.add(Triple(graph, _term("publisher"), NamedNode(_whole(self.publisher))))
        if self._licence_is_address:
            triples.add(Triple(graph, _LICENCE, NamedNode(self.licence)))
        elif self.licence:
            triples.add(Triple(graph, _LICENCE_STATEMENT, Literal(self.licence)))
        if self.source:
            triples.add(Triple(graph, _term("source"), NamedNode(_whole(self.source))))
        return triples | {Triple(graph, RDF_TYPE, DATASET)} if triples else triples


def described(submission: Submission, description: Description, store: Store) -> Submission:
    """The submission with each graph's description.

    What the file says of its graph comes first; then what the sender says beside it; then, for a
    file that says nothing of its graph, the description that the graph has already.
    """
    graphs: Mapping[NamedNode, set[Triple]] = {
        graph: triples | _missing(graph, triples, description, store)
        for graph, triples in submission.graphs.items()
    }
    return replace(submission, graphs=graphs)


def _missing(
    graph: NamedNode, triples: set[Triple], description: Description, store: Store
) -> set[Triple]:
    own = {triple.predicate for triple in triples if triple.subject == graph}
    if own & _LICENCES:
        own |= _LICENCES
    said = {t for t in description.triples(graph) if t.predicate not in own}
    if own:
        return said
    told = {triple.predicate for triple in said}
    if told & _LICENCES:
        told |= _LICENCES
    before = {quad.triple for quad in store.outgoing([graph]) if quad.graph_name == graph}
    return said | {triple for triple in before if triple.predicate not in told}


def _whole(text: str) -> str:
    """An address in full: ``organisation/arts-connect`` is one of ours."""
    return ID + text if _KIND_AND_KEY.fullmatch(text) else text


def _refuse_other_than_addresses(name: str, text: str) -> None:
    try:
        NamedNode(text)
    except ValueError as error:
        raise BadParameter(name, "an address (IRI) in full is expected", text) from error


def _term(name: str) -> NamedNode:
    return NamedNode(DCTERMS + name)
