"""A knowledge graph with the project's seed, in memory, and submissions to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cepgraph.content import Content
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from cepgraph.terms import GRAPH
from ingest import submission
from ingest.description import Description
from ingest.report.remark import Remark
from ingest.report.verdict import Verdict
from ingest.seed import seed
from ingest.sent import Sent, Upload, nothing
from ingest.sheets.sheet import Limits

HOME = GRAPH + "tester/data"
SAID = Description(
    "Test data", "organisation/arts-connect", "not stated", "source/collaborate-innovate-faq"
)

Submit = Callable[..., Verdict]


@pytest.fixture(scope="session")
def project_model() -> Model:
    """The project's own content, compiled once."""
    return Model(Content.default())


@pytest.fixture(scope="module")
def graph(
    project_model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeGraph]:
    """The seed graph; tests that publish choose a graph name of their own."""
    folder = tmp_path_factory.mktemp("graph")
    with KnowledgeGraph(folder, project_model, in_memory=True) as opened:
        opened.publish(seed(project_model))
        yield opened


@pytest.fixture
def check(graph: KnowledgeGraph, tmp_path: Path) -> Submit:
    """``check(("findings.csv", content), …)`` judges files; nothing may be written."""
    return _submitting(graph, tmp_path, submission.check)


@pytest.fixture
def publish(graph: KnowledgeGraph, tmp_path: Path) -> Submit:
    """``publish(("findings.csv", content), …, graph=…)`` publishes files."""
    return _submitting(graph, tmp_path, submission.publish)


def _submitting(graph: KnowledgeGraph, folder: Path, act: Any) -> Submit:
    def submit(
        *files: tuple[str, bytes | str | Path], limits: Limits | None = None, **more: Any
    ) -> Verdict:
        uploads = []
        for number, (name, content) in enumerate(files):
            path = content if isinstance(content, Path) else folder / f"upload-{number}"
            if isinstance(content, bytes | str):
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            uploads.append(Upload(path, name))
        sent = Sent(tuple(uploads), **{"graph": HOME, "description": SAID, "who": "tester", **more})
        return act(graph, sent, limits or Limits(), nothing)

    return submit


def told(verdict: Verdict, *severities: str) -> list[Remark]:
    """The remarks of these severities; of all but notes, where none is named."""
    wanted = severities or ("violation", "warning")
    return [remark for remark in verdict.remarks if remark.severity in wanted]
