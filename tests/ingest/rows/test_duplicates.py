"""Things that are likely the same are told, and none is merged."""

import pytest

from tests.ingest.rows.conftest import ReadTable


@pytest.mark.parametrize("label", ["A New Direction Ltd", "a new direction", "A New Directon"])
def test_name_that_is_nearly_held_is_told_with_the_key_to_write(
    read: ReadTable, label: str
) -> None:
    found = read([["Label", "Kind of organisation"], [label, "charity"]], name="organisations")
    remark = found.only("likely-duplicate")
    assert remark.severity == "warning"
    assert (remark.place.cell, remark.candidates) == (
        "A2",
        ("A New Direction (organisation/a-new-direction)",),
    )


def test_name_that_is_there_twice_in_the_file_is_told(read: ReadTable) -> None:
    rows = [["Key", "Label"], ["a", "The Example Trust"], ["b", "Example Trust Limited"]]
    found = read(rows, name="cultural-organisations")
    assert found.only("likely-duplicate").place.row == 3


def test_row_with_the_key_of_what_is_held_is_no_duplicate(read: ReadTable) -> None:
    found = read([["Key", "Label"], ["a-new-direction", "A New Direction"]], name="organisations")
    assert [r for r in found.remarks if r.code == "likely-duplicate"] == []


def test_names_that_differ_in_a_number_are_two_things(read: ReadTable) -> None:
    rows = [["Label"], ["Example Primary School 1"], ["Example Primary School 2"]]
    found = read(rows, name="cultural-organisations")
    assert [r for r in found.remarks if r.code == "likely-duplicate"] == []


def test_rows_with_identifiers_of_their_own_are_two_things(read: ReadTable) -> None:
    rows = [
        ["Label", "Organisation identifier"],
        ["Example Arts", "GB-CHC-1"],
        ["Example Arts Ltd", "GB-CHC-2"],
    ]
    found = read(rows, name="cultural-organisations")
    assert [r for r in found.remarks if r.code == "likely-duplicate"] == []
