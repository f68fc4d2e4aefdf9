"""GET and HEAD: a graph in the form that is asked for."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from pyoxigraph import serialize

from api.graph_store.changes import Changed, Changes
from api.graph_store.conditions import fresh_tag, http_date, is_fresh, tag_of
from api.graph_store.target import Target
from api.messages import ANY_ORIGIN, Headers, Reply, Request
from api.problems import HttpProblem
from api.sparql import VERSION, SparqlEndpoint
from cepgraph.engine import Answer, Question
from cepgraph.errors import NotFound
from cepgraph.formats import GRAPH_FORMATS, Format, by_name, negotiate

EXPOSED: Final = "Cepgraph-Version, ETag, Last-Modified, Location, Retry-After"
_CONTENT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_OFFERED: Final = (
    *(form.media_type for form in GRAPH_FORMATS),
    *(name for form in GRAPH_FORMATS for name in form.media_types[1:]),
)


class Retrieval:
    """Asks for graphs as clients ask queries: in their turn, under the same limits.

    ``version`` tells which version queries see.
    """

    def __init__(
        self, endpoint: SparqlEndpoint, changes: Changes, version: Callable[[], int | None]
    ) -> None:
        self._endpoint = endpoint
        self._changes = changes
        self._version = version

    async def reply(self, target: Target, request: Request) -> Reply:
        """The graph; 304 where the client has it.

        Raises:
            HttpProblem: 406.
            NotFound: no such graph, or no such version.
            QueryError, TooMany: as for a query.
        """
        graph = target.graph.value if target.graph is not None else None
        accepted = _accepted(request.headers.get("accept", ""))
        unchanged = await self._unchanged(graph, target.version, accepted, request)
        if unchanged is not None:
            return unchanged
        key = ("graph", graph, target.version, accepted)
        cache = self._endpoint.cache
        found = cache.get(key)
        if found is None:
            question = Question(
                _CONTENT, graphs=accepted, default_graphs=None if graph is None else (graph,)
            )
            answer = await self._endpoint.ask(question, target.version, request)
            found = await self._found(graph, answer)
            if answer.version in (target.version, self._version()):
                cache.put(key, sum(map(len, accepted)), found)
        modified = found.header("last-modified")
        when = None if modified is None else parsedate_to_datetime(modified)
        if is_fresh(request.headers, found.header("etag") or "", when):
            return Reply(304, [pair for pair in found.headers if pair[0] != "content-type"])
        return found

    async def _found(self, graph: str | None, answer: Answer) -> Reply:
        form = _form_of(answer.media_type)
        if graph is not None and answer.body == _nothing(form):
            raise NotFound("graph", graph)
        changed = await self._changes.newest(graph, answer.version)
        since = changed.version if changed is not None else 0
        text = answer.media_type.startswith("text/")
        headers = [
            ("content-type", answer.media_type + ("; charset=utf-8" if text else "")),
            *_told(answer.version, tag_of(since, form.name, answer.digest), changed),
        ]
        return Reply(200, headers, answer.body)

    async def _unchanged(
        self, graph: str | None, version: int | None, accepted: tuple[str, ...], request: Request
    ) -> Reply | None:
        """304 without looking, where nothing was written to the graph since the client saw it."""
        newest = self._version()
        if newest is None or "if-none-match" not in request.headers:
            return None
        seen = newest if version is None else version
        changed = await self._changes.newest(graph, version)
        if seen > newest or changed is None or changed.version > seen:
            return None
        tag = fresh_tag(request.headers, changed.version, _form_of(accepted[0]).name)
        return None if tag is None else Reply(304, _told(seen, tag, changed))


def _told(version: int, tag: str, changed: Changed | None) -> Headers:
    modified = [] if changed is None else [("last-modified", http_date(changed.when))]
    return [
        (VERSION, str(version)),
        ("etag", tag),
        *modified,
        ("vary", "Accept"),
        ("cache-control", "no-cache"),
        ANY_ORIGIN,
        ("access-control-expose-headers", EXPOSED),
        ("x-content-type-options", "nosniff"),
    ]


@lru_cache(maxsize=256)
def _accepted(accept: str) -> tuple[str, ...]:
    """The acceptable media types, best first."""
    best = tuple(negotiate(accept, _OFFERED))
    if not best:
        offer = ", ".join(form.media_type for form in GRAPH_FORMATS)
        raise HttpProblem(406, f"graphs come as {offer}")
    return best


def _form_of(media_type: str) -> Format:
    form = by_name(media_type, GRAPH_FORMATS)
    assert form is not None
    return form


@lru_cache(maxsize=16)
def _nothing(form: Format) -> bytes:
    """What an empty graph looks like."""
    return serialize([], format=form.rdf) or b""
