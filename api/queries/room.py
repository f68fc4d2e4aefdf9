"""``/api/v1/queries``: the list of questions, each as an address that answers it, and its text."""

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import orjson

from api.messages import ANY_ORIGIN, Headers, Reply
from api.problem_pages import prefers_page
from api.queries import links
from api.queries.answer import AnswerPages, table
from api.queries.asked import Ask, Asked, asked_of, values_of
from api.queries.executables import RDF_OFFERED, written
from api.queries.forms import HEADERS
from api.queries.rows import boolean, plain, rows
from api.reading import FOR_AN_HOUR, HTML, JSON, Reading, representation
from cepgraph.catalogue import Catalogue, Query
from cepgraph.engine import Answer, Question
from cepgraph.errors import BadParameter
from cepgraph.formats import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS
from cepgraph.terms import VERSION_IRI

Json = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

TAG: Final = "tag"
LARGE: Final = 1 << 18
"""Bytes of a result from which on it is made into JSON beside the event loop."""
LONGEST_LINKS: Final = 2000
SAVED: Final = {CSV_RESULTS.media_type: "csv", TSV_RESULTS.media_type: "tsv"}
"""What a browser saves rather than shows."""


class QueriesApi:
    """Everything below ``/api/v1/queries``."""

    def __init__(self, catalogue: Catalogue, ask: Ask, pages: AnswerPages) -> None:
        self._catalogue = catalogue
        self._ask = ask
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """The list, a text, or an answer."""
        path = reading.path
        if not path:
            return self._list(reading)
        if path.endswith(links.ENDING):
            return self._text(reading, self._catalogue.query(path.removesuffix(links.ENDING)))
        return await self._run(reading, self._catalogue.query(path))

    def _list(self, reading: Reading) -> Reply:
        media_type = reading.accepted((JSON, *RDF_OFFERED))
        queries = tagged(self._catalogue, reading.parameters((TAG,)).get(TAG))
        if media_type == JSON:
            start = reading.origin
            listed = {
                "title": "Questions that are ready to ask",
                "tags": tags(self._catalogue),
                "queries": [description(query, start) for query in queries],
                "links": {"page": start + links.PAGES, "openapi": f"{start}/openapi.json"},
            }
            body = orjson.dumps(listed)
        else:
            body = written(queries, reading.origin, media_type)
        return representation(body, media_type, cache=FOR_AN_HOUR)

    def _text(self, reading: Reading, query: Query) -> Reply:
        """The file as it is, or, with parameters, the query with these values in it."""
        given = values_of(query, reading)
        text = query.sparql(query.bind(given)) if given else query.text
        headers = [("content-disposition", f'inline; filename="{query.name}{links.ENDING}"')]
        return representation(text.encode(), links.MEDIA_TYPE, headers=headers, cache=FOR_AN_HOUR)

    async def _run(self, reading: Reading, query: Query) -> Reply:
        try:
            asked = asked_of(query, reading)
        except BadParameter as error:
            if not prefers_page(reading.request.headers):
                raise
            return self._again(reading, query, error)
        made_here = asked.media_type in (JSON, HTML)
        media_type = JSON_RESULTS.media_type if made_here else asked.media_type
        question = Question(
            query.text,
            results=(media_type,),
            graphs=(media_type,),
            substitutions={name: str(term) for name, term in asked.bound.items()},
            linked=not made_here,
        )
        answer = await self._ask(question, asked.version, reading.request)
        body = answer.body
        headers = _links(query, asked, answer, reading.origin)
        if asked.media_type == HTML:
            found = await _beside(table, query, body, reading.root)
            body = self._pages.page(query, asked, answer.version, found, reading.root)
            headers += HEADERS
        elif asked.media_type == JSON:
            told = await _beside(rows_or_boolean, query, body)
            body = document(query, asked, answer.version, told, reading.origin)
        if asked.media_type in SAVED:
            name = f"{query.name}.{SAVED[asked.media_type]}"
            headers.append(("content-disposition", f'attachment; filename="{name}"'))
        return representation(body, asked.media_type, answer.version, headers)

    def _again(self, reading: Reading, query: Query, fault: BadParameter) -> Reply:
        """The form with what was filled in, and what is wrong with it."""
        body = self._pages.form(query, values_of(query, reading), fault, reading.root)
        shared = [("content-type", f"{HTML}; charset=utf-8"), ("cache-control", "no-store")]
        return Reply(fault.status, [*shared, ("vary", "Accept"), ANY_ORIGIN, *HEADERS], body)


