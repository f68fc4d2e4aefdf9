"""Parameters of a query: from the text that a person gives to the term that is bound."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from pyoxigraph import Literal, NamedNode

from cepgraph.errors import BadParameter
from cepgraph.terms import CONCEPT, ID, PREFIXES, XSD

Term = NamedNode | Literal

LONGEST_VALUE: Final = 2000
"""Characters that a value may have."""

_CONCEPT: Final = "concept:"
_SHOWN: Final = 80

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KIND_AND_KEY: Final = re.compile(r"[a-z][a-z-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_SHORTENED: Final = re.compile(r"([a-z]+):([A-Za-z0-9/._-]+)")
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_DATE_KINDS: Final = ("gYear", "gYearMonth", "date")


class Parameter(BaseModel):
    """A variable of a query that a value may be given for.

    Attributes:
        name: the variable, without its question mark.
        type: ``iri``, ``string``, ``integer``, ``decimal``, ``date`` (a year, a month or a day),
            ``concept:{scheme}``, or the name of a class.
        example: a value that gives at least one row on the seed graph. Where things of the class
            are of several kinds (``Body``), it is written ``kind/key``, and so are all values.
        required: the query may not be run without it; any other left out means: any.
        default: what is taken when it is left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$")
    type: str = Field(
        pattern=r"^(iri|string|integer|decimal|date|concept:[a-z][a-z-]*|[A-Z][A-Za-z]*)$"
    )
    description: str = Field(min_length=1)
    example: str = Field(min_length=1)
    required: bool = False
    default: str | None = None

    def term(self, value: str) -> Term:
        """The term that ``value`` stands for.

        Raises:
            BadParameter: it is not of this parameter's type.
        """
        read = _READERS.get(self.type, self._thing)
        try:
            return read(_short_enough(value))
        except ValueError as error:
            shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
            raise BadParameter(self.name, self._expected(), shown) from error

    @property
    def scheme(self) -> str | None:
        """The list that its values are concepts of."""
        scheme = self.type.removeprefix(_CONCEPT)
        return scheme if scheme != self.type else None

    def _thing(self, value: str) -> NamedNode:
        """A concept or a thing of the graph, by its key, its shortened IRI or its IRI."""
        if self.type.startswith(_CONCEPT):
            base = f"{CONCEPT}{self.type.removeprefix(_CONCEPT)}/"
        elif _KIND_AND_KEY.fullmatch(value):
            return NamedNode(ID + value)
        else:
            base = f"{ID}{_CAPITAL.sub('-', self.type).lower()}/"
        if _KEY.fullmatch(value) and not self._needs_kind:
            return NamedNode(base + value)
        return _iri(value)

    @property
    def _needs_kind(self) -> bool:
        return _KIND_AND_KEY.fullmatch(self.example) is not None

    def _expected(self) -> str:
        what = _EXPECTED.get(self.type)
        if what is None and self.type.startswith(_CONCEPT):
            what = f"the key or IRI of a concept in the list {self.type.removeprefix(_CONCEPT)}"
        elif what is None:
            key = "kind/key" if self._needs_kind else "key"
            what = f"the {key} or IRI of a thing of the class {self.type}"
        return f"give {what}, for example {self.example}"


def _short_enough(value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise ValueError(value)
    return value


def _iri(value: str) -> NamedNode:
    """An absolute IRI, or one that is shortened by a prefix of ``terms.PREFIXES``."""
    short = _SHORTENED.fullmatch(value)
    if short and short[1] in PREFIXES:
        return NamedNode(PREFIXES[short[1]] + short[2])
    if not value.startswith(("https://", "http://", "urn:")):
        raise ValueError(value)
    return NamedNode(value)


def _string(value: str) -> Literal:
    value.encode("utf-8")  # half a surrogate pair is no text
    return Literal(value)


def _date(value: str) -> Literal:
    """``xsd:gYear``, ``xsd:gYearMonth`` or ``xsd:date``, by how much is given."""
    if not _DATE.fullmatch(value):
        raise ValueError(value)
    hyphens = value.count("-")
    date.fromisoformat(value + "-01" * (2 - hyphens))
    return Literal(value, datatype=NamedNode(XSD + _DATE_KINDS[hyphens]))


def _number(datatype: str, pattern: re.Pattern[str]) -> Callable[[str], Literal]:
    def read(value: str) -> Literal:
        if not pattern.fullmatch(value):
            raise ValueError(value)
        return Literal(value, datatype=NamedNode(XSD + datatype))

    return read


_READERS: Final[dict[str, Callable[[str], Term]]] = {
    "iri": _iri,
    "string": _string,
    "integer": _number("integer", _INTEGER),
    "decimal": _number("decimal", _DECIMAL),
    "date": _date,
}

_EXPECTED: Final = {
    "iri": "an IRI, in full or shortened by a known prefix",
    "string": f"text of at most {LONGEST_VALUE} characters",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a year, a month or a day",
}
