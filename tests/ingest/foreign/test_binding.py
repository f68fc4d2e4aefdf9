"""Which table is of a foreign format, and which of its columns is which."""

from ingest.foreign.binding import Found, bound
from ingest.foreign.mapping import Mapping
from ingest.foreign.shelf import parse_mapping
from tests.ingest.rows.conftest import sheet_of

MAPPING: Mapping = parse_mapping(
    """
title: Example
mark:
  - [Name, Sum]
  - ["names/#/name", sum]
columns:
  name: [Name, "names/#/name", "Name:#"]
  sum: [Sum, The sum of money]
things: {place: {class: Area, columns: {label: name}}}
""",
    "example.yaml",
)


def _bound(*rows: list[object], **more: object) -> Found:
    found = bound(sheet_of(rows, **more), MAPPING)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_headings_are_found_below_titles_in_any_case_and_order() -> None:
    found = _bound(["A title"], [], ["SUM", "other", " name "], [1, 2, "x"])
    assert found.row == 3
    assert (found.index("name", None), found.index("sum", None)) == (2, 0)
    assert [(h.text, h.letter) for h in found.others] == [("other", "B")]
    assert [row.number for row in found.data()] == [4]


def test_line_break_in_a_heading_is_a_space() -> None:
    assert _bound(["Name", "Sum", "The sum\nof money"]).columns["sum"] == {0: 1}


def test_columns_that_repeat_are_told_apart_by_their_number() -> None:
    found = _bound(["names/0/name", "names/1/name", "sum"], ["x", "y", 1])
    assert [found.index("name", number) for number in (0, 1, 2, None)] == [0, 1, None, 0]
    row = next(iter(found.data()))
    assert [found.cell(row, "name", number) for number in (0, 1, 2)] == ["x", "y", None]


def test_second_column_of_the_same_name_is_left_to_the_others() -> None:
    found = _bound(["Name", "Sum", "name"])
    assert [h.index for h in found.others] == [2]


def test_table_without_all_headings_of_a_mark_is_another() -> None:
    assert bound(sheet_of([["Name", "Total"], ["Sum", "x"]]), MAPPING) is None


def test_keys_of_objects_stand_in_the_first_row_alone() -> None:
    rows = [["a", "b"], ["Name", "Sum"]]
    assert bound(sheet_of(rows, lettered=False), MAPPING) is None
    assert bound(sheet_of(rows), MAPPING) is not None
