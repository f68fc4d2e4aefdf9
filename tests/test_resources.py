"""Documents of things: from facts to JSON, from JSON-LD back to the asserted triples."""

import asyncio
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.resources import (
    Document,
    Facts,
    SparqlReader,
    Statement,
    Text,
    Vocabulary,
    document,
    json_ld,
    triples,
)
from cepgraph.resources.facts import rank
from cepgraph.terms import CEP, GRAPH, ID, PREFIXES, RDFS, XSD
from ingest.seed import seed
from tests.memory import MemoryGraph, project_model

Result = TypeVar("Result")

CHALLENGE = ID + "challenge/late-data"

TOY_ONTOLOGY = """
@prefix cep: <https://w3id.org/cepgraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
cep:Puppet a owl:Class ; rdfs:subClassOf cep:Entity ; rdfs:label "Puppet"@en .
"""
TOY_SHAPE = """
@prefix cep: <https://w3id.org/cepgraph/ontology#> .
@prefix ceps: <https://w3id.org/cepgraph/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ceps:Puppet a sh:NodeShape ; sh:targetClass cep:Puppet ;
    rdfs:label "Puppet"@en ; rdfs:comment "A figure moved by hand."@en ;
    ceps:kind "puppet" ; ceps:collection "puppets" ;
    sh:property ceps:Puppet-strings .
ceps:Puppet-strings a sh:PropertyShape ; sh:path cep:strings ; sh:name "Strings"@en ;
    sh:description "How many strings it has."@en ; sh:order 10 ; ceps:field "strings" ;
    ceps:example "7" ; sh:maxCount 1 ; sh:datatype xsd:integer ;
    sh:severity sh:Violation ; sh:message "Strings: write one whole number."@en .
"""
TOY_DATA = """
graph:theatre/stock {
  id:puppet/punch a cep:Puppet ; rdfs:label "Punch" ; cep:strings 3 .
}
"""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


@pytest.fixture(scope="module")
def model() -> Model:
    return project_model()


@pytest.fixture(scope="module")
def vocabulary(model: Model) -> Vocabulary:
    return Vocabulary(model.schema)


@pytest.fixture(scope="module")
def seeded(model: Model) -> MemoryGraph:
    graph = MemoryGraph(model)
    graph.add(
        Quad(t.subject, t.predicate, t.object, name)
        for name, content in seed(model).graphs.items()
        for t in content
    )
    return graph


def reader_of(graph: MemoryGraph, vocabulary: Vocabulary) -> SparqlReader:
    return SparqlReader(vocabulary, graph.ask, lambda: graph.version)


def item(model: Model, vocabulary: Vocabulary, trig: str, iri: str) -> Document:
    """The document of one thing of a small graph, and a check that it tells the whole truth."""
    graph = MemoryGraph(model, trig)
    found = run(reader_of(graph, vocabulary).thing(iri))
    assert found is not None
    assert told_of(vocabulary, found.document) == graph.asserted(iri)
    return found.document


def told_of(vocabulary: Vocabulary, made: Document) -> set[Triple]:
    """The triples about its own thing that a document tells a JSON-LD processor."""
    return {t for t in triples(vocabulary, [made]) if str(t.subject) == f"<{made['id']}>"}


# -- documents -------------------------------------------------------------------------------------


def test_fields_come_in_the_order_of_the_shapes_and_by_their_names(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        'graph:a/b { id:region/r a cep:Region ; cep:gssCode "E12000001" ; rdfs:label "North" . }',
        ID + "region/r",
    )
    names = [field.name for field in model.schema.collections["regions"].fields]
    assert list(made) == ["id", "type", *names, "graphs"]
    assert made["type"] == "Region"
    assert made["gssCode"] == "E12000001"


def test_absent_values_are_null_or_an_empty_array(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model, vocabulary, 'graph:a/b { id:area/x a cep:Area ; rdfs:label "X" . }', ID + "area/x"
    )
    assert made["description"] is None
    assert made["altLabel"] == []


def test_references_have_label_type_and_notation_as_far_as_known(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        """
        graph:a/b { id:challenge/c a cep:Challenge ; cep:theme concept:theme/funding ;
            cep:assertedBy id:organisation/o, id:organisation/unknown . }
        graph:a/schemes { concept:theme/funding a skos:Concept ; skos:prefLabel "Funding"@en ;
            skos:notation "funding" . }
        graph:a/others { id:organisation/o a cep:Organisation ; rdfs:label "Others" . }
        """,
        ID + "challenge/c",
    )
    assert made["theme"] == [
        {
            "id": "https://w3id.org/cepgraph/concept/theme/funding",
            "label": "Funding",
            "type": "Concept",
            "notation": "funding",
        }
    ]
    assert made["assertedBy"] == [
        {"id": ID + "organisation/unknown"},
        {"id": ID + "organisation/o", "label": "Others", "type": "Organisation"},
    ]


