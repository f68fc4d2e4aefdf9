"""Text that stays text."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ingest.report.cells import LONGEST_TEXT, is_live, plain_value, text_cell
from ingest.sheets.sheet import Cell

HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://example.org";"x")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "#N/A",
    "=",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("streamed", [True, False])
def test_hostile_text_stays_text(tmp_path: Path, text: str, streamed: bool) -> None:
    workbook = Workbook(write_only=streamed)
    sheet = workbook.create_sheet("S", 0)
    sheet.append([text_cell(sheet, text)])
    workbook.save(tmp_path / "x.xlsx")
    cell = load_workbook(tmp_path / "x.xlsx")["S"]["A1"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()
    assert cell.quotePrefix
    assert is_live(text)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (None, None),
        ("", None),
        ("\x00", None),
        (True, True),
        (1.5, 1.5),
        (("a", 2), "a | 2"),
        (date(2024, 5, 1), date(2024, 5, 1)),
        (date(1851, 5, 1), "1851-05-01"),
        (datetime(2024, 5, 1, 12, tzinfo=UTC), "2024-05-01T12:00:00+00:00"),
        (time(12, tzinfo=UTC), "12:00:00+00:00"),
        (10**18, "1000000000000000000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("a\x00b\x0bc\ufffe\udc80d\U0001f600", "abcd\U0001f600"),
        ("x" * 40_000, "x" * (LONGEST_TEXT - 1) + "…"),
    ],
)
def test_value_is_what_a_workbook_can_hold(cell: Cell, value: object) -> None:
    assert plain_value(cell) == value