def tags(catalogue: Catalogue) -> list[str]:
    """All tags, in order."""
    return sorted({tag for query in catalogue for tag in query.tags})


def tagged(catalogue: Catalogue, tag: str | None) -> list[Query]:
    """The queries with a tag, or all.

    Raises:
        BadParameter: no query has it.
    """
    if tag is None:
        return list(catalogue)
    known = tags(catalogue)
    if tag not in known:
        raise BadParameter(TAG, f"it is one of {', '.join(known)}", tag[:100])
    return [query for query in catalogue if tag in query.tags]


def description(query: Query, start: str) -> Json:
    """A query as the list tells of it; addresses begin with ``start``."""
    asked = ",".join([*(parameter.name for parameter in query.parameters), "version", "format"])
    return {
        "name": query.name,
        "id": links.iri_of(query.name),
        "summary": query.summary,
        "description": query.description,
        "row": query.row,
        "tags": list(query.tags),
        "form": query.form,
        "columns": list(query.columns),
        "parameters": [parameter.model_dump() for parameter in query.parameters],
        "links": {
            "run": links.run(start, query.name, {}),
            "template": f"{links.run(start, query.name, {})}{{?{asked}}}",
            "example": links.run(start, query.name, examples(query)),
            "file": links.file(start, query.name),
            "page": links.page(start, query.name),
        },
    }


def examples(query: Query) -> dict[str, str]:
    """The example of each parameter that must be given."""
    return {p.name: p.example for p in query.parameters if p.required}


def document(
    query: Query, asked: Asked, version: int, found: bool | orjson.Fragment, start: str
) -> bytes:
    """The answer in JSON of our own: what was asked, what came of it, and where it came from."""
    sparql = query.sparql(asked.bound)
    given = dict(asked.given)
    told: Json = {
        "query": query.name,
        "parameters": {name: plain(term) for name, term in asked.bound.items()},
        "version": version,
    }
    if query.form == "ask":
        told["boolean"] = found
    else:
        told["columns"] = list(query.columns)
        told["results"] = found
    told["sparql"] = sparql
    told["links"] = {
        "permanent": links.run(start, query.name, {**given, "version": str(version)}),
        "newest": links.run(start, query.name, given),
        "csv": links.run(start, query.name, {**given, "version": str(version), "format": "csv"}),
        "sparql": links.endpoint(start, sparql, version),
        "editor": links.editor(start, sparql),
        "file": links.file(start, query.name),
        "page": links.page(start, query.name, given),
        "graph": f"{VERSION_IRI}{version}",
    }
    return orjson.dumps(told)


def rows_or_boolean(query: Query, results: bytes) -> bool | orjson.Fragment:
    """What a query found, from SPARQL results in JSON."""
    return boolean(results) if query.form == "ask" else rows(results, query.columns)


async def _beside(
    make: Callable[Concatenate[Query, bytes, P], T],
    query: Query,
    results: bytes,
    *more: P.args,
    **named: P.kwargs,
) -> T:
    """What is made of results; of large ones in a thread, while others are answered."""
    if len(results) > LARGE:
        return await asyncio.to_thread(make, query, results, *more, **named)
    return make(query, results, *more, **named)


def _links(query: Query, asked: Asked, answer: Answer, start: str) -> Headers:
    """Where the same answer stays, and its text; nothing where values make that too long.

    Proxies refuse answers whose headers do not fit into a page of memory.
    """
    fixed = {**asked.given, "version": str(answer.version)}
    text = links.file(start, query.name, asked.given)
    told = (
        f'<{links.run(start, query.name, fixed)}>; rel="bookmark", '
        f'<{text}>; rel="describedby"; type="{links.MEDIA_TYPE}"'
    )
    return [("link", told)] if len(told) <= LONGEST_LINKS else []
