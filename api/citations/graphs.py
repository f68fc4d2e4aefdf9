"""The named graphs that an answer rests on, and what they say of their title and licence.

A graph counts when the answer is another without it (``needed``). Where that cannot be found out,
each counts that holds a triple which fits a pattern of the query, and all do where the patterns
cannot be told. What the ontology entails from a graph belongs to that graph.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from pyoxigraph import NamedNode

from api.citations.asking import Asking
from api.citations.citation import Asked, Basis, GraphUsed, Outcome, Publisher
from api.citations.needed import MOST_GRAPHS, Needed
from cepgraph.engine import Question
from cepgraph.errors import QueryError
from cepgraph.formats import JSON_RESULTS
from cepgraph.parsing import Parser
from cepgraph.terms import BASE, CEP, DCTERMS, RDFS_LABEL, asserted_graph

_HERE: Final = Path(__file__).parent
_PUBLISHER: Final = DCTERMS + "publisher"
_LICENCE: Final = DCTERMS + "license"
_STATEMENT: Final = CEP + "licenceStatement"


MOST_PATTERNS: Final = 200
"""Of a query with more, all graphs are taken."""


class Grounds:
    """Finds the graphs that an answer rests on."""

    def __init__(self, asking: Asking, parser: Parser) -> None:
        self._asking = asking
        self._parser = parser

    async def of(
        self, asked: Asked, outcome: Outcome, client: str
    ) -> tuple[tuple[GraphUsed, ...], Basis]:
        """The graphs, in the order of their IRIs, and how they were found.

        Raises:
            QueryError: they could not be asked for.
        """
        graphs = described(await self._rows("described.rq", {}, asked.version, client))
        if asked.default_graphs is not None or asked.named_graphs is not None:
            named = {*(asked.default_graphs or ()), *(asked.named_graphs or ())}
            wanted = {_asserted(graph) for graph in named}
            graphs = {iri: graph for iri, graph in graphs.items() if iri in wanted}
        needed = Needed(self._asking, asked, outcome, client)
        found = await needed.of(graphs)
        if found is None:
            matching = await self._matching(asked, graphs, client)
            if matching is None:
                return _sorted(graphs, graphs), "dataset"
            # fewer of them: perhaps few enough
            found = await needed.of(matching) if len(graphs) > MOST_GRAPHS else None
            if found is None:
                return _sorted(graphs, matching), "patterns"
        return _sorted(graphs, found), "needed"

    async def _matching(
        self, asked: Asked, graphs: Collection[str], client: str
    ) -> set[str] | None:
        """Those of the graphs that hold a triple of the query's patterns, if these can be told."""
        try:
            patterns = await self._parser.patterns_of(asked.query, BASE)
        except QueryError:
            return None
        if patterns is None or len(patterns) > MOST_PATTERNS:
            return None
        held: set[str] = set()
        for pattern in patterns:
            if held >= set(graphs):
                break
            bound = {name: term for name, term in pattern._asdict().items() if term is not None}
            rows = await self._rows("holding.rq", bound, asked.version, client)
            held |= {_asserted(row["graph"]["value"]) for row in rows}
        return held & set(graphs)

    async def _rows(
        self, name: str, bound: dict[str, str], version: int, client: str
    ) -> list[dict[str, Any]]:
        text = (_HERE / name).read_text(encoding="utf-8")
        question = Question(text, results=(JSON_RESULTS.media_type,), substitutions=bound)
        answer = await self._asking.answer(question, version, client)
        rows: list[dict[str, Any]] = orjson.loads(answer.body)["results"]["bindings"]
        return rows


def _sorted(graphs: Mapping[str, GraphUsed], iris: Iterable[str]) -> tuple[GraphUsed, ...]:
    return tuple(graphs[iri] for iri in sorted(iris))


def described(rows: Iterable[Mapping[str, Any]]) -> dict[str, GraphUsed]:
    """The graphs in the rows of ``described.rq``, as SPARQL JSON has them."""
    notes: dict[str, _Notes] = {}
    for row in rows:
        note = notes.setdefault(_asserted(row["graph"]["value"]), _Notes())
        if "property" in row:
            note.take(row["property"]["value"], row["value"], row.get("name", {}).get("value", ""))
    return {iri: note.told(iri) for iri, note in notes.items()}


@dataclass
class _Notes:
    title: str = ""
    publishers: dict[str, str] = field(default_factory=dict)
    licences: dict[str, None] = field(default_factory=dict)
    statements: dict[str, None] = field(default_factory=dict)

    def take(self, term: str, value: Mapping[str, str], name: str) -> None:
        text = value["value"]
        if term == RDFS_LABEL.value:
            self.title = self.title or text
        elif term == _PUBLISHER:
            self.publishers[text] = self.publishers.get(text) or name
        elif term == _LICENCE and value["type"] == "uri":
            self.licences.setdefault(text)
        elif term in (_LICENCE, _STATEMENT):
            self.statements.setdefault(text)

    def told(self, iri: str) -> GraphUsed:
        return GraphUsed(
            id=iri,
            title=self.title,
            publishers=tuple(Publisher(id=id_, name=name) for id_, name in self.publishers.items()),
            licences=tuple(self.licences),
            licence_statements=tuple(self.statements),
        )


def _asserted(iri: str) -> str:
    return asserted_graph(NamedNode(iri)).value
