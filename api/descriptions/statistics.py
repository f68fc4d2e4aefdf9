"""How much there is: of all graphs together, of each, of each class and property."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from api.descriptions.survey import Asking, Row
from cepgraph.errors import QueryTimeout, QueryTooLarge

NUMBERS: Final = ("triples", "subjects", "objects", "properties", "classes", "entities")


@dataclass(frozen=True)
class Counts:
    """What was counted; ``None`` is what could not be.

    ``entities`` are things of ours; ``subjects``, ``objects``, ``properties`` and ``classes`` count
    different ones.
    """

    triples: int | None = None
    subjects: int | None = None
    objects: int | None = None
    properties: int | None = None
    classes: int | None = None
    entities: int | None = None


@dataclass(frozen=True)
class Part:
    """What there is of a class or a property. ``example`` is a thing of the class."""

    iri: str
    counts: Counts
    example: str = ""


@dataclass(frozen=True)
class Links:
    """Links by a property to things whose IRIs begin with ``space``."""

    property: str
    space: str
    triples: int


@dataclass(frozen=True)
class Sizes:
    """How large all is together, and each graph: what is quickly counted."""

    version: int
    triples: int | None
    graphs: dict[str, Counts]


@dataclass(frozen=True)
class Statistics:
    """All counts at a version. Companions that hold entailments are graphs too."""

    version: int
    whole: Counts
    documents: int | None
    graphs: dict[str, Counts]
    classes: tuple[Part, ...]
    properties: tuple[Part, ...]
    links: tuple[Links, ...]


@dataclass(frozen=True)
class Contents:
    """All counts of one graph."""

    counts: Counts
    classes: tuple[Part, ...]
    properties: tuple[Part, ...]


class Counting:
    """Counts, one question after the other, so that others get their turn in between.

    What a count needs grows with the graph. One that takes too much time or memory is left out of
    the description; the others stand.
    """

    def __init__(self, ask: Asking) -> None:
        self._ask = ask

    async def sizes(self, version: int) -> Sizes:
        """What is quickly counted.

        Raises:
            QueryError: nothing could be counted.
        """
        graphs = {row["graph"]: _counts(row) for row in await self._ask("graphs", version)}
        triples = await self._rows("triples", version)
        return Sizes(
            version,
            int(triples[0]["triples"]) if triples else None,
            dict(sorted(graphs.items())),
        )

    async def statistics(self, sizes: Sizes) -> Statistics:
        """Everything about all graphs."""
        version = sizes.version
        graphs = dict(sizes.graphs)
        for name in ("classes-of-graphs", "entities-of-graphs"):
            for row in await self._rows(name, version):
                graphs[row["graph"]] = replace(graphs[row["graph"]], **_numbers(row))
        classes = _parts("class", await self._rows("classes", version))
        properties = _parts("property", await self._rows("properties", version))
        nodes = [_numbers(row) for row in await self._rows("nodes", version)]
        kinds = {row["kind"]: int(row["things"]) for row in await self._rows("entities", version)}
        whole = Counts(
            triples=sizes.triples,
            classes=len(classes) or None,
            properties=len(properties) or None,
            entities=kinds.get("id", 0) if kinds else None,
            **(nodes[0] if nodes else {}),
        )
        return Statistics(
            version=version,
            whole=whole,
            documents=sum(kinds.values()) if kinds else None,
            graphs=graphs,
            classes=classes,
            properties=properties,
            links=tuple(
                Links(row["property"], row["space"], int(row["triples"]))
                for row in await self._rows("links", version)
            ),
        )

    async def contents(self, graph: str, version: int) -> Contents:
        """Everything about one graph.

        Raises:
            QueryError: it could not be counted.
        """
        bound = {"graph": graph}
        numbers: dict[str, int] = {}
        for name in ("graphs", "classes-of-graphs", "entities-of-graphs"):
            for row in await self._ask(name, version, bound):
                numbers |= _numbers(row)
        return Contents(
            Counts(**numbers),
            _parts("class", await self._ask("classes-of-graph", version, bound)),
            _parts("property", await self._ask("properties-of-graph", version, bound)),
        )

    async def _rows(self, name: str, version: int) -> list[Row]:
        try:
            return await self._ask(name, version)
        except (QueryTimeout, QueryTooLarge):
            return []


def _parts(variable: str, rows: Iterable[Row]) -> tuple[Part, ...]:
    return tuple(Part(row[variable], _counts(row), row.get("example", "")) for row in rows)


def _counts(row: Row) -> Counts:
    return Counts(**_numbers(row))


def _numbers(row: Row) -> dict[str, int]:
    return {name: int(row[name]) for name in NUMBERS if name in row}
