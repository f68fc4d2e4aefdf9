"""Lists the constraints of all shapes, and validates small graphs against them.

A fixture is a SPARQL Update beside a valid graph: applied to it, it breaks one constraint. Its
name says which: ``{shape}.{constraint component}.ru``, or ``….{case}.ru`` where there are several.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, Triple, parse
from pyshacl import validate
from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

from cepgraph.inference import Rules
from cepgraph.terms import BASE, CEPS, PREFIXES
from cepgraph.terms import SH as SH_BASE
from cepgraph.validation.engines import to_rdflib

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
SH = Namespace(SH_BASE)
_PREFIXES = f"BASE <{BASE}>\n" + "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())

COMPONENTS = {
    "and": "And",
    "class": "Class",
    "datatype": "Datatype",
    "disjoint": "Disjoint",
    "equals": "Equals",
    "hasValue": "HasValue",
    "in": "In",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "maxLength": "MaxLength",
    "minCount": "MinCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "node": "Node",
    "nodeKind": "NodeKind",
    "not": "Not",
    "or": "Or",
    "pattern": "Pattern",
    "sparql": "SPARQL",
    "xone": "Xone",
}
"""Parameter of each constraint that the shapes may use, and the name of its component."""

NOT_CONSTRAINTS = {
    "description",
    "flags",
    "message",
    "name",
    "order",
    "path",
    "property",
    "severity",
    "targetClass",
}


@dataclass(frozen=True, order=True)
class Constraint:
    """One thing that a shape asks for; ``shape`` is the constraint's own name if SPARQL says it."""

    shape: str
    component: str
    severity: str


@dataclass(frozen=True)
class Found:
    """A validation result, as far as the tests look at it."""

    constraint: Constraint
    focus: str
    message: str


@dataclass(frozen=True)
class Fixture:
    """A file that makes one constraint fail."""

    path: Path

    @property
    def kind(self) -> str:
        """The class whose valid graph it changes."""
        return self.path.parent.name

    @property
    def shape(self) -> str:
        """Local name of the shape or SPARQL constraint."""
        return self.path.name.split(".")[0]

    @property
    def component(self) -> str:
        """Local name of the constraint component."""
        return self.path.name.split(".")[1]

    @property
    def constraint(self) -> Constraint:
        """The constraint that its name speaks of, with the severity that the shapes give it."""
        return next(
            constraint
            for constraint in constraints()
            if (constraint.shape, constraint.component) == (self.shape, self.component)
        )

    def triples(self) -> set[Triple]:
        """The valid graph after the update."""
        store = Store()
        store.load(path=str(self.path.with_name("valid.ttl")), format=RdfFormat.TURTLE)
        store.update(self.path.read_text(encoding="utf-8"))
        return {quad.triple for quad in store}


def name(item: Path | Fixture) -> str:
    """What a test of a graph or a fixture is called."""
    path = item if isinstance(item, Path) else item.path
    return f"{path.parent.name}/{path.stem}"


def fixtures() -> list[Fixture]:
    """All files that break a constraint."""
    return [Fixture(path) for path in sorted(FIXTURES.glob("*/*.ru"))]


def valid_graphs() -> list[Path]:
    """All graphs that conform: ``valid.ttl`` of each class, and ``valid-….ttl`` beside some."""
    return sorted(FIXTURES.glob("*/valid*.ttl"))


def triples_of(path: Path) -> set[Triple]:
    """The triples of a Turtle file."""
    return {quad.triple for quad in parse(path=str(path))}


@cache
def shape_files() -> tuple[Path, ...]:
    """All files of shapes."""
    return tuple(sorted((ROOT / "shapes").glob("*.ttl")))


@cache
def shapes() -> Graph:
    """All shapes, in one graph."""
    graph = Graph()
    for path in shape_files():
        graph.parse(path)
    return graph


@cache
def ontology() -> tuple[Quad, ...]:
    """The core and the alignments."""
    files = sorted((ROOT / "ontology").glob("*.ttl"))
    return tuple(quad for path in files for quad in parse(path=str(path)))


@cache
def rules() -> Rules:
    """What the ontology entails."""
    return Rules(ontology())


def local(node: Node) -> str:
    """The part of an IRI after the hash."""
    return str(node).rsplit("#", 1)[-1]


def targeted_shapes() -> list[Node]:
    """Node shapes that apply by themselves."""
    return sorted(set(shapes().subjects(SH.targetClass)), key=str)


@cache
def constraints() -> tuple[Constraint, ...]:
    """Every constraint that can be the cause of a result.

    Those inside ``sh:or``, ``sh:not`` or ``sh:node`` cannot: the shape that holds them is.
    """
    found: set[Constraint] = set()
    for shape in targeted_shapes():
        found.update(_constraints_of(shape))
        for inner in shapes().objects(shape, SH.property):
            found.update(_constraints_of(inner))
    return tuple(sorted(found))


def _constraints_of(shape: Node) -> Iterator[Constraint]:
    for predicate, value in shapes().predicate_objects(shape):
        if not str(predicate).startswith(SH_BASE) or local(predicate) in NOT_CONSTRAINTS:
            continue
        component = COMPONENTS[local(predicate)] + "ConstraintComponent"
        name = value if predicate == SH.sparql else shape
        yield Constraint(local(name), component, local(severity_of(shape)))


def severity_of(shape: Node) -> Node:
    """What a result of a shape counts as."""
    return shapes().value(shape, SH.severity) or SH.Violation


def check(triples: set[Triple]) -> list[Found]:
    """What pySHACL, the reference, finds in the triples and in what they entail."""
    data = to_rdflib(triples | rules().closure(triples))
    _, report, _ = validate(data, shacl_graph=shapes(), inference="none", inplace=True)
    assert isinstance(report, Graph), report
    return results_of(report)


def check_changed(valid: str, update: str) -> list[Found]:
    """What is found in a graph of the fixtures after an update, which needs no prefixes."""
    store = Store()
    store.load(path=str(FIXTURES / valid), format=RdfFormat.TURTLE)
    store.update(_PREFIXES + update)
    return check({quad.triple for quad in store})


def broken(valid: str, update: str) -> set[tuple[str, str]]:
    """Name and severity of each constraint that an update breaks."""
    found = check_changed(valid, update)
    return {(f.constraint.shape, f.constraint.severity) for f in found}


def results_of(report: Graph) -> list[Found]:
    """The results of a validation report, without those that explain another one."""
    return sorted((_result(report, node) for node in report.objects(None, SH.result)), key=str)


def _result(report: Graph, node: Node) -> Found:
    source = report.value(node, SH.sourceConstraint)
    shape = source if isinstance(source, URIRef) else report.value(node, SH.sourceShape)
    return Found(
        Constraint(
            local(shape) if isinstance(shape, URIRef) and str(shape).startswith(CEPS) else "",
            local(report.value(node, SH.sourceConstraintComponent) or SH.none),
            local(report.value(node, SH.resultSeverity) or SH.none),
        ),
        str(report.value(node, SH.focusNode)),
        " ".join(sorted(str(message) for message in report.objects(node, SH.resultMessage))),
    )
