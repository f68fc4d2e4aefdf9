"""Makes a citation: asks the query, looks at what the answer rests on, and keeps what it found."""

import asyncio
import re
import sys
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version as version_of
from typing import Final

from api.citations.asking import Asking
from api.citations.citation import Asked, CatalogueQuery, Citation
from api.citations.graphs import Grounds
from api.citations.registry import Registry
from api.citations.sent import Sent
from api.problems import HttpProblem
from api.submissions.access import Rate
from cepgraph import __version__
from cepgraph.catalogue import Catalogue
from cepgraph.engine.guard import stand_in
from cepgraph.errors import (
    BadParameter,
    EngineDown,
    LogDamaged,
    NotFound,
    QuerySyntax,
    QueryTimeout,
    QueryTooLarge,
    TooLarge,
)
from cepgraph.history import History

_CHANGING: Final = re.compile("now|rand|struuid|uuid", re.IGNORECASE | re.ASCII)
"""In names, texts and comments too. BNODE is none of them: labels are made canonical."""
_TAKING_SOME: Final = re.compile(
    r"(?<![\w:?$.-])(?:limit|offset|sample|group_concat)(?=[\s#(0-9])", re.IGNORECASE | re.ASCII
)


class Citing:
    """Makes citations, a few a minute for each client."""

    def __init__(
        self,
        asking: Asking,
        grounds: Grounds,
        registry: Registry,
        history: History,
        catalogue: Catalogue,
        per_minute: int,
    ) -> None:
        self._asking = asking
        self._grounds = grounds
        self._registry = registry
        self._history = history
        self._catalogue = catalogue
        self._rate = Rate(per_minute, told="an address may make {} citations a minute")
        self._writing = asyncio.Lock()

    async def cite(self, sent: Sent, client: str) -> tuple[Citation, bool]:
        """The citation of what was sent, and whether it is new.

        Raises:
            BadParameter: a field makes no sense, or the answer is not the same each time.
            QueryError, TooLarge: the query was not answered, or its answer is too large.
            TooMany: the client has made too many.
            NoRoom: the service has too many.
            HttpProblem: 503, it could not be written.
        """
        asked = self._asked(sent)
        try:
            return await asyncio.to_thread(self._registry.find, asked.identifier), False
        except NotFound:
            self._rate.take(client)
        citation = await self._made(asked, client)
        async with self._writing:
            return await asyncio.to_thread(self._kept, citation)

    def _asked(self, sent: Sent) -> Asked:
        newest = self._asking.pool.version
        if newest is None:
            raise EngineDown(self._asking.pool.problem or "the graph is being loaded")
        version = newest if sent.version is None else sent.version
        if version > newest:
            raise BadParameter("version", f"the newest is {newest}", str(version))
        query: str = sent.query
        catalogue: CatalogueQuery | None = None
        if sent.name:
            query, catalogue = self._of_catalogue(sent)
        return Asked(
            query=query,
            version=version,
            default_graphs=sent.default_graphs,
            named_graphs=sent.named_graphs,
            catalogue=catalogue,
            title=sent.title,
            note=sent.note,
        )

    def _of_catalogue(self, sent: Sent) -> tuple[str, CatalogueQuery]:
        """The text of a query of the catalogue with its values in it, and which it is."""
        try:
            query = self._catalogue.query(sent.name)
        except NotFound as error:
            raise BadParameter("name", error.detail()) from error
        told = CatalogueQuery(name=query.name, summary=query.summary, parameters=sent.parameters)
        return query.sparql(query.bind(sent.parameters)), told

    async def _made(self, asked: Asked, client: str) -> Citation:
        _, result = await self._asking.result(asked, asked.version, client)
        if await self._changes(asked, client):
            problem = "it uses NOW, RAND, UUID or STRUUID: its answer is never the same twice"
            raise BadParameter("query", problem)
        graphs, basis = await self._grounds.of(asked, result.outcome, client)
        return Citation(
            asked=asked,
            cited=datetime.now(UTC).replace(microsecond=0),
            version_made=self._made_at(asked.version),
            outcome=result.outcome,
            graphs=graphs,
            basis=basis,
            order_matters=_TAKING_SOME.search(asked.query) is not None,
            software=software(),
        )

    async def _changes(self, asked: Asked, client: str) -> bool:
        """Whether a query that the engine takes uses one of the functions that change.

        It does if the engine no longer takes it with their names swapped for other letters.
        """
        if not _CHANGING.search(asked.query):
            return False
        letters = stand_in("rand", asked.query)
        swapped = asked.model_copy(update={"query": _CHANGING.sub(letters, asked.query)})
        try:
            await self._asking.afresh(swapped, asked.version, client)
        except QuerySyntax:
            return True
        except (BadParameter, QueryTimeout, QueryTooLarge, TooLarge):
            # it was taken, and asks for something else
            return False
        return False

    def _made_at(self, version: int) -> datetime | None:
        try:
            return self._history.entry(version).when
        except (NotFound, LogDamaged):
            return None

    def _kept(self, citation: Citation) -> tuple[Citation, bool]:
        try:
            return self._registry.find(citation.id), False
        except NotFound:
            pass
        try:
            self._registry.keep(citation)
        except OSError as error:
            # the disk may be full; where it is, is for whoever runs the service
            print(f"a citation was not kept: {error}", file=sys.stderr)
            problem = "citations cannot be kept at present; whoever runs this service is told why"
            raise HttpProblem(503, problem, {"retry-after": "60"}) from error
        return citation, True


@cache
def software() -> str:
    """What evaluates queries here."""
    return f"cepgraph {__version__} with pyoxigraph {version_of('pyoxigraph')}"
