"""What the ontology entails, and that it is worked out in full from whatever changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from cepgraph.inference import Rules, Step, TripleSet
from cepgraph.model import Model
from cepgraph.terms import RDF_TYPE
from tests import mini

_NODES = [mini.thing(name) for name in "abcd"]
_node = st.sampled_from(_NODES)
_classes = st.sampled_from([mini.term(n) for n in ("Pet", "Animal", "Owner", "Entity")])
_links = st.sampled_from(
    [mini.term(n) for n in ("owner", "pet", "friend", "related", "club", "animal", "memberOf")]
)
_worlds = st.sets(
    st.one_of(
        st.builds(Triple, _node, st.just(RDF_TYPE), _classes),
        st.builds(Triple, _node, _links, _node),
    ),
    max_size=10,
)


def _rules(text: str) -> Rules:
    return Rules(mini.quad(triple, mini.HOME) for triple in mini.turtle(text))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"))).rules


@settings(deadline=None)
@given(world=_worlds)
def test_entailing_from_the_entailed_gives_nothing_new(rules: Rules, world: set[Triple]) -> None:
    whole = world | rules.closure(world)
    assert rules.closure(whole) <= whole


@settings(deadline=None)
@given(small=_worlds, more=_worlds)
def test_more_triples_never_entail_less(
    rules: Rules, small: set[Triple], more: set[Triple]
) -> None:
    assert rules.closure(small) <= rules.closure(small | more)


@settings(deadline=None)
@given(world=_worlds)
def test_every_entailment_is_recognised_and_nothing_else(rules: Rules, world: set[Triple]) -> None:
    entailed = rules.closure(world)
    index = TripleSet(world)
    candidates = entailed | {
        Triple(a, mini.term(link), b)
        for link in ("related", "hasMember")
        for a in _NODES
        for b in _NODES
    }
    assert {
        triple for triple in candidates if rules.entails(triple, index)
    } == entailed & candidates


@settings(deadline=None, max_examples=200)
@given(before=_worlds, after=_worlds)
def test_what_a_change_does_equals_working_it_out_again(
    rules: Rules, before: set[Triple], after: set[Triple]
) -> None:
    holding, lost = rules.revision(
        after - before, before - after, TripleSet(before), TripleSet(after)
    )
    assert (rules.closure(before) - lost) | holding == rules.closure(after)
    assert not holding & lost


_CASES = {
    "subclass": """
        cep:A rdfs:subClassOf cep:B . cep:B rdfs:subClassOf cep:C .
        id:x a cep:A .
        id:x a cep:B, cep:C .""",
    "equivalent class": """
        cep:A owl:equivalentClass cep:B .
        id:x a cep:B .
        id:x a cep:A .""",
    "circle of classes": """
        cep:A rdfs:subClassOf cep:B . cep:B rdfs:subClassOf cep:A .
        id:x a cep:A .
        id:x a cep:B .""",
    "subproperty": """
        cep:p rdfs:subPropertyOf cep:q . cep:q rdfs:subPropertyOf cep:r .
        id:x cep:p 1 .
        id:x cep:q 1 ; cep:r 1 .""",
    "equivalent property": """
        cep:p owl:equivalentProperty cep:q .
        id:x cep:q id:y .
        id:x cep:p id:y .""",
    "inverse": """
        cep:p owl:inverseOf cep:q .
        id:x cep:p id:y .
        id:y cep:q id:x .""",
    "inverse turned": """
        cep:p owl:inverseOf cep:q .
        id:x cep:q id:y .
        id:y cep:p id:x .""",
    "symmetric": """
        cep:p a owl:SymmetricProperty .
        id:x cep:p id:y .
        id:y cep:p id:x .""",
    "inverse of the wider": """
        cep:p rdfs:subPropertyOf cep:q . cep:q owl:inverseOf cep:r .
        id:x cep:p id:y .
        id:x cep:q id:y . id:y cep:r id:x .""",
    "chain": """
        cep:r owl:propertyChainAxiom ( cep:p cep:q ) .
        id:x cep:p id:y . id:y cep:q id:z .
        id:x cep:r id:z .""",
    "chain to a value": """
        cep:r owl:propertyChainAxiom ( cep:p cep:q ) .
        id:x cep:p id:y . id:y cep:q 1 .
        id:x cep:r 1 .""",
    "chain against the first": """
        cep:r owl:propertyChainAxiom ( [ owl:inverseOf cep:p ] cep:q ) .
        id:t cep:p id:x ; cep:q id:y .
        id:x cep:r id:y .""",
    "chain against the second": """
        cep:r owl:propertyChainAxiom ( cep:p [ owl:inverseOf cep:q ] ) ; rdfs:subPropertyOf cep:s .
        id:x cep:p id:t . id:y cep:q id:t .
        id:x cep:r id:y ; cep:s id:y .""",
}
"""A line of ontology, a line of what is said, a line of what follows."""


@pytest.mark.parametrize("case", _CASES)
def test_ontology_entails(case: str) -> None:
    ontology, said, entailed = _CASES[case].strip().splitlines()
    assert _rules(ontology).closure(mini.turtle(said)) == mini.turtle(entailed)


def test_value_has_no_inverse() -> None:
    rules = _rules("cep:p owl:inverseOf cep:q . cep:s a owl:SymmetricProperty .")
    assert rules.closure(mini.turtle('id:x cep:p "y" ; cep:s 1 .')) == set()


def test_term_that_no_rule_speaks_of_entails_nothing() -> None:
    rules = _rules("cep:A rdfs:subClassOf cep:B .")
    assert rules.closure(mini.turtle("id:x a foaf:Person ; cep:p id:y .")) == set()


def test_restrictions_and_unions_without_a_name_are_left_out() -> None:
    rules = _rules(
        "cep:A rdfs:subClassOf [ a owl:Restriction ] , [ owl:unionOf ( cep:B cep:C ) ] ."
    )
    assert rules.closure(mini.turtle("id:x a cep:A .")) == set()


def test_chain_of_three_steps_is_no_rule_of_ours() -> None:
    assert _rules("cep:r owl:propertyChainAxiom ( cep:p cep:q cep:s ) .").chains == {}


def test_superclasses_and_subclasses_mirror_each_other(rules: Rules) -> None:
    assert rules.superclasses[mini.term("Pet")] == {mini.term("Animal"), mini.term("Entity")}
    for narrow, wide in rules.superclasses.items():
        assert all(narrow in rules.subclasses[superclass] for superclass in wide)


def test_steps_against_the_arrow_are_told_from_steps_along_it(rules: Rules) -> None:
    (chain,) = rules.chains[mini.term("hasMember")]
    assert chain == (Step(mini.term("club"), inverse=True), Step(mini.term("animal")))


def test_blank_nodes_take_part_but_are_no_subject_of_a_chain() -> None:
    rules = _rules("cep:r owl:propertyChainAxiom ( cep:p cep:p ) . cep:p owl:inverseOf cep:q .")
    p = mini.term("p")
    world = {
        Triple(BlankNode("b"), p, mini.thing("x")),
        Triple(mini.thing("x"), p, mini.thing("y")),
    }
    entailed = rules.closure(world)
    assert {t.predicate for t in entailed} == {mini.term("q")}


def test_set_of_triples_finds_them_from_both_ends() -> None:
    p = NamedNode("https://example.org/p")
    triple = Triple(_NODES[0], p, Literal("x"))
    index = TripleSet([triple, triple])
    assert list(index.outgoing(_NODES[0], p)) == list(index.incoming(Literal("x"), p)) == [triple]
    assert list(index.outgoing(_NODES[1], p)) == list(index.incoming(Literal("y"), p)) == []
