"""The text that an answer carries gives the same rows as the values that the engine substitutes."""

import random

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import ResultRow

from cepgraph.catalogue import Catalogue, Query, Term
from cepgraph.content import Content

QUERIES = [query for query in Catalogue.from_files(Content.default().queries()) if query.parameters]
SEED = 20241003
DRAWN = 6
"""Combinations of values from the graph for each query."""

UNBOUND_IN_RDFLIB = {
    "graph-contents",
    "partners-of-body",
    "roles-of-body",
    "statements-of-body",
    "who-funds-whom",
    "who-trains-whom",
}
"""In these the values make a second join, and rdflib evaluates what stands on its right, labels of
unrelated things, by itself: it would take hours. It only parses them."""

asked = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
Rows = list[tuple[str | None, ...]]


def rows(query: Query, store: Store, bound: dict[str, Term] | None) -> Rows:
    """Rows in their order: by substitution, or, without values, of the text as it stands."""
    return _rows(query, store, query.text, bound or {})


def rows_of_text(query: Query, store: Store, bound: dict[str, Term]) -> Rows:
    return _rows(query, store, query.sparql(bound), {})


def _rows(query: Query, store: Store, text: str, bound: dict[str, Term]) -> Rows:
    found = store.query(
        text,
        use_default_graph_as_union=True,
        substitutions={Variable(name): term for name, term in bound.items()},
    )
    assert isinstance(found, QuerySolutions)
    return [
        tuple(None if solution[name] is None else str(solution[name]) for name in query.columns)
        for solution in found
    ]


def examples(query: Query) -> list[dict[str, Term]]:
    """Each example with those that are required, and all of them."""
    made = {p.name: p.term(p.example) for p in query.parameters}
    required = {p.name: made[p.name] for p in query.parameters if p.required}
    return [*({**required, name: term} for name, term in made.items()), made]


def drawn(query: Query, store: Store) -> list[dict[str, Term]]:
    """Combinations of values that the columns have, and of one that no thing has."""
    chance = random.Random(f"{SEED} {query.name}")
    found = store.query(query.text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    values: dict[str, list[Term]] = {
        p.name: [Literal("nobody says this") if p.type == "string" else NamedNode("urn:none")]
        for p in query.parameters
    }
    for solution in found:
        for name, known in values.items():
            term = solution[name]
            if isinstance(term, NamedNode | Literal):
                known.append(term)
    return [
        {name: chance.choice(values[name]) for name in chance.sample(list(values), size)}
        for size in (chance.randint(1, len(values)) for _ in range(DRAWN))
    ]


@asked
def test_text_gives_the_same_rows_in_the_same_order(query: Query, seed_store: Store) -> None:
    for bound in [*examples(query), *drawn(query, seed_store)]:
        assert rows_of_text(query, seed_store, bound) == rows(query, seed_store, bound), bound


def test_values_at_the_end_of_the_query_would_give_other_rows(seed_store: Store) -> None:
    query = next(query for query in QUERIES if query.name == "findings-with-words")
    bound = query.bind({"words": "conference"})
    late = f"{query.text}\nVALUES ?words {{ {bound['words']} }}"
    assert len(_rows(query, seed_store, late, {})) > len(rows(query, seed_store, bound)) > 0


@pytest.mark.filterwarnings(r"ignore:Dataset\.:DeprecationWarning:rdflib")
@asked
def test_text_gives_the_same_rows_in_another_engine(
    query: Query, seed_store: Store, other_engine: Dataset
) -> None:
    bound = examples(query)[-1]
    if query.name in UNBOUND_IN_RDFLIB:
        prepareQuery(query.sparql(bound))
        return
    theirs = [
        tuple(None if value is None else value.n3() for value in row)
        for row in other_engine.query(query.sparql(bound))
        if isinstance(row, ResultRow)
    ]
    ours = rows(query, seed_store, bound)
    assert [_plain(row) for row in theirs] == [_plain(row) for row in ours]


def _plain(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Terms without their datatypes, which the two write differently."""
    return tuple(None if term is None else term.split('"^^')[0].strip('"') for term in row)
