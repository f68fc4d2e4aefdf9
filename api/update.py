"""The SPARQL 1.1 Protocol's update operation, at an address of its own.

https://www.w3.org/TR/sparql11-protocol/#update-operation

An update is worked out in a worker, at the newest version; what it would change goes the way of
every write, through the gate and into the log. Updates are taken one after another, so that each
sees what the one before it did.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.messages import ANY_ORIGIN
from api.problems import HttpProblem
from api.protocol import DIRECT, FORM, UPDATE, decode, kind_of, text_of
from api.reading import JSON
from api.sparql import VERSION
from api.submissions import answers
from api.submissions.body import length_of, pieces_of
from api.submissions.job import Job
from api.submissions.task import graph_of
from api.submissions.writing import Writing
from cepgraph.engine import Pool
from cepgraph.engine.update import Difference, UpdateRequest, difference_of, update_head
from cepgraph.errors import CepgraphError, StaleVersion
from cepgraph.settings import Settings
from cepgraph.terms import BASE
from cepgraph.tokens import Token

PATH: Final = "/update"
METHODS: Final = ("POST", "OPTIONS")
WHY: Final = "SPARQL update"
TRIES: Final = 4
"""How often an update is worked out anew because something else was published meanwhile."""
SEEN_S: Final = 10.0
"""How long an update waits until queries see what was published before it."""

NOTHING: Final = (
    "the graph is as it was; what an update says outside GRAPH is said of the default graph, which "
    "holds nothing unless the parameter graph names one"
)

_BODIES: Final = f"{UPDATE}, {FORM}"
_TOLD: Final = {"accept": _BODIES, "accept-post": _BODIES}
_METHODS: Final = ", ".join(METHODS)
_OPTIONS: Final = {
    "allow": _METHODS,
    "accept-post": _BODIES,
    ANY_ORIGIN[0]: ANY_ORIGIN[1],
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "Accept, Authorization, Content-Type",
    "access-control-max-age": "86400",
}
_ELSEWHERE: Final = {
    "default-graph-uri": "an update has using-graph-uri",
    "named-graph-uri": "an update has using-named-graph-uri",
}


@dataclass(frozen=True)
class Asked:
    """An update as it was asked for; ``sent`` is its text as bytes, for the log's hash."""

    update: UpdateRequest
    why: str
    sent: bytes


class UpdateEndpoint:
    """The operation as an ASGI application; errors are answers too."""

    def __init__(self, pool: Pool, writing: Writing, settings: Settings) -> None:
        self._pool = pool
        self._writing = writing
        self._most = settings.update_max_mb << 20
        self._deadline_s = settings.query_deadline_s
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, _OPTIONS)
        try:
            if request.method != "POST":
                raise HttpProblem(
                    405, f"updates come by POST, not by {request.method}", {"allow": _METHODS}
                )
            return await self._update(self._writing.token_of(request.headers), request)
        except CepgraphError as error:
            return answers.problem(error)

    async def _body(self, request: Request) -> bytes:
        # a form may write three characters for one
        announced = length_of(request, self._most, 2 * self._most)
        pieces = [piece async for piece in pieces_of(request, self._most, 2 * self._most)]
        body = b"".join(pieces)
        if len(body) < announced:
            # the first operations of several would be an update too
            raise HttpProblem(400, "the body ended before its announced length")
        return body

    async def _update(self, token: Token, request: Request) -> Response:
        asked: Asked | None = None
        for _ in range(TRIES):
            with self._writing.place(token) as job:
                if asked is None:
                    asked = asked_by(request, await self._body(request), token, self._most)
                try:
                    async with self._turn:
                        return await self._attempt(job, asked)
                except StaleVersion as error:
                    newer = error.newer
            await self._pool.wait_for_version(newer, SEEN_S)
        problem = "others publish all the time, and nothing was written; try again later"
        raise HttpProblem(503, problem, {"retry-after": str(answers.RETRY_AFTER_S)})

    async def _attempt(self, job: Job, asked: Asked) -> Response:
        """Work the update out, and have the difference written.

        Raises:
            StaleVersion: something was published in between.
            CepgraphError: it cannot be carried out, or was not written.
        """
        frame = await self._pool.ask(update_head(asked.update), self._deadline_s)
        difference = difference_of(frame, asked.update)
        if not difference:
            return _told(difference.version, difference, changed=False)
        written = await self._writing.amend_from(
            job,
            difference.added,
            difference.removed,
            difference.version,
            asked.why,
            sent=asked.sent,
        )
        return _told(written.version, difference, changed=written.changed)


def asked_by(request: Request, body: bytes, token: Token, most: int) -> Asked:
    """What a request asks for, whose token is good.

    Raises:
        HttpProblem: 400, 413 or 415, as HTTP and the protocol have it.
        BadParameter, Forbidden: the parameter ``graph`` is no graph, or not the token's.
    """
    parameters = list(decode(request.url.query))
    updates = []
    if kind_of(request.headers) == DIRECT:
        raise HttpProblem(415, "queries are not answered here; send them to /sparql", _TOLD)
    kind, text = text_of(request.headers, body, (UPDATE, FORM), "an update", _TOLD)
    if kind == FORM:
        parameters += decode(text)
    else:
        updates.append(text)
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(name, []).append(value)
    updates += values.get("update", [])
    if "query" in values:
        raise HttpProblem(400, "queries are not answered here; send them to /sparql")
    if len(updates) != 1:
        raise HttpProblem(400, f"give exactly one update; {len(updates)} were found")
    for name, instead in _ELSEWHERE.items():
        if name in values:
            raise HttpProblem(400, f"{name} is a parameter of queries; {instead}")
    sent = updates[0].encode()
    if len(sent) > most:
        raise HttpProblem(413, f"an update may have {most >> 20} MB")
    return Asked(
        UpdateRequest(
            update=updates[0],
            writable=token.graphs,
            graphs=_iris(values, "using-graph-uri"),
            named_graphs=_iris(values, "using-named-graph-uri"),
            default=graph_of(_one(values, "graph"), token) or None,
            base=BASE,
        ),
        _one(values, "why") or WHY,
        sent,
    )


def _one(values: dict[str, list[str]], name: str) -> str:
    given = values.get(name, [""])
    if len(given) > 1:
        raise HttpProblem(400, f"the parameter {name} is given {len(given)} times")
    return given[0]


def _iris(values: dict[str, list[str]], name: str) -> tuple[str, ...] | None:
    given = values.get(name)
    for iri in given or ():
        try:
            NamedNode(iri)
        except ValueError as error:
            raise HttpProblem(400, f"{name} is an IRI, in full (found {iri[:200]!r})") from error
    return None if given is None else tuple(given)


def _told(version: int, difference: Difference, *, changed: bool) -> Response:
    """200: what was done."""
    told: dict[str, Any] = {
        "version": version,
        "changed": changed,
        "graphs": [
            {"graph": done.graph, "triplesAdded": done.added, "triplesRemoved": done.removed}
            for done in difference.graphs
        ],
    }
    if not changed:
        told["graphs"] = []
        told["note"] = NOTHING
    return Response(orjson.dumps(told), 200, {**answers.SHARED, VERSION: str(version)}, JSON)
