"""The shapes, compiled once: classes, their fields, order, facets.

Everything that is generated comes from here: JSON and JSON-LD, templates, filters, pages and
documentation. A class exists when it has a term in the ontology and a file in the shapes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

from pyoxigraph import NamedNode
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from cepgraph.errors import NotFound
from cepgraph.inference import Rules
from cepgraph.paths import Step, parse_path
from cepgraph.terms import CEP, CEPS, ID, shorten
from cepgraph.terms import SH as SH_BASE

_SH = Namespace(SH_BASE)
_CEPS = Namespace(CEPS)


@dataclass(frozen=True)
class Field:
    """One column of a sheet, one key of a JSON object.

    Attributes:
        name: JSON key, also the column's machine name.
        label, description: for people.
        path: steps from the thing to the values.
        classes: classes that the values are of; empty for literals and plain IRIs.
        datatypes: datatypes that a literal may have; empty for any, or for references.
        scheme: IRI of the concept scheme that the values come from.
        required, repeats: at least one value; more than one value.
        recommended: left out, it is a warning.
        facet: lists can be filtered by it.
        example: a value as a person would type it.
        pattern: regular expression that the values match.
        aliases: other headers that people write above the column.
        identifies: a value belongs to one thing only.
    """

    name: str
    label: str
    description: str
    path: tuple[Step, ...]
    order: float
    classes: tuple[NamedNode, ...] = ()
    datatypes: tuple[NamedNode, ...] = ()
    is_iri: bool = False
    scheme: str = ""
    required: bool = False
    recommended: bool = False
    repeats: bool = True
    facet: bool = False
    example: str = ""
    pattern: str = ""
    one_of: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    identifies: bool = False

    @property
    def predicate(self) -> NamedNode | None:
        """The property, when the path is a single step forward; otherwise the field is derived."""
        if len(self.path) == 1 and not self.path[0].inverse:
            return self.path[0].predicate
        return None

    @property
    def is_reference(self) -> bool:
        """Whether the values are things of the graph."""
        return bool(self.classes) or any(step.inverse for step in self.path)


@dataclass(frozen=True)
class ClassSchema:
    """One class of things, with the fields of its superclasses.

    Attributes:
        kind: segment of its instances' IRIs (``virtual-school``).
        collection: name of the REST collection (``virtual-schools``); empty for abstract classes.
        iri_prefix: what its instances' IRIs begin with.
        of_a_kind: whether an instance must belong to one of the subclasses as well.
    """

    iri: NamedNode
    name: str
    label: str
    description: str
    kind: str
    collection: str
    iri_prefix: str
    superclasses: tuple[NamedNode, ...]
    fields: tuple[Field, ...]
    of_a_kind: bool = False

    def field(self, name: str) -> Field:
        """The field with this name.

        Raises:
            NotFound: with the nearest names.
        """
        for field in self.fields:
            if field.name == name:
                return field
        near = get_close_matches(name, [field.name for field in self.fields], n=2)
        raise NotFound(f"field of {self.label}", name, tuple(near))

    def iri_of(self, key: str) -> NamedNode:
        """The IRI of the instance with this key."""
        return NamedNode(self.iri_prefix + key)

    def key_of(self, iri: str) -> str:
        """The key in an instance's IRI; the IRI itself when it is from elsewhere."""
        return iri.removeprefix(self.iri_prefix)


