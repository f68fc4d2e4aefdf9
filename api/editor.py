"""The SPARQL editor: its page, and what it offers to those who write a query."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import orjson
from pyoxigraph import Literal, NamedNode, Quad

from api.assets import Bundle
from api.html import FOLDER, Pages
from api.links import BESIDE, DOC, ONTOLOGY, SHAPES
from api.messages import Reply, Request
from api.reading import HTML, JSON, Reading, representation
from api.sparql import PATH
from api.vocabularies import KINDS, TEXTS
from cepgraph.catalogue import Query
from cepgraph.engine import Answer, Question
from cepgraph.errors import NotFound, QueryError
from cepgraph.formats import RDF_FORMATS, negotiate
from cepgraph.model import Model
from cepgraph.terms import BASE, CEP, CEPS, ID, PREFIXES, RDF_TYPE, RDFS_LABEL, shorten
from ingest.lists import Lists

Json = dict[str, Any]
Ask = Callable[[Question, int | None, Request], Awaitable[Answer]]

OFFERED: Final = (*(form.media_type for form in RDF_FORMATS), HTML)
DATA: Final = f"{PATH}/editor.json"
# the table's column grips bring a style of their own
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FORMATS: Final = {
    "csv": "CSV",
    "tsv": "TSV",
    "json": "JSON",
    "xml": "XML",
    "turtle": "Turtle, of a graph",
    "ntriples": "N-Triples, of a graph",
}
CLASSES_IN_USE: Final = "SELECT ?term (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?term } } GROUP BY ?term"
PROPERTIES_IN_USE: Final = (
    "SELECT ?term (COUNT(*) AS ?n) { GRAPH ?g { ?s ?term ?o } } GROUP BY ?term"
)


class Editor:
    """The page for browsers at ``/sparql``; without its scripts it is a form that works too."""

    def __init__(self, model: Model, pages: Pages, bundle: Bundle) -> None:
        self.model = model
        self._pages = pages
        self._loaded = bundle.page("editor")

    def front(self, request: Request) -> Reply | None:
        """The page, for who would rather have a page than RDF."""
        best = negotiate(request.headers.get("accept"), OFFERED)[:1]
        return self._page if best == [HTML] else None

    @cached_property
    def _page(self) -> Reply:
        body = self._pages.render(
            "editor.html",
            "",
            title="SPARQL editor",
            loaded=self._loaded,
            first=self.first,
            examples=self.examples,
            formats=FORMATS,
        )
        headers = [("content-security-policy", POLICY), ("referrer-policy", "no-referrer")]
        return representation(body, HTML, headers=headers)

    @cached_property
    def first(self) -> str:
        """A query to begin with."""
        return (FOLDER / "first.rq").read_text("utf-8")

    @cached_property
    def examples(self) -> list[Json]:
        """The queries of the catalogue; they run as they stand."""
        return [
            {
                "name": query.name,
                "title": query.summary,
                "description": query.description,
                "tags": query.tags,
                "text": "".join(_commented(query)),
            }
            for query in sorted(self.model.catalogue, key=lambda query: query.summary.casefold())
        ]


class EditorData:
    """``/sparql/editor.json``: prefixes, terms, lists and examples, with what is in use first."""

    def __init__(self, editor: Editor, lists: Lists, ask: Ask) -> None:
        self._editor = editor
        self._model = editor.model
        self._lists = lists
        self._ask = ask

    async def reply(self, reading: Reading) -> Reply:
        """The document. While no query can be answered it tells of no use."""
        reading.parameters()
        if reading.path:
            raise NotFound("page", DATA + reading.path)
        version = None
        used: list[dict[str, int]] = []
        try:
            for query in (CLASSES_IN_USE, PROPERTIES_IN_USE):
                answer = await self._ask(Question(query), version, reading.request)
                version = answer.version
                used.append(_counts(answer))
        except QueryError:
            version, used = None, [{}, {}]
        document = {
            "version": version,
            "prefixes": PREFIXES,
            "places": _places(reading.root),
            "classes": _terms(self._classes, used[0]),
            "properties": _terms(self._properties, used[1]),
            "lists": self._entries,
            "first": self._editor.first,
            "examples": self._editor.examples,
        }
        return representation(orjson.dumps(document), JSON, version)

    @cached_property
    def _classes(self) -> dict[str, Json]:
        return _declared(self._model.ontology, KINDS["Classes"])

    @cached_property
    def _properties(self) -> dict[str, Json]:
        found = _declared(self._model.ontology, KINDS["Properties"])
        for cls in self._model.schema.classes:
            for field in cls.fields:
                if field.predicate is None:
                    continue
                iri = field.predicate.value
                term = found.setdefault(iri, _term(iri, field.label, field.description))
                if field.scheme:
                    term["list"] = field.scheme
        return found

    @cached_property
    def _entries(self) -> dict[str, list[Json]]:
        schemes = {term["list"] for term in self._properties.values() if "list" in term}
        return {
            scheme: [_term(e.iri.value, e.label, e.definition) for e in self._lists.of(scheme)]
            for scheme in sorted(schemes)
        }


def _commented(query: Query) -> Iterator[str]:
    """A query after the sentences that explain its parameters."""
    heading, _, body = query.sparql({}).partition("\n")
    yield f"{heading}\n"
    for parameter in query.parameters:
        meaning = " ".join(parameter.description.split())
        values = f"VALUES ?{parameter.name} {{ {parameter.term(parameter.example)} }}"
        yield f"# {meaning} To ask so, begin WHERE with:\n#   {values}\n"
    yield body


def _declared(ontology: Iterable[Quad], kinds: tuple[str, ...]) -> dict[str, Json]:
    """Terms of ours of some kinds, by IRI."""
    texts: dict[str, dict[str, str]] = {}
    declared = []
    for quad in ontology:
        if not isinstance(quad.subject, NamedNode) or not quad.subject.value.startswith(CEP):
            continue
        iri = quad.subject.value
        if quad.predicate == RDF_TYPE and quad.object.value in kinds:  # type: ignore[union-attr]
            declared.append(iri)
        elif isinstance(quad.object, Literal):
            texts.setdefault(iri, {}).setdefault(quad.predicate.value, quad.object.value)
    return {iri: _described(iri, texts.get(iri, {})) for iri in declared}


def _described(iri: str, told: Mapping[str, str]) -> Json:
    description = next((told[predicate] for predicate in TEXTS if predicate in told), "")
    return _term(iri, told.get(RDFS_LABEL.value, ""), description)


def _terms(known: Mapping[str, Json], used: Mapping[str, int]) -> list[Json]:
    """Ours and those in use: the ones in use first, the more the earlier."""
    others = {iri: _term(iri, "", "") for iri in used if iri not in known}
    counted = [term | {"count": used.get(iri, 0)} for iri, term in {**known, **others}.items()]
    return sorted(counted, key=lambda term: (-term["count"], term["iri"]))


def _term(iri: str, label: str, description: str) -> Json:
    return {"iri": iri, "short": shorten(iri), "label": label, "description": description}


def _counts(answer: Answer) -> dict[str, int]:
    rows = orjson.loads(answer.body)["results"]["bindings"]
    return {row["term"]["value"]: int(row["n"]["value"]) for row in rows}


def _places(root: str) -> dict[str, str]:
    """Where this server shows what IRIs of ours name: what they begin with, there and here."""
    return {
        ID: root + DOC,
        **{f"{BASE}{segment}/": f"{root}{DOC}{segment}/" for segment in BESIDE},
        CEP: f"{root}{ONTOLOGY}#",
        CEPS: f"{root}{SHAPES}#",
    }
