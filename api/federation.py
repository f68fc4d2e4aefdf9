"""SERVICE: what a query asks of other endpoints is answered before the query is evaluated.

Workers reach nothing. So this process, and no other, asks: only endpoints of the list in the
settings, with what stands in the query for them; and puts their solutions in the place of SERVICE.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from api.messages import Reply
from cepgraph import __version__
from cepgraph.engine import Question
from cepgraph.errors import EngineBusy, QueryError, QueryRefused, QueryTimeout, TooMany
from cepgraph.formats import JSON_RESULTS
from cepgraph.parsing import Asked, BadResult, Parser, Service, nothing_bound

CONTRIBUTED: Final = "cepgraph-service"
"""The header that names the endpoints that an answer is made of."""

MOST_SERVICES: Final = 8
"""SERVICE patterns in one query."""
MOST_BYTES: Final = 8 << 20
"""Of what all endpoints answer to one query; it becomes text of the query."""
AT_ONCE: Final = 4
"""Queries that ask others at the same time."""
PER_CLIENT: Final = 2
"""Of these, those of one client."""
READ_AT_ONCE: Final = 24
"""Queries that are read, or wait for that, because SERVICE may be in them; the parser takes some
more, for others than this."""
READ_PER_CLIENT: Final = 8
RETRY_AFTER_S: Final = 1
SHARE: Final = 0.75
"""Of what is left of the deadline, for the endpoints; the rest is for the evaluation."""

_ACCEPTED: Final = (JSON_RESULTS.media_type, "application/json")
_HEADERS: Final = {
    "accept": JSON_RESULTS.media_type,
    # what is packed has no size that could be bounded
    "accept-encoding": "identity",
    "user-agent": f"cepgraph/{__version__}",
}


class EndpointFailed(QueryError):
    """An endpoint that a query asks did not answer, or not with a result."""

    title = "Another endpoint did not answer"
    status = 502

    def __init__(self, endpoint: str, problem: str) -> None:
        super().__init__(problem)
        self.endpoint = endpoint

    def detail(self) -> str:
        return f"{self.endpoint}: {self.problem}"


class EndpointLate(EndpointFailed):
    """It did not answer in time."""

    title = "Another endpoint did not answer in time"
    status = 504


@dataclass(frozen=True)
class Resolved:
    """A question that asks nobody else any more, and who was asked for it."""

    question: Question
    endpoints: tuple[str, ...]
    left_s: float
    """What is left of the deadline."""


@dataclass
class Allowance:
    """How many bytes the endpoints may still answer."""

    left: int


class Places:
    """So many may do something at the same time, and so many of them for one client."""

    def __init__(self, per_client: int, at_once: int, doing: str) -> None:
        self._per_client = per_client
        self._at_once = at_once
        self._doing = doing
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """A place, while it is needed.

        Raises:
            TooMany, EngineBusy: there is none for this client, or none at all.
        """
        if self._taken[client] >= self._per_client:
            problem = f"{self._per_client} queries of this address {self._doing} already"
            raise TooMany(problem, RETRY_AFTER_S)
        if self._taken.total() >= self._at_once:
            raise EngineBusy(f"{self._at_once} queries {self._doing} already; try again later")
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            # clients come and go, and their names are not kept
            self._taken += Counter()


class Federation:
    """Asks endpoints; used by one event loop, between entering and leaving ``lifespan``."""

    def __init__(self, endpoints: tuple[str, ...], parser: Parser, deadline_s: float) -> None:
        self.transport: httpx.AsyncBaseTransport | None = None
        """What stands for the network, in tests."""
        self._endpoints = endpoints
        self._parser = parser
        self._deadline_s = deadline_s
        self._client: httpx.AsyncClient | None = None
        self._reading = Places(READ_PER_CLIENT, READ_AT_ONCE, "are read for other endpoints")
        self._asking = Places(PER_CLIENT, AT_ONCE, "ask other endpoints")

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Opens what is needed to ask, when there is anybody to ask."""
        if not self._endpoints:
            yield
            return
        self._client = httpx.AsyncClient(
            headers=_HEADERS,
            # no proxies and passwords from the environment, no cookies, and nowhere else
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=self._deadline_s,
            transport=self.transport,
        )
        async with self._client:
            yield
        self._client = None

    def concerns(self, question: Question) -> bool:
        """Whether a question may ask others, and there are others to ask."""
        return self._client is not None and "service" in question.query.lower()

    async def resolve(self, question: Question, client: str) -> Resolved:
        """The question with what the endpoints say in the place of its SERVICE patterns.

        ``client`` is whoever asks, as ``client_of`` names it.

        Raises:
            QueryRefused: an endpoint is not on the list, or SERVICE is used in a way that is not
                answered.
            EndpointFailed: an endpoint did not answer, was late, or answered something else.
            QueryTimeout: nothing of the deadline is left.
            EngineBusy, TooMany: too many queries ask others, or wait to be read.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline_s
        with self._reading.one(client):
            try:
                async with asyncio.timeout_at(end):
                    asked = await self._parser.services_of(question.query, question.base)
            except TimeoutError as error:
                raise EngineBusy("too many queries wait to be read; try again later") from error
        if not asked.services:
            return Resolved(question, (), self._deadline_s)
        self._check(asked)
        late = "no time was left when the other endpoints had answered"
        with self._asking.one(client):
            until = loop.time() + (end - loop.time()) * SHARE
            try:
                # what they answered must be read too, and others may wait for that
                async with asyncio.timeout_at(end):
                    values = await self._all(asked, until)
            except TimeoutError as error:
                raise QueryTimeout(late) from error
        left_s = end - loop.time()
        if left_s <= 0:
            raise QueryTimeout(late)
        return Resolved(
            # a link to the version would promise the same answer again
            replace(question, query=asked.answered(values), linked=False),
            tuple(dict.fromkeys(service.endpoint for service in asked.services)),
            left_s,
        )

    def _check(self, asked: Asked) -> None:
        if len(asked.services) > MOST_SERVICES:
            raise QueryRefused(f"more than {MOST_SERVICES} uses of SERVICE in one query")
        for service in asked.services:
            if service.endpoint not in self._endpoints:
                allowed = ", ".join(f"<{endpoint}>" for endpoint in self._endpoints)
                raise QueryRefused(
                    f"SERVICE <{service.endpoint}> is not asked; exactly these are: {allowed}"
                )

    async def _all(self, asked: Asked, until: float) -> list[str]:
        allowance = Allowance(MOST_BYTES)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._values(service, until, allowance))
                    for service in asked.services
                ]
        except ExceptionGroup as failed:
            # the first is enough; the others were called off
            raise failed.exceptions[0] from failed
        return [task.result() for task in tasks]

    async def _values(self, service: Service, until: float, allowance: Allowance) -> str:
        try:
            try:
                async with asyncio.timeout_at(until):
                    result = await self._result(service, allowance)
            except TimeoutError as error:
                raise EndpointLate(service.endpoint, "no whole answer in time") from error
            try:
                return await self._parser.values_of(service.variables, result)
            except BadResult as error:
                raise EndpointFailed(service.endpoint, str(error)) from error
        except EndpointFailed:
            if service.silent:
                return nothing_bound(service.variables)
            raise

    async def _result(self, service: Service, allowance: Allowance) -> bytes:
        assert self._client is not None
        form = {"query": service.query}
        try:
            async with self._client.stream("POST", service.endpoint, data=form) as response:
                _check_head(service.endpoint, response)
                pieces = []
                async for piece in response.aiter_raw():
                    allowance.left -= len(piece)
                    if allowance.left < 0:
                        problem = f"answers of more than {MOST_BYTES >> 20} MB are not taken"
                        raise EndpointFailed(service.endpoint, problem)
                    pieces.append(piece)
                return b"".join(pieces)
        except httpx.TimeoutException as error:
            raise EndpointLate(service.endpoint, "no whole answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"it cannot be asked ({type(error).__name__})"
            raise EndpointFailed(service.endpoint, problem) from error


def contributed(reply: Reply, endpoints: tuple[str, ...]) -> Reply:
    """The reply with the names of those who contributed, kept by nobody."""
    headers = [pair for pair in reply.headers if pair[0] not in ("cache-control", "etag")]
    named = ", ".join(f"<{endpoint}>" for endpoint in endpoints)
    return replace(reply, headers=[*headers, ("cache-control", "no-store"), (CONTRIBUTED, named)])


def _check_head(endpoint: str, response: httpx.Response) -> None:
    if response.is_redirect:
        raise EndpointFailed(
            endpoint, f"it answered with status {response.status_code}; nobody is followed"
        )
    if response.status_code != 200:
        raise EndpointFailed(endpoint, f"it answered with status {response.status_code}")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _ACCEPTED:
        raise EndpointFailed(endpoint, f"it answered with {media_type or 'no media type'}")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise EndpointFailed(endpoint, "it packed its answer")
