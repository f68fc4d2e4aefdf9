"""The query tests of the W3C: which there are, and how they are put to a SPARQL service."""

import re
from typing import Final

import httpx

from tests.w3c.manifest import Case, of_kind

EVALUATED: Final = (
    *("aggregates", "bind", "bindings", "cast", "construct", "csv-tsv-res", "exists"),
    *("functions", "grouping", "json-res", "negation", "project-expression", "property-path"),
    "subquery",
)
SYNTAX: Final = ("aggregates", "construct", "grouping", "syntax-query")
_FROM: Final = re.compile(r"\bFROM\b", re.IGNORECASE)
NO_GRAPH: Final = "urn:x:no-graph"
"""For the default graph of a test that has no data."""


def evaluation() -> list[Case]:
    """Queries with the results that they must have."""
    return of_kind(EVALUATED, "QueryEvaluationTest", "CSVResultFormatTest")


def files() -> list[str]:
    """The IRIs of the files of data that queries are put to, each once."""
    states = [case.before for case in evaluation()]
    named = {file for state in states for _, file in state.graphs}
    return sorted(named.union(*(state.data for state in states)))


def parameters_of(case: Case) -> list[tuple[str, str]]:
    """The parameters of a request for a test.

    A file is the graph of its name. Relative IRIs are those of the query's own file. A query that
    names its graphs itself has them from the service.
    """
    before = case.before
    query = ("query", f"BASE <{case.request}>\n{case.text}")
    if _FROM.search(case.text):
        return [query]
    return [
        query,
        *(("default-graph-uri", graph) for graph in before.data or (NO_GRAPH,)),
        *(("named-graph-uri", name) for name, _ in before.graphs),
    ]


def ask(client: httpx.Client, case: Case, accept: str) -> httpx.Response:
    """What the service answers to a test's query."""
    return client.post("/sparql", data=_form(case), headers={"accept": accept})


def _form(case: Case) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in parameters_of(case):
        form.setdefault(name, []).append(value)
    return form
