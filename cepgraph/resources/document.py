"""The document of a thing, made from facts alone."""

from collections.abc import Iterable
from typing import Any

from cepgraph.resources.facts import TYPE, Facts, Term, Text, Values, rank
from cepgraph.resources.values import Json, explicit, plain, settle
from cepgraph.resources.vocabulary import (
    LABEL,
    NO_CLASS,
    NOTATION,
    NOTATION_PROPERTY,
    ClassPlan,
    Definition,
    FieldPlan,
    Vocabulary,
    define,
)
from cepgraph.terms import RDFS_LABEL

Document = dict[str, Any]


def document(vocabulary: Vocabulary, facts: Facts, iri: str) -> Document:
    """What the graphs assert about one thing, as plain JSON that is JSON-LD too.

    ``id``, ``type`` (its most specific class) and, where it has several, ``types``; then every
    field of the class in the order of the shapes: a single value or ``null`` where the shape allows
    at most one, otherwise an array. Things are objects with ``id`` and, as far as known, ``label``,
    ``type`` and ``notation``. ``graphs`` are those that speak of it. ``alternatives`` holds all
    values of a single-valued field for which graphs disagree, each with its graph, the one that was
    chosen first. ``other`` holds what no field is there for, by property.

    The result has no reference to the shared context; ``@context`` is there only where values of
    this document must be read otherwise.
    """
    return _Maker(vocabulary, facts).document(iri)


def documents(vocabulary: Vocabulary, facts: Facts, iris: Iterable[str]) -> list[Document]:
    """The documents of several things."""
    maker = _Maker(vocabulary, facts)
    return [maker.document(iri) for iri in iris]


def reference(vocabulary: Vocabulary, facts: Facts, iri: str) -> Document:
    """A thing as other documents refer to it."""
    return _Maker(vocabulary, facts).reference(iri)


class _Maker:
    def __init__(self, vocabulary: Vocabulary, facts: Facts) -> None:
        self._vocabulary = vocabulary
        self._facts = facts
        self._references: dict[tuple[str, bool], Document] = {}

    def document(self, iri: str) -> Document:
        facts, vocabulary = self._facts, self._vocabulary
        types = facts.types(iri)
        asserted = vocabulary.plan(set(types))
        plan = asserted or vocabulary.plan(facts.classes(iri)) or NO_CLASS
        made: Document = {"id": iri}
        if types:
            made["type"] = asserted.name if asserted is not None else vocabulary.name(types[0])
        if len(types) > 1:
            made["types"] = [vocabulary.name(t) for t in types]
        context: Definition = {}
        if not plan.has_label:
            label = facts.label(iri)
            made[LABEL] = None if label is None else label[1].lexical
            if asserted is None:
                context[LABEL] = None
        alternatives: Document = {}
        for field in plan.fields:
            self._fill(made, field, iri, context, alternatives)
        made["graphs"] = [self._graph(graph) for graph in facts.graphs(iri)]
        if alternatives:
            made["alternatives"] = alternatives
        other = self._other(iri, plan)
        if other:
            made["other"] = other
        return {"@context": context, **made} if context else made

    def _fill(
        self,
        made: Document,
        field: FieldPlan,
        iri: str,
        context: Definition,
        alternatives: Document,
    ) -> None:
        """Put one field into the document, and what it brings with it."""
        values = self._facts.values(iri, field.path)
        if field.accepts and not field.predicate and values:
            values = {v: graphs for v, graphs in values.items() if self._accepted(v, field)}
        if not values:
            made[field.name] = [] if field.repeats else None
            return
        texts = [value for value in values if isinstance(value, Text)]
        written, reading = settle(texts, field.coercion, field.flexible) if texts else ({}, None)
        if texts and reading != field.coercion:
            context[field.name] = define(field.predicate, reading) | _scope(field)

        def json(value: Term) -> Json:
            if isinstance(value, Text):
                return written[value]
            if not field.as_address:
                return self.reference(value, field.silent)
            return value if reading == field.coercion or not texts else {"id": value}

        if field.repeats:
            made[field.name] = _sorted(map(json, values))
            return
        chosen, *rest = _by_rank(values)
        made[field.name] = json(chosen[0])
        if rest:
            alternatives[field.name] = [
                {"value": json(value), "graph": graph}
                for value, graphs in (chosen, *rest)
                for graph in sorted(graphs, key=rank)
            ]

    def _accepted(self, value: Term, field: FieldPlan) -> bool:
        known = self._vocabulary.superclasses
        return isinstance(value, str) and any(
            not field.accepts.isdisjoint(known.get(t, {t})) for t in self._facts.classes(value)
        )

    def reference(self, iri: str, silent: bool = False) -> Document:
        """Another thing, as far as it takes to show it and to follow it.

        ``silent``: the context says already that its label is no triple.
        """
        made = self._references.get((iri, silent))
        if made is None:
            made = self._references[iri, silent] = self._make_reference(iri, silent)
        return made

    def _make_reference(self, iri: str, silent: bool) -> Document:
        made: Document = {"id": iri}
        label = self._facts.label(iri)
        types = self._facts.types(iri)
        plan = self._vocabulary.plan(set(types))
        if label is not None:
            made[LABEL] = label[1].lexical
            if not silent and (plan is None or plan.has_label) and _odd(label):
                made = {"@context": {LABEL: None}, **made}
        if plan is not None:
            made["type"] = plan.name
            if plan.notation is not None:
                self._add_notation(made, iri, plan.notation)
        return made

    def _add_notation(self, made: Document, iri: str, field: FieldPlan) -> None:
        notations = self._facts.properties(iri).get(NOTATION_PROPERTY, {})
        for text in sorted(text for text in notations if isinstance(text, Text)):
            value, reading = plain(text)
            if reading == field.coercion:
                made[NOTATION] = value
                return

    def _graph(self, iri: str) -> Document:
        label = self._facts.label(iri)
        return {"id": iri, LABEL: None if label is None else label[1].lexical}

    def _other(self, iri: str, plan: ClassPlan) -> Document:
        return {
            predicate: _sorted(
                self.reference(value) if isinstance(value, str) else _shortest(value)
                for value in values
            )
            for predicate, values in sorted(self._facts.properties(iri).items())
            if predicate not in plan.predicates and predicate != TYPE
        }


def _scope(field: FieldPlan) -> Definition:
    return {"@context": {LABEL: None}} if field.silent else {}


def _by_rank(values: Values) -> list[tuple[Term, list[str]]]:
    return sorted(values.items(), key=lambda item: (min(map(rank, item[1])), _text_of(item[0])))


def _text_of(value: Term) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Text) else (value,)


def _sorted(values: Iterable[Json]) -> list[Json]:
    return sorted(values, key=_place)


def _place(value: Json) -> tuple[int, float, str, str]:
    """Numbers by size, then texts, then things by label and identifier."""
    if isinstance(value, dict):
        label = value.get(LABEL) or value.get("@value") or value.get("id", "")
        return 2, 0, str(label).casefold(), str(value.get("id", value))
    if isinstance(value, str):
        return 1, 0, value.casefold(), value
    return 0, value, "", ""


def _shortest(text: Text) -> Json:
    value, reading = plain(text)
    return value if reading is None and isinstance(value, str) else explicit(text)


def _odd(label: tuple[str, Text]) -> bool:
    """Whether a reference's label is something else than the plain ``rdfs:label`` it reads as."""
    predicate, text = label
    return predicate != RDFS_LABEL.value or plain(text)[1] is not None
