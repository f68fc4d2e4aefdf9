"""Stylesheet, icon and scripts of the pages, all from this server."""

from collections.abc import Callable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from api.html import FOLDER, Pages
from api.messages import Reply
from api.reading import FOR_A_YEAR, HTML, Reading, representation
from cepgraph.errors import ContentMissing, NotFound

SWAGGER_UI: Final = "fastapi_offline"
"""The package that brings Swagger UI; only its files are used."""

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class Assets:
    """Everything below ``/assets``; the first segment of a path only tells versions apart."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """One file."""
        reading.parameters()
        name = reading.path.rsplit("/", 1)[-1]
        path = self._files.get(name)
        if path is None:
            raise NotFound("file", name)
        return representation(path.read_bytes(), TYPES[path.suffix], cache=FOR_A_YEAR)

    @cached_property
    def _files(self) -> dict[str, Path]:
        own = ("style.css", "docs.js", "icon.svg")
        bundled = ("swagger-ui-bundle.js", "swagger-ui.css")
        return {name: FOLDER / name for name in own} | {
            name: _swagger_ui() / name for name in bundled
        }


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


def _swagger_ui() -> Path:
    spec = find_spec(SWAGGER_UI)
    if spec is None or spec.origin is None:
        raise ContentMissing(SWAGGER_UI, "Swagger UI")
    return Path(spec.origin).parent / "static"
