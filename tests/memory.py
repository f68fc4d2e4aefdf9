"""A graph in memory that answers as the engine does, for tests of what reads through it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Store, Triple

from api.messages import Request
from cepgraph.change import Change, with_entailments
from cepgraph.content import Content
from cepgraph.engine import Answer, Question, worker
from cepgraph.errors import NotFound
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import BASE

PREFIXES = """
@prefix cep: <https://w3id.org/cepgraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Turtle has no slash in prefixed names; in these tests ``id:area/x`` stands for the whole IRI
_OURS = re.compile(r"(?<![\w:/])(id|concept|graph):([\w/-]+)")


@dataclass(frozen=True)
class Rows:
    """A result, and the version it holds for."""

    version: int
    body: bytes


class MemoryGraph:
    """Asserted quads and what the ontology entails from them; nothing is validated."""

    def __init__(self, model: Model, trig: str = "") -> None:
        self.model = model
        self.version = 0
        self.asked = 0
        self._store = OxigraphStore(None)
        self.load(trig)

    def load(self, trig: str) -> None:
        """Add the statements of a TriG text; a new version."""
        text = _OURS.sub(rf"<{BASE}\1/\2>", trig)
        self.add(pyoxigraph.parse(PREFIXES + text, format=RdfFormat.TRIG))

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; a new version."""
        change = Change()
        for quad in quads:
            assert isinstance(quad.graph_name, NamedNode)
            change.add(quad.graph_name, {quad.triple})
        whole = with_entailments(change, self.model.rules, self._store)
        self.version += 1
        self._store.apply(whole.added_quads(), [], self.version)

    def asserted(self, iri: str) -> set[Triple]:
        """All that is asserted about a thing, in whatever graph."""
        return {
            quad.triple
            for quad in self._store.outgoing([NamedNode(iri)])
            if not str(quad.graph_name).rstrip(">").endswith("/entailed")
        }

    async def ask(self, query: str, media_type: str) -> Rows:
        """As the reader asks."""
        self.asked += 1
        results = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(results, QuerySolutions)
        results_format = QueryResultsFormat.from_media_type(media_type)
        assert results_format is not None
        return Rows(self.version, results.serialize(format=results_format) or b"")

    async def answer(self, question: Question, version: int | None, _request: Request) -> Answer:
        """As the catalogue asks; there are no earlier versions."""
        self.asked += 1
        if version not in (None, self.version):
            raise NotFound("version", str(version))
        head, body = worker.answer(self.store, self.version, question, result_mb=64)
        return Answer(self.version, head["type"], body, head["digest"])

    @property
    def store(self) -> Store:
        """The quads."""
        return self._store.engine


def project_model() -> Model:
    """The model of this checkout."""
    return Model(Content(Path(__file__).parents[1]))
