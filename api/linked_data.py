"""Addresses of things lead to documents about them: HTML to read, RDF and JSON to process.

A thing is no document, so its own address answers 303 (https://www.w3.org/TR/cooluris/).
"""

from typing import Final

import orjson

from api.html import Pages
from api.links import BESIDE, DOC, document_path, iri_of
from api.messages import ANY_ORIGIN, Reply
from api.reading import (
    FOR_AN_HOUR,
    HTML,
    JSON,
    JSON_LD_TYPE,
    N_TRIPLES_TYPE,
    TURTLE_TYPE,
    Reading,
    address,
    rdf,
    representation,
    whole,
)
from api.rest import LAST_PAGE, PAGE, with_context
from api.variants import ENDINGS, PAGE_HEADERS, alternates, chosen
from cepgraph.errors import NotFound
from cepgraph.resources import ResourceReader, Vocabulary, json_ld, triples
from cepgraph.schema import ClassSchema
from cepgraph.terms import shorten

OFFERED: Final = (HTML, TURTLE_TYPE, JSON_LD_TYPE, JSON, N_TRIPLES_TYPE)
PAGE_SIZE: Final = 50


class Redirects:
    """``/id/…``, ``/concept/…`` and ``/graph/…``: 303 to the document about the thing."""

    def __init__(self, segment: str) -> None:
        self._segment = segment

    async def reply(self, reading: Reading) -> Reply:
        """Where the document is."""
        path = reading.path if self._segment == "id" else f"{self._segment}/{reading.path}"
        iri = iri_of(path)
        place = document_path(iri) if reading.path and iri is not None else None
        if place is None:
            raise NotFound("thing", f"{self._segment}/{reading.path}")
        query = reading.request.query_string
        return Reply(
            303,
            [
                ("location", reading.root + place + (f"?{query}" if query else "")),
                ("cache-control", FOR_AN_HOUR),
                ANY_ORIGIN,
            ],
        )


class Documents:
    """``/doc/…``: an index of classes, a list of each class's things, a document of each thing."""

    def __init__(self, reader: ResourceReader, vocabulary: Vocabulary, pages: Pages) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._pages = pages
        self._kinds = {cls.kind: cls for cls in vocabulary.schema.collections.values()}

    async def reply(self, reading: Reading) -> Reply:
        """The page or the document."""
        if not reading.path:
            reading.parameters()
            reading.accepted((HTML,))
            body = self._pages.index(reading.root)
            return representation(body, HTML, headers=PAGE_HEADERS, cache=FOR_AN_HOUR)
        cls = self._kinds.get(reading.path.removesuffix("/"))
        if cls is not None:
            return await self._listing(reading, cls)
        return await self._document(reading)

    async def _listing(self, reading: Reading, cls: ClassSchema) -> Reply:
        reading.accepted((HTML,))
        page = whole(reading.parameters((PAGE,)), PAGE, 1, LAST_PAGE)
        listing = await self._reader.listing(cls, page, PAGE_SIZE)
        last = max(1, -(-listing.total // PAGE_SIZE))
        body = self._pages.listing(cls, listing, page, last, reading.root)
        return representation(body, HTML, listing.version, PAGE_HEADERS)

    async def _document(self, reading: Reading) -> Reply:
        reading.parameters()
        path, media_type = chosen(reading, OFFERED)
        iri = iri_of(path)
        here = reading.root + DOC + address(path)
        headers = [("link", alternates(here, OFFERED, media_type))]
        if path == reading.path:
            ending = next(ending for ending, kind in ENDINGS.items() if kind == media_type)
            headers.append(("content-location", here + ending))
        if iri is None:
            raise NotFound("thing", path)
        if media_type == HTML:
            account = await self._reader.account(iri)
            if account is not None:
                body = self._pages.thing(account, reading.root)
                return representation(body, HTML, account.version, [*headers, *PAGE_HEADERS])
        else:
            item = await self._reader.thing(iri)
            if item is not None:
                body = self._write(item.document, media_type, reading.root)
                return representation(body, media_type, item.version, headers)
        raise NotFound("thing", shorten(iri), await self._nearest(path))

    def _write(self, made: dict[str, object], media_type: str, root: str) -> bytes:
        match media_type:
            case x if x == JSON:
                return orjson.dumps(with_context(made, root))
            case x if x == JSON_LD_TYPE:
                return orjson.dumps(json_ld(self._vocabulary, made), option=orjson.OPT_INDENT_2)
            case x:
                return rdf(triples(self._vocabulary, [made]), x)

    async def _nearest(self, path: str) -> tuple[str, ...]:
        kind, _, key = path.partition("/")
        cls = self._kinds.get(kind)
        if cls is None or not key:
            return ()
        prefix = "" if kind in BESIDE else f"{kind}/"
        return tuple(f"{prefix}{near}" for near in await self._reader.nearest(cls, key))
