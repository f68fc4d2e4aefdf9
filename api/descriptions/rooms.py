"""The rooms that tell of the data: each in RDF and as a page, some as plain JSON."""

from typing import Any, Final

import orjson

from api.descriptions import dcat
from api.descriptions.facts import Facts
from api.descriptions.forms import DUMPS, FORMS
from api.descriptions.pages import DescriptionPages
from api.descriptions.paging import Page
from api.descriptions.releases import Release
from api.descriptions.statements import RDF, Statements
from api.descriptions.versions import ADDRESS as VERSION
from api.descriptions.versions import as_json, brief, description
from api.messages import ANY_ORIGIN, Reply
from api.reading import FOR_AN_HOUR, HTML, JSON, Reading, address, representation
from api.variants import PAGE_HEADERS, alternates, chosen
from cepgraph.errors import NotFound

Json = dict[str, Any]

READABLE: Final = (HTML, *RDF)
LISTED: Final = (HTML, RDF[0], JSON, *RDF[1:])


class Datasets:
    """``/datasets`` and ``/datasets/publisher/dataset``."""

    def __init__(self, facts: Facts, pages: DescriptionPages) -> None:
        self._facts = facts
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """The catalogue, or one dataset of it."""
        reading.parameters()
        newest = self._facts.newest()
        rest = reading.path.strip("/")
        known = await self._facts.datasets(newest)
        if any(dataset.path == rest for dataset in known.values()):
            path, media_type = rest, reading.accepted(READABLE)
        else:
            path, media_type = chosen(reading, READABLE)
            path = path.strip("/")
        here = f"{reading.root}{dcat.ADDRESS}{'/' if path else ''}{address(path)}"
        body = await (self._one if path else self._all)(reading, path, media_type, newest)
        return _answer(body, media_type, newest, here, READABLE)

    async def _all(self, reading: Reading, _path: str, media_type: str, newest: int) -> bytes:
        found = await dcat.entries(self._facts, newest)
        triples = (await self._facts.sizes(newest)).triples
        if media_type == HTML:
            return self._pages.datasets(found, triples, newest, reading.root)
        releases = await self._facts.releases.upto(newest)
        said = dcat.catalogue(reading.origin, found, releases, triples)
        return said.written(media_type)

    async def _one(self, reading: Reading, path: str, media_type: str, newest: int) -> bytes:
        dataset = await self._facts.dataset(path, newest)
        contents = await self._facts.contents(dataset.graph, newest)
        entry = await dcat.entry(self._facts, dataset, contents.counts, newest)
        if media_type == HTML:
            return self._pages.dataset(entry, contents, newest, reading.root)
        return dcat.document(reading.origin, entry, contents).written(media_type)


class Versions:
    """``/versions``: all of them, newest first, by page."""

    def __init__(self, facts: Facts, pages: DescriptionPages) -> None:
        self._facts = facts
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """A page of the list."""
        page = await Page.of(reading, self._facts)
        path, media_type = chosen(reading, LISTED)
        if path.strip("/"):
            raise NotFound("page", f"versions{path}")
        known = await self._facts.datasets(page.newest)
        match media_type:
            case x if x == HTML:
                body = self._pages.versions(page, known, reading.root)
            case x if x == JSON:
                body = page.as_json(
                    [as_json(known, reading.origin, r, page.newest) for r in page.shown]
                )
            case x:
                said = Statements()
                for release in page.shown:
                    brief(said, release, page.newest)
                body = said.written(x)
        return _answer(body, media_type, page.newest, reading.root + dcat.VERSIONS, LISTED)


class Version:
    """``/version/N``."""

    def __init__(self, facts: Facts, pages: DescriptionPages) -> None:
        self._facts = facts
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """One version."""
        reading.parameters()
        newest = self._facts.newest()
        path, media_type = chosen(reading, LISTED)
        if not (path.isascii() and path.isdecimal() and len(path) < 11 and str(int(path)) == path):
            raise NotFound("version", path)
        release = await self._facts.releases.get(int(path), newest)
        known = await self._facts.datasets(newest)
        match media_type:
            case x if x == HTML:
                body = self._pages.version(release, known, newest, reading.root)
            case x if x == JSON:
                body = orjson.dumps(as_json(known, reading.origin, release, newest))
            case x:
                said = await description(self._facts, reading.origin, release, newest)
                body = said.written(x)
        here = f"{reading.root}{VERSION}/{path}"
        return _answer(body, media_type, newest, here, LISTED)


class NoVersion:
    """``/version``: no version is named; leads to all of them."""

    async def reply(self, reading: Reading) -> Reply:
        """A redirection."""
        reading.parameters()
        place = reading.root + dcat.VERSIONS
        return Reply(307, [("location", place), ("cache-control", FOR_AN_HOUR), ANY_ORIGIN])


class DumpList:
    """``/dumps``: what can be had, newest first."""

    def __init__(self, facts: Facts, pages: DescriptionPages) -> None:
        self._facts = facts
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """A page of the list."""
        page = await Page.of(reading, self._facts)
        media_type = reading.accepted((HTML, JSON))
        if media_type == HTML:
            body = self._pages.dumps(page, reading.root)
        else:
            body = page.as_json([_files(reading.origin, release) for release in page.shown])
        return _answer(body, media_type, page.newest, reading.root + DUMPS, (HTML, JSON))


def _files(origin: str, release: Release) -> Json:
    return {
        "version": release.version,
        "when": release.when.isoformat(),
        "files": [
            {
                "href": f"{origin}{DUMPS}/{release.version}{form.ending}",
                "mediaType": form.media_type,
                "format": form.format.media_type,
            }
            for form in FORMS
        ],
    }


def _answer(
    body: bytes, media_type: str, version: int, here: str, offered: tuple[str, ...]
) -> Reply:
    headers = [("link", alternates(here, offered, media_type))]
    if media_type == HTML:
        # the form on the page of a version asks a query
        headers += [
            (n, v.replace("form-action 'none'", "form-action 'self'")) for n, v in PAGE_HEADERS
        ]
    return representation(body, media_type, version, headers)
