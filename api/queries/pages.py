"""``/queries``: all questions to read and to ask, and each on a page of its own; also as RDF."""

from typing import Final

from api.html import Pages
from api.messages import ANY_ORIGIN, Reply
from api.queries import links
from api.queries.asked import values_of
from api.queries.executables import RDF_OFFERED, written
from api.queries.forms import HEADERS, Forms
from api.queries.room import TAG, tagged, tags
from api.reading import FOR_AN_HOUR, HTML, Reading, address, representation
from api.variants import alternates, chosen
from cepgraph.catalogue import Catalogue, Query
from cepgraph.errors import NotFound

OFFERED: Final = (HTML, *RDF_OFFERED)


class QueryPages:
    """Everything below ``/queries``."""

    def __init__(self, catalogue: Catalogue, forms: Forms, pages: Pages) -> None:
        self._catalogue = catalogue
        self._forms = forms
        self._pages = pages

    async def reply(self, reading: Reading) -> Reply:
        """The list or one query, as a page or as RDF."""
        path, media_type = chosen(reading, OFFERED)
        if path and not path.startswith("/"):
            raise NotFound("page", f"queries{path}")
        name = path.removeprefix("/")
        query = self._catalogue.query(name) if name else None
        body = (
            self._page(reading, query)
            if media_type == HTML
            else self._triples(reading, query, media_type)
        )
        here = links.page(reading.root, name) if name else reading.root + links.PAGES
        headers = [("link", alternates(here, OFFERED, media_type))]
        headers += HEADERS if media_type == HTML else []
        return representation(body, media_type, headers=headers, cache=FOR_AN_HOUR)

    def _triples(self, reading: Reading, query: Query | None, media_type: str) -> bytes:
        given = reading.parameters(() if query is not None else (TAG,))
        queries = tagged(self._catalogue, given.get(TAG)) if query is None else [query]
        return written(queries, reading.origin, media_type)

    def _page(self, reading: Reading, query: Query | None) -> bytes:
        root = reading.root
        if query is not None:
            form = self._forms.form(query, values_of(query, reading), root)
            return self._pages.render("query.html", root, title=query.summary, form=form)
        tag = reading.parameters((TAG,)).get(TAG)
        groups: dict[str, list[Query]] = {}
        for found in tagged(self._catalogue, tag):
            groups.setdefault(tag or found.tags[0], []).append(found)
        return self._pages.render(
            "queries.html",
            root,
            title="Questions that are ready to ask",
            tag=tag,
            tags=tags(self._catalogue),
            groups=[
                (name, [self._forms.form(found, {}, root) for found in queries])
                for name, queries in sorted(groups.items())
            ],
        )


class QueryThings:
    """``/query/…``: 303 to the page or the RDF about a query."""

    async def reply(self, reading: Reading) -> Reply:
        """Where it is told of; that there is such a query, its page says."""
        if not reading.path:
            raise NotFound("query", reading.path)
        query = reading.request.query_string
        place = links.page(reading.root, address(reading.path)) + (f"?{query}" if query else "")
        return Reply(303, [("location", place), ("cache-control", FOR_AN_HOUR), ANY_ORIGIN])
