"""Workbooks of every form, good and bad, read to the last cell."""

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.sheets import workbook
from ingest.sheets.book import Book
from ingest.sheets.reader import read_sheets
from ingest.sheets.sheet import Limits, Range, letter_of
from tests.ingest.sheets.making import (
    LIMITS,
    codes_of,
    number,
    ods,
    ods_cell,
    ods_row,
    pack,
    remark_of,
    row,
    rows_of,
    sheet,
    text,
    xlsx,
    xlsx_parts,
)

FIXTURES = Path(__file__).with_name("fixtures")
EMPTY = '<table:table-cell table:number-columns-repeated="16383"/>'


def read(path: Path, limits: Limits = LIMITS) -> Book:
    return read_sheets(path, path.name, limits)


def refusal(path: Path, limits: Limits = LIMITS) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_all(path, limits)
    assert caught.value.file == path.name
    return caught.value


def read_all(path: Path, limits: Limits) -> None:
    for found in read(path, limits).sheets:
        list(found.rows())


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_workbook_of_a_spreadsheet_program_is_read(form: str) -> None:
    book = read(FIXTURES / f"findings.{form}")
    assert book.form == form
    assert [(found.name, found.hidden) for found in book.sheets] == [
        ("Findings", False),
        ("Old", True),
    ]
    rows = rows_of(book)
    assert rows[0] == (1, ["Label", "Date", "Amount", "Open"])
    assert rows[1][0] == 2
    assert rows[1][1][:3] == ["Café’s £5", dt.date(2023, 2, 28), 12.5]
    assert [place for place, _ in rows] == [1, 2, 4, 6]
    assert book.sheets[0].merged == (Range(6, 0, 6, 1),)
    assert {"sheet-empty", "merged-cells"} <= set(codes_of(book))


def test_formulas_of_ods_are_known_and_of_xls_said_to_be_unknown() -> None:
    assert read(FIXTURES / "findings.ods").sheets[0].formulas[4, 1] == "=1+1"
    assert "formulas-unknown" in codes_of(read(FIXTURES / "findings.xls"))


def test_xls_that_was_cut_short_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = (FIXTURES / "findings.xls").read_bytes()
    path = tmp_path / "x.xls"
    for content in (whole[:600], whole[:3000], whole[:512] + b"\xff" * len(whole)):
        path.write_bytes(content)
        assert "damaged" in refusal(path).problem


def test_values_of_xlsx_are_as_they_were_meant(tmp_path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook()
    page = made.worksheets[0]
    day, moment = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 13, 5)  # noqa: DTZ001 - cells have no zone
    page["B3"], page["C3"], page["D3"], page["E3"] = day, moment, True, "=1+1"
    page["B4"], page["C4"], page["D4"] = 0.25, 1234.5, " padded "
    page["B4"].number_format = "0%"
    page["B5"], page["C5"] = dt.time(9, 30), dt.timedelta(hours=30)
    path = tmp_path / "x.xlsx"
    made.save(path)
    book = read(path)
    assert rows_of(book) == [
        (3, ["", day, moment, True]),
        (4, ["", 0.25, 1234.5, " padded "]),
        (5, ["", dt.time(9, 30), dt.timedelta(hours=30), ""]),
    ]
    remark = remark_of(book, "formula-without-value")
    assert (remark.severity, remark.place.cell, remark.value) == ("warning", "E3", "=1+1")


