"""GET and HEAD: a graph in the form that is asked for."""

from functools import lru_cache
from typing import Final

from pyoxigraph import serialize

from api.graph_store.changes import Changes
from api.graph_store.conditions import http_date, is_fresh, tag_of
from api.graph_store.target import Target
from api.messages import ANY_ORIGIN, Reply, Request
from api.problems import HttpProblem
from api.sparql import VERSION, SparqlEndpoint
from cepgraph.engine import Question
from cepgraph.errors import NotFound
from cepgraph.formats import GRAPH_FORMATS, by_name, negotiate

EXPOSED: Final = "Cepgraph-Version, ETag, Last-Modified, Location, Retry-After"
_CONTENT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_OFFERED: Final = (
    *(form.media_type for form in GRAPH_FORMATS),
    *(name for form in GRAPH_FORMATS for name in form.media_types[1:]),
)


class Retrieval:
    """Asks for graphs as clients ask queries: in their turn, under the same limits."""

    def __init__(self, endpoint: SparqlEndpoint, changes: Changes) -> None:
        self._endpoint = endpoint
        self._changes = changes

    async def reply(self, target: Target, request: Request) -> Reply:
        """The graph; 304 where the client has it.

        Raises:
            HttpProblem: 406.
            NotFound: no such graph, or no such version.
            QueryError, TooMany: as for a query.
        """
        graph = target.graph.value if target.graph is not None else None
        question = Question(
            _CONTENT,
            graphs=_accepted(request.headers.get("accept", "")),
            default_graphs=None if graph is None else (graph,),
        )
        answer = await self._endpoint.ask(question, target.version, request)
        changed = await self._changes.newest(graph, answer.version)
        if changed is None or (graph is not None and answer.body == _nothing(answer.media_type)):
            raise NotFound("graph", graph or "default")
        tag = tag_of(changed.version, answer.digest)
        text = answer.media_type.startswith("text/")
        headers = [
            ("content-type", answer.media_type + ("; charset=utf-8" if text else "")),
            (VERSION, str(answer.version)),
            ("etag", tag),
            ("last-modified", http_date(changed.when)),
            ("vary", "Accept"),
            ("cache-control", "no-cache"),
            ANY_ORIGIN,
            ("access-control-expose-headers", EXPOSED),
            ("x-content-type-options", "nosniff"),
        ]
        if is_fresh(request.headers, tag, changed.when):
            return Reply(304, headers[1:])
        return Reply(200, headers, answer.body)


@lru_cache(maxsize=256)
def _accepted(accept: str) -> tuple[str, ...]:
    """The acceptable media types, best first."""
    best = tuple(negotiate(accept, _OFFERED))
    if not best:
        offer = ", ".join(form.media_type for form in GRAPH_FORMATS)
        raise HttpProblem(406, f"graphs come as {offer}")
    return best


@lru_cache(maxsize=64)
def _nothing(media_type: str) -> bytes:
    """What an empty graph looks like."""
    form = by_name(media_type, GRAPH_FORMATS)
    assert form is not None
    return serialize([], format=form.rdf) or b""
