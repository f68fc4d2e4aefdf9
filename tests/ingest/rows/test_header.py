"""Which row is the header, for which class, and what is said of columns that are not ours."""

import pytest

from cepgraph.model import Model
from ingest.rows.header import Header, Headers
from tests.ingest.rows.conftest import ReadTable, sheet_of

PLAIN = ["Label", "Art form", "Local authority"]


def _find(model: Model, rows: list[list[object]], **more: str) -> Header | None:
    collection = more.pop("collection", "")
    return Headers(model.schema).find(sheet_of(rows, **more), collection)


@pytest.mark.parametrize(
    "name",
    [
        "cultural-organisations",
        "Cultural organisations",
        "CulturalOrganisation",
        "cultural organisation",
    ],
)
def test_class_is_told_by_the_name_of_the_sheet(model: Model, name: str) -> None:
    header = _find(model, [PLAIN], name=name)
    assert header is not None
    assert header.cls.name == "CulturalOrganisation"


def test_class_is_told_by_the_name_of_a_file_that_is_one_table(model: Model) -> None:
    header = _find(model, [PLAIN], file="cultural-organisations.csv")
    assert header is not None
    assert header.cls.name == "CulturalOrganisation"


def test_class_that_is_named_by_the_sender_comes_first(model: Model) -> None:
    header = _find(model, [PLAIN], name="organisations", collection="virtual-schools")
    assert header is not None
    assert header.cls.name == "VirtualSchool"


def test_class_is_told_by_headers_that_only_it_has(model: Model) -> None:
    header = _find(model, [["Label", "Funder", "Recipient", "Amount", "Award date"]], name="Sheet1")
    assert header is not None
    assert header.cls.name == "FundingAward"


def test_headers_of_several_kinds_are_those_of_the_class_above_them(model: Model) -> None:
    header = _find(model, [["Statement", "Theme", "Strength of evidence", "Label"]], name="Sheet1")
    assert header is not None
    assert header.cls.name == "Finding"


def test_headers_that_many_classes_share_tell_none(model: Model) -> None:
    assert _find(model, [["Label", "Description"]], name="Sheet1") is None


@pytest.mark.parametrize(
    "written",
    ["Strength of evidence*", "STRENGTH OF EVIDENCE", "evidenceStrength", "strength-of_evidence"],
)
def test_header_is_found_by_label_or_name_in_any_spelling(model: Model, written: str) -> None:
    header = _find(model, [["Label", written]], name="findings")
    assert header is not None
    heading = header.heading("evidenceStrength")
    assert heading is not None
    assert (heading.index, heading.text) == (1, written.rstrip("*"))


def test_rows_above_the_header_are_left_out_and_told(read: ReadTable) -> None:
    rows = [
        ["Our organisations", ""],
        ["Correct as of: May", ""],
        [],
        ["Label", "Art form"],
        ["A", "Music"],
    ]
    found = read(rows, name="cultural organisations")
    assert found.only("rows-above-header").place.row == 4
    assert found.tables.place("https://w3id.org/cepgraph/id/cultural-organisation/tester-a")


def test_unknown_column_is_told_with_its_place_and_left_out(read: ReadTable) -> None:
    found = read([["Label", "Favourite colour"], ["A", "red"]], name="organisations")
    remark = found.only("unknown-column")
    assert (remark.severity, remark.place.cell, remark.value) == (
        "warning",
        "B1",
        "Favourite colour",
    )


def test_column_that_is_nearly_ours_is_a_violation_with_the_right_name(read: ReadTable) -> None:
    found = read([["Label", "Art fom"], ["A", "Music"]], name="organisations")
    remark = found.only("misspelt-column")
    assert (remark.severity, remark.candidates[0]) == ("violation", "Art form")


def test_column_that_is_there_twice_is_a_violation_at_the_second(read: ReadTable) -> None:
    found = read(
        [["Label", "Art form", "ARTFORM"], ["A", "Music", "Dance"]],
        name="areas-of-nobody",
        collection="cultural-organisations",
    )
    assert found.codes() == [("repeated-column", "C1")]


def test_required_column_that_is_missing_is_told_once_and_not_in_every_row(read: ReadTable) -> None:
    found = read([["Label", "Theme"], ["A", "Funding"], ["B", "Funding"]], name="challenges")
    missing = {
        r.message.split("“")[1].split("”")[0] for r in found.remarks if r.code == "missing-column"
    }
    assert missing == {"Statement", "Strength of evidence", "Place in the source", "Source"}


SHARED = ["Label", "Local authority", "Web page"]


@pytest.mark.parametrize(
    ("name", "file", "cls"),
    [
        ("Organisations 2024", "book.xlsx", "Organisation"),
        ("Our cultural organisations (2)", "book.xlsx", "CulturalOrganisation"),
        ("", "book-Virtual schools.csv", "VirtualSchool"),
        ("", "2024_education-settings_final.csv", "EducationSetting"),
    ],
)
def test_of_classes_with_these_headers_the_one_in_the_name_is_taken(
    model: Model, name: str, file: str, cls: str
) -> None:
    header = _find(model, [SHARED], name=name, file=file)
    assert header is not None
    assert header.cls.name == cls


def test_classes_that_have_all_headers_alike_are_rivals(model: Model) -> None:
    headers = Headers(model.schema)
    rivals = headers.rivals(sheet_of([SHARED], name="Sheet1"))
    assert {"organisations", "virtual-schools"} <= set(rivals)
    assert headers.rivals(sheet_of([["Label", "Description"]], name="Sheet1")) == ()


def test_column_that_is_only_misspelt_is_not_told_as_missing_too(read: ReadTable) -> None:
    found = read([["Label", "Statment"], ["A", "B"]], name="challenges")
    assert found.only("misspelt-column").candidates == ("Statement",)
    missing = {r.place.column for r in found.remarks if r.code == "missing-column"}
    assert missing == {"Theme", "Strength of evidence", "Place in the source", "Source"}
