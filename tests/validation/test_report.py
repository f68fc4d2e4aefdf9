"""The verdict: distinct results in a steady order, counted in words."""

from dataclasses import replace

import pytest

from cepgraph.validation.report import Report, Result

_VIOLATION = Result("violation", "g", "b", "ceps:A", "sh:B", "cep:p", "v", "Wrong.")
_OTHER = replace(_VIOLATION, focus="a")
_WARNING = replace(_VIOLATION, severity="warning", focus="a")
_INFO = replace(_VIOLATION, severity="info", focus="a")


def test_empty_report_conforms() -> None:
    assert Report().conforms
    assert Report.of([]).summary() == "0 violations on 0 things, 0 warnings"


def test_violation_keeps_out_and_nothing_else_does() -> None:
    assert not Report.of([_VIOLATION]).conforms
    assert Report.of([_WARNING, _INFO]).conforms


def test_violations_come_first_then_by_thing() -> None:
    report = Report.of([_INFO, _WARNING, _VIOLATION, _OTHER])
    assert report.results == (_OTHER, _VIOLATION, _WARNING, _INFO)


def test_same_result_counts_once() -> None:
    assert Report.of([_VIOLATION, replace(_VIOLATION)]).results == (_VIOLATION,)


def test_violations_and_warnings_are_told_apart() -> None:
    report = Report.of([_VIOLATION, _OTHER, _WARNING, _INFO])
    assert report.violations == (_OTHER, _VIOLATION)
    assert report.warnings == (_WARNING, _INFO)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([_VIOLATION], "1 violation on 1 thing, 0 warnings"),
        ([_VIOLATION, replace(_VIOLATION, path="q")], "2 violations on 1 thing, 0 warnings"),
        ([_VIOLATION, _OTHER, _WARNING], "2 violations on 2 things, 1 warning"),
        ([_WARNING, _INFO], "0 violations on 0 things, 2 warnings"),
    ],
)
def test_summary_counts_in_words(results: list[Result], expected: str) -> None:
    assert Report.of(results).summary() == expected


def test_report_for_programs_holds_every_field() -> None:
    told = Report.of([_VIOLATION, _WARNING]).as_dict()
    assert (told["conforms"], told["violations"], told["warnings"]) == (False, 1, 1)
    assert told["results"] == [
        {
            "severity": severity,
            "graph": "g",
            "focus": focus,
            "shape": "ceps:A",
            "constraint": "sh:B",
            "path": "cep:p",
            "value": "v",
            "message": "Wrong.",
        }
        for severity, focus in (("violation", "b"), ("warning", "a"))
    ]
