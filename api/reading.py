"""Rooms that only read: methods, repeated and conditional requests, and what all answers carry."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Protocol
from urllib.parse import parse_qsl, quote

from pyoxigraph import RdfFormat, Triple, serialize
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api import problems
from api.messages import ANY_ORIGIN, Reply, Request
from api.messages import Headers as HeaderList
from api.problems import HttpProblem
from api.results import ResultCache
from api.sparql import VERSION, revalidated
from cepgraph.errors import BadParameter, CepgraphError
from cepgraph.formats import JSON_LD, N_TRIPLES, TURTLE, negotiate
from cepgraph.terms import PREFIXES

JSON: Final = "application/json"
HTML: Final = "text/html"
JSON_LD_TYPE: Final = JSON_LD.media_type
TURTLE_TYPE: Final = TURTLE.media_type
N_TRIPLES_TYPE: Final = N_TRIPLES.media_type
RDF_TYPES: Final = {TURTLE_TYPE: RdfFormat.TURTLE, N_TRIPLES_TYPE: RdfFormat.N_TRIPLES}

CACHE_BYTES: Final = 32 << 20
MOST_PARAMETERS: Final = 100
METHODS: Final = "GET, HEAD, OPTIONS"

REVALIDATE: Final = "no-cache"
FOR_AN_HOUR: Final = "public, max-age=3600"
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"

_HOST: Final = re.compile(
    r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?"
)
OPTIONS: Final[HeaderList] = [
    ("allow", METHODS),
    ANY_ORIGIN,
    ("access-control-allow-methods", METHODS),
    ("access-control-allow-headers", "Accept, If-None-Match"),
    ("access-control-max-age", "86400"),
]


@dataclass(frozen=True)
class Reading:
    """A request to read.

    ``path`` is what follows the room's own address, decoded, without a slash at its start; ``root``
    is what the service's own addresses begin with, usually nothing; ``origin`` is what they begin
    with for somebody elsewhere, such as ``https://graph.example.org``.
    """

    path: str
    request: Request
    root: str = ""
    origin: str = "http://localhost"

    def accepted(self, offered: tuple[str, ...]) -> str:
        """The best of the media types on offer.

        Raises:
            HttpProblem: 406.
        """
        best = _best(self.request.headers.get("accept"), offered)
        if best is None:
            raise HttpProblem(406, f"this comes as {', '.join(offered)}")
        return best

    def parameters(self, known: Iterable[str] = ()) -> dict[str, str]:
        """The query string's parameters.

        Raises:
            BadParameter: one that is not known, or is given twice.
        """
        if not self.request.query_string:
            return {}
        given: dict[str, str] = {}
        known = tuple(known)
        for name, value in _decoded(self.request.query_string):
            if name not in known:
                offer = f"known here: {', '.join(known)}" if known else "nothing is known here"
                raise BadParameter(name, f"there is no such parameter; {offer}")
            if name in given:
                raise BadParameter(name, "it is given more than once")
            given[name] = value
        return given


class Room(Protocol):
    """Answers what is asked below one address."""

    async def reply(self, reading: Reading) -> Reply:
        """The answer to a GET request.

        Raises:
            CepgraphError: becomes a problem document.
        """


class ReadOnly:
    """A room as an ASGI application; answers that hold for a version are kept while it lasts."""

    def __init__(self, room: Room, version: Callable[[], int | None]) -> None:
        self._room = room
        self._version = version
        self._kept_for: int | None = None
        self._kept = ResultCache(CACHE_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Part of ASGI."""
        method = scope["method"]
        request = Request(
            method,
            scope["query_string"].decode("utf-8", "replace"),
            Headers(scope=scope),
            client=(scope.get("client") or ("",))[0],
        )
        path = scope.get("path_params", {}).get("rest", "")
        reply = await self.answer(
            Reading(path, request, scope.get("root_path", ""), origin_of(scope))
        )
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers]
        if reply.status not in (204, 304):
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        body = b"" if method == "HEAD" else reply.body
        await send({"type": "http.response.body", "body": body})

    async def answer(self, reading: Reading) -> Reply:
        """The reply to any request; errors are replies too."""
        request = reading.request
        if request.method == "OPTIONS":
            return Reply(204, OPTIONS)
        try:
            if request.method not in ("GET", "HEAD"):
                problem = f"{request.method} is not understood here"
                raise HttpProblem(405, problem, {"allow": METHODS})
            reply = await self._reply(reading)
        except CepgraphError as error:
            return problems.reply(error)
        tags = request.headers.get("if-none-match")
        return reply if tags is None else revalidated(reply, tags)

    async def _reply(self, reading: Reading) -> Reply:
        version = self._version()
        if version != self._kept_for:
            self._kept.clear()
            self._kept_for = version
        request = reading.request
        accept = request.headers.get("accept", "")
        key = (reading.path, request.query_string, accept, reading.root, reading.origin)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        reply = await self._room.reply(reading)
        told = reply.header(VERSION)
        if told == str(self._version()) or _asked_for(request, told):
            self._kept.put(key, sum(map(len, key)), reply)
        return reply


