"""What each shape reads: the paths from a focus node that can decide its verdict.

Compiled once from the shapes. A path is a tuple of steps; a shape reads every prefix of its paths
too. SPARQL constraints cannot be analysed and declare theirs with ``ceps:reads``; the targets of
one that declares nothing are unbounded, and validated in full.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF
from rdflib.term import Node

from cepgraph.paths import Path, Step, parse_path
from cepgraph.terms import CEPS, RDF_TYPE
from cepgraph.terms import SH as SH_BASE

_SH = Namespace(SH_BASE)
_READS = URIRef(CEPS + "reads")
_INVERSE = URIRef(CEPS + "inverse")
"""Marks a derived field: it shows what points here, and constrains nothing."""
_PAIRS = (_SH.lessThan, _SH.lessThanOrEquals, _SH.equals, _SH.disjoint)
_TYPE = Step(RDF_TYPE)


@dataclass
class Plan:
    """What decides the verdicts on the instances of each target class.

    Attributes:
        reads: target class to the paths that its shapes read, every prefix included.
        unbounded: target classes with a constraint that declares nothing.
    """

    reads: dict[NamedNode, set[Path]] = field(default_factory=dict)
    unbounded: set[NamedNode] = field(default_factory=set)

    @classmethod
    def of(cls, shapes: Graph) -> "Plan":
        """Compile a shapes graph."""
        plan = cls()
        for shape in set(shapes.subjects(RDF.type, _SH.NodeShape)):
            for target in shapes.objects(shape, _SH.targetClass):
                name = NamedNode(str(target))
                paths = plan.reads.setdefault(name, {(), (_TYPE,)})
                reader = _Reader(shapes)
                for path in reader.shape(shape, frozenset()):
                    paths.update(path[:length] for length in range(len(path) + 1))
                if reader.undeclared:
                    plan.unbounded.add(name)
        return plan

    def steps(self) -> dict[Step, set[Path]]:
        """Each step that some shape takes, with the paths that lead up to it."""
        found: dict[Step, set[Path]] = {}
        for paths in self.reads.values():
            for path in paths:
                if path:
                    found.setdefault(path[-1], set()).add(path[:-1])
        return found


class _Reader:
    """Walks one shape and everything that it refers to."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self.undeclared = False

    def shape(self, node: Node, seen: frozenset[Node]) -> Iterator[Path]:
        """The paths that a shape reads, from its focus node."""
        if node in seen or self._text(node, _INVERSE) == "true":
            return
        seen |= {node}
        path_node = self._shapes.value(node, _SH.path)
        starts: list[Path] = [()] if path_node is None else parse_path(self._shapes, path_node)
        for start in starts:
            yield start
            for inner in self._constraints(node, seen):
                yield start + inner
        for other in self._all(node, _PAIRS):
            yield from parse_path(self._shapes, other)
        for constraint in self._shapes.objects(node, _SH.sparql):
            yield from self._declared(constraint)

    def _constraints(self, node: Node, seen: frozenset[Node]) -> Iterator[Path]:
        """What the constraints of a shape read from each of its values."""
        if self._shapes.value(node, _SH["class"]) is not None:
            yield (_TYPE,)
        for inner in self._inner_shapes(node):
            yield from self.shape(inner, seen)

    def _inner_shapes(self, node: Node) -> Iterator[Node]:
        yield from self._all(node, (_SH.property, _SH.node, _SH["not"]))
        for members in self._all(node, (_SH["or"], _SH["and"], _SH.xone)):
            yield from Collection(self._shapes, members)

    def _declared(self, constraint: Node) -> Iterator[Path]:
        declarations = list(self._shapes.objects(constraint, _READS))
        if not declarations:
            self.undeclared = True
        for declaration in declarations:
            yield from parse_path(self._shapes, declaration)

    def _text(self, node: Node, predicate: URIRef) -> str:
        return str(self._shapes.value(node, predicate) or "")

    def _all(self, node: Node, predicates: Iterable[URIRef]) -> Iterator[Node]:
        for predicate in predicates:
            yield from self._shapes.objects(node, predicate)
