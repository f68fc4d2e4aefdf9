"""Delimiters are told by headers, or by what cuts lines alike."""

import pytest

from ingest.sheets.delimiter import delimiter_of, squashed

KNOWN = frozenset({"label", "startdate", "theme"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_consistent_delimiter_is_found(delimiter: str) -> None:
    lines = [f"a{delimiter}b{delimiter}c\n", f"1, 5{delimiter}2{delimiter}3\n"]
    quoted = [line.replace("1, 5", '"1, 5"') for line in lines]
    assert delimiter_of(quoted, None, ",") == delimiter


def test_known_headers_tell_more_than_consistency() -> None:
    lines = ["Label;Start date;Theme\n", "a,b,c,d;;\n", "a,b,c,d;;\n", "a,b,c,d;;\n"]
    assert delimiter_of(lines, KNOWN, ",") == ";"
    assert delimiter_of(lines, KNOWN.__contains__, ",") == ";"


def test_title_above_the_header_does_not_mislead() -> None:
    lines = ["Our findings, all of them, 2023\n", "\n", "LABEL;Start-Date;theme\n", "a;b;c\n"]
    assert delimiter_of(lines, KNOWN, ",") == ";"


@pytest.mark.parametrize("usual", [",", "\t"])
def test_usual_delimiter_wins_where_nothing_tells(usual: str) -> None:
    assert delimiter_of(["Label\n", "a\n"], None, usual) == usual
    assert delimiter_of([], KNOWN, usual) == usual


def test_headers_are_compared_by_letters_and_digits() -> None:
    assert squashed(" Start_date (1): ") == "startdate1"
