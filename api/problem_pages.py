"""Problems as pages, for those who came with a browser; programs get the document as it is."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.html import Pages
from api.problems import MEDIA_TYPE
from api.reading import HTML, JSON
from api.sparql import PATH
from api.variants import PAGE_HEADERS
from cepgraph.formats import negotiate

OFFERED: Final = (MEDIA_TYPE, JSON, HTML)


class ProblemPages:
    """The application with problems as pages where a page is what is liked best.

    Those of the SPARQL endpoint stay documents: its clients are programs, whatever they accept.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            if path != PATH and prefers_page(Headers(scope=scope)):
                send = _Turned(scope, self._pages, send)
        await self._app(scope, receive, send)


def prefers_page(headers: Mapping[str, str]) -> bool:
    """Whether who asks would rather have a page than a document for programs."""
    return negotiate(headers.get("accept"), OFFERED)[:1] == [HTML]


class _Turned:
    """Passes on what is sent; a problem is held back until it is whole, and sent as a page."""

    def __init__(self, scope: Scope, pages: Pages, send: Send) -> None:
        self._scope = scope
        self._pages = pages
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._page(self._start)
            return
        await self._send(message)

    async def _page(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        del headers["content-length"]
        headers["content-type"] = f"{HTML}; charset=utf-8"
        headers.add_vary_header("Accept")
        headers.update(dict(PAGE_HEADERS))
        body = b""
        if self._scope["method"] != "HEAD":
            problem = orjson.loads(self._body)
            root = self._scope.get("root_path", "")
            body = self._pages.render("problem.html", root, title=problem["title"], problem=problem)
            headers["content-length"] = str(len(body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})
