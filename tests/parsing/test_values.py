"""Solutions of any result are the same as VALUES."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from cepgraph.parsing import BadResult, nothing_bound
from cepgraph.parsing.values import values_of

Term = dict[str, str]

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_WORDS = st.text("abcé-_/?&=", max_size=6)
_TERMS = st.one_of(
    _WORDS.map(lambda word: {"type": "uri", "value": f"http://example.org/{word}"}),
    _TEXTS.map(lambda text: {"type": "literal", "value": text}),
    st.tuples(_TEXTS, st.sampled_from(["en", "en-GB", "cy", "zh-Hant-TW"])).map(
        lambda pair: {"type": "literal", "value": pair[0], "xml:lang": pair[1]}
    ),
    st.tuples(_TEXTS, _WORDS).map(
        lambda pair: {"type": "literal", "value": pair[0], "datatype": f"urn:x:{pair[1]}"}
    ),
    st.integers(-5, 5).map(
        lambda number: {
            "type": "literal",
            "value": str(number),
            "datatype": "http://www.w3.org/2001/XMLSchema#integer",
        }
    ),
)
_ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b"]), _TERMS, max_size=2), max_size=4)


def result(rows: list[dict[str, Any]], variables: tuple[str, ...] = ("a", "b")) -> bytes:
    """A result in JSON."""
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": rows}}).encode()


def solutions(results: object) -> list[tuple[object, ...]]:
    """The values of ``?a`` and ``?b``, row by row."""
    assert isinstance(results, QuerySolutions)
    return [(row["a"], row["b"]) for row in results]


@given(_ROWS)
def test_solutions_are_the_same_as_values(rows: list[dict[str, Term]]) -> None:
    body = result(rows)
    block = values_of(["a", "b"], body)
    expected = solutions(parse_query_results(body, format=QueryResultsFormat.JSON))
    assert solutions(Store().query(f"SELECT ?a ?b {block}")) == expected


def test_variables_that_were_not_asked_for_are_left_out() -> None:
    body = result(
        [{"a": {"type": "literal", "value": "x"}, "b": {"type": "uri", "value": "urn:b"}}]
    )
    assert values_of(["a", "c"], body) == '{ VALUES (?a ?c) { ("x" UNDEF) } }'


def test_no_solution_and_the_solution_that_binds_nothing() -> None:
    assert list(Store().query(f"SELECT * {values_of(['a'], result([]))}")) == []
    assert len(list(Store().query(f"SELECT * {values_of([], result([{}, {}]))}"))) == 2
    assert len(list(Store().query(f"SELECT * {nothing_bound([])}"))) == 1
    assert nothing_bound(["a", "b"]) == "{ VALUES (?a ?b) { (UNDEF UNDEF) } }"


def test_blank_nodes_become_names_that_nobody_else_has() -> None:
    blank = {"type": "bnode", "value": "n"}
    other = {"type": "bnode", "value": "m"}
    body = result([{"a": blank, "b": blank}, {"a": other}])
    (first, same), (second, _) = solutions(Store().query(f"SELECT * {values_of('ab', body)}"))
    assert first == same
    assert first != second
    assert isinstance(first, NamedNode)
    assert not isinstance(first, BlankNode | Literal)
    (again, _), _ = solutions(Store().query(f"SELECT * {values_of('ab', body)}"))
    assert again != first


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "cannot be read"),
        (b"{}", "cannot be read"),
        (b"[]", "cannot be read"),
        (b'{"head":{"vars":["a"]},"results":{"bindings":[', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"head":{},"boolean":false}', "boolean"),
        (result([{"a": {"type": "uri", "value": "no iri"}}]), "cannot be read"),
        (result([{"a": {"type": "uri", "value": "urn:a> } #"}}]), "cannot be read"),
        (result([{"a": {"type": "literal", "value": "", "xml:lang": "en } #"}}]), "cannot be read"),
        (result([{"a": {"type": "literal", "value": "", "datatype": "a> #"}}]), "cannot be read"),
        (result([{"c": {"type": "uri", "value": "urn:c"}}]), "cannot be read"),
    ],
)
def test_what_is_no_result_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(BadResult, match=problem):
        values_of(["a"], body)
