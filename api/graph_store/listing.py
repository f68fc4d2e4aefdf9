"""GET of the store itself: which graphs there are."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

from api.graph_store.changes import Changes
from api.graph_store.target import Target, place_of
from api.messages import Reply, Request
from api.problems import HttpProblem
from api.reading import JSON, representation
from api.sparql import SparqlEndpoint, revalidated
from cepgraph.engine import Answer, Question
from cepgraph.formats import JSON_RESULTS, negotiate
from cepgraph.terms import ENTAILED_SUFFIX

Json = dict[str, Any]
FIRST: Final = ("en-GB", "en", "")
"""Languages of labels, best first."""


class Listing:
    """Lists the asserted graphs; what the ontology entails from them is not counted."""

    def __init__(
        self, endpoint: SparqlEndpoint, changes: Changes, version: Callable[[], int | None]
    ) -> None:
        self._endpoint = endpoint
        self._changes = changes
        self._version = version

    async def reply(self, target: Target, request: Request, origin: str) -> Reply:
        """The list, as JSON.

        Raises:
            HttpProblem: 406.
            NotFound: no such version.
            QueryError, TooMany: as for a query.
        """
        if not negotiate(request.headers.get("accept"), (JSON,)):
            raise HttpProblem(406, f"the list of graphs comes as {JSON}")
        key = ("graphs", target.version, origin)
        found = self._endpoint.cache.get(key)
        if found is None:
            question = Question(_query(), results=(JSON_RESULTS.media_type,))
            answer = await self._endpoint.ask(question, target.version, request)
            found = representation(await self._listed(answer, origin), JSON, answer.version)
            if answer.version in (target.version, self._version()):
                self._endpoint.cache.put(key, len(origin), found)
        tags = request.headers.get("if-none-match")
        return found if tags is None else revalidated(found, tags)

    async def _listed(self, answer: Answer, origin: str) -> bytes:
        rows = orjson.loads(answer.body)["results"]["bindings"]
        graphs = []
        for iri, told in _by_graph(rows).items():
            changed = await self._changes.newest(iri, answer.version)
            if changed is not None:
                told["changed"] = {"version": changed.version, "when": changed.when.isoformat()}
            graphs.append({**told, "links": {"self": origin + place_of(iri)}})
        return orjson.dumps({"version": answer.version, "graphs": graphs})


def _by_graph(rows: list[Json]) -> dict[str, Json]:
    """Each asserted graph with what is told of it; of several labels, the best."""
    found: dict[str, Json] = {}
    for row in rows:
        iri = row["graph"]["value"]
        if iri.endswith(ENTAILED_SUFFIX):
            continue
        told = found.setdefault(
            iri,
            {
                "iri": iri,
                "label": None,
                "publisher": None,
                "triples": int(row["triples"]["value"]),
                "changed": None,
            },
        )
        told["label"] = _better(told["label"], row.get("label"))
        if "publisher" in row:
            publisher = told["publisher"] or {"iri": row["publisher"]["value"], "label": None}
            if publisher["iri"] == row["publisher"]["value"]:
                publisher["label"] = _better(publisher["label"], row.get("publisherLabel"))
            told["publisher"] = publisher
    for told in found.values():
        told["label"] = _text(told["label"])
        if told["publisher"] is not None:
            told["publisher"]["label"] = _text(told["publisher"]["label"])
    return found


def _better(one: Json | None, other: Json | None) -> Json | None:
    return min((term for term in (one, other) if term is not None), key=_rank, default=None)


def _rank(term: Json) -> int:
    language = term.get("xml:lang", "")
    return FIRST.index(language) if language in FIRST else len(FIRST)


def _text(term: Json | None) -> str | None:
    return None if term is None else str(term["value"])


@cache
def _query() -> str:
    return (Path(__file__).parent / "graphs.rq").read_text("utf-8")
