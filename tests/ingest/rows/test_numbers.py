"""Numbers, sums of money, yes and no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rows.fault import Fault
from ingest.rows.numbers import currency_of, read_boolean, read_decimal, read_integer


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3300", "3300"),
        ("3,300", "3300"),
        ("£3,300.00", "3300"),
        ("£ 1,234,567.89", "1234567.89"),
        ("GBP 3300", "3300"),
        ("3300 GBP", "3300"),
        ("3300 p.a.", "3300"),
        ("-12", "-12"),
        ("£-5", "-5"),
        ("-£5", "-5"),
        (".5", "0.5"),
        (3300, "3300"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1000000000000000"),
    ],
)
def test_sum_is_read_without_sign_and_commas(written: str | float, read: str) -> None:
    assert read_decimal(written) == read


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3.3k", "shortened-number"),
        ("2 million", "shortened-number"),
        ("(500)", "number-in-brackets"),
        ("1,23", "misplaced-comma"),
        ("3.300,50", "misplaced-comma"),
        ("about 5", "not-a-number"),
        ("1e5", "not-a-number"),
        ("NaN", "not-a-number"),
        ("", "not-a-number"),
        ("£", "not-a-number"),
        ("１２", "not-a-number"),
        ("9" * 100, "not-a-number"),
        (float("nan"), "not-a-number"),
        (float("inf"), "not-a-number"),
        (True, "not-a-number"),
        (None, "not-a-number"),
    ],
)
def test_what_is_no_plain_number_is_a_fault(written: str | float | None, code: str) -> None:
    found = read_decimal(written)
    assert isinstance(found, Fault)
    assert found.code == code


def test_whole_number_of_a_spreadsheet_is_whole() -> None:
    assert read_integer(28.0) == "28"
    assert read_integer("1,200") == "1200"


def test_part_of_a_whole_is_a_fault_where_a_whole_number_is_asked_for() -> None:
    found = read_integer(28.5)
    assert isinstance(found, Fault)
    assert found.code == "not-a-whole-number"


@pytest.mark.parametrize("written", ["yes", "Y", " TRUE ", "1", 1, 1.0, True])
def test_yes_is_true(written: str | float) -> None:
    assert read_boolean(written) == "true"


@pytest.mark.parametrize("written", ["No", "n", "false", "0", 0, False])
def test_no_is_false(written: str | float) -> None:
    assert read_boolean(written) == "false"


@pytest.mark.parametrize("written", ["maybe", "", 2, None, "ja"])
def test_anything_else_is_neither(written: str | float | None) -> None:
    assert isinstance(read_boolean(written), Fault)


@pytest.mark.parametrize(
    ("written", "code"), [("£5", "GBP"), ("5 €", "EUR"), ("$5", "USD"), ("5", ""), (5, "")]
)
def test_sign_tells_the_currency(written: str | int, code: str) -> None:
    assert currency_of(written) == code


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_every_sum_survives_commas_and_a_sign(amount: object) -> None:
    plain, dressed = read_decimal(f"{amount:f}"), read_decimal(f"£{amount:,.2f}")
    assert plain == dressed
    assert isinstance(plain, str)


@given(st.text(max_size=80) | st.floats() | st.integers() | st.booleans() | st.none())
def test_nothing_makes_a_reader_fail(cell: str | float | None) -> None:
    for read in (read_decimal, read_integer, read_boolean):
        assert isinstance(read(cell), str | Fault)
