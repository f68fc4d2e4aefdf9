"""Writes that are no submission: refused before anything of them is judged, or made whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from cepgraph.errors import BadInput, BadParameter, Forbidden, NotFound
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from cepgraph.terms import CEP, DCTERMS, ID, PROJECT_GRAPHS, RDF, RDFS
from ingest import amendment
from ingest.report.verdict import Verdict
from ingest.sent import Progress, Sent, Upload, nothing
from ingest.sheets.sheet import Limits
from tests import mini

Write = Callable[[KnowledgeGraph, Sent, Limits, Progress], Verdict]

OWN = NamedNode(PROJECT_GRAPHS + "reference")
LIMITS = Limits(bytes=1 << 20, rows=100)
ALL: list[Write] = [amendment.amend, amendment.replace, amendment.merge, amendment.remove]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


@pytest.fixture
def graph(tmp_path: Path, model: Model) -> KnowledgeGraph:
    return mini.open_graph(tmp_path, model, in_memory=True)


def _sent(write: Write, folder: Path, graph: NamedNode, **more: object) -> Sent:
    """A described club for a graph, as each way of writing takes it."""
    triples = [
        (graph.value, RDF + "type", f"<{CEP}Dataset>"),
        (graph.value, DCTERMS + "publisher", f"<{ID}tester>"),
        (ID + "c", RDF + "type", f"<{CEP}Club>"),
        (ID + "c", RDFS + "label", '"C"'),
    ]
    quads = write is amendment.amend
    end = f" <{graph.value}> .\n" if quads else " .\n"
    text = "".join(f"<{s}> <{p}> {o}{end}" for s, p, o in triples)
    names = ["added.nq", "removed.nq"] if quads else ["body.nt"]
    for name, content in zip(names, (text, ""), strict=False):
        (folder / name).write_text(content)
    files = tuple(Upload(folder / name, name) for name in names)
    named = "" if quads else graph.value
    return Sent(files, named, who=ID + "tester", why="to see", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("write", ALL)
def test_graph_of_the_project_is_not_written_to(
    tmp_path: Path, graph: KnowledgeGraph, write: Write
) -> None:
    with graph, pytest.raises(BadParameter, match="the project's own files"):
        write(graph, _sent(write, tmp_path, OWN), LIMITS, nothing)
    assert graph.version == 0


@pytest.mark.parametrize("write", ALL)
def test_graph_of_somebody_else_is_not_written_to(
    tmp_path: Path, graph: KnowledgeGraph, write: Write
) -> None:
    def refuse(name: NamedNode) -> None:
        raise Forbidden(name.value, ())

    with graph, pytest.raises(Forbidden):
        write(graph, _sent(write, tmp_path, mini.HOME, refuse_foreign=refuse), LIMITS, nothing)
    assert graph.version == 0


@pytest.mark.parametrize("write", ALL[:3])
def test_what_conforms_is_written(tmp_path: Path, graph: KnowledgeGraph, write: Write) -> None:
    with graph:
        verdict = write(graph, _sent(write, tmp_path, mini.HOME), LIMITS, nothing)
        assert verdict.published
        assert graph.version == 1
        assert len(mini.quads_of(graph, mini.HOME)) == 4


def test_graph_that_is_not_there_cannot_be_taken_away(
    tmp_path: Path, graph: KnowledgeGraph
) -> None:
    with graph, pytest.raises(NotFound):
        amendment.remove(graph, _sent(amendment.remove, tmp_path, mini.HOME), LIMITS, nothing)


def test_triples_in_no_graph_are_refused_with_their_file(
    tmp_path: Path, graph: KnowledgeGraph
) -> None:
    sent = _sent(amendment.amend, tmp_path, mini.HOME)
    (tmp_path / "removed.nq").write_text(f'<{ID}c> <{RDFS}label> "C" .\n')
    with graph, pytest.raises(BadInput) as refused:
        amendment.amend(graph, sent, LIMITS, nothing)
    assert refused.value.file == "removed.nq"
    assert graph.version == 0
