"""What is read of citations: the document of the API, and all that lies at the permalink."""

import asyncio
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import orjson

from api.citations import document
from api.citations.asking import Asking
from api.citations.canonical import Result
from api.citations.citation import Citation
from api.citations.crate import Packed, crate
from api.citations.document import NEWEST, QUERY, RESULT, RESULTS, Places
from api.citations.files import CANONICAL, FORMATS, canonical_file, is_ordered, sorted_file
from api.citations.page import page
from api.citations.registry import Registry
from api.citations.standing import Standing, Standings
from api.citations.wording import Wording
from api.html import Pages
from api.lanes import client_of
from api.messages import Reply
from api.reading import FOR_AN_HOUR, HTML, JSON, JSON_LD_TYPE, Reading, representation
from api.variants import PAGE_HEADERS
from cepgraph.errors import CepgraphError, NotFound
from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS, Format

CRATE: Final = ".crate.zip"
ZIP: Final = "application/zip"
SPARQL_TYPE: Final = "application/sparql-query"
BIBTEX: Final = "application/x-bibtex; charset=utf-8"
RIS: Final = "application/x-research-info-systems; charset=utf-8"
FORMS: Final = (HTML, JSON, JSON_LD_TYPE)
ENDINGS: Final = {
    ".html": HTML,
    ".json": JSON,
    ".jsonld": JSON_LD_TYPE,
    ".bib": BIBTEX,
    ".ris": RIS,
    ".csl.json": "application/vnd.citationstyles.csl+json",
}
MOST_LINKS: Final = 10
"""Licences that a header names."""
_RESERVED: Final = "%:/?#[]@!$&'()*+,;=~"


class NotRepeated(CepgraphError):
    """The version that was cited no longer gives the answer that was cited."""

    title = "The answer is not the one that was cited"
    status = 409

    def __init__(self, version: int, order_matters: bool) -> None:
        super().__init__(version, order_matters)
        self.version = version
        self.order_matters = order_matters

    def detail(self) -> str:
        if self.order_matters:
            why = "the query takes some of many rows, in an order that it leaves open"
        else:
            why = "the data folder or the software has changed"
        return f"version {self.version} no longer gives the answer that was cited; {why}"


class CitationDocuments:
    """Below ``/api/v1/citations``: a citation as JSON."""

    def __init__(self, registry: Registry, standings: Standings) -> None:
        self._registry = registry
        self._standings = standings

    async def reply(self, reading: Reading) -> Reply:
        """The citation, and how it stands."""
        reading.parameters()
        reading.accepted((JSON,))
        citation = await asyncio.to_thread(self._registry.find, reading.path)
        standing = await self._standings.of(citation)
        told = document.told(citation, standing, Places(reading.origin, citation), _now())
        return representation(orjson.dumps(told), JSON, standing.version)


