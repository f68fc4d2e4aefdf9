"""Whole numbers, sums of money and yes or no, in the forms that people write."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from ingest.rows.fault import Fault
from ingest.sheets.sheet import Scalar

SIGNS: Final = {"£": "GBP", "€": "EUR", "$": "USD"}
"""Currency signs, and the currency that each stands for here."""

_NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|[+-]?\.\d+")
_MONEY: Final = re.compile(r"(?:[A-Z]{3}\s*|[£€$]\s*)?(.*?)(?:\s*(?:[A-Z]{3}|p\.?a\.?))?")
_LONGEST: Final = 60
_DECIMALS: Final = 10
"""Decimal places that a spreadsheet's number keeps; it computes in binary."""

NOT_A_NUMBER: Final = Fault(
    "not-a-number", "A number is expected. Write it in digits, such as 3300 or 3,300.50."
)
NOT_WHOLE: Final = Fault("not-a-whole-number", "A whole number is expected, such as 4.")
_SHORTENED: Final = Fault(
    "shortened-number", "Write the number out, without k, m or the like: 3300 rather than 3.3k."
)
_BRACKETS: Final = Fault(
    "number-in-brackets", "Write the number without brackets; with a minus sign if it is below 0."
)
_COMMA: Final = Fault(
    "misplaced-comma",
    "A comma stands where no thousands end. Write 3300.50 or 3,300.50: a point before the pence, "
    "commas only between thousands.",
)
NOT_YES_OR_NO: Final = Fault("not-yes-or-no", "Write yes or no.")
_YES: Final = {"yes", "y", "true", "t", "1"}
_NO: Final = {"no", "n", "false", "f", "0"}


def read_decimal(cell: Scalar) -> str | Fault:
    """A number in the spelling of ``xsd:decimal``; currency signs and commas are taken off."""
    number = _decimal(cell)
    return number if isinstance(number, Fault) else _spelt(number)


def read_integer(cell: Scalar) -> str | Fault:
    """A whole number; 28.0 is one, as spreadsheets have no others."""
    number = _decimal(cell)
    if isinstance(number, Fault):
        return NOT_WHOLE if number is NOT_A_NUMBER else number
    return _spelt(number) if number == number.to_integral_value() else NOT_WHOLE


def read_boolean(cell: Scalar) -> str | Fault:
    """``true`` or ``false``."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = _spelt(Decimal(str(cell))) if isinstance(cell, int | float) else cell
    if isinstance(text, str):
        wanted = text.strip().lower()
        if wanted in _YES:
            return "true"
        if wanted in _NO:
            return "false"
    return NOT_YES_OR_NO


def currency_of(cell: Scalar) -> str:
    """The currency of the sign that a sum is written with; empty without one."""
    if not isinstance(cell, str):
        return ""
    return next((code for sign, code in SIGNS.items() if sign in cell), "")


def _decimal(cell: Scalar) -> Decimal | Fault:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return NOT_A_NUMBER
    if isinstance(cell, str):
        return _of_text(cell.strip())
    try:
        number = Decimal(repr(round(cell, _DECIMALS)))
    except (InvalidOperation, OverflowError):
        return NOT_A_NUMBER
    return number if number.is_finite() else NOT_A_NUMBER


def _of_text(text: str) -> Decimal | Fault:
    if len(text) > _LONGEST or (not text.isascii() and not any(sign in text for sign in SIGNS)):
        return NOT_A_NUMBER
    negative = text.startswith("-")
    stripped = _MONEY.fullmatch(text.removeprefix("-").strip().replace("\u00a0", " "))
    digits = stripped[1].strip() if stripped else text
    if _NUMBER.fullmatch(digits) and digits.isascii():
        number = Decimal(digits.replace(",", ""))
        return -number if negative else number
    if re.fullmatch(r"[\d.,]+\s*(k|m|bn|million|thousand)", digits, re.IGNORECASE):
        return _SHORTENED
    if re.fullmatch(r"\([^()]*\d[^()]*\)", digits):
        return _BRACKETS
    if re.fullmatch(r"[\d.,]*\d[\d.,]*", digits) and digits.isascii():
        return _COMMA
    return NOT_A_NUMBER


def _spelt(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
