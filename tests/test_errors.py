"""Errors carry fields; one sentence for a person is made from them."""

import pytest

from cepgraph import errors
from cepgraph.errors import (
    BadInput,
    BadParameter,
    CepgraphError,
    GateRefused,
    LogDamaged,
    NotFound,
    QuerySyntax,
    StoreBusy,
    StoreDamaged,
    UnsupportedFormat,
)
from cepgraph.validation import Report, Result

_ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CepgraphError)
]
_VIOLATION = Result("violation", "g", "x", "ceps:A", "sh:B", "cep:p", "v", "Wrong.")


@pytest.mark.parametrize("kind", _ALL, ids=lambda kind: kind.__name__)
def test_every_error_is_explained_and_has_its_statuses(kind: type[CepgraphError]) -> None:
    assert kind.__doc__
    assert kind.title
    assert 400 <= kind.status <= 599
    assert kind.exit_status == (1 if kind is GateRefused else 2)


def test_every_error_is_in_the_tree_at_the_top() -> None:
    assert errors.__doc__ is not None
    for kind in _ALL:
        assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, "wrong"),
        ({"file": "x.ttl"}, "x.ttl: wrong"),
        ({"file": "x.ttl", "line": 3}, "x.ttl, line 3: wrong"),
        ({"file": "x.ttl", "line": 3, "column": 7}, "x.ttl, line 3, column 7: wrong"),
        ({"file": "x.xlsx", "sheet": "A"}, "x.xlsx, sheet A: wrong"),
        ({"line": 3, "column": "label"}, "line 3, column label: wrong"),
        ({"line": 0, "column": 0}, "line 0, column 0: wrong"),
        ({"value": ""}, "wrong (found '')"),
        ({"file": "x", "value": "a'b"}, 'x: wrong (found "a\'b")'),
    ],
)
def test_bad_input_says_as_much_of_its_place_as_is_known(
    place: dict[str, str | int], expected: str
) -> None:
    assert BadInput("wrong", **place).detail() == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnsupportedFormat("no", file="x.doc"), "Format not supported: x.doc: no"),
        (NotFound("query", "pest"), "Not found: there is no query 'pest'"),
        (
            NotFound("query", "pest", ("pets", "rest")),
            "Not found: there is no query 'pest'; did you mean pets or rest?",
        ),
        (BadParameter("limit", "too small"), "Wrong parameter: limit: too small"),
        (BadParameter("limit", "too small", "0"), "Wrong parameter: limit: too small (found '0')"),
        (StoreBusy("data", "7"), "Another process is writing: data is locked by process 7; …"),
        (LogDamaged("log/1", "cut"), "The log is damaged: log/1: cut"),
        (QuerySyntax("no verb", 1, 2), "Not a SPARQL query: no verb"),
        (
            GateRefused(Report((_VIOLATION,))),
            "The data does not conform: 1 violation on 1 thing, 0 warnings",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_error_as_one_sentence(error: CepgraphError, expected: str) -> None:
    assert str(error).replace("try again when it has finished", "…") == expected


def test_damaged_store_tells_that_nothing_is_lost() -> None:
    assert "made again from the log" in str(StoreDamaged("data/store", "corrupt"))


def test_content_that_is_missing_is_told_with_what_was_expected() -> None:
    told = str(errors.ContentMissing("/opt/cepgraph", "ontology, shapes"))
    assert "ontology, shapes" in told
    assert "/opt/cepgraph" in told
