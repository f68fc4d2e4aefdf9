"""Names of classes and fields in JSON, and the JSON-LD context that explains them.

https://www.w3.org/TR/json-ld11/
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

import orjson

from cepgraph.paths import Step
from cepgraph.resources.facts import LANG_STRING, STRING
from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import SKOS, XSD

Definition = dict[str, Any]
Coercion = tuple[str, str] | None
"""How JSON-LD reads a plain JSON value of a term: ``("@type", datatype)``, ``("@language", tag)``,
or as it stands."""

INTEGER: Final = XSD + "integer"
DECIMAL: Final = XSD + "decimal"
BOOLEAN: Final = XSD + "boolean"
DATE: Final = XSD + "date"
IRI: Final = ("@type", "@id")
ENGLISH: Final = ("@language", "en")

RESERVED: Final = ("id", "type", "types", "graphs", "alternatives", "other", "results")
"""Keys of every document that no field may have."""
LABEL: Final = "label"
NOTATION: Final = "notation"
NOTATION_PROPERTY: Final = SKOS + "notation"


@dataclass(frozen=True)
class FieldPlan:
    """What the making of documents needs to know of a field.

    Attributes:
        predicate: the property, when the path is one step forward; otherwise empty.
        coercion: how the context reads its plain values.
        as_address: IRIs are written as strings: web addresses, not things.
        flexible: a document may bring a reading of its own for this term.
        silent: labels of the things that it refers to are no triples in JSON-LD, because things of
            any class, and so labels of any kind, may stand there.
        accepts: IRIs of the classes whose instances it lists; empty for any.
    """

    name: str
    path: tuple[Step, ...]
    predicate: str
    repeats: bool
    coercion: Coercion
    as_address: bool
    flexible: bool
    silent: bool
    accepts: frozenset[str]


@dataclass(frozen=True)
class ClassPlan:
    """What the making of documents needs to know of a class."""

    name: str
    schema: ClassSchema | None
    fields: tuple[FieldPlan, ...]

    @cached_property
    def predicates(self) -> frozenset[str]:
        """Properties that have a field."""
        return frozenset(field.predicate for field in self.fields if field.predicate)

    @cached_property
    def has_label(self) -> bool:
        """Whether its label is a field; otherwise the label is only for show."""
        return any(field.name == LABEL for field in self.fields)

    @cached_property
    def notation(self) -> FieldPlan | None:
        """The field of its notation, which references show."""
        return next((f for f in self.fields if f.predicate == NOTATION_PROPERTY), None)


NO_CLASS: Final = ClassPlan("", None, ())


class Vocabulary:
    """The schema as JSON names: made once, used for every document."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._names = _names(schema)
        self._iris = {name: iri for iri, name in self._names.items()}
        self._defined = _definitions(schema)
        self._shared = _shared(self._defined)
        self.plans = {cls.iri.value: self._plan(cls) for cls in schema.classes}
        self.superclasses = {
            cls.iri.value: frozenset({cls.iri.value, *(c.value for c in cls.superclasses)})
            for cls in schema.classes
        }
        self._depth = {
            cls.iri.value: (len(cls.superclasses), cls.name)
            for cls in schema.classes
            if cls.collection
        }

    def plan(self, classes: set[str]) -> ClassPlan | None:
        """The plan of the most specific class with a collection."""
        found = max(((self._depth[c], c) for c in classes if c in self._depth), default=None)
        return self.plans[found[1]] if found is not None else None

    def plan_named(self, names: Iterable[str]) -> ClassPlan | None:
        """The same for classes by their JSON names, as documents have them."""
        return self.plan({self._iris[name] for name in names if name in self._iris})

    def name(self, iri: str) -> str:
        """The JSON name of a class; its IRI when there is no shape for it."""
        return self._names.get(iri, iri)

    @cached_property
    def context(self) -> Definition:
        """The JSON-LD context of all documents."""
        terms: Definition = {
            "@version": 1.1,
            "id": "@id",
            "type": "@type",
            "types": "@type",
            "graphs": None,
            "alternatives": None,
            "other": "@nest",
            "results": "@graph",
        }
        shared = self._shared
        for cls in self.schema.classes:
            if cls.iri.value not in self._names:
                continue
            own = self._defined[cls.iri.value]
            scoped = {name: own[name] for name in own if own[name] != shared[name]}
            if LABEL not in own:
                scoped[LABEL] = None
            scope = {"@context": dict(sorted(scoped.items()))} if scoped else {}
            terms[self.name(cls.iri.value)] = {"@id": cls.iri.value, **scope}
        return terms | dict(sorted(shared.items()))

    @cached_property
    def context_bytes(self) -> bytes:
        """The context as a JSON-LD document."""
        return orjson.dumps({"@context": self.context}, option=orjson.OPT_INDENT_2)

    @cached_property
    def digest(self) -> str:
        """Changes when the context does."""
        return blake2b(self.context_bytes, digest_size=8).hexdigest()

    def _plan(self, cls: ClassSchema) -> ClassPlan:
        shared, own = self._shared, self._defined[cls.iri.value]
        return ClassPlan(
            self.name(cls.iri.value),
            cls,
            tuple(
                FieldPlan(
                    name=field.name,
                    path=field.path,
                    predicate=field.predicate.value if field.predicate is not None else "",
                    repeats=field.repeats,
                    coercion=coercion_of(field),
                    as_address=is_address(field),
                    flexible=field.predicate is not None and own[field.name] == shared[field.name],
                    silent=is_silent(field),
                    accepts=frozenset(c.value for c in field.classes),
                )
                for field in cls.fields
                if field.name not in RESERVED
            ),
        )


