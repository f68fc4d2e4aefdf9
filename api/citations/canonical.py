"""An answer in a form that does not depend on how it was serialised or in which order it came.

A table is written as SPARQL 1.1 TSV whose columns stand in the order of their names, whose terms
are written in full as canonical N-Triples (an unbound one is empty), and whose rows are sorted by
code point; equal rows are all there. A graph is written as RDFC-1.0 has it: canonical N-Quads with
canonical labels, sorted. A boolean is ``true`` or ``false``. Every line ends in a line feed, and
the hash is the SHA-256 of the whole in UTF-8.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from api.citations.citation import Form, Outcome
from cepgraph.door import canonical as labelled
from cepgraph.engine import Answer
from cepgraph.errors import BadInput, BadParameter
from cepgraph.formats import JSON_RESULTS, N_TRIPLES

FIRST: Final = 100
"""Rows or triples that a page shows."""
MOST_BLANK: Final = 5000
"""Triples with blank nodes: labels for 50,000 of them stop all threads for half a second."""
MOST_WORK: Final = 500_000
"""Steps to tell blank nodes apart; some 50 ms."""

Terms = tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """An answer in its canonical form.

    ``lines`` are sorted, without line feeds; ``first`` are the first rows as they came, in the
    order of ``columns``.
    """

    form: Form
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    first: tuple[Terms, ...]

    @property
    def header(self) -> str:
        """The line before the rows; empty where there are none."""
        if self.form != "select":
            return ""
        return "\t".join(f"?{name}" for name in sorted(self.columns)) + "\n"

    @cached_property
    def outcome(self) -> Outcome:
        """What is kept of the answer."""
        digest = sha256(self.header.encode())
        for line in self.lines:
            digest.update(line.encode() + b"\n")
        return Outcome(
            form=self.form,
            columns=self.columns,
            count=len(self.lines),
            hash=f"sha256:{digest.hexdigest()}",
        )

    @property
    def bytes(self) -> int:
        """About what it takes in memory."""
        shown = sum(len(str(term)) + 200 for row in self.first for term in row)
        return sum(len(line) + 60 for line in self.lines) + shown + 10_000

    def without(self, other: "Result") -> list[str]:
        """Lines that ``other`` does not have, or has fewer of."""
        return sorted((Counter(self.lines) - Counter(other.lines)).elements())

    def terms(self, lines: list[str]) -> list[Terms]:
        """The terms in some of the lines, in the order of the sorted names of the columns."""
        text = "".join(f"{line}\n" for line in lines)
        if self.form == "graph":
            return [_terms(quad.triple) for quad in parse(text, format=RdfFormat.N_QUADS)]
        if self.form == "ask":
            return [(line,) for line in lines]
        rows = parse_query_results(self.header + text, format=QueryResultsFormat.TSV)
        assert isinstance(rows, QuerySolutions)
        return [tuple(row) for row in rows]


def canonical(answer: Answer) -> Result:
    """The canonical form of an answer that came as SPARQL JSON or as N-Triples.

    100,000 rows of four columns take about half a second, so call it in a thread.

    Raises:
        BadParameter: it has blank nodes that cannot be labelled, or triples in triples.
    """
    if answer.media_type == N_TRIPLES.media_type:
        return _graph(answer.body)
    assert answer.media_type == JSON_RESULTS.media_type
    read = _read(answer.body)
    if isinstance(read, str):
        return Result("ask", (), (read,), ((read,),))
    return _table(*read)


def _read(body: bytes) -> str | tuple[tuple[str, ...], list[Terms]]:
    """A boolean's word, or the names and rows of a table.

    The library's own results must not outlive the thread, not even in the frames of an error.
    """
    results = parse_query_results(body, format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return "true" if bool(results) else "false"
    assert isinstance(results, QuerySolutions)
    return tuple(variable.value for variable in results.variables), [tuple(row) for row in results]


def _table(names: tuple[str, ...], rows: list[Terms]) -> Result:
    places = [names.index(name) for name in sorted(names)]
    lines = []
    for row in rows:
        for term in row:
            if isinstance(term, BlankNode | Triple):
                what = "blank nodes" if isinstance(term, BlankNode) else "triples"
                raise BadParameter("query", f"its rows have {what} in them, which cannot be cited")
        lines.append("\t".join("" if row[n] is None else str(row[n]) for n in places))
    lines.sort()
    return Result("select", names, tuple(lines), tuple(rows[:FIRST]))


def _graph(body: bytes) -> Result:
    triples = list({quad.triple: None for quad in parse(body, format=RdfFormat.N_TRIPLES)})
    if any(isinstance(triple.object, Triple) for triple in triples):
        raise BadParameter("query", "its triples have triples in them, which cannot be cited")
    blank = [triple for triple in triples if _is_blank(triple.subject) or _is_blank(triple.object)]
    first = tuple(_terms(triple) for triple in triples[:FIRST])
    lines = [f"{triple} ." for triple in triples] if not blank else _labelled(triples, blank)
    return Result("graph", (), tuple(sorted(lines)), first)


def _labelled(triples: list[Triple], blank: list[Triple]) -> list[str]:
    if len(blank) > MOST_BLANK:
        raise BadParameter("query", f"more than {MOST_BLANK:,} of its triples have blank nodes")
    try:
        return [f"{quad} ." for quad in labelled(triples, MOST_WORK)]
    except BadInput as error:
        raise BadParameter("query", error.problem) from error


def _is_blank(term: object) -> bool:
    return isinstance(term, BlankNode)


def _terms(triple: Triple) -> Terms:
    return (triple.subject, triple.predicate, triple.object)
