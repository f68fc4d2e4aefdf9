"""Workbooks made anew of what was read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from cepgraph.errors import BadInput
from ingest.report.rebuilt import rebuild, titles_of
from ingest.report.remark import Remarks
from ingest.sheets.sheet import Row, Sheet
from tests.ingest.report.samples import FILE, remark


def _sheet(name: str, *rows: Row, **more: Any) -> Sheet:
    return Sheet(FILE, name, lambda: iter(rows), **more)


def _rebuilt(folder: Path, *sheets: Sheet, remarks: Any = (), **options: int) -> Workbook:
    rebuild(sheets, Remarks(remarks).groups(), folder / "x.xlsx", **options)
    return load_workbook(folder / "x.xlsx")


def test_rows_keep_their_numbers_and_marked_blank_rows_are_there(tmp_path: Path) -> None:
    sheet = _sheet("S", Row(2, ["a"]), Row(7, ["b"]))
    found = [remark(at=at, sheet="S") for at in ("C4", "A7", "B9")]
    made = _rebuilt(tmp_path, sheet, remarks=found)["S"]
    assert {c.coordinate: c.value for row in made.iter_rows() for c in row if c.value} == {
        "A2": "a",
        "A7": "b",
    }
    assert {c.coordinate for row in made.iter_rows() for c in row if c.comment} == {
        *("C4", "A7", "B9"),
    }


def test_hidden_sheets_stay_hidden(tmp_path: Path) -> None:
    made = _rebuilt(tmp_path, _sheet("A"), _sheet("B", hidden=True))
    assert [sheet.sheet_state for sheet in made.worksheets] == ["visible", "visible", "hidden"]


def test_titles_are_what_a_workbook_allows() -> None:
    names = ["a/b:c", "Problems", "", "", "x" * 40, "x" * 41, "''", "A B C", "History"]
    titles = titles_of(_sheet(name) for name in names)
    assert titles == [
        *("a b c", "Problems 2", "findings", "findings 2"),
        *("x" * 31, "x" * 29 + " 2", "Sheet", "A B C 2", "History 2"),
    ]


def test_beyond_so_many_cells_only_marked_rows_are_copied(tmp_path: Path) -> None:
    sheet = _sheet("S", *(Row(number, ["v", "w"]) for number in range(1, 11)))
    made = _rebuilt(tmp_path, sheet, remarks=[remark(at="A9", sheet="S")], most_copied=6)
    found = [c.row for row in made["S"].iter_rows(max_col=1) for c in row if c.value]
    assert found == [1, 2, 3, 9]
    notices = [cell.value for cell in made["Problems"]["A"]]
    assert (
        "It holds the first 6 cells, and of the 6 rows below them only those that are marked."
        in notices
    )


def test_rows_below_the_last_of_a_workbook_are_left_out(tmp_path: Path) -> None:
    sheet = _sheet("S", Row(1, ["a"]), Row(1_048_577, ["b"]))
    assert _rebuilt(tmp_path, sheet)["S"].max_row == 1


def test_sheet_that_can_be_read_no_further_is_copied_so_far(tmp_path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield Row(1, ["a"])
        raise BadInput("damaged")

    made = _rebuilt(tmp_path, Sheet(FILE, "S", rows), remarks=[remark(at="A3", sheet="S")])
    assert made["S"]["A1"].value == "a"
    assert made["S"]["A3"].comment
