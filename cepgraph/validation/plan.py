"""What each shape reads: the paths from a focus node that can decide its verdict.

Compiled once from the shapes. A path is a tuple of steps; a shape reads every prefix of its paths
too. SPARQL constraints cannot be analysed and declare theirs with ``ceps:reads``; the targets of
one that declares nothing are unbounded, and validated in full.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

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
_COLLECTION = URIRef(CEPS + "collection")
_READ = {
    _SH[name]
    for name in (
        *("targetClass", "path", "inversePath", "alternativePath", "property", "node"),
        *("minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "flags"),
        *("minLength", "maxLength", "in", "hasValue", "equals", "disjoint"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
        *("lessThan", "lessThanOrEquals", "not", "or", "and", "xone"),
        *("sparql", "select", "prefixes", "declare", "prefix", "namespace"),
        *("name", "description", "order", "group", "severity", "message", "deactivated"),
    )
}
"""What the project's shapes may use; ``tests/validation`` holds each of them to a full run."""


@dataclass
class Plan:
    """What decides the verdicts on the instances of each target class.

    Attributes:
        reads: target class to the paths that its shapes read, every prefix included.
        unbounded: target classes with a constraint that declares nothing.
        shaped: target classes that have a form of their own; the others are abstract.
        identifiers: properties whose values belong to one thing alone, whoever says so.
    """

    reads: dict[NamedNode, set[Path]] = field(default_factory=dict)
    unbounded: set[NamedNode] = field(default_factory=set)
    shaped: set[NamedNode] = field(default_factory=set)
    identifiers: set[NamedNode] = field(default_factory=set)

    @classmethod
    def of(cls, shapes: Graph) -> "Plan":
        """Compile a shapes graph.

        Raises:
            ValueError: a part of SHACL that is not read here, and would be judged too seldom.
        """
        _refuse_unread(shapes)
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
                if shapes.value(shape, _COLLECTION) is not None:
                    plan.shaped.add(name)
                plan.identifiers |= {step.predicate for step in reader.identifiers}
        return plan

    @cached_property
    def paths_by_last_step(self) -> dict[Step, set[Path]]:
        """Every path that some shape reads, by the step that it ends with."""
        found: dict[Step, set[Path]] = {}
        for path in set().union(*self.reads.values()):
            if path:
                found.setdefault(path[-1], set()).add(path)
        return found

    @cached_property
    def stretches(self) -> set[Path]:
        """The paths that some other path begins with."""
        return {path[:-1] for path in set().union(*self.reads.values())}


def _is_identity(path: Path) -> bool:
    """Whether a path leads from a thing over a property and back: to all that share its value."""
    return len(path) == 2 and path[1] == Step(path[0].predicate, not path[0].inverse)


def _refuse_unread(shapes: Graph) -> None:
    used = {str(predicate) for predicate in shapes.predicates()}
    unread = {p for p in used if p.startswith(SH_BASE) and URIRef(p) not in _READ}
    if unread:
        names = ", ".join(sorted(p.removeprefix(SH_BASE) for p in unread))
        raise ValueError(f"the gate does not read this part of SHACL: sh:{names}")


class _Reader:
    """Walks one shape and everything that it refers to."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self.undeclared = False
        self.identifiers: set[Step] = set()

    def shape(self, node: Node, seen: frozenset[Node]) -> Iterator[Path]:
        """The paths that a shape reads, from its focus node."""
        if node in seen or self._text(node, _INVERSE) == "true":
            return
        seen |= {node}
        path_node = self._shapes.value(node, _SH.path)
        starts: list[Path] = [()] if path_node is None else parse_path(self._shapes, path_node)
        for start in starts:
            if _is_identity(start) and self._text(node, _SH.maxCount) == "1":
                self.identifiers.add(start[0])
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
