"""The SPARQL endpoint: a request in, a reply out, whatever server stands in front of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from api import problems
from api.federation import Federation, contributed
from api.lanes import LaneLimits, Lanes, client_of
from api.messages import ANY_ORIGIN, Headers, Reply, Request
from api.protocol import ACCEPTED, METHODS, WITH_BODY, Asked, asked_by
from api.results import ResultCache, repeatable
from cepgraph.engine import Answer, Pool, Question
from cepgraph.engine.patience import Patience
from cepgraph.errors import CepgraphError, EngineBusy, EngineDown, QueryError
from cepgraph.settings import Settings

PATH: Final = "/sparql"
VERSION: Final = "cepgraph-version"
WATCH_AFTER_S: Final = 0.25
"""Queries shorter than this are not worth watching the client for."""

_SHARED: Final[Headers] = [
    ("vary", "Accept"),
    ("cache-control", "no-cache"),
    ANY_ORIGIN,
    ("x-content-type-options", "nosniff"),
    ("access-control-expose-headers", "Cepgraph-Version, Cepgraph-Service, ETag, Retry-After"),
]
_OPTIONS: Final[Headers] = [
    ("allow", ", ".join(METHODS)),
    *ACCEPTED.items(),
    ANY_ORIGIN,
    ("access-control-allow-methods", ", ".join(METHODS)),
    ("access-control-allow-headers", "Accept, Content-Type, If-None-Match"),
    ("access-control-max-age", "86400"),
]


class SparqlEndpoint:
    """Answers queries from the cache or from the pool."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.max_bytes = settings.query_max_kb * 1024
        self._pool = pool
        self._deadline_s = settings.query_deadline_s
        self._proxies = settings.proxies
        # the pool has a worker more: the service's own questions do not wait for the public's
        self.lanes = Lanes(LaneLimits.from_settings(settings))
        self.cache = ResultCache(settings.result_cache_mb << 20)
        self.front: Callable[[Request], Reply | None] = _no_front
        """What is answered to a request without a query; ``None`` for what it does not answer."""
        self.description: Callable[[Request], Awaitable[Reply]] | None = None
        """What is answered to it then."""
        self.watched = Patience(WATCH_AFTER_S)
        """For queries that take long enough to look whether their client is still there."""
        self.federation: Federation | None = None
        """Who answers what a query asks of other endpoints; ``None`` where nobody does."""
        pool.on_version.append(lambda _version: self.cache.clear())

    async def answer(self, request: Request) -> Reply:
        """The reply to any request; errors are replies too.

        When the caller is cancelled, because the client went away, the query is ended.
        """
        if request.method == "OPTIONS":
            return Reply(204, _OPTIONS)
        try:
            reply = await self._reply(request)
        except CepgraphError as error:
            return problems.reply(error)
        # the tag of an answer to POST is not that of the resource (RFC 9110, 13.1.2)
        tags = None if request.method == "POST" else request.headers.get("if-none-match")
        return reply if tags is None else revalidated(reply, tags)

    async def _reply(self, request: Request) -> Reply:
        if asks_nothing(request):
            front = self.front(request)
            if front is not None:
                return front
            if self.description is not None:
                return await self.description(request)
        asked = asked_by(request, self.max_bytes)
        question = asked.question
        key = self._key(request, asked)
        kept = self.cache.get(key)
        if kept is not None:
            return kept
        if self.federation is not None and self.federation.concerns(question):
            federated = await self._federated(self.federation, asked, request)
            if federated is not None:
                return federated
        answer = await self.ask(question, asked.version, request)
        reply = _reply_of(answer)
        lasts = answer.version in (asked.version, self._pool.version)
        if lasts and repeatable(question.query):
            self.cache.put(key, len(question.query) + len(request.query_string), reply)
        return reply

    async def _federated(
        self, federation: Federation, asked: Asked, request: Request
    ) -> Reply | None:
        """What holds at the time, and is not kept; ``None`` where nobody else is asked."""
        client = client_of(request, self._proxies)
        resolved = await federation.resolve(asked.question, client)
        if not resolved.endpoints:
            return None
        answer = await self.ask(resolved.question, asked.version, request, resolved.left_s)
        return contributed(_reply_of(answer), resolved.endpoints)

    async def ask(
        self,
        question: Question,
        version: int | None,
        request: Request,
        deadline_s: float | None = None,
    ) -> Answer:
        """Have a question answered, at a version, when it is the turn of who sent the request.

        ``deadline_s`` is that of the settings unless another is given.

        Raises:
            QueryError, TooMany, NotFound: as ``Lanes.enter`` and ``Pool.query``.
        """
        client = client_of(request, self._proxies)
        turn = await self.lanes.enter(client, self._deadline_s, self._late)
        try:
            return await self._pool.query(
                question, deadline_s, version=version, on_slow=turn.slow, on_heavy=turn.slow
            )
        finally:
            turn.end()

    def _late(self) -> QueryError:
        if self._pool.version is None:
            return EngineDown(self._pool.problem or "the graph is being loaded")
        return EngineBusy("no worker became free in time; try again later")

    def _key(self, request: Request, asked: Asked) -> tuple[object, ...]:
        if request.method in WITH_BODY:
            question = asked.question
            return (
                asked.version,
                question.query,
                question.default_graphs,
                question.named_graphs,
                question.results,
                question.graphs,
            )
        return (request.query_string, request.headers.get("accept", ""))


def asks_nothing(request: Request) -> bool:
    """Whether somebody just came by: the protocol has no operation without a query."""
    return request.method in ("GET", "HEAD") and not request.query_string


def revalidated(reply: Reply, tags: str) -> Reply:
    """304 when the client has the reply already (RFC 9110, 13.1.2), otherwise the reply."""
    tag = reply.header("etag")
    known = {known.strip().removeprefix("W/") for known in tags.split(",")}
    if tag is None or not known & {tag.removeprefix("W/"), "*"}:
        return reply
    return Reply(304, [pair for pair in reply.headers if pair[0] != "content-type"])


def _no_front(_request: Request) -> Reply | None:
    return None


def _reply_of(answer: Answer) -> Reply:
    text = answer.media_type.startswith("text/")
    return Reply(
        200,
        [
            ("content-type", answer.media_type + ("; charset=utf-8" if text else "")),
            (VERSION, str(answer.version)),
            ("etag", f'"{answer.digest}"'),
            *_SHARED,
        ],
        answer.body,
    )
