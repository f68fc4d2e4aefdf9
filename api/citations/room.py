"""The addresses of citations: where they are made, and where they are read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.citations import document
from api.citations.answers import CitationDocuments, CitationPages
from api.citations.asking import Asking
from api.citations.citing import Citing
from api.citations.document import API, PERMALINK, Places
from api.citations.graphs import Grounds
from api.citations.registry import Registry
from api.citations.sent import MOST_BYTES, sent
from api.citations.standing import Standings
from api.html import Pages
from api.lanes import client_of
from api.messages import ANY_ORIGIN
from api.messages import Request as Message
from api.problems import HttpProblem
from api.reading import HTML, JSON, ReadOnly, origin_of
from api.sparql import VERSION, SparqlEndpoint
from cepgraph.engine import Pool
from cepgraph.errors import CepgraphError
from cepgraph.formats import negotiate
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.parsing import Parser
from cepgraph.settings import Settings

READ_S: Final = 30.0
"""Seconds in which a body must have arrived."""
METHODS: Final = "POST, OPTIONS"
_SHARED: Final = {
    "cache-control": "no-store",
    "vary": "Accept",
    ANY_ORIGIN[0]: ANY_ORIGIN[1],
    "access-control-expose-headers": "Cepgraph-Version, Content-Location, Location, Retry-After",
    "x-content-type-options": "nosniff",
}
_ALLOWED: Final = {
    "allow": METHODS,
    ANY_ORIGIN[0]: ANY_ORIGIN[1],
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": "Accept, Content-Type",
    "access-control-max-age": "86400",
}


class Citations:
    """The room; ``lifespan`` must be entered before anything is asked."""

    def __init__(
        self, settings: Settings, model: Model, pool: Pool, endpoint: SparqlEndpoint, parser: Parser
    ) -> None:
        asking = Asking(pool, endpoint.lanes, settings.citation_result_mb)
        self._proxies = settings.proxies
        self._registry = Registry(settings.data, settings.citations)
        history = History(settings.data)
        self._standings = Standings(asking, history)
        self._asking = asking
        self._citing = Citing(
            asking,
            Grounds(asking, parser),
            self._registry,
            history,
            model.catalogue,
            settings.citations_per_minute,
        )

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Ends what is under way when the service stops."""
        try:
            yield
        finally:
            await self._standings.stop()

    def routes(self, pages: Pages) -> list[Route]:
        """For the application, before the collections, whose addresses these are below."""
        documents = CitationDocuments(self._registry, self._standings)
        parts = CitationPages(self._registry, self._standings, self._asking, pages, self._proxies)
        below = _uncached(parts)
        rooms: dict[str, ASGIApp] = {
            API: self._make,
            API + "/": self._make,
            API + "/{rest:path}": _uncached(documents),
            PERMALINK: below,
            PERMALINK + "/{rest:path}": below,
        }
        return [Route(path, room, include_in_schema=False) for path, room in rooms.items()]

    @property
    def _make(self) -> "_Making":
        return _Making(self._citing, self._standings, self._proxies)


class _Making:
    """Where citations are made, as an ASGI application; errors are answers too."""

    def __init__(self, citing: Citing, standings: Standings, proxies: int) -> None:
        self._citing = citing
        self._standings = standings
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, _ALLOWED)
        try:
            if request.method != "POST":
                problem = "citations are not listed; what people ask is theirs. POST makes one"
                raise HttpProblem(405, problem, {"allow": METHODS})
            return await self._made(request)
        except CepgraphError as error:
            reply = problems.reply(error)
            return Response(reply.body, reply.status, {**_SHARED, **dict(reply.headers)})

    async def _made(self, request: Request) -> Response:
        offered = negotiate(request.headers.get("accept"), (JSON, HTML))
        if not offered:
            raise HttpProblem(406, f"this comes as {JSON}, {HTML}")
        asked = sent(request.headers.get("content-type", ""), await _body(request))
        citation, new = await self._citing.cite(asked, self._client(request))
        places = Places(origin_of(request.scope), citation)
        if offered[0] == HTML:
            return Response(None, 303, {**_SHARED, "location": places.page})
        standing = await self._standings.of(citation)
        told = document.told(citation, standing, places, datetime.now(UTC))
        headers = {
            **_SHARED,
            "location": places.page,
            "content-location": places.api,
            VERSION: str(citation.asked.version),
        }
        return Response(orjson.dumps(told), 201 if new else 200, headers, JSON)

    def _client(self, request: Request) -> str:
        host = request.client.host if request.client else ""
        return client_of(Message("POST", "", request.headers, client=host), self._proxies)


async def _body(request: Request) -> bytes:
    pieces = []
    size = 0
    try:
        async with asyncio.timeout(READ_S):
            async for piece in request.stream():
                size += len(piece)
                if size > MOST_BYTES:
                    raise HttpProblem(413, f"a citation may be asked for in {MOST_BYTES >> 10} kB")
                pieces.append(piece)
    except TimeoutError as error:
        raise HttpProblem(408, f"no whole body came within {READ_S:g} s") from error
    return b"".join(pieces)


def _uncached(room: CitationDocuments | CitationPages) -> ReadOnly:
    """What is told of a citation has the day in it, and what stands behind it is kept already."""
    return ReadOnly(room, lambda: None)
