"""Equal input is equal ever after: blank nodes, spellings, and what is turned away."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from cepgraph.door import canonical, settle, settle_beside
from cepgraph.errors import BadInput
from cepgraph.store import OxigraphStore
from cepgraph.terms import RDF, is_skolem
from tests import mini
from tests.strategies import literals

_P, _Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
_NAMED = [NamedNode(f"https://example.org/{n}") for n in "ab"]
_BLANK = [BlankNode(f"b{n}") for n in range(4)]

_subjects = st.sampled_from([*_NAMED, *_BLANK])
_objects = st.one_of(st.sampled_from([*_NAMED, *_BLANK]), literals)
_graphs = st.sets(st.builds(Triple, _subjects, st.sampled_from([_P, _Q]), _objects), max_size=8)


def _turtle(text: str) -> list[Triple]:
    prefixes = (
        "@prefix : <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    )
    return [quad.triple for quad in parse(prefixes + text, format=RdfFormat.TURTLE)]


def _renamed(triples: set[Triple], name: Callable[[str], str]) -> list[Triple]:
    def of(term: object) -> object:
        return BlankNode(name(term.value)) if isinstance(term, BlankNode) else term

    return [Triple(of(t.subject), t.predicate, of(t.object)) for t in triples]  # type: ignore[arg-type]


@given(triples=_graphs)
def test_what_has_been_settled_stays_as_it_is(triples: set[Triple]) -> None:
    settled = settle(mini.HOME, triples)
    assert settle(mini.HOME, settled) == settled


@given(triples=_graphs, seed=st.integers(0, 1000))
def test_names_of_blank_nodes_and_the_order_of_triples_do_not_matter(
    triples: set[Triple], seed: int
) -> None:
    numbers = random.Random(seed).sample(range(1000), len(_BLANK))
    other = _renamed(triples, lambda name: f"n{numbers[int(name.removeprefix('b'))]}")
    random.Random(seed).shuffle(other)
    assert settle(mini.HOME, other) == settle(mini.HOME, triples)


@given(triples=_graphs)
def test_no_blank_node_passes_the_door(triples: set[Triple]) -> None:
    for triple in settle(mini.HOME, triples):
        assert isinstance(triple.subject, NamedNode)
        assert isinstance(triple.object, NamedNode | Literal)


@settings(max_examples=200)
@given(literal=literals)
def test_store_gives_back_every_literal_as_it_was_settled(literal: Literal) -> None:
    settled = settle(mini.HOME, [Triple(_NAMED[0], _P, literal)])
    store = OxigraphStore()
    store.apply((mini.quad(t, mini.HOME) for t in settled), (), 1)
    assert {quad.triple for quad in store.graph(mini.HOME)} == settled


def test_blank_nodes_of_two_graphs_are_two_things() -> None:
    triples = _turtle(":a :p [ :q 1 ] .")
    at_home = {t.object for t in settle(mini.HOME, triples) if t.predicate == _P}
    away = {t.object for t in settle(mini.AWAY, triples) if t.predicate == _P}
    assert at_home.isdisjoint(away)
    assert all(isinstance(node, NamedNode) and is_skolem(node.value) for node in at_home | away)


def test_copy_of_a_graph_that_comes_back_with_a_new_blank_node_keeps_both_apart() -> None:
    before = settle(mini.HOME, _turtle(":a :p [ :q 1 ] ."))
    after = settle(mini.HOME, [*before, *_turtle(":a :p [ :q 2 ] .")])
    assert before < after
    assert len({t.object for t in after if t.predicate == _P}) == 2
    assert settle(mini.HOME, after) == after


@given(triples=_graphs, seed=st.integers(0, 1000))
def test_what_is_settled_beside_a_graph_has_the_same_names_each_time(
    triples: set[Triple], seed: int
) -> None:
    order = list(range(len(_BLANK)))
    random.Random(seed).shuffle(order)
    names = {node.value: f"x{place}" for node, place in zip(_BLANK, order, strict=True)}
    renamed = set(_renamed(triples, names.__getitem__))
    assert settle_beside({mini.HOME: triples}) == settle_beside({mini.HOME: renamed})


@given(triples=_graphs)
def test_no_name_of_the_graph_is_given_to_what_is_settled_beside_it(triples: set[Triple]) -> None:
    def names(settled: set[Triple]) -> set[str]:
        terms = {term for t in settled for term in (t.subject, t.object)}
        return {t.value for t in terms if isinstance(t, NamedNode) and is_skolem(t.value)}

    beside = settle_beside({mini.HOME: triples})[mini.HOME]
    assert names(beside).isdisjoint(names(settle(mini.HOME, triples)))
    assert not any(isinstance(t.subject, BlankNode) for t in beside)
    assert not any(isinstance(t.object, BlankNode) for t in beside)


def test_blank_node_that_stands_in_two_graphs_beside_each_other_is_one_thing() -> None:
    node = BlankNode("n")
    one, two = (Triple(node, _P, Literal(text)) for text in "ab")
    settled = settle_beside({mini.HOME: {one}, mini.AWAY: {two}})
    (home,), (away,) = settled[mini.HOME], settled[mini.AWAY]
    assert home.subject == away.subject


@pytest.mark.parametrize(
    ("written", "kept"),
    [('"1.50"^^xsd:decimal', "1.5"), ('"+07"^^xsd:integer', "7"), ('"01"^^xsd:integer', "1")],
)
def test_two_spellings_of_one_value_are_one_literal(written: str, kept: str) -> None:
    (triple,) = settle(mini.HOME, _turtle(f":a :p {written} ."))
    assert isinstance(triple.object, Literal)
    assert triple.object.value == kept


def test_text_that_looks_like_a_number_is_left_alone() -> None:
    (triple,) = settle(mini.HOME, _turtle(':a :p "1.50" .'))
    assert triple.object == Literal("1.50")


def test_value_that_is_not_of_its_type_is_left_alone() -> None:
    (triple,) = settle(mini.HOME, _turtle(':a :p "2023-02-29"^^xsd:date .'))
    assert isinstance(triple.object, Literal)
    assert triple.object.value == "2023-02-29"


def test_long_list_of_different_things_is_taken() -> None:
    items = " ".join(f'"{n}"' for n in range(2000))
    assert len(settle(mini.HOME, _turtle(f":a :p ( {items} ) ."))) == 4001


@pytest.mark.parametrize(
    "text",
    [
        ":a :p (" + ' "x"' * 1000 + ") .",
        ":a :p " + "[ :q " * 1000 + "1" + "]" * 1000 + " .",
        ":a :p [ :q " + ", ".join(["[ :p 1 ]"] * 9) + " ] .",
        " ".join(f"_:n{a} :p _:n{b} ." for a in range(8) for b in range(8) if a != b),
    ],
    ids=["list of one word", "deep nesting", "equal leaves", "all tied to all"],
)
def test_blank_nodes_that_would_take_for_ever_to_tell_apart_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="look alike"):
        settle(mini.HOME, _turtle(text))


def test_many_equal_blank_nodes_without_ties_are_taken() -> None:
    assert len(settle(mini.HOME, _turtle(":a :p " + ", ".join(["[ :q 1 ]"] * 500) + " ."))) == 1000


@pytest.mark.parametrize(
    "text",
    [":a :p <<( :a :p :b )>> .", "<< :a :p :b >> :q 1 .", ":a :p :b {| :q 1 |} ."],
    ids=["triple term", "reified triple", "annotation"],
)
def test_triple_inside_a_triple_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"RDF 1\.2"):
        settle(mini.HOME, _turtle(text))


def test_text_with_a_direction_is_refused() -> None:
    with pytest.raises(BadInput, match="direction"):
        settle(mini.HOME, _turtle(':a :p "x"@en--ltr .'))


@pytest.mark.parametrize("name", ["langString", "dirLangString"])
def test_text_in_a_language_without_its_tag_is_refused(name: str) -> None:
    literal = Literal("x", datatype=NamedNode(RDF + name))
    with pytest.raises(BadInput, match="language tag"):
        settle(mini.HOME, [Triple(_NAMED[0], _P, literal)])


def test_canonical_labels_do_not_follow_from_those_that_came() -> None:
    ones = canonical(_turtle("_:x :p _:y . _:y :p 'one' ."))
    others = canonical(_turtle("_:b :p 'one' . _:a :p _:b ."))
    assert sorted(map(str, ones)) == sorted(map(str, others))
    assert any(str(quad).startswith("_:c14n0 ") for quad in ones)


def test_work_for_canonical_labels_is_bounded_by_the_caller() -> None:
    pairs = [Triple(BlankNode(f"a{n}"), _P, BlankNode(f"b{n}")) for n in range(5)]
    assert len(canonical(pairs)) == 5
    with pytest.raises(BadInput, match="look alike"):
        canonical(pairs, most_work=10)
