"""Literals as JSON values, and back to what JSON-LD reads in them."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from cepgraph.resources.facts import STRING, Text
from cepgraph.resources.vocabulary import BOOLEAN, DECIMAL, INTEGER, Coercion

Json = str | int | float | bool | dict[str, Any]

_PLAIN_DECIMAL: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")

LARGEST: Final = 1 << 53
"""Whole numbers beyond this are not exact in JavaScript, nor in JSON-LD."""


def plain(text: Text) -> tuple[Json, Coercion]:
    """The JSON value of a literal, and how JSON-LD must read it to give the literal back.

    Whole numbers and decimals are numbers where nothing is lost; everything else that is not a
    truth value is a string.
    """
    lexical, datatype, language = text
    if language:
        return lexical, ("@language", language)
    if datatype == STRING:
        return lexical, None
    if datatype == INTEGER:
        number = _whole(lexical)
        return (lexical, ("@type", INTEGER)) if number is None else (number, None)
    if datatype == DECIMAL:
        decimal = _decimal(lexical)
        return (lexical if decimal is None else decimal), ("@type", DECIMAL)
    if datatype == BOOLEAN and lexical in ("true", "false"):
        return lexical == "true", None
    return lexical, ("@type", datatype)


def explicit(text: Text) -> dict[str, str]:
    """A JSON-LD value object, which reads the same in any context."""
    if text.language:
        return {"@value": text.lexical, "@language": text.language}
    if text.datatype == STRING:
        return {"@value": text.lexical}
    return {"@value": text.lexical, "@type": text.datatype}


def settle(
    texts: Iterable[Text], usual: Coercion, flexible: bool
) -> tuple[Mapping[Text, Json], Coercion]:
    """JSON for all values of one field, and how JSON-LD must read the plain ones.

    Where all values agree on a reading that is not the usual one, the document can tell so in a
    context of its own (``flexible``); otherwise those that differ are written out in full.
    """
    found = {text: plain(text) for text in texts}
    readings = {reading for _, reading in found.values()}
    if len(readings) == 1 and flexible:
        return {text: value for text, (value, _) in found.items()}, readings.pop()
    return {
        text: value if reading == usual else explicit(text)
        for text, (value, reading) in found.items()
    }, usual


def _whole(lexical: str) -> int | None:
    digits = lexical.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 16:
        return None
    number = int(lexical)
    return number if abs(number) < LARGEST and str(number) == lexical else None


def _decimal(lexical: str) -> int | float | None:
    if not _PLAIN_DECIMAL.fullmatch(lexical):
        return None
    exact = Decimal(lexical)
    if abs(exact) >= LARGEST:
        return None
    if exact == exact.to_integral_value():
        return int(exact)
    number = float(exact)
    return number if Decimal(repr(number)) == exact else None