def test_inverse_fields_list_what_points_here(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model,
        vocabulary,
        """
        graph:a/b { id:challenge/late-data a cep:Challenge ; rdfs:label "Late data" . }
        graph:a/c { id:solution/wait a cep:Solution ; rdfs:label "Hold money back" ;
            cep:addresses id:challenge/late-data . }
        """,
        CHALLENGE,
    )
    assert made["solutions"] == [
        {"id": ID + "solution/wait", "label": "Hold money back", "type": "Solution"}
    ]


def test_entailed_statements_are_left_out(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model,
        vocabulary,
        "graph:a/b { id:challenge/late-data a cep:Challenge ; cep:relatedFinding id:idea/i . }"
        "graph:a/c { id:idea/i a cep:Idea . }",
        CHALLENGE,
    )
    assert made["type"] == "Challenge"
    assert "types" not in made
    other = MemoryGraph(
        model,
        "graph:a/b { id:challenge/late-data a cep:Challenge ; cep:relatedFinding id:idea/i . }"
        "graph:a/c { id:idea/i a cep:Idea . }",
    )
    found = run(reader_of(other, vocabulary).thing(ID + "idea/i"))
    assert found is not None
    assert found.document["relatedFinding"] == []


def test_numbers_are_numbers_and_dates_of_any_precision_are_strings(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        """
        graph:a/b { id:funding-award/f a cep:FundingAward ; cep:amount 1234.56 ;
            cep:currency "GBP" ; cep:startDate "2024"^^xsd:gYear ;
            cep:endDate "2025-03-31"^^xsd:date . }
        """,
        ID + "funding-award/f",
    )
    assert made["amount"] == 1234.56
    assert made["startDate"] == "2024"
    assert made["endDate"] == "2025-03-31"
    assert list(made["@context"]) == ["startDate"]


def test_whole_decimals_are_whole_numbers(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model,
        vocabulary,
        'graph:a/b { id:funding-award/f a cep:FundingAward ; cep:amount "5000"^^xsd:decimal . }',
        ID + "funding-award/f",
    )
    assert orjson.dumps(made["amount"]) == b"5000"


def test_what_graphs_disagree_about_is_shown_with_the_publisher_before_the_project(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        """
        graph:cepgraph/reference { id:area/x a cep:Area ; rdfs:label "From the register" . }
        graph:zoo/own { id:area/x a cep:Area ; rdfs:label "From the zoo" . }
        graph:museum/own { id:area/x a cep:Area ; rdfs:label "From the museum" . }
        """,
        ID + "area/x",
    )
    assert made["label"] == "From the museum"
    assert made["alternatives"] == {
        "label": [
            {"value": "From the museum", "graph": GRAPH + "museum/own"},
            {"value": "From the zoo", "graph": GRAPH + "zoo/own"},
            {"value": "From the register", "graph": GRAPH + "cepgraph/reference"},
        ]
    }


def test_graphs_that_agree_are_no_alternatives(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model,
        vocabulary,
        'graph:a/b { id:area/x a cep:Area ; rdfs:label "X" . }'
        'graph:c/d { id:area/x a cep:Area ; rdfs:label "X" . }',
        ID + "area/x",
    )
    assert "alternatives" not in made
    assert [graph["id"] for graph in made["graphs"]] == [GRAPH + "a/b", GRAPH + "c/d"]


def test_what_no_field_is_there_for_stands_under_other(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        """
        graph:a/b { id:area/x a cep:Area ; rdfs:label "X" ;
            ex:height 12 ; ex:near ex:y ; ex:motto "Ymlaen"@cy . }
        """,
        ID + "area/x",
    )
    assert made["other"] == {
        "https://example.org/height": [{"@value": "12", "@type": XSD + "integer"}],
        "https://example.org/motto": [{"@value": "Ymlaen", "@language": "cy"}],
        "https://example.org/near": [{"id": "https://example.org/y"}],
    }


def test_thing_without_a_class_of_ours_is_told_all_the_same(
    model: Model, vocabulary: Vocabulary
) -> None:
    made = item(
        model,
        vocabulary,
        'graph:a/b { concept:theme a skos:ConceptScheme ; skos:prefLabel "Themes"@en . }',
        "https://w3id.org/cepgraph/concept/theme",
    )
    assert made["label"] == "Themes"
    assert made["type"] == "http://www.w3.org/2004/02/skos/core#ConceptScheme"


