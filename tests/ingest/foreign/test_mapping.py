"""What a mapping may not say, and where it is told."""

from typing import Any

import pytest

from cepgraph.errors import BadInput
from ingest.foreign.shelf import parse_mapping

GOOD = """
title: Example
mark: [[Name, Sum]]
columns: {name: Name, sum: Sum, kind: ["Kind", "type/#/kind"]}
things:
  place:
    class: Area
    key: {text: "x-{name:slug}"}
    columns:
      label: name
      areaKind: {from: kind, lookup: {Ward: ward}}
"""


def test_rule_may_be_written_as_the_column_alone() -> None:
    mapping = parse_mapping(GOOD, "good.yaml")
    assert mapping.things["place"].columns["label"][0].from_ == ("name",)
    assert mapping.columns["kind"].headings == ("Kind", "type/#/kind")


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ("title: Example", "titel: Example", "title", "Field required"),
        ("class: Area", "klass: Area", "things.place.class", "Field required"),
        ("{from: kind, lookup", "{form: kind, lookup", "things.place.columns.areaKind.0", ""),
        ("{from: kind,", "{from: kind, value: ward,", "things.place.columns.areaKind.0", "one of"),
        ("label: name", "label: nome", "", "things.place.label: there is no column “nome”"),
        ("label: name", "label: {thing: person}", "", "there is no thing “person”"),
        ("label: name", "label: {figure: sum}", "", "there is no declaration of “releases”"),
        ("label: name", "label: {value: 7}", "things.place.columns.label.0.value", "string"),
        ("label: name", "label: {from: name, matches: '('}", "matches", "regular expression"),
        ("label: name", "label: {from: name, when: {column: sum}}", "when.0", "what has to hold"),
        ("{Ward: ward}", "{Ward: 1}", "lookup.Ward", "string"),
        ("mark: [[Name, Sum]]", "mark: []", "mark", "at least 1"),
        ("things:", "source: place\nthings:", "", "“place” is no thing that is made once"),
        ("    class: Area\n    key: {text: \"x-{name:slug}\"}", "    class: Area\n    once: true",
         "things.place", "needs a key"),
        ("things:", "values: {a: b, b: name}\nthings:", "", "values.a"),
        ("things:", "rows: [{when: [], say: {code: x, message: y}}]\nthings:", "rows.0.when", ""),
    ],
)  # fmt: skip
def test_fault_is_told_with_its_place(old: str, new: str, place: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as raised:
        parse_mapping(GOOD.replace(old, new), "bad.yaml")
    error = raised.value
    assert error.file == "bad.yaml"
    assert place in str(error.column or "")
    assert problem in error.problem


@pytest.mark.parametrize(("text", "line"), [("title: [", 1), ("title: a\n\tb: c", 2)])
def test_file_that_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadInput) as raised:
        parse_mapping(text, "bad.yaml")
    assert raised.value.line is not None
    assert raised.value.line >= line


@pytest.mark.parametrize("said", ["", "- a", "text", "!!python/object/apply:os.getcwd []"])
def test_file_that_is_no_mapping_is_told(said: Any) -> None:
    with pytest.raises(BadInput):
        parse_mapping(said, "bad.yaml")
