"""REST: collections and items of every class that has a shape, as plain JSON.

Nothing here knows a class. What can be asked follows from the schema, and what is answered is made
by a ``ResourceReader``.
"""

from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from pyoxigraph import NamedNode

from api.messages import Reply
from api.reading import (
    FOR_AN_HOUR,
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
from cepgraph.errors import NotFound
from cepgraph.resources import Document, Item, ResourceReader, Vocabulary, json_ld, triples
from cepgraph.schema import ClassSchema

PREFIX: Final = "/api/v1"
CONTEXT: Final = "context.jsonld"
OFFERED: Final = (JSON, JSON_LD_TYPE, TURTLE_TYPE, N_TRIPLES_TYPE)

PAGE: Final = "page"
PAGE_SIZE: Final = "pageSize"
USUAL_SIZE: Final = 20
LARGEST_SIZE: Final = 100
LAST_PAGE: Final = 1_000_000


class RestApi:
    """Everything below ``/api/v1``."""

    def __init__(self, reader: ResourceReader, vocabulary: Vocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._collections = vocabulary.schema.collections

    async def reply(self, reading: Reading) -> Reply:
        """The index, the context, a page of a collection, or an item."""
        name, _, key = reading.path.partition("/")
        if not name:
            return self._index(reading)
        if reading.path == CONTEXT:
            return self._context(reading)
        collection = self._collections.get(name)
        if collection is None:
            near = get_close_matches(name, self._collections, n=3)
            raise NotFound("collection", name, tuple(near))
        if key:
            return await self._item(reading, collection, key)
        return await self._listing(reading, collection)

    def _index(self, reading: Reading) -> Reply:
        reading.parameters()
        reading.accepted((JSON,))
        here = reading.root + PREFIX
        index = {
            "title": "Cultural education partnerships in England",
            "documentation": f"{reading.root}/docs",
            "openapi": f"{reading.root}/openapi.json",
            "context": f"{here}/{CONTEXT}",
            "queries": f"{here}/queries",
            "collections": [
                {
                    "name": name,
                    "label": collection.label,
                    "description": collection.description,
                    "href": f"{here}/{name}",
                }
                for name, collection in self._collections.items()
            ],
        }
        return representation(orjson.dumps(index), JSON, cache=FOR_AN_HOUR)

    def _context(self, reading: Reading) -> Reply:
        reading.parameters()
        media_type = reading.accepted((JSON_LD_TYPE, JSON))
        return representation(self._vocabulary.context_bytes, media_type, cache=FOR_AN_HOUR)

    async def _listing(self, reading: Reading, collection: ClassSchema) -> Reply:
        media_type = reading.accepted(OFFERED)
        given = reading.parameters((PAGE, PAGE_SIZE))
        page = whole(given, PAGE, 1, LAST_PAGE)
        size = whole(given, PAGE_SIZE, USUAL_SIZE, LARGEST_SIZE)
        listing = await self._reader.listing(collection, page, size)
        last = max(1, -(-listing.total // size))
        here = f"{reading.root}{PREFIX}/{collection.collection}"
        whole_page = {
            "results": listing.documents,
            "paging": {
                "page": page,
                "pageSize": size,
                "totalResults": listing.total,
                "totalPages": last if listing.total else 0,
            },
            "facets": {},
        }
        body = self._write(reading, media_type, whole_page)
        links = [("link", page_links(here, page, size, last))]
        return representation(body, media_type, listing.version, links)

    async def _item(self, reading: Reading, collection: ClassSchema, key: str) -> Reply:
        media_type = reading.accepted(OFFERED)
        reading.parameters()
        item = await self._found(collection, key)
        if item is not None:
            body = self._write(reading, media_type, item.document)
            return representation(body, media_type, item.version)
        for other in self._collections.values():
            if collection.iri in other.superclasses:
                item = await self._found(other, key)
                if item is not None:
                    body = self._write(reading, media_type, item.document)
                    place = address(f"{reading.root}{PREFIX}/{other.collection}/{key}")
                    headers = [("content-location", place)]
                    return representation(body, media_type, item.version, headers)
        raise NotFound(collection.label, key, await self._reader.nearest(collection, key))

    async def _found(self, collection: ClassSchema, key: str) -> Item | None:
        iri = iri_of(collection, key)
        return None if iri is None else await self._reader.item(collection, iri)

    def _write(self, reading: Reading, media_type: str, plain: Document) -> bytes:
        """A document, or a page of them, in a media type."""
        match media_type:
            case x if x == JSON:
                return orjson.dumps(with_context(plain, reading.root))
            case x if x == JSON_LD_TYPE:
                return orjson.dumps(json_ld(self._vocabulary, plain))
            case x:
                return rdf(triples(self._vocabulary, plain.get("results", [plain])), x)


def iri_of(collection: ClassSchema, key: str) -> str | None:
    """The IRI of the thing with this key, if the key can be part of one.

    A thing from elsewhere, whose IRI is not below the collection's own, has its IRI as its key.
    """
    foreign = key.startswith(("http://", "https://"))
    try:
        return NamedNode(key if foreign else collection.iri_prefix + key).value
    except ValueError:
        return None


def with_context(plain: Document, root: str = "") -> Document:
    """A plain document with a reference to the shared context, so that it is JSON-LD too."""
    shared = f"{root}{PREFIX}/{CONTEXT}"
    own = plain.get("@context")
    context: Any = shared if own is None else [shared, own]
    return {"@context": context, **{k: v for k, v in plain.items() if k != "@context"}}


def page_links(here: str, page: int, size: int, last: int) -> str:
    """The ``Link`` header of a page (RFC 8288)."""
    pages = {"first": 1, "prev": min(page - 1, last), "next": page + 1, "last": last}
    return ", ".join(
        f'<{here}?{urlencode({PAGE: number, PAGE_SIZE: size})}>; rel="{relation}"'
        for relation, number in pages.items()
        if 1 <= number <= last
    )
