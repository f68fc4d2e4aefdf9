"""What a citation says, as it is kept and as it is sent."""

import re
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cepgraph.engine import Question
from cepgraph.terms import BASE

LONGEST_QUERY: Final = 64 << 10
"""Bytes of a query that is cited; the result can be large, the question is to be read."""
LONGEST_TITLE: Final = 200
LONGEST_NOTE: Final = 2000
MOST_GRAPHS: Final = 500
"""Graphs that a dataset may name."""

# what only looks like one in a text or comment gets a base that changes nothing
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\x00-\x20]*>")

Form = Literal["select", "ask", "graph"]
Basis = Literal["needed", "patterns", "dataset"]


class Kept(BaseModel):
    """A part of a citation; names are ``camelCase`` outside Python."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class CatalogueQuery(Kept):
    """The query of the catalogue that was asked, and the values that it was asked with."""

    name: str
    summary: str
    parameters: dict[str, str] = Field(default_factory=dict)


class Asked(Kept):
    """What is cited; an identifier follows from it, so that the same has the same permalink.

    Title and note are part of it: nobody can put words on the permalink of somebody else.
    """

    query: str
    version: int
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    catalogue: CatalogueQuery | None = None
    title: str = ""
    note: str = ""

    @property
    def identifier(self) -> str:
        """128 bits of a SHA-256, as 32 hexadecimal digits."""
        told = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return sha256(told).hexdigest()[:32]

    def question(self, results: str, graphs: str) -> Question:
        """The query, to be answered in one of these media types by its form."""
        return Question(
            query=self.query,
            results=(results,),
            graphs=(graphs,),
            default_graphs=self.default_graphs,
            named_graphs=self.named_graphs,
            base=BASE,
        )

    @property
    def standalone(self) -> str:
        """The query as it is asked elsewhere: it says what its relative IRIs are below."""
        return f"BASE <{BASE}>\n{self.query}" if _RELATIVE.search(self.query) else self.query


class Outcome(Kept):
    """What the answer was: its form, its size and its hash, not the answer itself.

    ``hash`` is ``sha256:`` and the SHA-256 of the answer in its canonical form; see ``canonical``.
    """

    form: Form
    columns: tuple[str, ...] = ()
    count: int
    """Rows, triples, or 1 for a boolean."""
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


class Publisher(Kept):
    """A body that published a graph; without a name where the graph's version had none."""

    id: str
    name: str = ""


class GraphUsed(Kept):
    """A named graph that the answer rests on, as it described itself at that version."""

    id: str
    title: str = ""
    publishers: tuple[Publisher, ...] = ()
    licences: tuple[str, ...] = ()
    """Addresses of licences."""
    licence_statements: tuple[str, ...] = ()
    """What is said of the terms of use where no licence is pointed to."""


class Citation(Kept):
    """A query, the version that answered it, and what can be said of the answer without it."""

    asked: Asked
    cited: datetime
    """When it was first cited, UTC."""
    version_made: datetime | None
    """When that version was accepted."""
    outcome: Outcome
    graphs: tuple[GraphUsed, ...]
    basis: Basis
    """Whether ``graphs`` are those that the answer needs, those that hold a triple which fits a
    pattern of the query, or all."""
    order_matters: bool
    """Whether the query may take some of many rows; which, may depend on their order."""
    software: str

    @cached_property
    def id(self) -> str:
        """The identifier, which is the last part of the permalink."""
        return self.asked.identifier

    @property
    def title(self) -> str:
        """As it was given, or what the query gave."""
        if self.asked.title:
            return self.asked.title
        catalogue = self.asked.catalogue
        return f"{catalogue.summary if catalogue else 'Result of a SPARQL query'}, {self.size}"

    @property
    def size(self) -> str:
        """``12 rows``."""
        count = self.outcome.count
        if self.outcome.form == "ask":
            return "yes or no"
        one = "row" if self.outcome.form == "select" else "triple"
        return f"{count:,} {one}" + ("" if count == 1 else "s")

    @property
    def publishers(self) -> tuple[str, ...]:
        """Names of those who published the graphs, sorted, each once."""
        names = {body.name or body.id for graph in self.graphs for body in graph.publishers}
        return tuple(sorted(names, key=str.casefold))

    @property
    def licences(self) -> tuple[str, ...]:
        """Addresses of the licences of all graphs, sorted, each once."""
        return tuple(sorted({licence for graph in self.graphs for licence in graph.licences}))
