"""The FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from api import health, problems
from api.asgi import SparqlAsgi
from api.sparql import PATH, SparqlEndpoint
from cepgraph import __version__
from cepgraph.engine import EngineOptions, Pool
from cepgraph.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application for a data folder; its lifespan starts and stops the engine.

    ``app.state`` holds ``settings``, ``pool`` and ``sparql`` for the rooms that are added to it.
    """
    pool = Pool(EngineOptions.from_settings(settings))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(title="cepgraph", version=__version__, lifespan=lifespan)
    app.state.settings = settings
    app.state.pool = pool
    app.state.sparql = SparqlEndpoint(pool, settings)
    problems.install(app)
    app.include_router(health.router)
    app.router.routes.append(Route(PATH, SparqlAsgi(app.state.sparql), include_in_schema=False))
    return app