def test_dates_counted_from_1904_are_read_as_such(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    made.worksheets[0]["A1"] = dt.date(2024, 2, 29)
    made.save(tmp_path / "x.xlsx")
    assert rows_of(read(tmp_path / "x.xlsx")) == [(1, [dt.date(2024, 2, 29)])]


def test_error_values_stand_in_their_cells_even_where_a_row_has_nothing_else(
    tmp_path: Path,
) -> None:
    def error(place: str) -> str:
        return f'<c r="{place}" t="e"><v>#REF!</v></c>'

    path = xlsx(
        tmp_path / "x.xlsx",
        row(1, error("B1")),
        row(3, text("a", "A3"), error("C3"), text("d", "D3")),
        row(5, error("A5")),
        row(6, text("b", "A6")),
        row(9, error("E9")),
    )
    assert rows_of(read(path)) == [
        (1, ["", "#REF!"]),
        (3, ["a", "", "#REF!", "d", ""]),
        (5, ["#REF!"]),
        (6, ["b", "", "", "", ""]),
        (9, ["", "", "", "", "#REF!"]),
    ]


def test_hyperlink_formula_is_known_and_its_text_is_the_value(tmp_path: Path) -> None:
    cell = '<c r="A1" t="str"><f>HYPERLINK("http://x","Click")</f><v>Click</v></c>'
    book = read(xlsx(tmp_path / "x.xlsx", row(1, cell)))
    assert rows_of(book) == [(1, ["Click"])]
    assert book.sheets[0].formulas == {(1, 0): '=HYPERLINK("http://x","Click")'}


def test_a_million_empty_rows_of_xlsx_are_passed_over(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{i}" s="1"><c r="A{i}" s="1"/></row>' for i in range(2, 400_000))
    path = xlsx(tmp_path / "x.xlsx", row(1, text("a", "A1")), empty, '<row r="1048576"/>')
    assert rows_of(read(path)) == [(1, ["a"])]


def test_a_million_empty_rows_and_16384_empty_columns_of_ods_are_passed_over(
    tmp_path: Path,
) -> None:
    rest = ods_row(EMPTY, more=' table:number-rows-repeated="1000000"')
    path = ods(tmp_path / "x.ods", *[ods_row(ods_cell("a"), EMPTY)] * 3, rest)
    assert rows_of(read(path)) == [(1, ["a"]), (2, ["a"]), (3, ["a"])]


def test_16384_empty_columns_are_passed_over(tmp_path: Path) -> None:
    empty = "".join(f'<c r="{letter_of(i)}1" s="1"/>' for i in range(1, 16_384))
    path = xlsx(tmp_path / "x.xlsx", row(1, text("a", "A1"), empty))
    assert rows_of(read(path)) == [(1, ["a"])]


def test_cells_at_both_ends_of_a_sheet_are_read_without_what_lies_between(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "x.xlsx",
        row(1, text("a", "A1")),
        row(2, '<c r="B2" t="e"><v>#N/A</v></c>'),
        row(1_048_576, number(5, "XFD1048576")),
    )
    rows = rows_of(read(path))
    assert rows[:2] == [(1, ["a"]), (2, ["", "#N/A"])]
    assert (rows[2][0], len(rows[2][1]), rows[2][1][-1]) == (1_048_576, 16_384, 5)


def test_cells_at_both_ends_of_an_ods_sheet_are_refused(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "x.ods",
        ods_row(ods_cell("a")),
        ods_row(EMPTY, more=' table:number-rows-repeated="1048574"'),
        ods_row(EMPTY, ods_cell("b")),
    )
    assert "too far apart" in refusal(path).problem


def test_cell_repeated_without_end_is_refused(tmp_path: Path) -> None:
    cell = ods_cell("a", ' table:number-columns-repeated="2000000000"')
    path = ods(tmp_path / "x.ods", ods_row(cell))
    assert "columns" in refusal(path).problem


def test_cell_of_a_megabyte_is_refused_with_its_place(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx", row(7, text("x" * (1 << 20), "C7")))
    error = refusal(path)
    assert (error.sheet, error.row, error.column) == ("Findings", 7, "C")
    assert "more than 100,000 characters" in error.problem


def test_large_workbook_reads_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form in ("xls", "ods"):
        path = FIXTURES / f"findings.{form}"
        small = rows_of(read(path))
        with monkeypatch.context() as patch:
            patch.setattr(workbook, "_SMALL", 0)
            assert rows_of(read(path)) == small


def test_rows_of_all_sheets_count_together(tmp_path: Path) -> None:
    two = sheet(row(1, text("a", "A1")), row(9, text("b", "A9")))
    path = pack(tmp_path / "x.xlsx", xlsx_parts({"A": two, "B": two}))
    assert "more than 3 rows" in refusal(path, dataclasses.replace(LIMITS, rows=3)).problem
    book = read(path, dataclasses.replace(LIMITS, rows=4))
    for _ in range(2):
        assert [len(rows_of(book, index)) for index in (0, 1)] == [2, 2]


def test_filled_columns_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    limits = dataclasses.replace(LIMITS, columns=2)
    path = xlsx(tmp_path / "x.xlsx", row(1, text("a", "A1"), text("b", "E1")))
    assert rows_of(read(path, limits)) == [(1, ["a", "", "", "", "b"])]
    path = xlsx(path, row(1, text("a", "A1"), text("b", "E1")), row(2, text("c", "D2")))
    assert refusal(path, limits).row is not None


def test_workbook_without_anything_is_refused(tmp_path: Path) -> None:
    assert "no sheet" in refusal(xlsx(tmp_path / "x.xlsx")).problem
    assert "no sheet" in refusal(ods(tmp_path / "x.ods")).problem


def test_sheet_names_may_hold_anything(tmp_path: Path) -> None:
    parts = xlsx_parts({"--x &amp; ’é\U0001f3ad": sheet(row(1, text("a", "A1")))})
    book = read(pack(tmp_path / "x.xlsx", parts))
    assert book.sheets[0].name == "--x & ’é\U0001f3ad"
    assert rows_of(book) == [(1, ["a"])]


def test_rows_left_off_half_way_leave_nothing_behind(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx", *(row(i, text("a", f"A{i}")) for i in range(1, 30_000)))
    rows = read(path).sheets[0].rows()
    assert next(rows).number == 1
    rows.close()


def test_damaged_sheet_is_refused_when_it_is_read(tmp_path: Path) -> None:
    parts = xlsx_parts({"S": sheet(row(1, text("a", "A1")))})
    parts["xl/worksheets/sheet1.xml"] = str(parts["xl/worksheets/sheet1.xml"])[:-20]
    assert "damaged" in refusal(pack(tmp_path / "x.xlsx", parts)).problem


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "findings.xls", tmp_path)
    path = tmp_path / "findings.xls"
    path.chmod(0o400)
    rows_of(read(path))
    assert list(tmp_path.iterdir()) == [path]
