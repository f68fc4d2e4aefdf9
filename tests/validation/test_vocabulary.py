"""What is checked before the shapes: terms, addresses, characters, values, descriptions."""

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.change import Change
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import GENID, GRAPH, XSD, entailed_graph
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.report import Result
from cepgraph.validation.vocabulary import Vocabulary
from tests import mini

_REX = 'id:rex a cep:Pet ; rdfs:label "Rex" . '


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    model = Model(mini.write_content(tmp_path_factory.mktemp("content")))
    return Vocabulary(model.ontology, model.gate.plan.shaped)


def _check(
    vocabulary: Vocabulary,
    triples: set[Triple],
    graph: NamedNode = mini.HOME,
    *,
    described: bool = True,
) -> list[Result]:
    change = Change()
    change.add(graph, mini.described(graph, triples) if described else triples)
    return sorted(vocabulary.check(change, Overlay(OxigraphStore(), change)))


def _with_text(text: str, datatype: str = "string") -> set[Triple]:
    value = Literal(text, datatype=NamedNode(XSD + datatype))
    return mini.turtle(_REX) | {Triple(mini.thing("rex"), mini.term("tag"), value)}


def test_known_terms_and_foreign_ones_pass(vocabulary: Vocabulary) -> None:
    assert _check(vocabulary, mini.turtle(_REX + "id:rex foaf:nick 'R' ; cep:owner id:ann .")) == []


@pytest.mark.parametrize(
    ("text", "term", "nearest"),
    [
        ("id:rex cep:ownr id:ann .", "cep:ownr", "cep:owner"),
        ("id:rex a cep:Pett .", "cep:Pett", "cep:Pet"),
        ("id:rex cep:xyzzy 1 .", "cep:xyzzy", ""),
    ],
)
def test_term_that_the_ontology_lacks_is_told_with_the_nearest(
    vocabulary: Vocabulary, text: str, term: str, nearest: str
) -> None:
    (result,) = _check(vocabulary, mini.turtle(_REX + text))
    assert (result.constraint, result.value) == ("ceps:UnknownTerm", term)
    assert ("Did you mean" in result.message) == bool(nearest)
    assert nearest in result.message


def test_ontology_may_define_terms(vocabulary: Vocabulary) -> None:
    new = mini.turtle("cep:New a owl:Class ; rdfs:subClassOf cep:Entity .")
    assert _check(vocabulary, new, NamedNode(GRAPH + "cepgraph/ontology")) == []


@pytest.mark.parametrize(
    "text",
    [
        "id:sub a cep:Pet ; rdfs:subClassOf cep:Pet .",
        "id:sub a cep:Pet ; rdfs:subPropertyOf cep:owner .",
        "id:sub a cep:Pet ; owl:equivalentClass cep:Owner .",
        "id:sub a cep:Pet ; skos:inScheme <https://w3id.org/cepgraph/concept/theme> .",
    ],
)
def test_nobody_else_may_define_terms_or_add_to_the_lists(
    vocabulary: Vocabulary, text: str
) -> None:
    assert "ceps:ForeignDefinition" in {
        result.constraint for result in _check(vocabulary, mini.turtle(text))
    }


@pytest.mark.parametrize(
    "text",
    [
        "id:x a <http://example.org/Child> ; <http://example.org/born> 2019 .",
        "id:x a cep:Entity .",
        'id:x a "Pet" .',
        "id:x a cep:owner .",
        "id:x a owl:Class .",
        "cep:Pet a cep:Made .",
    ],
)
def test_thing_whose_class_has_no_form_of_its_own_is_told(
    vocabulary: Vocabulary, text: str
) -> None:
    found = {result.constraint for result in _check(vocabulary, mini.turtle(text))}
    assert "ceps:Untyped" in found


def test_foreign_class_beside_one_of_ours_passes(vocabulary: Vocabulary) -> None:
    assert _check(vocabulary, mini.turtle(_REX + "id:rex a <http://example.org/Dog> .")) == []


def test_thing_without_a_class_is_told(vocabulary: Vocabulary) -> None:
    (result,) = _check(vocabulary, mini.turtle('id:x rdfs:label "X" .'))
    assert (result.constraint, result.focus) == ("ceps:Untyped", mini.thing("x").value)


def test_nested_thing_without_a_class_is_told(vocabulary: Vocabulary) -> None:
    nested = f'<{GENID}1> rdfs:label "X" . '
    (result,) = _check(vocabulary, mini.turtle(_REX + nested))
    assert (result.constraint, result.focus) == ("ceps:Untyped", GENID + "1")


