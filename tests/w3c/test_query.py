"""The W3C's SPARQL 1.1 query tests, through HTTP."""

from pathlib import PurePosixPath
from typing import Final

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from tests.w3c.comparison import (
    RS,
    graph_of,
    same_graphs,
    same_tables,
    table_in_rdf,
    table_of,
    table_of_csv,
)
from tests.w3c.manifest import (
    Case,
    as_parameters,
    cases,
    needs_the_tests,
    of_kind,
    path_of,
    quads_of,
)
from tests.w3c.query import SYNTAX, ask, evaluation

pytestmark = [pytest.mark.slow, needs_the_tests]

XML: Final = "application/sparql-results+xml"
RESULTS: Final = {
    ".srx": (XML, QueryResultsFormat.XML),
    ".srj": ("application/sparql-results+json", QueryResultsFormat.JSON),
    ".tsv": ("text/tab-separated-values", QueryResultsFormat.TSV),
}


def is_table(turtle: bytes) -> bool:
    """Whether a file in Turtle holds a table."""
    return RS.encode() in turtle


@pytest.mark.parametrize("case", as_parameters(evaluation()))
def test_query_has_the_result_of_the_suite(service: httpx.Client, case: Case) -> None:
    expected = path_of(case.result).read_bytes()
    ending = PurePosixPath(case.result).suffix
    if ending == ".ttl" and is_table(expected):
        answer = ask(service, case, XML)
        assert answer.status_code == 200, answer.text
        found = table_of(answer.content, QueryResultsFormat.XML)
        assert same_tables(found, table_in_rdf(quads_of(case.result))), answer.text
    elif ending == ".ttl":
        answer = ask(service, case, "text/turtle")
        assert answer.status_code == 200, answer.text
        graph = graph_of(answer.content, RdfFormat.TURTLE)
        assert same_graphs(graph, graph_of(expected, RdfFormat.TURTLE, case.result)), answer.text
    elif ending == ".csv":
        answer = ask(service, case, "text/csv")
        assert answer.status_code == 200, answer.text
        assert same_tables(table_of_csv(answer.content), table_of_csv(expected)), answer.text
    else:
        media_type, form = RESULTS[ending]
        answer = ask(service, case, media_type)
        assert answer.status_code == 200, answer.text
        found = table_of(answer.content, form)
        assert same_tables(found, table_of(expected, form)), answer.text


@pytest.mark.parametrize("case", as_parameters(of_kind(SYNTAX, "PositiveSyntaxTest11")))
def test_query_is_understood(service: httpx.Client, case: Case) -> None:
    answer = ask(service, case, "*/*")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("case", as_parameters(of_kind(SYNTAX, "NegativeSyntaxTest11")))
def test_what_is_no_query_is_refused(service: httpx.Client, case: Case) -> None:
    answer = ask(service, case, "*/*")
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/query-syntax")


@pytest.mark.parametrize("case", as_parameters([*cases("service"), *cases("syntax-fed")]))
def test_service_is_refused_for_what_it_asks(service: httpx.Client, case: Case) -> None:
    answer = ask(service, case, "*/*")
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/query-refused"), answer.text


@pytest.mark.parametrize("case", as_parameters(cases("entailment")))
def test_query_of_an_entailment_regime_is_answered_without_it(
    service: httpx.Client, case: Case
) -> None:
    answer = ask(service, case, "*/*")
    assert answer.status_code == 200, answer.text
