"""Dates as people in Britain write them; what cannot be read for certain is a fault."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rows.dates import NO_SUCH_DAY, NOT_A_DATE, read_date
from ingest.rows.fault import Fault


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-07-03", "2024-07-03"),
        ("2024-7-3", "2024-07-03"),
        ("2024-07-03T00:00:00", "2024-07-03"),
        ("2015-06-10T00:00:00+00:00", "2015-06-10"),
        ("2024/07/03", "2024-07-03"),
        ("3/7/2024", "2024-07-03"),
        ("03.07.24", "2024-07-03"),
        ("03-07-2024", "2024-07-03"),
        ("31/12/99", "1999-12-31"),
        ("3 July 2024", "2024-07-03"),
        ("3rd July 2024", "2024-07-03"),
        ("  3   JULY  2024 ", "2024-07-03"),
        ("Wednesday 3 July 2024", "2024-07-03"),
        ("Wed, 3rd of July, 2024", "2024-07-03"),
        ("3-Jul-24", "2024-07-03"),
        ("July 3, 2024", "2024-07-03"),
        ("29 February 2024", "2024-02-29"),
        ("July 2024", "2024-07"),
        ("Sept. 2024", "2024-09"),
        ("Jul-24", "2024-07"),
        ("Jul '24", "2024-07"),
        ("07/2024", "2024-07"),
        ("2024-07", "2024-07"),
        ("2024", "2024"),
        (2024, "2024"),
        (2024.0, "2024"),
        (date(2024, 7, 3), "2024-07-03"),
        (datetime.fromisoformat("2024-07-03T09:30"), "2024-07-03"),
    ],
)
def test_date_is_read_as_far_as_it_goes(written: str | float | date, read: str) -> None:
    assert read_date(written) == read


@pytest.mark.parametrize(
    "written",
    ["29 February 2023", "31/4/2024", "2023-02-29", "0/7/2024", "32 July 2024", "13/13/24"],
)
def test_day_that_no_calendar_has_is_a_fault(written: str) -> None:
    assert read_date(written) == NO_SUCH_DAY


def test_month_before_day_is_a_fault_that_shows_what_may_be_meant() -> None:
    found = read_date("07/25/2024")
    assert isinstance(found, Fault)
    assert (found.code, found.candidates) == ("american-date", ("2024-07-25",))


def test_day_number_of_a_spreadsheet_is_a_fault_that_shows_the_day() -> None:
    found = read_date(45476)
    assert isinstance(found, Fault)
    assert (found.code, found.candidates) == ("number-for-a-date", ("2024-07-03",))


@pytest.mark.parametrize("written", ["2024/25", "2024-2025", "autumn 2024", "Summer"])
def test_period_is_a_fault_that_says_what_to_write(written: str) -> None:
    found = read_date(written)
    assert isinstance(found, Fault)
    assert "period" in found.message


@pytest.mark.parametrize(
    "written",
    ["soon", "", "2024-13", "0000", "12345", 7, 1e9, True, None, "٣/٧/٢٠٢٤", "3 Juli 2024"],
)
def test_anything_else_is_a_fault(written: str | float | bool | None) -> None:
    assert read_date(written) == NOT_A_DATE


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_in_each_form(day: date) -> None:
    month = day.strftime("%B")
    forms = [
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {month} {day.year}",
        f"{month[:3]} {day.day} {day.year}",
    ]
    assert {str(read_date(form)) for form in forms} == {day.isoformat()}


@given(st.text(max_size=40) | st.floats() | st.integers())
def test_nothing_makes_the_reader_fail(cell: str | float) -> None:
    assert isinstance(read_date(cell), str | Fault)