def _asked_for(request: Request, version: str | None) -> bool:
    """Whether it is the version that the address names, so that the answer stays what it is."""
    return version is not None and f"version={version}" in request.query_string.split("&")


def origin_of(scope: Scope) -> str:
    """What the service's addresses begin with: the setting ``public_url``, or what was asked."""
    settings = getattr(getattr(scope.get("app"), "state", None), "settings", None)
    if settings is not None and settings.public_url:
        return str(settings.public_url)
    host = Headers(scope=scope).get("host", "")
    return address_of(scope.get("scheme", "http"), host) + str(scope.get("root_path", ""))


def address_of(scheme: str, host: str) -> str:
    """What a service is asked as, with its scheme and the ``Host`` that a client names."""
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"


def representation(
    body: bytes,
    media_type: str,
    version: int | None = None,
    headers: Iterable[tuple[str, str]] = (),
    cache: str = REVALIDATE,
) -> Reply:
    """An answer of one form among several, with its entity tag."""
    text = media_type.startswith("text/")
    told = [] if version is None else [(VERSION, str(version))]
    return Reply(
        200,
        [
            ("content-type", media_type + ("; charset=utf-8" if text else "")),
            ("etag", f'"{blake2b(body, digest_size=16).hexdigest()}"'),
            *told,
            ("vary", "Accept"),
            ("cache-control", cache),
            ANY_ORIGIN,
            ("access-control-expose-headers", "Cepgraph-Version, ETag, Link, Retry-After"),
            ("x-content-type-options", "nosniff"),
            *headers,
        ],
        body,
    )


def rdf(told: Iterable[Triple], media_type: str) -> bytes:
    """Triples in one of ``RDF_TYPES``."""
    return serialize(told, format=RDF_TYPES[media_type], prefixes=PREFIXES) or b""


def address(path: str) -> str:
    """A path, or the path of an IRI, as it stands in a link."""
    return quote(path, safe="/:@!$&'()*+,;=~-._%")


def whole(given: dict[str, str], name: str, usual: int, most: int) -> int:
    """A parameter that counts from 1.

    Raises:
        BadParameter: it is no whole number between 1 and ``most``.
    """
    value = given.get(name)
    if value is None:
        return usual
    if value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= most:
        return int(value)
    raise BadParameter(name, f"write a whole number from 1 to {most}", value[:100])


@lru_cache(maxsize=512)
def _best(accept: str | None, offered: tuple[str, ...]) -> str | None:
    return next(iter(negotiate(accept, offered)), None)


def _decoded(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise HttpProblem(400, "a parameter is not UTF-8") from error
    except ValueError as error:
        raise HttpProblem(400, f"more than {MOST_PARAMETERS} parameters") from error
