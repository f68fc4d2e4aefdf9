"""An answer as a page: a table of names that lead to the things, and the form to ask on."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

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
from api.queries.rows import boolean
from cepgraph.catalogue import Query
from cepgraph.engine import Answer
from cepgraph.terms import shorten

MOST_ROWS: Final = 500
"""Rows on the page; all of them are in the other forms."""
LABEL: Final = "Label"


class AnswerPages:
    """Renders answers."""

    def __init__(self, pages: Pages, forms: Forms) -> None:
        self._pages = pages
        self._forms = forms

    def page(self, query: Query, asked: Asked, answer: Answer, root: str) -> bytes:
        """The page of an answer, from SPARQL results in JSON."""
        version = str(answer.version)
        given = dict(asked.given)
        held = {} if asked.version is None else {"version": version}
        columns = [name for name in query.columns if not _is_label(name, query.columns)]
        table = query.form == "select"
        rows, total = _rows(answer.body, columns, root) if table else ([], 0)
        return self._pages.render(
            "answer.html",
            root,
            title=query.summary,
            form=self._forms.form(query, {**given, **held}, root),
            columns=columns,
            rows=rows,
            total=total,
            boolean=None if table else boolean(answer.body),
            sparql=query.sparql(asked.bound),
            version=answer.version,
            permanent=links.run(root, query.name, {**given, "version": version}),
            csv=links.run(root, query.name, {**given, "version": version, "format": "csv"}),
        )


def _rows(
    results: bytes, columns: Sequence[str], root: str
) -> tuple[list[list[Shown | None]], int]:
    """The first rows, cell by cell, and how many there are in all."""
    found = parse_query_results(results, format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    names = {variable.value for variable in found.variables}
    first = [
        [_cell(solution, column, names, root) for column in columns]
        for solution in islice(found, MOST_ROWS)
    ]
    return first, len(first) + sum(1 for _ in found)


def _cell(solution: QuerySolution, column: str, names: set[str], root: str) -> Shown | None:
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


def _is_label(name: str, columns: Sequence[str]) -> bool:
    return name.endswith(LABEL) and name.removesuffix(LABEL) in columns
