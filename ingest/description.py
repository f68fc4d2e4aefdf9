"""The description that every graph carries of itself: publisher, licence, source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.graph import Submission
from cepgraph.store import Store
from cepgraph.terms import CEP, DATASET, DCTERMS, RDF_TYPE, RDFS_LABEL


@dataclass(frozen=True)
class Description:
    """What a sender says of a graph beside the file; empty where nothing is said."""

    title: str = ""
    publisher: str = ""
    licence: str = ""
    """An IRI, or a statement such as "not stated"."""
    source: str = ""

    def triples(self, graph: NamedNode) -> set[Triple]:
        """As triples about ``graph``; none when nothing is said."""
        triples = set()
        if self.title:
            triples.add(Triple(graph, RDFS_LABEL, Literal(self.title)))
        if self.publisher:
            triples.add(Triple(graph, _term("publisher"), NamedNode(self.publisher)))
        if self.licence.startswith(("http://", "https://")):
            triples.add(Triple(graph, _term("license"), NamedNode(self.licence)))
        elif self.licence:
            statement = NamedNode(CEP + "licenceStatement")
            triples.add(Triple(graph, statement, Literal(self.licence)))
        if self.source:
            triples.add(Triple(graph, _term("source"), NamedNode(self.source)))
        return triples | {Triple(graph, RDF_TYPE, DATASET)} if triples else triples


def described(submission: Submission, description: Description, store: Store) -> Submission:
    """The submission with each graph's description.

    What the file says of its graph comes first; then what the sender says beside it; then, for a
    graph that says nothing of itself, the description that it has already.
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
    said = {t for t in description.triples(graph) if t.predicate not in own}
    if own or said:
        return said
    return {quad.triple for quad in store.outgoing([graph]) if quad.graph_name == graph}


def _term(name: str) -> NamedNode:
    return NamedNode(DCTERMS + name)
