"""Puts the rooms that only read into the application."""

from functools import cache, partial

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from api import openapi, rest, templates
from api.assets import Assets, Bundle, Docs, OpenApiDocument
from api.editor import DATA, Editor, EditorData
from api.html import Pages
from api.linked_data import Documents, Redirects
from api.links import BESIDE, DOC, ONTOLOGY, SHAPES
from api.problem_pages import ProblemPages
from api.queries import links as queries
from api.queries.answer import AnswerPages
from api.queries.asked import Ask
from api.queries.forms import Forms
from api.queries.pages import QueryPages, QueryThings
from api.queries.room import QueriesApi
from api.reading import ReadOnly, Room
from api.vocabularies import Files, VocabularyRoom, ontology_page, shapes_page
from cepgraph.engine import Answer, Pool, Question
from cepgraph.model import Model
from cepgraph.resources import ResourceReader, SparqlReader, Vocabulary
from ingest.lists import Lists


def install(
    app: FastAPI, model: Model, reader: ResourceReader, vocabulary: Vocabulary, ask: Ask
) -> None:
    """Add REST, linked data, the catalogue, their pages and their documentation to ``app``.

    ``ask`` answers questions of the catalogue, each in its asker's turn. ``app`` must have been
    made without FastAPI's own documentation pages.
    """
    pages = Pages(vocabulary, model.ontology)
    app.add_middleware(ProblemPages, pages=pages)
    content = model.content
    bundle = Bundle(content.web())
    app.state.editor = editor = Editor(model, pages, bundle)
    lists = Lists(content)
    forms = Forms(lists)
    openapi.install(app, model, lists)

    @cache
    def openapi_bytes() -> bytes:
        return orjson.dumps(app.openapi())

    # the first address that fits is taken, so this one comes before the collections
    below: dict[str, Room] = {
        templates.PATH: templates.Templates(model),
        queries.API: QueriesApi(model.catalogue, ask, AnswerPages(pages, forms)),
        queries.THINGS: QueryThings(),
        rest.PREFIX: rest.RestApi(reader, vocabulary),
        DOC: Documents(reader, vocabulary, pages),
        "/assets": Assets(bundle),
        "/docs": Docs(pages),
        **{f"/{segment}": Redirects(segment) for segment in ("id", *BESIDE)},
    }
    beside: dict[str, Room] = {
        ONTOLOGY: VocabularyRoom(
            "ontology", Files(content.ontology()), partial(ontology_page, pages, model.ontology)
        ),
        SHAPES: VocabularyRoom(
            "shapes", Files(content.shapes()), partial(shapes_page, pages, model.schema)
        ),
        queries.PAGES: QueryPages(model.catalogue, forms, pages),
        DATA: EditorData(editor, lists, ask),
        "/openapi.json": OpenApiDocument(openapi_bytes),
    }

    async def home(request: Request) -> RedirectResponse:
        return RedirectResponse(request.scope.get("root_path", "") + DOC)

    def serve(room: Room) -> ReadOnly:
        return ReadOnly(room, lambda: reader.version)

    app.router.routes.append(Route("/", home, include_in_schema=False))
    for address, room in below.items():
        served = serve(room)
        app.router.routes += [
            Route(address.rstrip("/"), served, include_in_schema=False),
            Route(address.rstrip("/") + "/{rest:path}", served, include_in_schema=False),
        ]
    for address, room in beside.items():
        app.router.routes.append(
            Route(address + "{rest:path}", serve(room), include_in_schema=False)
        )


def install_reading(app: FastAPI, model: Model, pool: Pool, ask: Ask) -> None:
    """The same with a reader that asks the engine."""
    vocabulary = Vocabulary(model.schema)
    install(app, model, reader_of(pool, vocabulary), vocabulary, ask)


def reader_of(pool: Pool, vocabulary: Vocabulary) -> SparqlReader:
    """A reader that asks the engine."""

    async def ask(query: str, media_type: str) -> Answer:
        return await pool.query(Question(query, results=(media_type,)))

    return SparqlReader(vocabulary, ask, lambda: pool.version)
