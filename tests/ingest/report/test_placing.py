"""Verdicts of the gate at their cells."""

import pytest

from cepgraph.model import Model
from cepgraph.schema import Schema
from cepgraph.terms import GRAPH, ID
from cepgraph.validation import Report, Result
from ingest.report.placing import placed, without_consequences
from ingest.report.remark import Place, Remark, Remarks
from tests import mini

HOME = mini.HOME.value
REX = ID + "pet/rex"
FILE = "pets.xlsx"
_RULE = """
ceps:Pet-unloved a sh:NodeShape ; sh:targetClass cep:Pet ; ceps:field "owner" ;
    sh:message "Nobody keeps it." ; sh:severity sh:Violation .
ceps:Pet-owner ceps:field "owner" .
"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    content = mini.write_content(tmp_path_factory.mktemp("content"), shapes=mini.SHAPES + _RULE)
    return Model(content).schema


def result(**changed: str) -> Result:
    given = {
        "severity": "violation",
        "graph": HOME,
        "focus": REX,
        "shape": "ceps:Pet-owner",
        "constraint": "sh:MinCountConstraintComponent",
        "path": "cep:owner",
        "value": "",
        "message": "Name its owner.",
    }
    return Result(**{**given, **changed})  # type: ignore[arg-type]


def where(iri: str) -> Place | None:
    return Place(FILE, "Pets", 7) if iri == REX else None


def columns(iri: str, name: str) -> tuple[str, str] | None:
    return {"owner": ("Kept by", "C"), "kind": ("Kind of animal", "B")}.get(name)


def told(schema: Schema, *results: Result, **options: object) -> list[Remark]:
    return list(placed(Report.of(results), where, columns, schema, **options))  # type: ignore[arg-type]


def test_result_stands_at_the_cell_of_its_field(schema: Schema) -> None:
    assert told(schema, result()) == [
        Remark(
            "violation",
            "min-count",
            "Name its owner.",
            Place(FILE, "Pets", 7, "Kept by", "C"),
            shape="ceps:Pet-owner",
            focus=REX,
        )
    ]


def test_field_without_column_stands_at_the_row_under_its_label(schema: Schema) -> None:
    (remark,) = told(schema, result(path="cep:friend", shape="ceps:Pet-friend"))
    assert remark.place == Place(FILE, "Pets", 7, "Friend", "")


def test_rule_between_fields_stands_at_the_field_that_its_shape_names(schema: Schema) -> None:
    (remark,) = told(schema, result(path="", shape="ceps:Pet-unloved"))
    assert remark.place.cell == "C7"


def test_shape_that_only_adds_to_a_field_stands_at_that_field(schema: Schema) -> None:
    (remark,) = told(schema, result(path="", shape="ceps:Pet-owner-unique"))
    assert remark.place.cell == "C7"


def test_result_about_no_field_stands_at_the_row(schema: Schema) -> None:
    (remark,) = told(schema, result(path="", shape="ceps:Animal-tag"))
    assert remark.place == Place(FILE, "Pets", 7)


def test_predicate_that_no_field_has_is_named_as_it_is(schema: Schema) -> None:
    (remark,) = told(schema, result(path="cep:shoeSize", shape="ceps:Vocabulary"))
    assert remark.place == Place(FILE, "Pets", 7, "cep:shoeSize")


def test_kind_of_a_thing_stands_at_the_column_kind(schema: Schema) -> None:
    (remark,) = told(schema, result(path="rdf:type", constraint="ceps:Untyped"))
    assert (remark.place.cell, remark.place.column) == ("B7", "Kind of animal")


@pytest.mark.parametrize(
    ("constraint", "code"),
    [
        ("sh:MinCountConstraintComponent", "min-count"),
        ("sh:LessThanOrEqualsConstraintComponent", "less-than-or-equals"),
        ("sh:SPARQLConstraintComponent", "sparql"),
        ("sh:OrConstraintComponent", "or"),
        ("ceps:Untyped", "untyped"),
        ("ceps:ForeignDefinition", "foreign-definition"),
    ],
)
def test_code_is_the_constraint_in_lower_case_with_hyphens(
    schema: Schema, constraint: str, code: str
) -> None:
    assert told(schema, result(constraint=constraint))[0].code == code


def test_severities_are_kept_and_information_is_a_note(schema: Schema) -> None:
    results = [result(severity=s, message=s) for s in ("violation", "warning", "info")]
    assert [r.severity for r in told(schema, *results)] == ["violation", "warning", "note"]


def test_what_says_the_same_of_the_same_cell_is_told_once(schema: Schema) -> None:
    twice = [result(constraint="sh:ClassConstraintComponent"), result(shape="ceps:Other")]
    assert len(told(schema, *twice)) == 1


def test_the_worse_of_two_that_say_the_same_is_told(schema: Schema) -> None:
    (remark,) = told(schema, result(severity="warning"), result())
    assert remark.severity == "violation"


def test_two_values_of_one_cell_are_two_remarks(schema: Schema) -> None:
    assert len(told(schema, result(value="a"), result(value="b"))) == 2


def test_same_fault_of_two_things_without_row_is_told_of_both(schema: Schema) -> None:
    found = told(schema, result(focus=ID + "pet/a"), result(focus=ID + "pet/b"))
    assert {remark.focus for remark in found} == {ID + "pet/a", ID + "pet/b"}


def test_value_that_is_the_thing_itself_is_not_repeated(schema: Schema) -> None:
    assert told(schema, result(value=REX))[0].value == ""


def test_thing_that_no_row_describes_says_in_which_graph_it_is(schema: Schema) -> None:
    (remark,) = told(schema, result(focus=ID + "pet/tom"))
    assert remark.place == Place(column="Owner")
    assert remark.message == (
        f"Name its owner. No row describes this thing; it is in the graph {HOME}."
    )


def test_thing_of_another_graph_says_that_the_change_would_break_it(schema: Schema) -> None:
    other = GRAPH + "other/pets"
    (remark,) = told(schema, result(graph=other), graphs=(HOME,))
    assert remark.place.row == 7
    assert remark.message.endswith(
        f"That is how the change would leave what the graph {other} says of this thing."
    )


def test_dataset_itself_says_so(schema: Schema) -> None:
    (remark,) = told(schema, result(focus=HOME, message="Say who publishes it."))
    assert remark.message == (
        f"Say who publishes it. This is about the graph {HOME} itself, not about a row."
    )


def test_thing_of_a_file_without_rows_needs_no_further_words(schema: Schema) -> None:
    report = Report.of([result()])
    (remark,) = placed(report, lambda _: Place("pets.ttl"), lambda *_: None, schema)
    assert (remark.message, str(remark.place)) == ("Name its owner.", "pets.ttl, column Owner")


def at(row: int, value: str = "", message: str = "m", letter: str = "C") -> Remark:
    return Remark("violation", "c", message, Place(FILE, "Pets", row, "Kept by", letter), value)


def test_missing_value_of_a_refused_cell_is_left_out() -> None:
    said = Remarks([at(7, "Annn", "No such owner.")])
    assert list(without_consequences(said, [at(7), at(8), at(7, letter="D")])) == [
        at(8),
        at(7, letter="D"),
    ]


def test_another_value_of_a_refused_cell_is_told() -> None:
    said = Remarks([at(7, "Annn | Bob")])
    found = [at(7, "Annn"), at(7, "https://example.org/bob")]
    assert list(without_consequences(said, found)) == found[1:]


def test_warning_about_a_cell_hides_nothing() -> None:
    warning = Remark("warning", "c", "m", at(7).place)
    assert list(without_consequences(Remarks([warning]), [at(7)])) == [at(7)]


def test_row_that_was_faulted_as_a_whole_hides_nothing_of_its_cells() -> None:
    said = Remarks([Remark("violation", "c", "m", Place(FILE, "Pets", 7))])
    assert list(without_consequences(said, [at(7)])) == [at(7)]


def test_missing_values_below_the_last_refused_cell_that_was_kept_are_left_out() -> None:
    said = Remarks([at(row, "x") for row in range(1, 9)], most_kept=5)
    found = [at(5), at(6), at(9), at(9, letter="D"), at(9, "y")]
    assert list(without_consequences(said, found)) == [at(9, letter="D"), at(9, "y")]
