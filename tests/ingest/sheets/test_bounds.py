"""Limits are held while rows go by."""

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.bounds import Tally
from ingest.sheets.sheet import Limits


def through(tally: Tally, rows: list[tuple[int, list[object]]], sheet: str = "S") -> list[int]:
    return [row.number for row in tally.bounded(iter(rows), "x.xlsx", sheet)]


def test_rows_of_white_space_are_blank() -> None:
    assert through(Tally(Limits()), [(1, ["a"]), (2, [" ", "", None]), (9, [0])]) == [1, 9]


def test_a_sheet_that_is_read_twice_counts_once() -> None:
    tally = Tally(Limits(rows=3))
    for _ in range(3):
        assert through(tally, [(1, ["a"]), (2, ["b"])]) == [1, 2]
    with pytest.raises(BadInput, match="more than 3 rows"):
        through(tally, [(1, ["a"]), (2, ["b"])], "other")


def test_columns_count_where_they_hold_something_anywhere() -> None:
    tally = Tally(Limits(columns=2))
    assert through(tally, [(1, ["a", "", "", "b"]), (2, ["", "", "", "c"])]) == [1, 2]
    with pytest.raises(BadInput, match="more than 2 columns") as caught:
        through(tally, [(1, ["a", "", "", "b"]), (5, ["", "", "c"])])
    assert caught.value.row == 5


def test_long_cell_is_refused_with_its_letter() -> None:
    with pytest.raises(BadInput) as caught:
        through(Tally(Limits(characters=3)), [(4, ["abc", 12345, "abcd"])])
    error = caught.value
    assert (error.file, error.sheet, error.row, error.column) == ("x.xlsx", "S", 4, "C")
