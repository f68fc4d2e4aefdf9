"""Sheets of ours made from a foreign table: its own rows, headers and letters."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyoxigraph import Triple

from cepgraph.errors import BadInput
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from ingest.foreign.binding import bound
from ingest.foreign.derived import Derivation
from ingest.foreign.shelf import parse_mapping
from ingest.lists import Lists
from ingest.report.remark import Remarks
from ingest.rows.header import Header
from ingest.rows.names import Names
from ingest.rows.references import References
from ingest.sheets.sheet import Limits
from ingest.tables import Tables
from tests.ingest.rows.conftest import HOME, Read, sheet_of

TEXT = """
title: Example
mark: [[Place]]
columns:
  place: Place
  parent: Lies in
  part: ["Part:#"]
  size: Size
left_out:
  - {columns: ["secret*"], why: It is not to be taken.}
source: source
things:
  place:
    class: Area
    rows: one
    key: {text: "p-{place:slug}"}
    columns:
      label: place
      areaKind: {value: ward}
      within: [{thing: parent}, {thing: part}]
      description: {text: "{place} has the size {size}"}
  parent:
    class: Area
    when: {column: parent, filled: true}
    key: {text: "up-{@graph}"}
    columns:
      label: parent
      areaKind: {value: city}
      description: {text: "It holds {place}"}
  part:
    class: Area
    repeat: part
    when: {column: part, filled: true}
    columns: {label: part, areaKind: {value: district}}
  source:
    class: Source
    once: true
    key: {text: "{@graph}"}
    columns: {label: {value: The list}, licenceStatement: {from: "@licence"}}
