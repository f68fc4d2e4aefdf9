"""The least that a Python service can do, to compare with: granian's RSGI and one function.

Started by ``bench.http``; reads the data folder from ``BENCH_DATA``.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from cepgraph.engine.replica import Replica

HEADERS = [("content-type", "application/sparql-results+json")]


class Inline:
    """Evaluates each query in the web process; nothing could end it."""

    def __init__(self) -> None:
        self.store = Store()

    def __rsgi_init__(self, _loop: object) -> None:
        """Part of RSGI: called once, in the worker."""
        replica = Replica(Path(os.environ["BENCH_DATA"]))
        replica.load()
        self.store = replica.store

    def evaluate(self, query_string: str) -> bytes:
        """The result of a query, in JSON."""
        query = parse_qs(query_string)["query"][0]
        results = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(results, QuerySolutions)
        return results.serialize(format=QueryResultsFormat.JSON) or b""

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Part of RSGI."""
        protocol.response_bytes(200, HEADERS, self.evaluate(scope.query_string))


class Cached(Inline):
    """Evaluates each query once."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Part of RSGI."""
        body = self.kept.get(scope.query_string)
        if body is None:
            body = self.kept[scope.query_string] = self.evaluate(scope.query_string)
        protocol.response_bytes(200, HEADERS, body)


inline = Inline()
cached = Cached()
