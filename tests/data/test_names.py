"""A document's graph names things as the document does, and says of them what it does."""

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, parse

from cepgraph.terms import CONCEPT, DCTERMS, GRAPH, ID, PREFIXES, RDFS, SKOS
from tests.data.asking import AC, AND, FAQ, INFERRED, PL, PR, ask, column
from tests.data.conftest import ROOT

COLLABORATE = "programme/collaborate-innovate"
COUNCIL = "organisation/arts-council-england"
INSTITUTE = "organisation/icrd"

# what a graph calls a thing, its other names included
NAMES = [
    (FAQ, COLLABORATE, {"The partnership project"}),
    (PR, COLLABORATE, {"Collaborate & Innovate"}),
    (AC, COLLABORATE, {"Newest initiative of Arts Connect"}),
    (FAQ, INSTITUTE, {"Institute for Community Development and Research"}),
    (PR, INSTITUTE, {"Institute of Community Research and Development", "ICRD"}),
    (FAQ, COUNCIL, {"Arts Council England", "ACE"}),
    (PR, COUNCIL, {"Arts Council England", "Arts Council"}),
    (AND, COUNCIL, {"The Arts Council"}),
    (FAQ, "organisation/arts-council-england-midlands", {"ACE office in the Midlands"}),
    (AC, "organisation/arts-council-england-midlands", {"ACE Midlands"}),
    (FAQ, "programme/arts-ambassadors", {"Arts Ambassadors"}),
    (PR, "resource/artsmark-award", {"Artsmark Award"}),
    (AC, "resource/artsmark-award", {"Artsmark framework"}),
    (AND, "resource/artsmark-award", {"Artsmark"}),
]
# names that occur in one document only, and where
OWN = {
    "Collaborate & Innovate": {PR},
    "Institute of Community": {PR},
    "ICRD": {PR},
    "Institute for Community": {FAQ},
    "Arts Ambassador Leads": {AC},
    "CIC Foundation": {FAQ},
    "Children in Care Foundation": {AC},
    "Arts Council England": {FAQ, PR, AC},
}


@pytest.mark.parametrize(("graph", "thing", "names"), NAMES)
def test_thing_bears_the_names_that_its_document_uses(
    seed: Store, graph: str, thing: str, names: set[str]
) -> None:
    assert set(column(seed, graph, "name", f"<{thing}> rdfs:label|skos:altLabel ?name .")) == names


@pytest.mark.parametrize("graph", [FAQ, PR, AC, AND, PL])
def test_no_label_holds_a_name_that_only_another_document_has(seed: Store, graph: str) -> None:
    naming = [NamedNode(RDFS + "label"), NamedNode(SKOS + "altLabel")]
    names = [
        quad.object.value
        for predicate in naming
        for quad in seed.quads_for_pattern(None, predicate, None, NamedNode(GRAPH + graph))
        if isinstance(quad.object, Literal)
        # the title of the graph is not the document's
        and quad.subject != NamedNode(GRAPH + graph)
    ]
    assert names
    foreign = {name for name, graphs in OWN.items() if graph not in graphs}
    assert not [(name, label) for name in foreign for label in names if name in label]


@pytest.mark.parametrize(
    ("thing", "sources"),
    [
        (COLLABORATE, {FAQ, PR, AC}),
        (INSTITUTE, {FAQ, PR}),
        (COUNCIL, {AND, PR}),
        ("programme/arts-ambassadors", {FAQ, AC}),
        ("programme/artsmark-virtual-schools-pilot", {FAQ, PR, AC}),
        ("programme/regional-virtual-schools-development", {FAQ, PR, AC}),
        ("funding-scheme/partnership-investment", {AC, PL}),
        ("organisation/west-midlands-cic-foundation", {FAQ, AC}),
    ],
)
def test_names_of_several_documents_are_tied_by_an_inference(
    seed: Store, thing: str, sources: set[str]
) -> None:
    pattern = f"""?s cep:about <{thing}> ; cep:indicator <{CONCEPT}indicator/same-as> ;
        cep:standing <{CONCEPT}standing/inferred> ; cep:note ?note ; dcterms:source ?source ."""
    rested_on = set(column(seed, INFERRED, "source", pattern))
    text = f"""SELECT ?source WHERE {{ GRAPH ?g {{ ?g a cep:Dataset ; dcterms:source ?source }}
        FILTER (?g IN ({", ".join(f"<{GRAPH}{graph}>" for graph in sorted(sources))})) }}"""
    found = seed.query(text, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    assert rested_on == {row["source"].value for row in found}


def test_kind_of_arts_connect_is_known_from_the_release_alone(seed: Store) -> None:
    pattern = "<organisation/arts-connect> cep:organisationKind ?kind ."
    kinds = {
        g: {k.rsplit("/")[-1] for k in column(seed, g, "kind", pattern)} for g in (FAQ, PR, AC)
    }
    assert kinds == {FAQ: {"not-known"}, PR: {"university-department"}, AC: {"not-known"}}


@pytest.mark.parametrize("graph", [AC, AND])
def test_documents_that_name_no_funds_of_the_arts_council_do_not_call_it_a_funder(
    seed: Store, graph: str
) -> None:
    assert ask(seed, graph, f"<{COUNCIL}> cep:organisationKind ?kind .")
    assert not ask(seed, graph, f"?s cep:organisationKind <{CONCEPT}organisation-kind/funder> .")


def test_publisher_that_is_not_stated_is_a_placeholder_used_for_the_notes_alone(
    seed: Store,
) -> None:
    placeholder = NamedNode(ID + "organisation/not-stated")
    graphs = {q.graph_name for q in seed.quads_for_pattern(None, None, placeholder, None)}
    assert graphs == {NamedNode(GRAPH + PL)}
    pattern = f"""<{placeholder.value}> rdfs:label "Publisher not stated" ;
        cep:organisationKind <{CONCEPT}organisation-kind/not-known> ; dcterms:description ?text .
        FILTER (CONTAINS(?text, "placeholder"))"""
    assert ask(seed, PL, pattern)


def test_project_publishes_the_table_of_authorities_and_says_how_it_was_checked() -> None:
    quads = list(parse(path=str(ROOT / "data/reference/dataset.ttl")))
    table = NamedNode(ID + "source/upper-tier-authorities-england")
    publishers = {
        q.object
        for q in quads
        if q.subject == table and q.predicate == NamedNode(DCTERMS + "publisher")
    }
    assert publishers == {NamedNode(ID + "organisation/cepgraph")}
    (note,) = [
        q.object for q in quads if q.subject == table and q.predicate.value.endswith("#note")
    ]
    assert isinstance(note, Literal)
    assert "Department for Education" in note.value
    assert NamedNode(ID + "organisation/not-stated") not in {q.object for q in quads}
