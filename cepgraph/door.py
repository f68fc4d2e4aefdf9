"""What happens to triples at the door, so that equal input is equal ever after.

Blank nodes become IRIs (RDFC-1.0 labels, below the graph's name), and typed literals take the
spelling that the store gives them. Diffs, patches and "sent twice changes nothing" rely on it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Store,
    Triple,
)

from cepgraph.errors import BadInput
from cepgraph.terms import GENID, RDF, XSD

_STRING = NamedNode(XSD + "string")
_TAGGED = (NamedNode(RDF + "langString"), NamedNode(RDF + "dirLangString"))
_PROBE = NamedNode(GENID + "probe")
_MOST_ALIKE = 6
"""Blank nodes that nothing tells apart: trying them in every order takes n! steps (RDFC-1.0, 7.1);
six take 30 ms, eight 3 s, nine more than a minute."""
MOST_WORK = 10_000_000
"""Blank nodes that only their neighbours tell apart: n of them take some n³ steps; 200 take 1 s."""


def settle(graph: NamedNode, triples: Iterable[Triple]) -> set[Triple]:
    """The triples as they are kept in ``graph``.

    Raises:
        BadInput: a term that RDF 1.1 does not have, or blank nodes that cannot be told apart.
    """
    settled = sorted(triples, key=id)  # as they lie in memory: faster to go through than a set
    literals, blank = _looked_over(settled)
    if blank:
        settled = _without_blank_nodes(graph, settled)
    return _spelt(settled, literals)


def settle_beside(graphs: Mapping[NamedNode, set[Triple]]) -> dict[NamedNode, set[Triple]]:
    """The triples as they are kept beside what the graphs hold already.

    Blank nodes take names that follow from all that is said with them, so that they are new things
    unless the very same was said before; one that stands in several graphs is one thing.

    Raises:
        BadInput: as ``settle``.
    """
    looked_over = {graph: _looked_over(list(triples)) for graph, triples in graphs.items()}
    if any(blank for _, blank in looked_over.values()):
        graphs = _named_by_content(graphs)
    return {graph: _spelt(ts, looked_over[graph][0]) for graph, ts in graphs.items()}


def canonical(triples: list[Triple], most_work: int = MOST_WORK) -> Dataset:
    """The triples, in the default graph, with the labels that RDFC-1.0 gives to blank nodes.

    Raises:
        BadInput: blank nodes that only a search of more than ``most_work`` steps could tell apart.
    """
    _refuse_lookalikes(triples, most_work)
    dataset = Dataset(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _spelt(settled: Iterable[Triple], literals: Iterable[Literal]) -> set[Triple]:
    spelling = _spellings(literals)
    if not spelling:
        return set(settled)
    return {
        Triple(t.subject, t.predicate, spelling[t.object])
        if isinstance(t.object, Literal) and t.object in spelling
        else t
        for t in settled
    }


def _looked_over(triples: list[Triple]) -> tuple[set[Literal], bool]:
    """The values in the triples, which are RDF 1.1, and whether there are blank nodes."""
    literals: set[Literal] = set()
    blank = False
    for triple in triples:
        subject, target = triple.subject, triple.object
        if isinstance(subject, Triple) or isinstance(target, Triple):
            raise BadInput("a triple inside a triple (RDF 1.2) is not accepted", value=str(triple))
        if isinstance(target, Literal):
            literals.add(target)
        blank = blank or isinstance(subject, BlankNode) or isinstance(target, BlankNode)
    for literal in literals:
        problem = ""
        if literal.direction is not None:
            problem = "a text with a direction (RDF 1.2) is not accepted"
        elif not literal.language and literal.datatype in _TAGGED:
            # it could be logged, and never be read again
            problem = "a text in a language needs a language tag"
        if problem:
            where = next(triple for triple in triples if triple.object == literal)
            raise BadInput(problem, value=str(where))
    return literals, blank


def _spellings(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """The typed literals that the store spells otherwise: ``1.50`` becomes ``1.5``."""
    typed = [lit for lit in literals if not lit.language and lit.datatype != _STRING]
    probe = Store()
    probe.extend(
        Quad(NamedNode(f"{_PROBE.value}{number}"), _PROBE, literal)
        for number, literal in enumerate(typed)
    )
    spelling = {}
    for quad in probe:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            literal = typed[int(quad.subject.value.removeprefix(_PROBE.value))]
            if quad.object != literal:
                spelling[literal] = quad.object
    return spelling


def _without_blank_nodes(graph: NamedNode, triples: list[Triple]) -> list[Triple]:
    dataset = canonical(triples)
    prefix = _prefix(graph.value)
    if any(str(term).startswith(f"<{prefix}") for q in dataset for term in (q.subject, q.object)):
        # a copy of the graph came back with new blank nodes, which are other things than the old
        prefix = _prefix(graph.value + _content(dataset))
    return [
        Triple(_named(q.subject, prefix), q.predicate, _named(q.object, prefix)) for q in dataset
    ]


def _named_by_content(graphs: Mapping[NamedNode, set[Triple]]) -> dict[NamedNode, set[Triple]]:
    _refuse_lookalikes([triple for triples in graphs.values() for triple in triples])
    dataset = Dataset(
        Quad(t.subject, t.predicate, t.object, graph)
        for graph, triples in graphs.items()
        for t in triples
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    prefix = _prefix(_content(dataset))
    settled: dict[NamedNode, set[Triple]] = {graph: set() for graph in graphs}
    for q in dataset:
        assert isinstance(q.graph_name, NamedNode)
        settled[q.graph_name].add(
            Triple(_named(q.subject, prefix), q.predicate, _named(q.object, prefix))
        )
    return settled


def _prefix(text: str) -> str:
    return GENID + hashlib.sha256(text.encode()).hexdigest()[:16] + "/"


def _content(dataset: Dataset) -> str:
    """All that is said with blank nodes, which have their canonical labels."""
    return "\n".join(
        sorted(
            str(quad)
            for quad in dataset
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
        )
    )


def _named(term: Any, prefix: str) -> Any:
    return NamedNode(prefix + term.value) if isinstance(term, BlankNode) else term


def _refuse_lookalikes(triples: list[Triple], most_work: int = MOST_WORK) -> None:
    """Refuse blank nodes that only a very long search could tell apart.

    Colours each by its neighbourhood until the colours settle (as RDFC-1.0's hashes do, but in
    polynomial time). Only nodes that are tied to other blank nodes matter, the rest is told apart
    in one step.
    """
    edges = _edges_of_tied(triples)
    colour: dict[object, str] = dict.fromkeys(edges, "")
    for step in range(len(edges)):
        refined: dict[object, str] = {
            node: hashlib.sha256(
                "\n".join(
                    sorted(f"{edge} {colour.get(other, str(other))}" for edge, other in of_node)
                ).encode()
            ).hexdigest()
            for node, of_node in edges.items()
        }
        if step == 0:
            sizes = [size for size in Counter(refined.values()).values() if size > 1]
            if sum(size**3 for size in sizes) > most_work:
                raise _alike(max(sizes))
        settled = len(set(refined.values())) == len(set(colour.values()))
        colour.update(refined)
        if settled:
            break
    most = max(Counter(colour.values()).values(), default=0)
    if most > _MOST_ALIKE:
        raise _alike(most)


def _edges_of_tied(triples: list[Triple]) -> dict[BlankNode, list[tuple[str, object]]]:
    """The blank nodes that are tied to others, each with its properties and neighbours."""
    edges: dict[BlankNode, list[tuple[str, object]]] = {}
    for t in triples:
        if isinstance(t.subject, BlankNode):
            edges.setdefault(t.subject, []).append((f">{t.predicate.value}", t.object))
        if isinstance(t.object, BlankNode):
            edges.setdefault(t.object, []).append((f"<{t.predicate.value}", t.subject))
    return {
        node: of_node
        for node, of_node in edges.items()
        if any(isinstance(other, BlankNode) for _, other in of_node)
    }


def _alike(number: int) -> BadInput:
    return BadInput(
        f"{number} blank nodes look alike and cannot be told apart; give them IRIs, or leave out "
        "the repeated ones"
    )
