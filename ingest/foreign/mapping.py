"""What a mapping may say: the language of the YAML files in this folder, one for each source.

``docs/foreign-formats.md`` explains it with an example.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cepgraph.errors import BadInput
from ingest.report.remark import Severity

PLACEHOLDER: Final = re.compile(r"\{([^{}:]+)(?::(slug|lower))?\}")
"""A column in a text, and how it is written."""
GIVEN: Final = ("@graph", "@publisher", "@licence", "@title")
"""What is known of a submission beside its rows, as columns."""


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _rule(value: Any) -> Any:
    return {"from": value} if isinstance(value, str) else value


def _rules(value: Any) -> Any:
    return [_rule(one) for one in value] if isinstance(value, list) else [_rule(value)]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        problem = f"no regular expression: {error}"
        raise ValueError(problem) from error
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
Pattern = Annotated[str, Field(min_length=1), BeforeValidator(_pattern)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Say(_Part):
    """A remark: the same words wherever it applies."""

    code: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    message: str
    severity: Severity = "note"


class Condition(_Part):
    """What has to hold of a column; all that is given has to."""

    column: str
    filled: bool | None = None
    is_: Names | None = Field(None, alias="is")
    matches: Pattern | None = None
    not_: bool = Field(False, alias="not")

    @model_validator(mode="after")
    def _asks(self) -> "Condition":
        if self.filled is None and self.is_ is None and self.matches is None:
            problem = "say what has to hold: filled, is or matches"
            raise ValueError(problem)
        return self


When = Annotated[tuple[Condition, ...], BeforeValidator(_several)]


class Rule(_Part):
    """Where a value comes from (one of the first seven), and what becomes of it."""

    from_: Names | None = Field(None, alias="from")
    value: str | None = None
    text: str | None = None
    thing: str | None = None
    figure: str | None = None
    join: Annotated[tuple["Rule", ...], BeforeValidator(_rules)] | None = None
    status: Names | None = None

    withheld_by: Names = ()
    published: Annotated["Rule", BeforeValidator(_rule)] | None = None
    lookup: dict[str, str] | None = None
    known: str | None = None
    matches: Pattern | None = None
    split: str | None = None
    longest: Annotated[int, Field(ge=10)] | None = None
    otherwise: Literal["report", "keep", "leave out"] = "report"
    say: Say | None = None
    when: When = ()

    @model_validator(mode="after")
    def _one_origin(self) -> "Rule":
        origins = (
            *(self.from_, self.value, self.text, self.thing),
            *(self.figure, self.join, self.status),
        )
        if sum(origin is not None for origin in origins) != 1:
            problem = "say one of: from, value, text, thing, figure, join, status"
            raise ValueError(problem)
        if (self.status is None) != (self.published is None):
            problem = "“status” and “published” go together"
            raise ValueError(problem)
        return self

    def columns(self) -> Iterator[str]:
        """The columns that it reads, those of its conditions last."""
        yield from self.from_ or ()
        yield from (name for name, _ in PLACEHOLDER.findall(self.text or ""))
        if self.figure is not None:
            yield self.figure
        for rule in (*(self.join or ()), *((self.published,) if self.published else ())):
            yield from rule.columns()
        yield from self.status or ()
        yield from self.withheld_by
        yield from (condition.column for condition in self.when)

    def things(self) -> Iterator[str]:
        """The things that it points to."""
        if self.thing is not None:
            yield self.thing


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_rules)]


class Column(_Part):
    """Headings under which a column stands; ``#`` is a number, where it may stand repeatedly."""

    headings: Annotated[tuple[str, ...], Field(min_length=1)]


def _column(value: Any) -> Any:
    return value if isinstance(value, dict) else {"headings": _several(value)}


