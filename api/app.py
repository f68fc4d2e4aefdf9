"""The FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from api import health, problems, rooms
from api.asgi import SparqlAsgi
from api.citations.room import Citations
from api.descriptions import install as descriptions
from api.federation import Federation
from api.graph_store.room import GraphStore
from api.html import Pages
from api.sparql import PATH, SparqlEndpoint
from api.submissions.room import Submissions
from api.update import PATH as UPDATE
from api.update import UpdateEndpoint
from cepgraph import __version__
from cepgraph.content import Content
from cepgraph.engine import EngineOptions, Pool
from cepgraph.model import Model
from cepgraph.parsing import Parser
from cepgraph.resources import Vocabulary
from cepgraph.settings import Settings


def create_app(settings: Settings, model: Model | None = None) -> FastAPI:
    """The application for a data folder; its lifespan starts and stops the engine.

    ``model`` is that of the installation's own content unless another is given. ``app.state``
    holds ``settings``, ``pool``, ``sparql`` and ``submissions`` for the rooms that are added to it.
    """
    pool = Pool(EngineOptions.from_settings(settings))
    model = model or Model(Content.default())
    submissions = Submissions(settings, model.content.root, pool)
    sparql = SparqlEndpoint(pool, settings)
    parser = Parser()
    federation = Federation(settings.endpoints, parser, settings.query_deadline_s)
    sparql.federation = federation
    citations = Citations(settings, model, pool, sparql, parser)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool, submissions.jobs, parser, federation.lifespan(), citations.lifespan():
            yield

    app = FastAPI(
        title="cepgraph",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.pool = pool
    app.state.sparql = sparql
    app.state.submissions = submissions
    problems.install(app)
    app.include_router(health.router)
    endpoint = SparqlAsgi(app.state.sparql)
    for path in (PATH, f"{PATH}/"):
        app.router.routes.append(Route(path, endpoint, include_in_schema=False))
    update = UpdateEndpoint(pool, submissions.writing, settings)
    app.router.routes.append(Route(UPDATE, update, include_in_schema=False))
    app.router.routes += submissions.routes()
    graphs = GraphStore(app.state.sparql, pool, submissions.writing, settings)
    app.router.routes += graphs.routes()
    pages = Pages(Vocabulary(model.schema), model.ontology)
    app.router.routes += citations.routes(pages)
    rooms.install_reading(app, model, pool, app.state.sparql.ask)
    app.state.sparql.front = app.state.editor.front
    descriptions.install(app, model, pool, settings)
    return app
