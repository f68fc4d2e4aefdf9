"""The query catalogue: ``queries/*.rq`` as typed, bound, runnable queries."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from cepgraph.catalogue.parameter import Parameter, Term
from cepgraph.catalogue.query import Form, Query
from cepgraph.errors import NotFound

__all__ = ["Catalogue", "Form", "Parameter", "Query", "Term"]


class Catalogue:
    """All queries, in the order of their names."""

    def __init__(self, queries: Iterable[Query]) -> None:
        self._queries = {q.name: q for q in sorted(queries, key=lambda query: query.name)}

    @classmethod
    def from_files(cls, paths: Iterable[Path]) -> "Catalogue":
        """Read the files.

        Raises:
            BadInput: as ``Query.from_file``.
        """
        return cls(Query.from_file(path) for path in paths)

    def query(self, name: str) -> Query:
        """The query with this name.

        Raises:
            NotFound: with the nearest names.
        """
        if name not in self._queries:
            near = get_close_matches(name, self._queries, n=3, cutoff=0.5)
            raise NotFound("query", name, tuple(near))
        return self._queries[name]

    def __iter__(self) -> Iterator[Query]:
        return iter(self._queries.values())

    def __len__(self) -> int:
        return len(self._queries)