class Thing(_Part):
    """A thing that a row speaks of.

    Attributes:
        cls: name of its class.
        once: it stands for the whole list, and no row speaks of it.
        rows: whether several rows may speak of the same one.
        repeat: columns that stand there repeatedly; each number is a thing of its own.
        columns: by field; where a field takes one value, the first rule that gives one counts.
    """

    cls: str = Field(alias="class")
    key: Rules = ()
    once: bool = False
    rows: Literal["one", "several"] = "several"
    repeat: Names = ()
    when: When = ()
    columns: dict[str, Rules]

    @model_validator(mode="after")
    def _addressed(self) -> "Thing":
        if self.once and not self.key:
            problem = "a thing that stands for the whole list needs a key"
            raise ValueError(problem)
        return self

    def rules(self) -> Iterator[Rule]:
        """All its rules."""
        yield from self.key
        for rules in self.columns.values():
            yield from rules


class LeftOut(_Part):
    """Columns that are not read, and why; ``*`` stands for anything."""

    columns: Names
    why: str


class RowRule(_Part):
    """Rows that are left out, and what is said of them."""

    when: Annotated[When, Field(min_length=1)]
    say: Say


class Release(_Part):
    """What the symbols of a release mean, and which files are of it.

    Attributes:
        latest: the newest period in the file, from and up to.
        symbols: disclosure status by symbol; ``{status, value}`` for one that stands for a figure.
    """

    from_: str = Field("", alias="from")
    until: str = ""
    symbols: dict[str, "Symbol"]


class Symbol(_Part):
    """What a symbol means."""

    status: str
    value: str | None = None


class Releases(_Part):
    """The releases of a series; ``period`` is the column by whose newest value one is chosen."""

    period: str
    known: dict[str, Release]


class About(_Part):
    """What a graph made of the list says of itself, where the sender says nothing else."""

    title: str = ""
    publisher: str = ""
    licence: str = ""
    source: str = ""


class Mapping(_Part):
    """One foreign format.

    Attributes:
        mark: sets of headings; a table that has all of one set is of this format.
        rest: sheets of the same file that are known, and hold nothing to be read.
        values: worked out of the columns of a row, and used like columns.
        source: the thing, made once, that all others name as their source.
    """

    title: str
    mark: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    rest: Names = ()
    graph: About = About()
    source: str = ""
    columns: dict[str, Annotated[Column, BeforeValidator(_column)]]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Say, ...] = ()
    rows: tuple[RowRule, ...] = ()
    releases: Releases | None = None
    values: dict[str, Annotated[Rule, BeforeValidator(_rule)]] = {}
    things: Annotated[dict[str, Thing], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "Mapping":
        for place, names, known, noun in self._mentions():
            unknown = [name for name in names if name not in known]
            if unknown:
                problem = f"{place}: there is no {noun} “{unknown[0]}”"
                raise ValueError(problem)
        if self.source and not (self.source in self.things and self.things[self.source].once):
            problem = f"source: “{self.source}” is no thing that is made once"
            raise ValueError(problem)
        return self

    def _mentions(self) -> Iterator[tuple[str, Iterable[str], Iterable[str], str]]:
        columns = {*self.columns, *self.values, *GIVEN}
        earlier = {*self.columns, *GIVEN}
        for name, rule in self.values.items():
            yield f"values.{name}", rule.columns(), set(earlier), "column (or earlier value)"
            earlier.add(name)
        for number, row in enumerate(self.rows):
            yield f"rows.{number}", (c.column for c in row.when), columns, "column"
        if self.releases is not None:
            yield "releases.period", [self.releases.period], self.columns, "column"
        for name, thing in self.things.items():
            place = f"things.{name}"
            yield place, thing.repeat, self.columns, "column"
            yield place, (c.column for c in thing.when), columns, "column"
            for field, rules in {"key": thing.key, **thing.columns}.items():
                for rule in rules:
                    yield f"{place}.{field}", rule.columns(), columns, "column"
                    yield f"{place}.{field}", rule.things(), self.things, "thing"
                    needs = rule.figure or rule.status
                    if needs and self.releases is None:
                        yield f"{place}.{field}", ["releases"], (), "declaration of"


def read_mapping(said: Table[str, Any] | Any, file: str) -> Mapping:
    """A mapping from what a YAML file holds.

    Raises:
        BadInput: it breaks the rules of the language; with the place of the first fault.
    """
    try:
        return Mapping.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        value = first["input"] if isinstance(first["input"], str) else None
        raise BadInput(first["msg"], file=file, column=place or None, value=value) from error
