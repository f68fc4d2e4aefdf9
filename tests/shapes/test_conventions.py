"""What is generated from the shapes rests on these conventions."""

import re
from collections import Counter

import pytest
from pyoxigraph import NamedNode
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from cepgraph.terms import CEP, CEPS, CONCEPT, RDF_TYPE
from cepgraph.validation.plan import Plan
from tests.shapes import harness
from tests.shapes.harness import SH, local, shapes

_SCHEMES = sorted(path.stem for path in (harness.ROOT / "ontology" / "schemes").glob("*.ttl"))
_CONSTRAINING = tuple(SH[parameter] for parameter in harness.COMPONENTS)


def _annotation(node: Node, name: str) -> str:
    value = shapes().value(node, URIRef(CEPS + name))
    return "" if value is None else str(value)


def _property_shapes() -> list[Node]:
    return sorted(
        {inner for s in harness.targeted_shapes() for inner in shapes().objects(s, SH.property)},
        key=str,
    )


def _constrains(shape: Node) -> bool:
    return any((shape, predicate, None) in shapes() for predicate in _CONSTRAINING)


def _classes() -> set[str]:
    return {
        quad.subject.value
        for quad in harness.ontology()
        if quad.predicate == RDF_TYPE
        and quad.object == NamedNode(str(OWL.Class))
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(CEP)
    }


def test_every_class_of_the_ontology_has_a_shape_of_its_name_in_a_file_of_its_kind() -> None:
    for iri in sorted(_classes()):
        name = iri.removeprefix(CEP)
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
        graph = Graph().parse(harness.ROOT / "shapes" / f"{kind}.ttl")
        assert (URIRef(CEPS + name), SH.targetClass, URIRef(iri)) in graph
        assert _annotation(URIRef(CEPS + name), "kind") in ("", kind)


def test_every_target_of_ours_is_a_class_of_the_ontology() -> None:
    targets = {str(target) for target in shapes().objects(None, SH.targetClass)}
    assert {target for target in targets if target.startswith(CEP)} == _classes()


def test_class_with_a_collection_has_a_kind_and_no_two_share_one() -> None:
    with_collection = [s for s in harness.targeted_shapes() if _annotation(s, "collection")]
    assert all(_annotation(shape, "kind") for shape in with_collection)
    for annotation in ("kind", "collection"):
        counted = Counter(_annotation(shape, annotation) for shape in with_collection)
        assert set(counted.values()) == {1}


def test_every_shape_has_a_name_of_ours() -> None:
    for shape in (*harness.targeted_shapes(), *_property_shapes()):
        assert str(shape).startswith(CEPS), shape


def test_every_shape_that_constrains_gives_its_severity_and_one_message() -> None:
    for shape in (*harness.targeted_shapes(), *_property_shapes()):
        holds_query = (shape, SH.sparql, None) in shapes()
        if not _constrains(shape):
            continue
        assert shapes().value(shape, SH.severity) in (SH.Violation, SH.Warning), shape
        nodes = shapes().objects(shape, SH.sparql) if holds_query else [shape]
        for node in nodes:
            messages = list(shapes().objects(node, SH.message))
            assert len(messages) == 1, node
            assert isinstance(messages[0], Literal)
            assert messages[0].language == "en"


def test_message_speaks_to_a_person_with_a_spreadsheet() -> None:
    """No IRIs of ours, prefixed names or terms of SHACL; it ends as a sentence does."""
    jargon = re.compile(r"\b(cep|ceps|sh|xsd|skos|rdf|rdfs|dcterms|org):|shape|triple")
    for message in map(str, shapes().objects(None, SH.message)):
        assert not jargon.search(message), message
        assert message.endswith("."), message


def test_every_field_has_a_label_a_description_and_a_machine_name() -> None:
    for shape in _property_shapes():
        name = shapes().value(shape, SH.name)
        assert isinstance(name, Literal), shape
        assert name.language == "en"
        if (shape, SH.order, None) in shapes():
            assert (shape, SH.description, None) in shapes(), shape
            assert re.fullmatch(r"[a-z][A-Za-z]*", _annotation(shape, "field")), shape
        else:
            assert not _annotation(shape, "field"), shape


