"""Stylesheet, icon and scripts of the pages, all from this server."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import orjson

from api.html import FOLDER, Pages
from api.messages import Reply, Request
from api.reading import FOR_A_YEAR, HTML, Reading, representation
from cepgraph.errors import ContentMissing, NotFound

SWAGGER_UI: Final = "fastapi_offline"
"""The package that brings Swagger UI; only its files are used."""

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
LICENCES: Final = "licences.txt"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Loaded:
    """What a page loads: names of files in ``/assets``."""

    script: str
    style: str


class Bundle:
    """The scripts and styles that ``web/build.py`` made, and their licences; empty without them."""

    def __init__(self, folder: Path) -> None:
        manifest = folder / "manifest.json"
        self._pages = orjson.loads(manifest.read_bytes()) if manifest.is_file() else {}
        names = [name for page in self._pages.values() for name in page.values() if name]
        self.files = {name: folder / name for name in (*names, LICENCES) if self._pages}

    def page(self, name: str) -> Loaded | None:
        """What a page loads; ``None`` where it was not built."""
        told = self._pages.get(name)
        return None if told is None else Loaded(told["script"], told["style"])


class Assets:
    """Everything below ``/assets``; the first segment of a path only tells versions apart."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    async def reply(self, reading: Reading) -> Reply:
        """One file; packed if it was packed beforehand and the client can unpack it."""
        reading.parameters()
        name = reading.path.rsplit("/", 1)[-1]
        path = self._files.get(name)
        if path is None:
            raise NotFound("file", name)
        media_type = TYPES[path.suffix]
        packed = path.with_name(path.name + ".gz")
        headers = [("vary", "Accept-Encoding")]
        if _unpacks(reading.request) and packed.is_file():
            path = packed
            headers.append(("content-encoding", "gzip"))
        return representation(path.read_bytes(), media_type, headers=headers, cache=FOR_A_YEAR)

    @cached_property
    def _files(self) -> dict[str, Path]:
        own = ("style.css", "docs.js", "icon.svg")
        bundled = ("swagger-ui-bundle.js", "swagger-ui.css")
        return (
            {name: FOLDER / name for name in own}
            | {name: _swagger_ui() / name for name in bundled}
            | self._bundle.files
        )


class Docs:
    """``/docs``: Swagger UI for the OpenAPI document."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """The page."""
        reading.parameters()
        if reading.path:
            raise NotFound("page", reading.path)
        headers = [("content-security-policy", POLICY), ("referrer-policy", "no-referrer")]
        body = self._pages.render("docs.html", reading.root)
        return representation(body, HTML, headers=headers)


class OpenApiDocument:
    """``/openapi.json``."""

    def __init__(self, document: Callable[[], bytes]) -> None:
        self._document = document

    async def reply(self, reading: Reading) -> Reply:
        """The document."""
        reading.parameters()
        if reading.path:
            raise NotFound("page", f"openapi.json{reading.path}")
        return representation(self._document(), "application/json")


def _unpacks(request: Request) -> bool:
    """Whether a client takes gzip; a weight of 0 says that it does not."""
    accepted = request.headers.get("accept-encoding", "")
    return re.search(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", accepted) is not None


def _swagger_ui() -> Path:
    spec = find_spec(SWAGGER_UI)
    if spec is None or spec.origin is None:
        raise ContentMissing(SWAGGER_UI, "Swagger UI")
    return Path(spec.origin).parent / "static"