def test_quads_and_query_results_make_the_same_document(
    model: Model, vocabulary: Vocabulary
) -> None:
    graph = MemoryGraph(
        model,
        """
        graph:a/b { id:challenge/late-data a cep:Challenge ; rdfs:label "Late data"@en ;
            cep:position 3 ; cep:theme concept:theme/funding .
            concept:theme/funding a skos:Concept ; skos:prefLabel "Funding"@en . }
        """,
    )
    found = run(reader_of(graph, vocabulary).thing(CHALLENGE))
    assert found is not None
    assert document(vocabulary, Facts.from_quads(graph.store), CHALLENGE) == found.document


# -- hostile values --------------------------------------------------------------------------------

LEXICAL = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
DATATYPES = st.sampled_from(
    [XSD + name for name in ("string", "date", "gYear", "integer", "decimal", "boolean", "double")]
)
LITERALS = st.one_of(
    st.builds(Literal, LEXICAL),
    st.builds(
        lambda text, tag: Literal(text, language=tag), LEXICAL, st.sampled_from(["en", "cy"])
    ),
    st.builds(lambda text, kind: Literal(text, datatype=NamedNode(kind)), LEXICAL, DATATYPES),
    st.builds(
        lambda number, kind: Literal(str(number), datatype=NamedNode(XSD + kind)),
        st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False)),
        st.sampled_from(["integer", "decimal", "boolean", "date"]),
    ),
    st.builds(Literal, st.booleans()),
)
IRIS = st.sampled_from(
    [
        NamedNode("javascript:alert(1)"),
        NamedNode("label:x"),
        NamedNode(ID + "idea/i"),
        NamedNode("https://example.org/a%20b?c=d&e#f"),
    ]
)
PREDICATES = st.sampled_from(
    [
        *(RDFS + name for name in ("label", "comment")),
        *(CEP + name for name in ("theme", "position", "statement", "asOf", "amount", "addresses")),
        "http://xmlns.com/foaf/0.1/homepage",
        "http://www.w3.org/2002/07/owl#sameAs",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "javascript:alert(1)",
    ]
)
GRAPHS = st.sampled_from([GRAPH + "a/b", GRAPH + "c/d"])
TYPES = st.sampled_from([CEP + "Challenge", CEP + "Claim", CEP + "Nonesuch"])


@settings(max_examples=150, deadline=None)
@given(
    kinds=st.lists(TYPES, max_size=2),
    said=st.lists(st.tuples(PREDICATES, st.one_of(LITERALS, IRIS), GRAPHS), max_size=8),
)
def test_any_document_reads_as_exactly_the_asserted_triples(
    vocabulary: Vocabulary,
    kinds: list[str],
    said: list[tuple[str, Literal | NamedNode, str]],
) -> None:
    thing = NamedNode(CHALLENGE)
    store = pyoxigraph.Store()
    type_of = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for kind in kinds:
        store.add(Quad(thing, type_of, NamedNode(kind), NamedNode(GRAPH + "a/b")))
    for predicate, value, graph in said:
        store.add(Quad(thing, NamedNode(predicate), value, NamedNode(graph)))
    made = document(vocabulary, Facts.from_quads(store), CHALLENGE)
    # through text, as a client would get it
    made = orjson.loads(orjson.dumps(made))
    assert told_of(vocabulary, made) == {quad.triple for quad in store}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of rdflib by rdflib
def test_context_of_everything_reads_alike_in_rdflib_and_oxigraph(
    vocabulary: Vocabulary, seeded: MemoryGraph, model: Model
) -> None:
    listing = run(
        reader_of(seeded, vocabulary).listing(model.schema.collections["challenges"], 1, 5)
    )
    plain = {"@context": vocabulary.context, "results": listing.documents, "facets": {}}
    text = orjson.dumps(plain).decode()
    by_rdflib = rdflib.Dataset()
    by_rdflib.parse(data=text, format="json-ld")
    by_oxigraph = {q.triple for q in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)}
    lines = by_rdflib.default_graph.serialize(format="nt")
    assert by_oxigraph == {
        q.triple for q in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
    }
    for made in listing.documents:
        assert seeded.asserted(made["id"]) <= by_oxigraph


