"""Dates in the forms that people in Britain write, as far as they are certain.

A day comes before its month. What could only be read the American way, what is no day of the
calendar, and what names a period are faults: nothing is guessed.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final

from ingest.rows.fault import Fault
from ingest.sheets.sheet import Scalar

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sept sep", "october oct", "november nov"),
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY: Final = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<y>\d{4}|'?\d{2})"
_GAP: Final = r"(?:\s+|\s*[-/,.]\s*)"
_TIME: Final = r"(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
_WEEKDAY: Final = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_FORMS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}}){_TIME}",
        r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})",
        r"(?P<y>\d{4})-(?P<m>\d{2})",
        r"(?P<y>\d{4})",
        rf"{_WEEKDAY}(?P<d>\d{{1,2}})\s*[-/.]\s*(?P<m>\d{{1,2}})\s*[-/.]\s*{_YEAR}{_TIME}",
        rf"{_WEEKDAY}{_DAY}(?:\s+of)?{_GAP}{_MONTH}{_GAP}{_YEAR}",
        rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        rf"{_MONTH}{_GAP}{_YEAR}",
        r"(?P<m>\d{1,2})\s*/\s*(?P<y>\d{4})",
    )
)
_PERIOD: Final = re.compile(
    r"\d{4}\s*[-/–]\s*(\d{2}|\d{4})|(spring|summer|autumn|winter)\b.*", re.ASCII
)
_LATEST_SHORT_YEAR: Final = 68
"""Two digits up to this are of this century, as POSIX reads them."""
_DAY_NUMBERS: Final = range(20_000, 80_000)
"""Numbers that a spreadsheet would mean a day by: October 1954 to January 2119."""
_DAY_ZERO: Final = date(1899, 12, 30)
_YEARS: Final = range(1800, 2200)

NOT_A_DATE: Final = Fault(
    "not-a-date",
    "This is no date that can be read. Write it as 2024-07-03, 3 July 2024 or 03/07/2024; or as "
    "2024-07 or 2024 where only the month or year is known.",
)
NO_SUCH_DAY: Final = Fault(
    "no-such-day", "There is no such day in the calendar. Correct the day, the month or the year."
)
_AMERICAN: Final = "american-date"
_AMERICAN_MESSAGE: Final = (
    "A date is read as day, month, year, and there is no such month; it looks as if the month came "
    "first. Write it as 2024-07-03 or 3 July 2024, and look at the other dates of this column."
)


def read_date(cell: Scalar) -> str | Fault:
    """A day, a month or a year, as ``2024-07-03``, ``2024-07`` or ``2024``; or why it is none."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell)
    if isinstance(cell, str):
        return _of_text(" ".join(cell.split()).lower())
    return NOT_A_DATE


def _of_text(text: str) -> str | Fault:
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _of_parts(found.groupdict())
    if _PERIOD.fullmatch(text):
        return Fault(
            "not-a-date",
            "This names a period, such as a school year or a season. Write the year, the month or "
            "the day on which it begins or ends.",
        )
    return NOT_A_DATE


def _of_parts(parts: dict[str, str | None]) -> str | Fault:
    year = _year(parts["y"] or "")
    name = parts.get("name")
    month = _MONTHS[name] if name else int(parts.get("m") or 0)
    day = int(parts.get("d") or 0)
    if "d" not in parts:
        if "m" not in parts and "name" not in parts:
            return f"{year:04d}" if year in _YEARS else NOT_A_DATE
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and year in _YEARS else NOT_A_DATE
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        if month > 12 and 1 <= day <= 12:
            return Fault(_AMERICAN, _AMERICAN_MESSAGE, _swapped(year, month, day))
        return NO_SUCH_DAY


def _swapped(year: int, month: int, day: int) -> tuple[str, ...]:
    try:
        return (date(year, day, month).isoformat(),)
    except ValueError:
        return ()


def _year(text: str) -> int:
    number = int(text.removeprefix("'"))
    if len(text.removeprefix("'")) > 2:
        return number
    return number + (2000 if number <= _LATEST_SHORT_YEAR else 1900)


def _of_number(number: float) -> str | Fault:
    if number in _YEARS:
        return f"{int(number):04d}"
    if _DAY_NUMBERS.start <= number < _DAY_NUMBERS.stop:
        meant = (_DAY_ZERO + timedelta(days=int(number))).isoformat()
        return Fault(
            "number-for-a-date",
            "A number stands here, and a date is expected; spreadsheets count days so. Format the "
            "cells of this column as dates, and look whether they are the ones you mean.",
            (meant,),
        )
    return NOT_A_DATE
