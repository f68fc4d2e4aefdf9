"""The project's own schema and seed graph, and a way to read a table given as lists."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.terms import GRAPH, entailed_graph
from ingest.report.remark import Remark, Remarks
from ingest.rows.header import Headers
from ingest.seed import seed
from ingest.sheets.sheet import Limits, Row, Sheet
from ingest.tables import Tables

HOME = NamedNode(GRAPH + "tester/data")


@dataclass(frozen=True)
class Read:
    """What became of a table."""

    triples: set[Triple]
    remarks: Remarks
    tables: Tables

    def codes(self) -> list[tuple[str, str]]:
        """Code and cell of each remark that is no note."""
        return [(r.code, r.place.cell) for r in self.remarks if r.severity != "note"]

    def only(self, code: str) -> Remark:
        """The one remark of this kind."""
        (found,) = [remark for remark in self.remarks if remark.code == code]
        return found


ReadTable = Callable[..., Read]


def sheet_of(
    rows: Sequence[Sequence[Any]], name: str = "", file: str = "table.csv", **more: Any
) -> Sheet:
    """A sheet; rows are numbered from 1, blank ones counted and left out."""

    def give() -> Iterator[Row]:
        for number, cells in enumerate(rows, start=1):
            if any(cell not in (None, "") for cell in cells):
                yield Row(number, tuple(cells))

    return Sheet(file, name, give, **more)


@pytest.fixture(scope="session")
def model() -> Model:
    """The project's own content."""
    return Model(Content.default())


@pytest.fixture(scope="session")
def store(model: Model) -> OxigraphStore:
    """The seed graph with what it entails, in memory; nobody writes to it."""
    store = OxigraphStore()
    for graph, triples in seed(model).graphs.items():
        entailed = model.rules.closure(triples)
        for name, some in ((graph, triples), (entailed_graph(graph), entailed)):
            store.engine.extend(Quad(t.subject, t.predicate, t.object, name) for t in some)
    return store


@pytest.fixture
def read(model: Model, store: OxigraphStore) -> Iterator[ReadTable]:
    """``read(rows, name)`` reads one sheet; ``read(sheet, sheet)`` several together."""
    opened: list[Tables] = []

    def read_them(*sheets: Any, name: str = "", collection: str = "", **more: Any) -> Read:
        remarks, headers = Remarks(), Headers(model.schema)
        tables = Tables(model, store, Limits(), remarks)
        opened.append(tables)
        for given in sheets:
            sheet = given if isinstance(given, Sheet) else sheet_of(given, name, **more)
            header = headers.find(sheet, collection)
            assert header is not None, "no header was found"
            remarks.extend(headers.remarks(header))
            tables.headers.append(header)
        tables.look_through(HOME, lambda _rows: None)
        triples = set(tables.triples())
        tables.tell_duplicates()
        return Read(triples, remarks, tables)

    yield read_them
    for tables in opened:
        tables.close()


@pytest.fixture
def expected() -> Callable[[str], set[Triple]]:
    """Triples of Turtle with our prefixes, ``id:`` and ``concept:`` below our own addresses."""
    from tests import mini

    def turtle(text: str) -> set[Triple]:
        ours = "https://w3id.org/cepgraph"
        return mini.turtle(f"@base <{ours}/> .\n{text}")

    return turtle
