"""The seed graph, and a way to read a small list through its mapping."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Triple

from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from ingest import submission
from ingest.description import Description
from ingest.reading import Reading
from ingest.report.remark import Remark, Remarks
from ingest.report.verdict import Verdict
from ingest.seed import seed
from ingest.sent import Sent, Upload, nothing
from ingest.sheets.sheet import Limits
from tests import mini

HOME = "tester/data"
SAID = Description(publisher="organisation/arts-connect", licence="not stated")


@dataclass(frozen=True)
class Read:
    """What became of a list."""

    triples: frozenset[Triple]
    remarks: Remarks

    def codes(self) -> list[tuple[str, str]]:
        """Code and cell of each remark that is no note."""
        return [(r.code, r.place.cell) for r in self.remarks if r.severity != "note"]

    def only(self, code: str) -> Remark:
        """The one remark of this kind."""
        (found,) = [remark for remark in self.remarks if remark.code == code]
        return found

    def of(self, thing: str) -> set[Triple]:
        """What is said of a thing, as ``kind/key``."""
        subject = f"https://w3id.org/cepgraph/id/{thing}"
        return {t for t in self.triples if getattr(t.subject, "value", "") == subject}

    def kinds(self) -> dict[str, int]:
        """How many things there are of each class."""
        counts: dict[str, int] = {}
        for triple in self.triples:
            if triple.predicate.value.endswith("#type"):
                name = str(getattr(triple.object, "value", "")).rpartition("#")[2]
                counts[name] = counts.get(name, 0) + 1
        return counts


ReadList = Callable[..., Read]
CheckList = Callable[..., Verdict]
Rows = Sequence[Sequence[Any]]


@pytest.fixture(scope="session")
def graph(
    project_model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeGraph]:
    """The seed graph; nobody writes to it."""
    folder = tmp_path_factory.mktemp("seed") / "home"
    with KnowledgeGraph(folder, project_model, in_memory=True) as graph:
        graph.publish(seed(project_model))
        yield graph


def csv_of(rows: Rows) -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def json_of(*grants: dict[str, Any]) -> bytes:
    """Grants as a file of the 360Giving standard."""
    return json.dumps({"grants": grants}).encode()


def xlsx_of(path: Path, **sheets: Rows) -> bytes:
    """Tables as a workbook."""
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path.read_bytes()


def _sent(tmp_path: Path, content: bytes | Rows, name: str, more: dict[str, Any]) -> Sent:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else csv_of(content))
    return Sent((Upload(path, name),), graph=HOME, **{"description": SAID, **more})


@pytest.fixture
def read(project_model: Model, graph: KnowledgeGraph, tmp_path: Path) -> ReadList:
    """``read(rows or bytes, name)`` reads a list, without the gate."""

    def read_it(content: bytes | Rows, name: str = "list.csv", **more: Any) -> Read:
        sent = _sent(tmp_path, content, name, more)
        with Reading(sent, project_model, graph.store, Limits(), nothing) as reading:
            triples = frozenset(t for some in reading.triples().values() for t in some)
            return Read(triples, reading.remarks)

    return read_it


@pytest.fixture
def check(graph: KnowledgeGraph, tmp_path: Path) -> CheckList:
    """``check(rows or bytes, name)`` is the verdict on a list, that of the gate included."""

    def check_it(content: bytes | Rows, name: str = "list.csv", **more: Any) -> Verdict:
        return submission.check(graph, _sent(tmp_path, content, name, more), Limits(), nothing)

    return check_it


@pytest.fixture
def expected() -> Callable[[str], set[Triple]]:
    """Triples of Turtle; addresses are below our own."""
    return lambda text: mini.turtle(f"@base <https://w3id.org/cepgraph/> .\n{text}")