class CitationPages:
    """Below ``/citation``: the page, its other forms, the answer, and the research object."""

    def __init__(
        self,
        registry: Registry,
        standings: Standings,
        asking: Asking,
        pages: Pages,
        proxies: int,
    ) -> None:
        self._registry = registry
        self._standings = standings
        self._asking = asking
        self._pages = pages
        self._proxies = proxies

    async def reply(self, reading: Reading) -> Reply:
        """Whatever the address names."""
        reading.parameters()
        name, _, part = reading.path.partition("/")
        if part:
            citation = await self._found(name)
            return await self._part(citation, part, self._client(reading))
        if name.endswith(CRATE):
            return await self._crate(await self._found(name.removesuffix(CRATE)), reading)
        for ending in sorted(ENDINGS, key=len, reverse=True):
            if name.endswith(ending):
                citation = await self._found(name.removesuffix(ending))
                return await self._form(citation, ENDINGS[ending], reading)
        media_type = reading.accepted(FORMS)
        return await self._form(await self._found(name), media_type, reading)

    def _client(self, reading: Reading) -> str:
        return client_of(reading.request, self._proxies)

    async def _found(self, identifier: str) -> Citation:
        return await asyncio.to_thread(self._registry.find, identifier)

    async def _form(self, citation: Citation, media_type: str, reading: Reading) -> Reply:
        places, now = Places(reading.origin, citation), _now()
        wording = Wording(citation, places.page, now)
        if media_type in (HTML, JSON):
            standing = await self._standings.of(citation)
            return self._standing(citation, standing, media_type, reading, now)
        match media_type:
            case x if x == JSON_LD_TYPE:
                body = orjson.dumps(document.json_ld(citation, places, now))
            case x if x == BIBTEX:
                body = wording.bibtex().encode()
            case x if x == RIS:
                body = wording.ris().encode()
            case _:
                body = orjson.dumps([wording.csl()])
        return representation(body, media_type, headers=_signposts(citation, places))

    def _standing(
        self,
        citation: Citation,
        standing: Standing,
        media_type: str,
        reading: Reading,
        now: datetime,
    ) -> Reply:
        places = Places(reading.origin, citation)
        headers = _signposts(citation, places)
        if media_type == HTML:
            body = page(self._pages, citation, standing, reading.root, reading.origin, now)
            headers += [
                (name, value.replace("form-action 'none'", "form-action 'self'"))
                for name, value in PAGE_HEADERS
            ]
        else:
            body = orjson.dumps(document.told(citation, standing, places, now))
        return representation(body, media_type, standing.version, headers)

    async def _part(self, citation: Citation, part: str, client: str) -> Reply:
        """The query, or an answer: that of the version, or the newest."""
        if part == QUERY:
            body = citation.asked.standalone.encode()
            return representation(body, SPARQL_TYPE, cache=FOR_AN_HOUR)
        canonical, media_type = CANONICAL[citation.outcome.form]
        if part == canonical:
            body = await asyncio.to_thread(canonical_file, await self._standings.result(citation))
            return representation(body, media_type, citation.asked.version)
        name, _, ending = part.partition(".")
        if name not in (RESULT, NEWEST) or ending not in RESULTS[citation.outcome.form]:
            raise NotFound("part of a citation", part)
        version = citation.asked.version if name == RESULT else None
        form = _format(citation, ending)
        body, found = await self._answer(citation, form, version, client)
        file = f"{citation.id[:8]}-version-{found}.{ending}"
        headers = [("content-disposition", f'attachment; filename="{file}"')]
        return representation(body, form.media_type, found, headers)

    async def _answer(
        self, citation: Citation, form: Format, version: int | None, client: str
    ) -> tuple[bytes, int]:
        question = citation.asked.question(form.media_type, form.media_type)
        answer = await self._asking.answer(question, version, client)
        return answer.body, answer.version

    async def _crate(self, citation: Citation, reading: Reading) -> Reply:
        result = await self._standings.result(citation)
        if result.outcome != citation.outcome:
            raise NotRepeated(citation.asked.version, citation.order_matters)
        name, media_type = CANONICAL[citation.outcome.form]
        told = "The answer in its canonical form, whose SHA-256 is its hash"
        packed = [Packed(name, media_type, told, canonical_file(result))]
        for ending, form in FORMATS[citation.outcome.form].items():
            body = await self._file(citation, result, form, reading)
            packed.append(
                Packed(
                    f"{RESULT}.{ending}", form.media_type, f"The answer as {form.media_type}", body
                )
            )
        places = Places(reading.origin, citation)
        made = await asyncio.to_thread(crate, citation, places.page, places.version, packed)
        headers = [("content-disposition", f'attachment; filename="{citation.id[:8]}{CRATE}"')]
        return representation(made, ZIP, headers=headers)

    async def _file(
        self, citation: Citation, result: Result, form: Format, reading: Reading
    ) -> bytes:
        if citation.outcome.form == "ask" or (
            is_ordered(citation.asked.query) and form.rdf is None
        ):
            version = citation.asked.version
            return (await self._answer(citation, form, version, self._client(reading)))[0]
        return await asyncio.to_thread(sorted_file, result, form)


def _format(citation: Citation, ending: str) -> Format:
    formats = RDF_FORMATS if citation.outcome.form == "graph" else RESULT_FORMATS
    return next(form for form in formats if ending in form.endings)


def _signposts(citation: Citation, places: Places) -> list[tuple[str, str]]:
    """Links for machines that find the page (https://signposting.org/FAIR/)."""
    links = [
        (places.page, "cite-as", ""),
        (f"{places.page}.jsonld", "describedby", JSON_LD_TYPE),
        *((quote(iri, safe=_RESERVED), "license", "") for iri in citation.licences[:MOST_LINKS]),
        (places.crate, "item", ZIP),
        ("https://schema.org/Dataset", "type", ""),
    ]
    told = ", ".join(
        f'<{address}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")
        for address, relation, media_type in links
    )
    return [("link", told)]


def _now() -> datetime:
    return datetime.now(UTC)
