"""An answer as a page: a table of names that lead to the things, and the form to ask on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    parse_query_results,
)

from api.html import Pages, Shown
from api.links import is_ours, link
from api.queries import links
from api.queries.asked import Asked
from api.queries.forms import Forms
from cepgraph.catalogue import Query
from cepgraph.errors import BadParameter
from cepgraph.terms import shorten

MOST_ROWS: Final = 500
"""Rows on the page; all of them are in the other forms."""
LABEL: Final = "Label"


@dataclass(frozen=True)
class Table:
    """The first rows, cell by cell, and how many there are in all."""

    rows: list[list[Shown | None]]
    total: int


class AnswerPages:
    """Renders answers."""

    def __init__(self, pages: Pages, forms: Forms) -> None:
        self._pages = pages
        self._forms = forms

    def form(self, query: Query, given: Mapping[str, str], fault: BadParameter, root: str) -> bytes:
        """The page of a query that was asked with a wrong value."""
        form = self._forms.form(query, given, root, fault)
        return self._pages.render("query.html", root, title=query.summary, form=form)

    def page(
        self, query: Query, asked: Asked, version: int, found: Table | bool, root: str
    ) -> bytes:
        """The page of what a query found."""
        given = dict(asked.given)
        fixed = {**given, "version": str(version)}
        return self._pages.render(
            "answer.html",
            root,
            title=query.summary,
            form=self._forms.form(query, fixed if asked.version is not None else given, root),
            columns=columns_shown(query),
            found=found,
            table=isinstance(found, Table),
            sparql=query.sparql(asked.bound),
            values=urlencode(given),
            version=version,
            permanent=links.run(root, query.name, fixed),
            csv=links.run(root, query.name, {**fixed, "format": "csv"}),
        )


def table(query: Query, results: bytes, root: str) -> Table | bool:
    """What a query found, as it is shown, from SPARQL results in JSON."""
    found = parse_query_results(results, format=QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    columns = columns_shown(query)
    rows = [
        [_cell(solution, column, query.columns, root) for column in columns]
        for solution in islice(found, MOST_ROWS)
    ]
    return Table(rows, len(rows) + sum(1 for _ in found))


def columns_shown(query: Query) -> list[str]:
    """The columns without those whose labels stand in the place of another."""
    return [
        name
        for name in query.columns
        if not (name.endswith(LABEL) and name.removesuffix(LABEL) in query.columns)
    ]


def _cell(solution: QuerySolution, column: str, names: Sequence[str], root: str) -> Shown | None:
    term = solution[column]
    label = solution[column + LABEL] if column + LABEL in names else None
    match term:
        case None:
            return None
        case NamedNode():
            href = link(term.value, root)
            text = label.value if isinstance(label, Literal) else shorten(term.value)
            return Shown(text, href, elsewhere=href is not None and not is_ours(term.value))
        case Literal():
            return Shown(term.value, language=term.language or "")
    return Shown(str(term))