def test_every_thing_of_the_seed_graph_reads_back_as_asserted(
    vocabulary: Vocabulary, seeded: MemoryGraph, model: Model
) -> None:
    reader = reader_of(seeded, vocabulary)
    for collection in model.schema.collections.values():
        listing = run(reader.listing(collection, 1, 1000))
        assert len(listing.documents) == listing.total
        for made in listing.documents:
            assert told_of(vocabulary, made) == seeded.asserted(made["id"]), made["id"]


def test_no_term_of_the_context_can_be_taken_for_the_beginning_of_an_iri(
    vocabulary: Vocabulary,
) -> None:
    assert not set(vocabulary.context) & set(PREFIXES)
    assert "@vocab" not in vocabulary.context


def test_json_ld_stands_by_itself(model: Model, vocabulary: Vocabulary) -> None:
    made = item(
        model, vocabulary, 'graph:a/b { id:area/x a cep:Area ; rdfs:label "X" . }', ID + "area/x"
    )
    alone = json_ld(vocabulary, made)
    assert isinstance(alone["@context"], dict)
    assert "FundingAward" not in alone["@context"]


# -- the reader ------------------------------------------------------------------------------------

FINDINGS = """
graph:a/b {
  id:challenge/b a cep:Challenge ; rdfs:label "beta" .
  id:idea/a a cep:Idea ; rdfs:label "Alpha" .
  id:insight/g2 a cep:Insight ; rdfs:label "Gamma" .
  id:insight/g1 a cep:Insight ; rdfs:label "Gamma" .
  id:event/e a cep:Event ; rdfs:label "Aardvark" .
}
"""


def test_collection_lists_instances_of_subclasses_by_label_then_iri(
    model: Model, vocabulary: Vocabulary
) -> None:
    reader = reader_of(MemoryGraph(model, FINDINGS), vocabulary)
    listing = run(reader.listing(model.schema.collections["findings"], 1, 10))
    assert [made["id"].removeprefix(ID) for made in listing.documents] == [
        "idea/a",
        "challenge/b",
        "insight/g1",
        "insight/g2",
    ]
    assert [made["type"] for made in listing.documents[:2]] == ["Idea", "Challenge"]


def test_pages_follow_each_other_and_the_one_after_the_last_is_empty(
    model: Model, vocabulary: Vocabulary
) -> None:
    reader = reader_of(MemoryGraph(model, FINDINGS), vocabulary)
    findings = model.schema.collections["findings"]
    pages = [run(reader.listing(findings, page, 3)) for page in (1, 2, 3)]
    assert [len(page.documents) for page in pages] == [3, 1, 0]
    assert {page.total for page in pages} == {4}


def test_collection_is_sorted_once_for_a_version(model: Model, vocabulary: Vocabulary) -> None:
    graph = MemoryGraph(model, FINDINGS)
    reader = reader_of(graph, vocabulary)
    findings = model.schema.collections["findings"]

    async def together() -> None:
        await asyncio.gather(*(reader.listing(findings, page, 1) for page in (1, 2, 3)))

    run(together())
    assert graph.asked == 4
    graph.load('graph:c/d { id:idea/z a cep:Idea ; rdfs:label "Zeta" . }')
    listing = run(reader.listing(findings, 1, 10))
    assert listing.version == graph.version
    assert listing.total == 5


def test_page_is_begun_again_when_the_graph_changes_under_it(
    model: Model, vocabulary: Vocabulary
) -> None:
    graph = MemoryGraph(model, FINDINGS)
    reader = reader_of(graph, vocabulary)
    ask = graph.ask

    async def meddling(query: str, media_type: str) -> Any:
        rows = await ask(query, media_type)
        if graph.version == 1:
            graph.load('graph:c/d { id:idea/z a cep:Idea ; rdfs:label "AAA" . }')
        return rows

    graph.ask = meddling  # type: ignore[method-assign]
    reader = reader_of(graph, vocabulary)
    listing = run(reader.listing(model.schema.collections["findings"], 1, 1))
    assert listing.version == 2
    assert listing.documents[0]["label"] == "AAA"


def test_item_of_another_class_is_not_found(model: Model, vocabulary: Vocabulary) -> None:
    reader = reader_of(MemoryGraph(model, FINDINGS), vocabulary)
    collections = model.schema.collections
    assert run(reader.item(collections["findings"], ID + "event/e")) is None
    assert run(reader.item(collections["events"], ID + "event/none")) is None
    assert run(reader.item(collections["findings"], ID + "idea/a")) is not None


