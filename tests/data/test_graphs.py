"""Each named graph describes itself, types what it speaks about, and uses terms that exist."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, parse

from cepgraph.terms import CEP, CONCEPT, DATASET, DCTERMS, FOAF, GRAPH, ID, RDF_TYPE, RDFS
from tests.data.asking import AC, AND, FAQ, INFERRED, PL, PR

GRAPHS = [FAQ, PR, AC, AND, PL, INFERRED, "cepgraph/names"]
TABLE_CONCEPTS = {
    "authorityKind": "authority-kind",
    "dataStatus": "data-status",
}


def quads(seed: Store, graph: str) -> list[Quad]:
    return list(seed.quads_for_pattern(None, None, None, NamedNode(GRAPH + graph)))


def rows(data: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of the reference tables, with the kind of thing that each describes."""
    kinds = {
        "regions": "region",
        "local-authorities": "local-authority",
        "virtual-schools": "virtual-school",
    }
    for name, kind in kinds.items():
        with (data / f"reference/{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from ((kind, row) for row in csv.DictReader(file))


@pytest.fixture(scope="module")
def reference(data: Path) -> list[Quad]:
    return list(parse(path=str(data / "reference/dataset.ttl")))


def test_seed_has_these_graphs_and_no_other(seed: Store) -> None:
    assert {g.value for g in seed.named_graphs() if isinstance(g, NamedNode)} == {
        GRAPH + graph for graph in GRAPHS
    }


@pytest.mark.parametrize("graph", GRAPHS)
def test_graph_describes_itself(seed: Store, graph: str) -> None:
    me = NamedNode(GRAPH + graph)
    about = {q.predicate.value: q.object for q in quads(seed, graph) if q.subject == me}
    assert about[RDF_TYPE.value] == DATASET
    assert {RDFS + "label", DCTERMS + "publisher", DCTERMS + "source"} <= about.keys()
    assert DCTERMS + "description" in about
    assert {DCTERMS + "license", CEP + "licenceStatement"} & about.keys()
    assert {DCTERMS + "issued", CEP + "dateNote"} & about.keys()


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_subject_has_a_type_and_one_label_in_its_graph(seed: Store, graph: str) -> None:
    here = quads(seed, graph)
    subjects = {q.subject for q in here}
    labels = [q.subject for q in here if q.predicate.value == RDFS + "label"]
    typed = {
        q.subject
        for q in here
        if q.predicate == RDF_TYPE
        and isinstance(q.object, NamedNode)
        and q.object.value.startswith(CEP)
    }
    assert subjects - typed == set()
    assert len(labels) == len(set(labels))
    assert subjects - set(labels) == set()


def test_every_term_of_ours_is_declared_in_the_ontology(
    seed: Store, vocabulary: Store, reference: list[Quad]
) -> None:
    declared = {q.subject for q in vocabulary.quads_for_pattern(None, RDF_TYPE, None, None)}
    used = {
        term
        for q in [*seed, *reference]
        for term in (q.predicate, q.object)
        if isinstance(term, NamedNode) and term.value.startswith(CEP)
    }
    assert {term.value for term in used - declared} == set()


def test_every_concept_is_declared_in_its_scheme(
    seed: Store, vocabulary: Store, reference: list[Quad], data: Path
) -> None:
    declared = {
        q.subject.value
        for q in vocabulary.quads_for_pattern(None, RDF_TYPE, None, None)
        if isinstance(q.subject, NamedNode)
    }
    used = {
        q.object.value
        for q in [*seed, *reference]
        if isinstance(q.object, NamedNode) and q.object.value.startswith(CONCEPT)
    }
    used |= {
        f"{CONCEPT}{scheme}/{row[name]}"
        for _, row in rows(data)
        for name, scheme in TABLE_CONCEPTS.items()
        if name in row
    }
    assert used - declared == set()


def test_every_thing_that_is_referred_to_is_described_somewhere(
    seed: Store, reference: list[Quad], data: Path
) -> None:
    every = [*seed, *reference]
    described = {q.subject.value for q in every if isinstance(q.subject, NamedNode)}
    described |= {f"{ID}{kind}/{row['key']}" for kind, row in rows(data)}
    referred = {
        q.object.value
        for q in every
        if isinstance(q.object, NamedNode) and q.object.value.startswith(ID)
    }
    assert referred - described == set()


def test_instance_is_found_under_the_kind_of_its_class(seed: Store, reference: list[Quad]) -> None:
    for q in [*seed, *reference]:
        if q.predicate != RDF_TYPE or q.object == DATASET:
            continue
        assert isinstance(q.subject, NamedNode)
        assert isinstance(q.object, NamedNode)
        name = q.object.value.removeprefix(CEP)
        kind = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
        assert re.fullmatch(f"{ID}{kind}/[a-z0-9-]+", q.subject.value), q.subject.value


def test_no_person_is_described(seed: Store) -> None:
    for q in seed:
        assert q.object not in (NamedNode(CEP + "Person"), NamedNode(FOAF + "Person"))
        assert q.predicate.value not in (FOAF + "name", CEP + "holds")


def test_people_who_sign_in_the_press_release_are_not_named(seed: Store, sources: Path) -> None:
    release = sources / "collaborate-innovate-press-release-2024-10.txt"
    signature = re.compile(r"^(\w+) (\w+)(?: –|,) (?:Director|Head)", re.MULTILINE)
    people = signature.findall(release.read_text(encoding="utf-8"))
    assert len(people) == 2
    surnames = {surname.lower() for _, surname in people}
    texts = [q.object.value for q in seed if isinstance(q.object, Literal)]
    assert not [t for t in texts for first, last in people if f"{first} {last}" in t]
    assert not [t for t in texts if surnames & set(re.findall(r"\w+", t.lower()))]