def test_fields_of_a_class_and_its_superclasses_have_different_names_and_places() -> None:
    rules = harness.rules()
    by_target: dict[str, list[Node]] = {}
    for shape, target in shapes().subject_objects(SH.targetClass):
        by_target.setdefault(str(target), []).append(shape)
    for iri in sorted(_classes()):
        wide = [c.value for c in rules.superclasses.get(NamedNode(iri), ())]
        fields = [
            inner
            for target in (iri, *wide)
            for shape in by_target.get(target, ())
            for inner in shapes().objects(shape, SH.property)
            if (inner, SH.order, None) in shapes()
        ]
        names = Counter(_annotation(field, "field") for field in fields)
        assert [name for name, count in names.items() if count > 1] == [], iri
        orders = Counter(str(shapes().value(field, SH.order)) for field in fields)
        assert [order for order, count in orders.items() if count > 1] == [], iri


def test_field_that_a_rule_is_shown_at_is_a_field_of_the_class() -> None:
    fields = {_annotation(shape, "field") for shape in _property_shapes()}
    for shape in harness.targeted_shapes():
        assert _annotation(shape, "field") in {"", *fields}, shape


def test_derived_field_constrains_nothing() -> None:
    for shape in shapes().subjects(URIRef(CEPS + "inverse"), Literal(True)):
        assert not _constrains(shape), shape
        assert (shape, SH.severity, None) not in shapes()


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_helper_of_a_scheme_asks_for_that_scheme(scheme: str) -> None:
    inner = URIRef(f"{CEPS}concept-{scheme}-inScheme")
    assert shapes().value(URIRef(f"{CEPS}concept-{scheme}"), SH.property) == inner
    assert shapes().value(inner, SH.path) == SKOS.inScheme
    assert shapes().value(inner, SH.hasValue) == URIRef(CONCEPT + scheme)


def test_field_with_a_scheme_takes_its_values_from_that_scheme_and_calls_it_by_its_title() -> None:
    titles = {}
    for scheme in _SCHEMES:
        graph = Graph().parse(harness.ROOT / "ontology" / "schemes" / f"{scheme}.ttl")
        titles[scheme] = str(graph.value(URIRef(CONCEPT + scheme), SKOS.prefLabel))
    with_scheme = list(shapes().subject_objects(URIRef(CEPS + "scheme")))
    assert with_scheme
    for shape, scheme_iri in with_scheme:
        scheme = str(scheme_iri).removeprefix(CONCEPT)
        assert scheme in titles, shape
        assert shapes().value(shape, SH.node) == URIRef(f"{CEPS}concept-{scheme}"), shape
        assert shapes().value(shape, SH["class"]) == SKOS.Concept, shape
        assert f"“{titles[scheme]}”" in str(shapes().value(shape, SH.message)), shape


def test_every_property_of_ours_on_a_path_is_in_the_ontology() -> None:
    known = {q.subject.value for q in harness.ontology() if isinstance(q.subject, NamedNode)}
    plan = Plan.of(shapes())
    used = {step.predicate.value for paths in plan.reads.values() for p in paths for step in p}
    assert {iri for iri in used if iri.startswith(CEP)} - known == set()


def test_every_query_declares_what_it_reads() -> None:
    assert Plan.of(shapes()).unbounded == set()
    for constraint in shapes().subjects(RDF.type, SH.SPARQLConstraint):
        for declared in shapes().objects(constraint, URIRef(CEPS + "reads")):
            assert list(Collection(shapes(), declared)), constraint


def test_every_annotation_of_ours_is_declared() -> None:
    used = {p for p in shapes().predicates() if str(p).startswith(CEPS)}
    for predicate in used:
        assert (predicate, RDF.type, OWL.AnnotationProperty) in shapes(), local(predicate)
        assert (predicate, RDFS.label, None) in shapes()
        assert (predicate, SKOS.definition, None) in shapes()


def test_valid_graph_of_a_class_uses_every_field_that_its_shape_adds() -> None:
    for shape in harness.targeted_shapes():
        name = local(shape)
        kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
        folder = harness.FIXTURES / kind
        if not folder.is_dir():
            continue
        used = {t.predicate.value for t in harness.triples_of(folder / "valid.ttl")}
        for inner in shapes().objects(shape, SH.property):
            path = shapes().value(inner, SH.path)
            if isinstance(path, URIRef) and (inner, SH.order, None) in shapes():
                assert str(path) in used, (kind, local(inner))