def test_account_tells_graphs_and_what_refers_to_a_thing(
    model: Model, vocabulary: Vocabulary
) -> None:
    graph = MemoryGraph(
        model,
        """
        graph:a/b { graph:a/b a cep:Dataset ; rdfs:label "Notes" ;
            cep:licenceStatement "not stated" .
          id:source/s a cep:Source ; rdfs:label "S" .
          id:idea/i a cep:Idea ; rdfs:label "I" ; dcterms:source id:source/s . }
        """,
    )
    account = run(reader_of(graph, vocabulary).account(ID + "source/s"))
    assert account is not None
    assert [made["licenceStatement"] for made in account.graphs] == ["not stated"]
    assert [(m.predicate, m.total) for m in account.mentions] == [
        ("http://purl.org/dc/terms/source", 1)
    ]
    assert account.mentions[0].first == ({"id": ID + "idea/i", "label": "I", "type": "Idea"},)
    assert not account.bounded


def test_mistyped_key_has_near_ones(model: Model, vocabulary: Vocabulary) -> None:
    trig = 'graph:a/b { id:area/great-yarmouth a cep:Area ; rdfs:label "Great Yarmouth" . }'
    reader = reader_of(MemoryGraph(model, trig), vocabulary)
    areas = model.schema.collections["areas"]
    assert run(reader.nearest(areas, "great-yarmoth")) == ("great-yarmouth",)


# -- a path of several steps, and a toy class ------------------------------------------------------


def test_members_of_a_partnership_are_found_through_its_memberships(
    model: Model, vocabulary: Vocabulary
) -> None:
    partnership = ID + "cultural-education-partnership/p"
    graph = MemoryGraph(
        model,
        """
        graph:a/b {
          id:cultural-education-partnership/p a cep:CulturalEducationPartnership ;
            rdfs:label "P" .
          id:membership/m a cep:Membership ; rdfs:label "M" ;
            cep:partnership id:cultural-education-partnership/p ; cep:member id:organisation/o .
          id:organisation/o a cep:Organisation ; rdfs:label "O" . }
        """,
    )
    found = run(reader_of(graph, vocabulary).thing(partnership))
    assert found is not None
    assert [made["label"] for made in found.document["memberships"]] == ["M"]
    assert [made["label"] for made in found.document["members"]] == ["O"]


def toy_content(folder: Path) -> Content:
    """The project's content with one more class: a term, and a shape file."""
    root = Path(__file__).parents[1]
    for room in ("ontology", "shapes"):
        shutil.copytree(root / room, folder / room)
    (folder / "ontology" / "toy.ttl").write_text(TOY_ONTOLOGY)
    (folder / "shapes" / "puppet.ttl").write_text(TOY_SHAPE)
    return Content(folder)


def test_new_class_has_documents_without_new_code(tmp_path: Path) -> None:
    model = Model(toy_content(tmp_path))
    vocabulary = Vocabulary(model.schema)
    graph = MemoryGraph(model, TOY_DATA)
    listing = run(reader_of(graph, vocabulary).listing(model.schema.collections["puppets"], 1, 10))
    assert [(made["type"], made["label"], made["strings"]) for made in listing.documents] == [
        ("Puppet", "Punch", 3)
    ]
    assert told_of(vocabulary, listing.documents[0]) == graph.asserted(ID + "puppet/punch")


def test_terms_that_classes_define_differently_are_told_apart(tmp_path: Path) -> None:
    content = toy_content(tmp_path)
    shape = tmp_path / "shapes" / "puppet.ttl"
    shape.write_text(TOY_SHAPE.replace('ceps:field "strings"', 'ceps:field "theme"'))
    model = Model(content)
    vocabulary = Vocabulary(model.schema)
    graph = MemoryGraph(model, TOY_DATA)
    found = run(reader_of(graph, vocabulary).thing(ID + "puppet/punch"))
    assert found is not None
    assert found.document["theme"] == 3
    assert told_of(vocabulary, found.document) == graph.asserted(ID + "puppet/punch")


def test_text_and_statement_are_plain_values() -> None:
    facts = Facts([Statement("urn:s", RDFS + "label", Text("x"), "urn:g")])
    assert facts.label("urn:s") == (RDFS + "label", Text("x"))
    assert facts.graphs("urn:s") == ["urn:g"]


def test_graph_of_names_decides_by_which_name_a_thing_is_listed() -> None:
    names, document, reference = "names", "other", "reference"
    graphs = [
        f"{GRAPH}cepgraph/{reference}",
        f"{GRAPH}bench/{document}",
        f"{GRAPH}cepgraph/{names}",
    ]
    assert sorted(graphs, key=rank) == list(reversed(graphs))