def test_graph_that_does_not_describe_itself_is_told(vocabulary: Vocabulary) -> None:
    (result,) = _check(vocabulary, mini.turtle(_REX), described=False)
    assert (result.constraint, result.focus) == ("ceps:Undescribed", mini.HOME.value)


def test_graph_outside_our_names_is_told(vocabulary: Vocabulary) -> None:
    strange = NamedNode("https://example.org/graph")
    (result,) = _check(vocabulary, mini.turtle(_REX), strange)
    assert result.constraint == "ceps:GraphName"


@pytest.mark.parametrize(
    "text",
    [
        "id:rex rdfs:seeAlso <javascript:alert(1)> .",
        "id:rex rdfs:seeAlso <JavaScript:alert(1)> .",
        "id:rex rdfs:seeAlso <data:text/html,x> .",
        "id:rex rdfs:seeAlso <file:///etc/passwd> .",
        "<javascript:alert(1)> a cep:Pet .",
        "id:rex <vbscript:x> 1 .",
    ],
)
def test_address_that_runs_something_is_told_wherever_it_stands(
    vocabulary: Vocabulary, text: str
) -> None:
    (result,) = _check(vocabulary, mini.turtle(_REX + text))
    assert result.constraint == "ceps:RefusedAddress"


@pytest.mark.parametrize("character", "\x00\x01\x08\x0b\x0c\x1f\ufffe\uffff")
def test_control_character_is_told_with_its_number(vocabulary: Vocabulary, character: str) -> None:
    (result,) = _check(vocabulary, _with_text(f"a{character}b"))
    assert result.constraint == "ceps:RefusedCharacter"
    assert f"U+{ord(character):04X}" in result.message


@pytest.mark.parametrize("character", "\t\n\r\x7f\x85\xa0\u2028\ufeffé漢\U0001f3ad")
def test_any_other_character_passes(vocabulary: Vocabulary, character: str) -> None:
    assert _check(vocabulary, _with_text(f"a{character}b")) == []


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        *(("2023-02-29", "date"), ("2023-13", "gYearMonth"), ("24", "gYear"), ("abc", "gYear")),
        *(("NaN", "decimal"), ("1e5", "decimal"), ("1_000", "integer"), ("١٢", "integer")),
        *(("TRUE", "boolean"), ("0000-01-01", "date"), ("1.5", "nonNegativeInteger")),
    ],
)
def test_value_that_is_not_of_its_type_is_told(
    vocabulary: Vocabulary, text: str, datatype: str
) -> None:
    (result,) = _check(vocabulary, _with_text(text, datatype))
    assert (result.constraint, result.value) == ("ceps:Malformed", text)
    assert f"xsd:{datatype}" in result.message
    assert result.path == "cep:tag"


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        *(("2024-02-29", "date"), ("2023-12", "gYearMonth"), ("2023", "gYear")),
        *(("1.50", "decimal"), ("-7", "integer"), ("true", "boolean"), ("P1Y", "duration")),
        *(("anything", "token"), ("http://example.org", "anyURI")),
    ],
)
def test_value_of_its_type_or_of_an_unjudged_type_passes(
    vocabulary: Vocabulary, text: str, datatype: str
) -> None:
    assert _check(vocabulary, _with_text(text, datatype)) == []


def test_what_the_ontology_entails_is_not_checked(vocabulary: Vocabulary) -> None:
    change = Change()
    change.add(mini.HOME, mini.described(mini.HOME, mini.turtle(_REX)))
    change.add(entailed_graph(mini.HOME), mini.turtle("id:rex a cep:Nothing ."))
    assert list(vocabulary.check(change, Overlay(OxigraphStore(), change))) == []


def test_what_is_removed_is_not_checked(vocabulary: Vocabulary) -> None:
    change = Change()
    change.remove(mini.HOME, mini.turtle("id:rex cep:xyzzy 1 ."))
    assert list(vocabulary.check(change, Overlay(OxigraphStore(), change))) == []


def test_class_that_is_only_entailed_does_not_give_a_thing_its_form(
    vocabulary: Vocabulary,
) -> None:
    change = Change()
    change.add(mini.HOME, mini.described(mini.HOME, mini.turtle('id:rex rdfs:label "Rex" .')))
    change.add(entailed_graph(mini.HOME), mini.turtle("id:rex a cep:Pet ."))
    (result,) = vocabulary.check(change, Overlay(OxigraphStore(), change))
    assert (result.constraint, result.focus) == ("ceps:Untyped", mini.thing("rex").value)