class Schema:
    """All classes that have a shape."""

    def __init__(self, shapes: Graph, rules: Rules) -> None:
        self._shapes = shapes
        self._rules = rules

    @cached_property
    def classes(self) -> tuple[ClassSchema, ...]:
        """Every class, abstract ones included, by label."""
        by_target: dict[NamedNode, list[Node]] = {}
        for shape in self._shapes.subjects(RDF.type, _SH.NodeShape):
            for target in self._shapes.objects(shape, _SH.targetClass):
                # classes of others are targets of rules, and no classes of this schema
                if not str(target).startswith(CEP) and not self._text(shape, _CEPS.collection):
                    continue
                by_target.setdefault(NamedNode(str(target)), []).append(shape)
        found = [self._class(target, by_target) for target in by_target]
        return tuple(sorted(found, key=lambda schema: schema.label))

    @cached_property
    def collections(self) -> dict[str, ClassSchema]:
        """Classes with a REST collection, by its name, sorted."""
        named = {schema.collection: schema for schema in self.classes if schema.collection}
        return dict(sorted(named.items()))

    @cached_property
    def by_iri(self) -> dict[NamedNode, ClassSchema]:
        """Every class by its IRI."""
        return {schema.iri: schema for schema in self.classes}

    def collection(self, name: str) -> ClassSchema:
        """The class with this collection, also found by its kind or class name.

        Raises:
            NotFound: with the nearest names.
        """
        wanted = name.removeprefix("cep:")
        for schema in self.collections.values():
            if wanted in (schema.collection, schema.kind, schema.name):
                return schema
        raise NotFound("class", name, tuple(get_close_matches(name, self.collections, n=2)))

    def subclasses(self, cls: ClassSchema) -> tuple[ClassSchema, ...]:
        """The classes below ``cls`` that have a collection, by label."""
        return tuple(c for c in self.classes if c.collection and cls.iri in c.superclasses)

    @cached_property
    def field_shown_at(self) -> dict[str, str]:
        """For a rule between several fields (``ceps:…``), the field to show its results at."""
        shown = {
            shorten(str(shape)): str(name)
            for shape, name in self._shapes.subject_objects(_CEPS.field)
        }
        for shape, constraint in self._shapes.subject_objects(_SH.sparql):
            name = self._text(shape, _CEPS.field)
            if name:
                shown.setdefault(shorten(str(constraint)), name)
        return shown

    def most_specific(self, types: Iterable[NamedNode]) -> ClassSchema | None:
        """The class with a collection that is furthest down the hierarchy, of a thing's types."""
        found = [self.by_iri[t] for t in types if t in self.by_iri and self.by_iri[t].collection]
        return max(found, key=lambda s: (len(s.superclasses), s.name), default=None)

    def _class(self, target: NamedNode, by_target: dict[NamedNode, list[Node]]) -> ClassSchema:
        superclasses = self._rules.superclasses.get(target, frozenset())
        shapes = list(by_target[target])
        inherited = [s for t in superclasses for s in by_target.get(t, ())]
        nodes = [
            node
            for shape in (*inherited, *shapes)
            for node in self._shapes.objects(shape, _SH.property)
        ]
        fields = {field.name: field for field in map(self._field, nodes) if field is not None}
        narrowed = [self._narrowed(field, nodes) for field in fields.values()]
        ordered = sorted(narrowed, key=lambda field: (field.order, field.name))
        own = shapes[0]
        for shape in shapes:
            if self._shapes.value(shape, _CEPS.kind) is not None:
                own = shape
        name = target.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        kind = self._text(own, _CEPS.kind)
        return ClassSchema(
            iri=target,
            name=name,
            label=self._text(own, RDFS.label) or name,
            description=self._text(own, RDFS.comment),
            kind=kind,
            collection=self._text(own, _CEPS.collection),
            iri_prefix=self._text(own, _CEPS.iriPrefix) or f"{ID}{kind}/",
            superclasses=tuple(
                sorted((c for c in superclasses if c.value.startswith(CEP)), key=str)
            ),
            fields=tuple(ordered),
            of_a_kind=self._of_a_kind(shapes),
        )

    def _of_a_kind(self, shapes: list[Node]) -> bool:
        """Whether a shape asks for one of several classes, as ``sh:or`` of nothing but these."""
        for shape in shapes:
            for members in self._shapes.objects(shape, _SH["or"]):
                options = list(Collection(self._shapes, members))
                said = [list(self._shapes.predicate_objects(option)) for option in options]
                if all([p for p, _ in of_one] == [_SH["class"]] for of_one in said):
                    return True
        return False

    def _field(self, node: Node) -> Field | None:
        """The field of a property shape that has an order; others only add constraints."""
        order = self._shapes.value(node, _SH.order)
        path = self._path(node)
        if order is None or path is None:
            return None
        name = self._text(node, _CEPS.field) or path[-1].predicate.value.rsplit("#")[-1]
        return Field(
            name=name.rsplit("/")[-1],
            label=self._text(node, _SH.name) or name,
            description=self._text(node, _SH.description),
            path=path,
            order=float(str(order)),
            classes=self._values(node, _SH["class"]) or self._values(node, _CEPS.valueClass),
            datatypes=self._values(node, _SH.datatype),
            is_iri=self._shapes.value(node, _SH.nodeKind) == _SH.IRI,
            scheme=self._text(node, _CEPS.scheme),
            facet=self._text(node, _CEPS.facet) == "true",
            example=self._text(node, _CEPS.example),
            pattern=self._text(node, _SH.pattern),
            one_of=tuple(
                str(item)
                for members in self._shapes.objects(node, _SH["in"])
                for item in Collection(self._shapes, members)
            ),
        )

    def _narrowed(self, field: Field, nodes: list[Node]) -> Field:
        """The field with what other shapes of the class say of the same path."""
        same = [node for node in nodes if self._path(node) == field.path]
        least = [node for node in same if int(self._text(node, _SH.minCount) or 0) > 0]
        warnings = [n for n in least if self._shapes.value(n, _SH.severity) == _SH.Warning]
        aliases = {str(a) for n in same for a in self._shapes.objects(n, _CEPS.alias)}
        return replace(
            field,
            aliases=tuple(sorted(aliases)),
            required=len(least) > len(warnings),
            recommended=bool(warnings) and len(least) == len(warnings),
            repeats=all(self._text(node, _SH.maxCount) != "1" for node in same),
            identifies=field.predicate is not None and field.predicate in self._identifying,
        )

    @cached_property
    def _identifying(self) -> frozenset[NamedNode]:
        """Properties that a shape follows there and back, for at most one thing."""
        found = set()
        for node, path in self._shapes.subject_objects(_SH.path):
            for steps in parse_path(self._shapes, path):
                there_and_back = len(steps) == 2 and steps[0].predicate == steps[1].predicate
                turned = there_and_back and not steps[0].inverse and steps[1].inverse
                if turned and self._text(node, _SH.maxCount) == "1":
                    found.add(steps[0].predicate)
        return frozenset(found)

    def _path(self, node: Node) -> tuple[Step, ...] | None:
        path = self._shapes.value(node, _SH.path)
        alternatives = parse_path(self._shapes, path) if path is not None else []
        return alternatives[0] if len(alternatives) == 1 else None

    def _values(self, node: Node, predicate: URIRef) -> tuple[NamedNode, ...]:
        """Values on the shape itself, or on each member of its ``sh:or``."""
        return tuple(sorted(set(self._values_of(node, predicate)), key=str))

    def _values_of(self, node: Node, predicate: URIRef) -> Iterator[NamedNode]:
        for value in self._shapes.objects(node, predicate):
            yield NamedNode(str(value))
        for members in self._shapes.objects(node, _SH["or"]):
            for member in Collection(self._shapes, members):
                yield from self._values_of(member, predicate)

    def _text(self, node: Node, predicate: URIRef) -> str:
        value = self._shapes.value(node, predicate)
        return "" if value is None else str(value)
