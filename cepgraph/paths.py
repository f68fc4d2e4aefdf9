"""Paths through the graph, as SHACL writes them."""

from dataclasses import dataclass

from pyoxigraph import NamedNode
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF
from rdflib.term import Node

from cepgraph.terms import SH as SH_BASE

_SH = Namespace(SH_BASE)


@dataclass(frozen=True)
class Step:
    """One step of a path: along ``predicate``, or against it."""

    predicate: NamedNode
    inverse: bool = False


Path = tuple[Step, ...]
"""Steps from a node to its values; the empty path leads to the node itself."""


def parse_path(shapes: Graph, node: Node) -> list[Path]:
    """A SHACL path as its alternatives, each a sequence of steps.

    Raises:
        ValueError: a path form that the project does not use (``*``, ``+``, ``?``).
    """
    if isinstance(node, URIRef):
        return [(Step(NamedNode(str(node))),)]
    inverse = shapes.value(node, _SH.inversePath)
    if inverse is not None:
        return [
            tuple(Step(step.predicate, not step.inverse) for step in reversed(path))
            for path in parse_path(shapes, inverse)
        ]
    alternatives = shapes.value(node, _SH.alternativePath)
    if alternatives is not None:
        items = Collection(shapes, alternatives)
        return [path for item in items for path in parse_path(shapes, item)]
    if shapes.value(node, RDF.first) is not None:
        paths: list[Path] = [()]
        for item in Collection(shapes, node):
            paths = [head + tail for head in paths for tail in parse_path(shapes, item)]
        return paths
    raise ValueError(f"unsupported SHACL path {node.n3()}")
