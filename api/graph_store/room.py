"""The addresses at and below ``/graphs``."""

import sys
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api import problems
from api.asgi import unless_gone, until_gone
from api.graph_store.changes import Changes
from api.graph_store.listing import Listing
from api.graph_store.management import Management, limits_of
from api.graph_store.payload import ACCEPTED
from api.graph_store.retrieval import EXPOSED, Retrieval
from api.graph_store.target import METHODS, PATH, Target, target_of
from api.messages import ANY_ORIGIN, Reply
from api.messages import Request as Asked
from api.problems import HttpProblem
from api.reading import origin_of
from api.sparql import SparqlEndpoint
from api.submissions.form import MEDIA_TYPE as FORM
from api.submissions.job import WHY
from api.submissions.writing import Writing
from cepgraph.engine import Pool
from cepgraph.errors import CepgraphError
from cepgraph.history import History
from cepgraph.settings import Settings

READS: Final = ("GET", "HEAD")
_DEFAULT: Final = (
    "the default graph is all named graphs together; write to a named graph of your own"
)
_HEADERS: Final = ", ".join(
    (
        *("Accept", "Authorization", "Content-Type"),
        *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"),
    )
)


class GraphStore:
    """The protocol as an ASGI application; errors are answers too."""

    def __init__(
        self, endpoint: SparqlEndpoint, pool: Pool, writing: Writing, settings: Settings
    ) -> None:
        changes = Changes(History(settings.data))
        self._retrieval = Retrieval(endpoint, changes, lambda: pool.version)
        self._listing = Listing(endpoint, changes, lambda: pool.version)
        limits = limits_of(settings.input_max_mb << 20, settings.submission_files)
        self._management = Management(writing, changes, limits)

    def routes(self) -> list[Route]:
        """For the application."""
        paths = (PATH, PATH + "/{rest:path}")
        return [Route(path, self, include_in_schema=False) for path in paths]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        request = Request(scope, receive)
        reply: Reply | None
        try:
            reply = await self._answer(request)
        except CepgraphError as error:
            reply = problems.reply(error)
        except OSError as error:
            # the disk may be full, or the folder gone with a service that stops
            print(f"a graph was not received: {error}", file=sys.stderr)
            problem = f"what is sent cannot be kept at present; {WHY}"
            reply = problems.reply(HttpProblem(503, problem, {"retry-after": "60"}))
        if reply is not None:
            await _send(reply, request.method, send)

    async def _answer(self, request: Request) -> Reply | None:
        """The reply; ``None`` when nobody waits for it any more."""
        origin = origin_of(request.scope)
        target = target_of(request.path_params.get("rest", ""), request.url.query, origin)
        if request.method == "OPTIONS":
            return Reply(204, _allowed(target))
        if request.method in READS:
            answer = self._read(target, request, origin)
            return await unless_gone(answer, partial(until_gone, request.receive))
        refuse_method(request.method, target)
        return await self._management.reply(target, request, origin)

    async def _read(self, target: Target, request: Request, origin: str) -> Reply:
        client = request.client.host if request.client is not None else ""
        asked = Asked(request.method, request.url.query, request.headers, b"", client)
        if target.kind == "store":
            return await self._listing.reply(target, asked, origin)
        return await self._retrieval.reply(target, asked)


def refuse_method(method: str, target: Target) -> None:
    """Refuse what cannot be done to a target.

    Raises:
        HttpProblem: 400 a write that names no graph, 403 one of the default graph, 405 another
            method.
    """
    allowed = METHODS[target.kind]
    if method in allowed:
        return
    if method in METHODS["graph"]:
        if target.kind == "default":
            raise HttpProblem(403, _DEFAULT)
        raise HttpProblem(400, "name a graph: /graphs/publisher/dataset, or /graphs?graph=IRI")
    raise HttpProblem(405, f"{method} is not understood here", {"allow": ", ".join(allowed)})


def _allowed(target: Target) -> list[tuple[str, str]]:
    methods = ", ".join(METHODS[target.kind])
    accepted = {
        "graph": [("accept-put", ACCEPTED), ("accept-post", f"{ACCEPTED}, {FORM}")],
        "store": [("accept-post", f"{ACCEPTED}, {FORM}")],
        "default": [],
    }
    return [
        ("allow", methods),
        *accepted[target.kind],
        ANY_ORIGIN,
        ("access-control-allow-methods", methods),
        ("access-control-allow-headers", _HEADERS),
        ("access-control-expose-headers", EXPOSED),
        ("access-control-max-age", "86400"),
    ]


async def _send(reply: Reply, method: str, send: Send) -> None:
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers]
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if method == "HEAD" else reply.body
    await send({"type": "http.response.body", "body": body})
