"""What holds for each file in ``queries/``, whatever it asks."""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import ResultRow

from cepgraph.catalogue import Catalogue, Query
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.terms import CEP
from tests.queries.conftest import run

PATHS = Content.default().queries()
QUERIES = list(Catalogue.from_files(PATHS))
EXAMPLES = [
    pytest.param(query, parameter.name, id=f"{query.name}-{parameter.name}")
    for query in QUERIES
    for parameter in query.parameters
]
every_query = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


def required(query: Query) -> dict[str, str]:
    return {p.name: p.example for p in query.parameters if p.required}


def answers(store: Store, query: Query) -> QuerySolutions:
    results = store.query(query.text, use_default_graph_as_union=True)
    assert isinstance(results, QuerySolutions)
    return results


def test_catalogue_of_the_content_holds_every_file(model: Model) -> None:
    assert [query.name for query in model.catalogue] == sorted(path.stem for path in PATHS)
    assert len(model.catalogue) >= 18


@pytest.mark.parametrize(("query", "name"), EXAMPLES)
def test_example_of_each_parameter_gives_at_least_one_row(
    query: Query, name: str, seed_store: Store
) -> None:
    examples = {p.name: p.example for p in query.parameters}
    assert run(seed_store, query, {**required(query), name: examples[name]})


@every_query
def test_all_examples_together_give_at_least_one_row(query: Query, seed_store: Store) -> None:
    assert run(seed_store, query, {p.name: p.example for p in query.parameters})


@pytest.mark.parametrize(("query", "name"), EXAMPLES)
def test_value_of_a_parameter_stands_in_each_row(
    query: Query, name: str, seed_store: Store
) -> None:
    parameter = next(p for p in query.parameters if p.name == name)
    bound = run(seed_store, query, {**required(query), name: parameter.example})
    everything = run(seed_store, query, required(query))
    assert len({row[name] for row in bound}) == 1
    if parameter.type != "string":
        assert bound == [row for row in everything if row.get(name) == bound[0][name]]


@every_query
def test_columns_of_iris_have_a_label_beside_them(query: Query, seed_store: Store) -> None:
    for solution in answers(seed_store, query):
        for column in query.columns:
            if isinstance(solution[column], NamedNode):
                assert f"{column}Label" in query.columns


@every_query
def test_every_iri_of_the_seed_graph_is_labelled(query: Query, seed_store: Store) -> None:
    for solution in answers(seed_store, query):
        for column in query.columns:
            if isinstance(solution[column], NamedNode):
                assert solution[f"{column}Label"] is not None


@every_query
def test_no_row_is_given_twice(query: Query, seed_store: Store) -> None:
    rows = [str(solution) for solution in answers(seed_store, query)]
    assert len(rows) == len(set(rows))


@every_query
def test_results_are_ordered_and_columns_named(query: Query) -> None:
    assert query.form == "select"
    assert query.columns
    assert "\nORDER BY " in query.text
    assert "SELECT *" not in query.text


@every_query
def test_header_says_what_it_answers(query: Query) -> None:
    assert not query.summary.endswith(".")
    assert query.description.endswith(".")
    assert all(parameter.description.endswith(".") for parameter in query.parameters)


@every_query
def test_things_of_a_class_with_several_kinds_are_named_by_kind_and_key(
    query: Query, model: Model
) -> None:
    for parameter in query.parameters:
        if parameter.type[0].isupper():
            several = NamedNode(CEP + parameter.type) in model.rules.subclasses
            assert ("/" in parameter.example) == several


@every_query
def test_class_of_a_parameter_is_in_the_ontology(query: Query, model: Model) -> None:
    for parameter in query.parameters:
        if parameter.type[0].isupper():
            assert NamedNode(CEP + parameter.type) in model.schema.by_iri


@every_query
def test_list_of_a_parameter_is_there(query: Query) -> None:
    for parameter in query.parameters:
        scheme = parameter.type.removeprefix("concept:")
        if scheme != parameter.type:
            assert f"{scheme}.ttl" in {path.name for path in Content.default().schemes()}


@every_query
def test_query_parses_in_another_engine(query: Query) -> None:
    prepareQuery(query.text)


@pytest.mark.filterwarnings(r"ignore:Dataset\.:DeprecationWarning:rdflib")
@every_query
def test_another_engine_gives_the_same_rows_in_the_same_order(
    query: Query, seed_store: Store, other_engine: Dataset
) -> None:
    ours = [
        tuple(None if solution[name] is None else solution[name].value for name in query.columns)
        for solution in answers(seed_store, query)
    ]
    theirs = [
        tuple(None if value is None else str(value) for value in row)
        for row in other_engine.query(query.text)
        if isinstance(row, ResultRow)
    ]
    assert theirs == ours


@every_query
def test_query_has_a_test_of_its_own(query: Query) -> None:
    tests = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
    assert re.search(rf'\bask\(\s*"{query.name}"', tests)