"""
GIVEN = {"@graph": "home", "@publisher": "", "@licence": "not stated", "@title": ""}
Derive = Callable[..., Read]
Expected = Callable[[str], set[Triple]]


@pytest.fixture
def derive(project_model: Model, graph: KnowledgeGraph) -> Iterator[Derive]:
    """``derive(rows, text)`` reads a table by a mapping, as a submission would."""
    opened: list[Tables] = []

    def derive_it(rows: list[list[Any]], text: str = TEXT, **more: Any) -> Read:
        remarks = Remarks()
        tables = Tables(project_model, graph.store, Limits(), remarks)
        opened.append(tables)
        derivation = _derivation(rows, text, project_model, graph, **more)
        derivation.tell(remarks)
        tables.headers.extend(derivation.headers())
        tables.look_through(HOME, lambda _rows: None)
        return Read(set(tables.triples()), remarks, tables)

    yield derive_it
    for tables in opened:
        tables.close()


def _derivation(
    rows: list[list[Any]], text: str, model: Model, graph: KnowledgeGraph, **more: Any
) -> Derivation:
    mapping = parse_mapping(text, "example.yaml")
    found = bound(sheet_of(rows, "Sheet 1", **more), mapping)
    assert found is not None
    references = References(model.schema, Lists(model.content), Names(graph.store), None)
    return Derivation("example", mapping, found, model.schema, references, GIVEN)


def test_thing_points_to_those_of_the_same_row(derive: Derive, expected: Expected) -> None:
    rows = [["Place", "Part:0", "Part:1"], ["A", "x", "y"], ["B", "", "z"], ["C", "", ""]]
    found = derive(rows)
    assert found.codes() == []
    within = {t for t in found.triples if t.predicate.value.endswith("within")}
    assert within == expected(
        """<id/area/p-a> cep:within <id/area/tester-x>, <id/area/tester-y> .
        <id/area/p-b> cep:within <id/area/tester-z> ."""
    )


def test_every_thing_names_the_list_as_its_source(derive: Derive, expected: Expected) -> None:
    found = derive([["Place", "Lies in"], ["A", "Town"]])
    assert (
        expected(
            """<id/source/home> a cep:Source ; rdfs:label "The list" ;
        cep:licenceStatement "not stated" .
        <id/area/p-a> dcterms:source <id/source/home> .
        <id/area/up-home> dcterms:source <id/source/home> ."""
        )
        <= found.triples
    )


def test_place_of_a_thing_is_the_senders_row_and_column(derive: Derive) -> None:
    rows = [["Title"], [], ["x", "Lies in", "Place"], [], ["", "Town", "A"]]
    tables = derive(rows).tables
    thing = "https://w3id.org/cepgraph/id/area/p-a"
    place = tables.place(thing)
    assert place is not None
    assert (place.sheet, place.row) == ("Sheet 1", 5)
    assert tables.column(thing, "label") == ("Place", "C")
    assert tables.column(thing, "areaKind") == ("", "")
    assert {(o.sheet, o.row) for o in tables.origins() if o.iri == thing} == {("Sheet 1", 5)}


def test_values_of_several_rows_are_taken_together_and_conflicts_told(derive: Derive) -> None:
    rows = [["Place", "Lies in"], ["A", "Town"], ["B", "Town"], ["C", "The Town"]]
    found = derive(rows)
    parent = {t for t in found.triples if str(t.subject).endswith("up-home>")}
    texts = sorted(
        (t.predicate.value.rpartition("#")[2].rpartition("/")[2], t.object.value)
        for t in parent
        if t.predicate.value.endswith(("label", "altLabel", "description"))
    )
    assert texts == [
        ("altLabel", "The Town"),
        ("description", "It holds A"),
        ("label", "Town"),
    ]
    assert found.only("other-name").place.cell == "B4"
    assert [c for c in found.codes() if c[0] == "conflicting-value"] == [
        ("conflicting-value", "A3"),
        ("conflicting-value", "A4"),
    ]


def test_thing_with_a_row_of_its_own_that_is_there_twice_is_told(derive: Derive) -> None:
    found = derive([["Place"], ["A"], ["A"]])
    assert found.only("repeated-thing").place.cell == "A3"


def test_formula_is_told_where_it_stands_for_every_value_made_of_it(derive: Derive) -> None:
    rows = [["x", "Size", "Place"], ["", 7, "A"]]
    found = derive(rows, formulas={(2, 1): "=3+4"})
    assert ("formula", "B2") in {(code, "B2") for code, _ in found.codes()}
    assert not [t for t in found.triples if t.predicate.value.endswith("description")]


def test_columns_that_are_not_read_are_told_each_once(derive: Derive) -> None:
    found = derive([["Place", "Secret number", "Surprise"], ["A", 1, 2], ["B", 1, 2]])
    told = {(r.severity, r.code, r.place.cell) for r in found.remarks}
    assert {("note", "left-out", "B1"), ("warning", "unknown-column", "C1")} <= told
    assert "It is not to be taken." in {r.message for r in found.remarks}


def test_rows_above_the_header_are_told(derive: Derive) -> None:
    assert derive([["Title"], ["Place"], ["A"]]).only("rows-above-header").place.row == 2


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("class: Area\n    rows", "class: Aria\n    rows", "things.place.class", "Aria"),
        ("areaKind: {value: ward}", "areaSort: {value: ward}", "things.place.columns", "areaSort"),
        ("label: place\n", "label: {from: place, known: Nothing}\n", "known", "Nothing"),
    ],
)
def test_mapping_for_classes_and_fields_that_are_not_there_is_refused(
    project_model: Model, graph: KnowledgeGraph, old: str, new: str, column: str, value: str
) -> None:
    assert old in TEXT
    with pytest.raises(BadInput) as raised:
        _derivation([["Place"], ["A"]], TEXT.replace(old, new), project_model, graph)
    error = raised.value
    assert (error.file, error.column, error.value) == ("example.yaml", column, value)


def test_headers_of_all_things_stand_over_the_senders_rows(
    project_model: Model, graph: KnowledgeGraph
) -> None:
    rows = [["Place", "Part:0", "Part:1"], ["A", "x", "y"]]
    headers: list[Header] = _derivation(rows, TEXT, project_model, graph).headers()
    assert [(h.cls.name, h.joins, h.row) for h in headers] == [
        ("Area", False, 1),
        ("Area", True, 1),
        ("Area", True, 1),
        ("Area", True, 1),
        ("Source", True, 0),
    ]
