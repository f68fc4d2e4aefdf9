"""A cell becomes a literal of the type that its field asks for, or a fault."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.schema import Field
from cepgraph.terms import RDF, XSD
from ingest.rows import dates, numbers
from ingest.rows.fault import Fault
from ingest.sheets.sheet import Cell, Scalar, is_blank, shown

_STRING: Final = XSD + "string"
_DATES: Final = {10: XSD + "date", 7: XSD + "gYearMonth", 4: XSD + "gYear"}
"""The datatype of a date by the length of its spelling."""
_READERS: Final[dict[str, Callable[[Scalar], str | Fault]]] = {
    XSD + "boolean": numbers.read_boolean,
    XSD + "integer": numbers.read_integer,
    XSD + "decimal": numbers.read_decimal,
}
_LANGUAGE: Final = "en"
FORMULA: Final = Fault(
    "formula", "This is a formula. Put its result in its place: copy, then paste as values."
)
_ERROR_VALUES: Final = {
    *("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"),
    *("#CALC!", "#GETTING_DATA", "Err:502", "Err:508", "Err:509", "Err:522"),
}
_SPREADSHEET_ERROR: Final = Fault(
    "spreadsheet-error",
    "The spreadsheet shows an error here instead of a value. Mend its formula, then paste the "
    "result as a value, or clear the cell.",
)
_BETWEEN_NAMES: Final = "|;\n"
_BETWEEN_TEXTS: Final = "|\n"


def values_of(cell: Cell, field: Field) -> list[Scalar]:
    """The values in a cell: several where the field takes several and they are set apart.

    ``|`` and line breaks part all values, ``;`` those of lists and references too.
    """
    if isinstance(cell, tuple):
        return [value for value in cell if not is_blank(value)]
    if not field.repeats or not isinstance(cell, str):
        return [cell]
    named = field.scheme or field.is_reference or field.is_iri
    separators = _BETWEEN_NAMES if named else _BETWEEN_TEXTS
    if not any(separator in cell for separator in separators):
        return [cell]
    for separator in separators[1:]:
        cell = cell.replace(separator, separators[0])
    return [part for part in cell.split(separators[0]) if part.strip()]


def unusable(cell: Scalar, characters: int) -> Fault | None:
    """Why no field could take this cell: a formula, an error of the spreadsheet, far too long."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text.startswith("=") and len(text) > 1:
        return FORMULA
    if text in _ERROR_VALUES:
        return _SPREADSHEET_ERROR
    if len(text) > characters:
        return Fault("too-long", f"The text is longer than {characters:,} characters. Shorten it.")
    return None


def literal_of(cell: Scalar, field: Field) -> Literal | Fault:
    """The literal that a cell means in a field, which is neither a reference nor an address."""
    types = {datatype.value for datatype in field.datatypes}
    if types & set(_DATES.values()):
        return _date(cell, types)
    if not types:
        return _whatever(cell)
    for datatype in (XSD + "boolean", XSD + "integer", XSD + "decimal"):
        if datatype in types:
            return _typed(cell, datatype, types)
    text = shown(cell).strip()
    if RDF + "langString" in types:
        return Literal(text, language=_LANGUAGE)
    if _STRING in types:
        return Literal(text)
    return Literal(text, datatype=NamedNode(min(types)))


def _typed(cell: Scalar, datatype: str, types: set[str]) -> Literal | Fault:
    """A value of one type, or of a wider one that the field takes as well."""
    read = _READERS[datatype](cell)
    if isinstance(read, Fault) and datatype == XSD + "integer" and XSD + "decimal" in types:
        datatype = XSD + "decimal"
        read = _READERS[datatype](cell)
    return read if isinstance(read, Fault) else Literal(read, datatype=NamedNode(datatype))


def _date(cell: Scalar, types: set[str]) -> Literal | Fault:
    read = dates.read_date(cell)
    if isinstance(read, Fault):
        return read
    datatype = _DATES.get(len(read), "")
    if datatype in types:
        return Literal(read, datatype=NamedNode(datatype))
    return Fault("not-a-whole-date", "The day is needed as well. Write it as 2024-07-03.")


def _whatever(cell: Scalar) -> Literal:
    """A figure, a date or words, as the cell has it."""
    if isinstance(cell, bool):
        return Literal(cell)
    for read, datatype in (
        (numbers.read_integer, "integer"),
        (numbers.read_decimal, "decimal"),
    ):
        number = read(cell)
        if not isinstance(number, Fault):
            return Literal(number, datatype=NamedNode(XSD + datatype))
    day = dates.read_date(cell) if isinstance(cell, str | date | datetime) else dates.NOT_A_DATE
    if not isinstance(day, Fault):
        return Literal(day, datatype=NamedNode(_DATES[len(day)]))
    return Literal(shown(cell).strip())
