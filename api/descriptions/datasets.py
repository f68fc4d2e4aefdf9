"""What each graph says of itself: a graph's name is the name of its dataset."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from api.descriptions.survey import Asking, Row
from cepgraph.terms import CEP, DCTERMS, GRAPH, RDFS_LABEL, shorten

DESCRIPTION: Final = DCTERMS + "description"
PUBLISHER: Final = DCTERMS + "publisher"
LICENCE: Final = DCTERMS + "license"
LICENCE_STATEMENT: Final = CEP + "licenceStatement"
SOURCE: Final = DCTERMS + "source"
DATE_NOTE: Final = CEP + "dateNote"


@dataclass(frozen=True)
class Named:
    """A thing with its name and, where it has one, its page on the web."""

    iri: str
    name: str
    page: str = ""


@dataclass(frozen=True)
class Dataset:
    """A graph's description of itself."""

    graph: str
    title: str
    description: str = ""
    publisher: Named | None = None
    licence: str = ""
    licence_statement: str = ""
    date_note: str = ""
    sources: tuple[Named, ...] = ()

    @property
    def path(self) -> str:
        """``publisher/dataset``: where it stands in the catalogue."""
        return self.graph.removeprefix(GRAPH)


@dataclass
class _Told:
    """What the rows about one graph say."""

    values: dict[str, list[Row]] = field(default_factory=dict)

    def text(self, predicate: str) -> str:
        return next((row["value"] for row in self.values.get(predicate, ())), "")

    def things(self, predicate: str) -> tuple[Named, ...]:
        return tuple(
            Named(row["value"], row.get("name") or shorten(row["value"]), row.get("page", ""))
            for row in self.values.get(predicate, ())
        )


async def datasets(ask: Asking, version: int) -> dict[str, Dataset]:
    """All graphs that describe themselves, by name, in order of their titles.

    Raises:
        QueryError: it could not be asked.
    """
    found = [_dataset(graph, told) for graph, told in _by_graph(await ask("datasets", version))]
    found.sort(key=lambda dataset: (dataset.title.casefold(), dataset.graph))
    return {dataset.graph: dataset for dataset in found if dataset.graph.startswith(GRAPH)}


def _by_graph(rows: Iterable[Row]) -> Iterable[tuple[str, _Told]]:
    by_graph: dict[str, _Told] = {}
    for row in rows:
        told = by_graph.setdefault(row["graph"], _Told())
        told.values.setdefault(row["property"], []).append(row)
    return by_graph.items()


def _dataset(graph: str, told: _Told) -> Dataset:
    return Dataset(
        graph=graph,
        title=told.text(RDFS_LABEL.value) or graph.removeprefix(GRAPH),
        description=told.text(DESCRIPTION),
        publisher=next(iter(told.things(PUBLISHER)), None),
        licence=told.text(LICENCE),
        licence_statement=told.text(LICENCE_STATEMENT),
        date_note=told.text(DATE_NOTE),
        sources=told.things(SOURCE),
    )