def _names(schema: Schema) -> dict[str, str]:
    """Names of classes, by IRI; where two have the same name, the one with a collection has it."""
    taken: dict[str, str] = {}
    for cls in sorted(schema.classes, key=lambda cls: (not cls.collection, cls.iri.value)):
        taken.setdefault(cls.name, cls.iri.value)
    return {iri: name for name, iri in taken.items()}


def is_address(field: Field) -> bool:
    """Whether a field's values are addresses on the web rather than things of the graph."""
    return field.is_iri and not field.classes and bool(field.pattern)


def is_silent(field: Field) -> bool:
    """Whether things of any class may stand in a field."""
    return not field.classes and not field.datatypes and not is_address(field)


def coercion_of(field: Field) -> Coercion:
    """How plain JSON values of a field are read; numbers and truth values need no help."""
    if is_address(field):
        return IRI
    datatypes = {datatype.value for datatype in field.datatypes}
    if len(datatypes) > 1:
        # dates of several precisions, names with and without a language: the rest say so
        if DATE in datatypes:
            return "@type", DATE
        return ENGLISH if LANG_STRING in datatypes else None
    match next(iter(datatypes), STRING):
        case d if d == LANG_STRING:
            return ENGLISH
        case d if d in (STRING, INTEGER, BOOLEAN):
            return None
        case d:
            return ("@type", d)


def define(predicate: str, coercion: Coercion) -> Definition:
    """A term's definition in a context."""
    return {"@id": predicate} | ({coercion[0]: coercion[1]} if coercion is not None else {})


def _definition(field: Field) -> Definition | None:
    if len(field.path) != 1:
        return None
    step = field.path[0]
    scope: Definition = {"@context": {LABEL: None}} if is_silent(field) else {}
    if step.inverse:
        return {"@reverse": step.predicate.value} | scope
    return define(step.predicate.value, coercion_of(field)) | scope


def _definitions(schema: Schema) -> dict[str, dict[str, Definition | None]]:
    """Term definitions of each class, by its IRI."""
    return {
        cls.iri.value: {f.name: _definition(f) for f in cls.fields if f.name not in RESERVED}
        for cls in schema.classes
    }


def _shared(defined: Mapping[str, Mapping[str, Definition | None]]) -> dict[str, Definition | None]:
    """For each term the definition that most classes give it."""
    votes: dict[str, Counter[bytes]] = {}
    for terms in defined.values():
        for name, definition in terms.items():
            text = orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)
            votes.setdefault(name, Counter())[text] += 1
    return {
        name: orjson.loads(min(counted, key=lambda text: (-counted[text], text)))
        for name, counted in votes.items()
    }
