"""What the rules of a mapping make of the cells of a row."""

from typing import Any

import pytest

from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from ingest.foreign.binding import bound
from ingest.foreign.lines import Lines
from ingest.foreign.shelf import parse_mapping
from ingest.lists import Lists
from ingest.report.remark import Remark
from ingest.rows.names import Names
from ingest.rows.references import References
from tests.ingest.rows.conftest import sheet_of

TEXT = """
title: Example
mark: [[A, B]]
columns: {{a: A, b: B, c: C}}
releases:
  period: b
  known: {{one: {{symbols: {{x: {{status: suppressed}}, low: {{status: rounded, value: "0"}}}}}}}}
values: {{worked: {{from: a, lookup: {{One: "1"}}, otherwise: leave out}}}}
things:
  it:
    class: Area
    columns:
      label: {rule}
"""

Worked = tuple[Any, list[tuple[str, str]]]


@pytest.fixture
def work(project_model: Model, graph: KnowledgeGraph) -> Any:
    """``work(rule, a, b, c)`` is what a rule makes of a row, and what is told: code and cell."""

    def work_it(rule: str, *cells: Any) -> Worked:
        mapping = parse_mapping(TEXT.format(rule=rule), "example.yaml")
        found = bound(sheet_of([["A", "B", "C"], list(cells)]), mapping)
        assert found is not None
        assert mapping.releases is not None
        references = References(
            *(project_model.schema, Lists(project_model.content), Names(graph.store), None)
        )
        lines = Lines(
            *(found, mapping, mapping.releases.known["one"], {"@graph": "home"}),
            *(references, project_model.schema),
        )
        told: list[Remark] = []
        thing = mapping.things["it"]
        (row,) = found.data()
        cell = lines.line(row, told.append).cell(thing.columns["label"], thing, 0)
        return cell, [(remark.code, remark.place.cell) for remark in told]

    return work_it


@pytest.mark.parametrize(
    ("rule", "cells", "cell"),
    [
        ("a", ["x", "y"], "x"),
        ("{from: [a, b]}", ["", "y"], "y"),
        ("{from: [a, c]}", ["", "y", ""], None),
        ("{value: fixed}", ["x", ""], "fixed"),
        ('{text: "{a}-{b:slug}-{b:lower}"}', ["X", "Y Z"], "X-y-z-y z"),
        ('{text: "{a} {b}"}', ["x", ""], None),
        ('{text: "{@graph}"}', ["x", ""], "home"),
        ("[{from: a}, {value: other}]", ["", "y"], "other"),
        ("{from: a, lookup: {One: first}}", [" one ", ""], "first"),
        ('{from: a, lookup: {One: ""}}', ["One", ""], None),
        ("{from: a, lookup: {One: first}, otherwise: keep}", ["Two", ""], "Two"),
        ("{from: [a, b], lookup: {One: first}}", ["Two", "One"], "first"),
        ("{from: a, lookup: {One: first, Two: second}, split: ','}", ["One, Two", ""],
         ("first", "second")),
        ("{from: a, split: ';'}", ["x; y;", ""], ("x", "y")),
        ("{from: a, matches: '^x'}", ["xy", ""], "xy"),
        ("{from: a, longest: 12}", ["one two three", ""], "one two…"),
        ("{from: a, longest: 13}", ["one two three", ""], "one two three"),
        ("{join: [a, {from: b, when: {column: c, filled: true}}]}", ["x", "y", "z"], "x y"),
        ("{join: [a, {from: b, when: {column: c, filled: true}}]}", ["x", "y", ""], "x"),
        ("{from: a, known: Region}", ["East Midlands", ""],
         "https://w3id.org/cepgraph/id/region/E12000004"),
        ("{from: [b, a], known: LocalAuthority}", ["330", "E08000099"],
         "https://w3id.org/cepgraph/id/local-authority/E08000025"),
        ("worked", ["One", ""], "1"),
    ],
)  # fmt: skip
def test_rule_gives_its_value_and_tells_nothing(
    work: Any, rule: str, cells: list[str], cell: Any
) -> None:
    assert work(rule, *cells) == (cell, [])


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("{column: a, filled: true}", True),
        ("{column: b, filled: true}", False),
        ("{column: b, filled: false}", True),
        ("{column: a, is: [One, Two]}", True),
        ("{column: a, is: Two}", False),
        ("{column: a, is: Two, not: true}", True),
        ("{column: a, matches: n}", True),
        ("{column: a, matches: '^n'}", False),
        ("[{column: a, filled: true}, {column: b, filled: true}]", False),
        ("{column: worked, is: '1'}", True),
    ],
)
def test_rule_counts_only_where_its_conditions_hold(work: Any, condition: str, holds: bool) -> None:
    cell, told = work(f"{{value: x, when: {condition}}}", "one", "")
    assert (cell == "x", told) == (holds, [])


@pytest.mark.parametrize(
    ("rule", "cells", "code"),
    [
        ("{from: b, lookup: {One: first}}", ["x", "Two"], "value-not-in-mapping"),
        ("{from: b, matches: '^x'}", ["x", "y"], "unfit-value"),
        ("{from: b, known: Region}", ["x", "Atlantis"], "unknown-reference"),
        ("{figure: b}", ["x", "?"], "unknown-symbol"),
        ("{from: b, matches: x, otherwise: leave out, say: {code: odd, message: Odd.}}",
         ["", "y"], "odd"),
    ],
)  # fmt: skip
def test_value_that_a_rule_does_not_take_is_told_and_left_out(
    work: Any, rule: str, cells: list[str], code: str
) -> None:
    assert work(rule, *cells) == (None, [(code, "B2")])


@pytest.mark.parametrize(
    ("cell", "figure", "status"),
    [("7", "7", "published"), ("x", None, "suppressed"), ("LOW", "0", "rounded")],
)
def test_symbol_stands_for_what_its_release_says(
    work: Any, cell: str, figure: Any, status: str
) -> None:
    assert work("{figure: a}", cell, "") == (figure, [])
    assert work("{status: a, published: {value: published}}", cell, "") == (status, [])


def test_figure_beside_a_withheld_one_is_withheld(work: Any) -> None:
    assert work("{figure: a, withheld_by: b}", "7", "x") == (None, [])
    assert work("{figure: a, withheld_by: b}", "7", "low") == ("7", [])
