"""A data folder meets the content of a newer installation."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from cepgraph.content import ROOMS, Content
from cepgraph.graph import KnowledgeGraph, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import CEP, GRAPH, ID, entailed_graph
from ingest.upgrade import bring_up_to_date, is_current

NOTES = NamedNode(GRAPH + "peer-learning-programme/session-1-feedback")
REFERENCE = NamedNode(GRAPH + "cepgraph/reference")
SCHOOL = NamedNode(ID + "virtual-school/E06000001")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with KnowledgeGraph(tmp_path / "home", Model(Content.default())) as graph:
        bring_up_to_date(graph, tmp_path / "home")
    return tmp_path / "home"


def _newer(root: Path) -> Model:
    """Content with one superclass more, and another name for one school."""
    for room in ROOMS:
        shutil.copytree(Content.default().root / room, root / room)
    with (root / "ontology" / "core.ttl").open("a", encoding="utf-8") as file:
        file.write("\ncep:VirtualSchool rdfs:subClassOf <https://example.org/Service> .\n")
    table = root / "data" / "reference" / "virtual-schools.csv"
    text = table.read_text(encoding="utf-8")
    assert "Virtual School of Hartlepool" in text
    table.write_text(text.replace("Virtual School of Hartlepool", "Hartlepool Virtual School"))
    return Model(Content(root))


@pytest.mark.slow
def test_folder_of_the_same_content_is_left_alone(folder: Path) -> None:
    with KnowledgeGraph(folder, Model(Content.default())) as graph:
        assert is_current(graph, folder)
        version = graph.version
        bring_up_to_date(graph, folder)
        assert graph.version == version


@pytest.mark.slow
def test_newer_content_reaches_the_folder_and_its_entailments(folder: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(folder, _newer(tmp_path / "newer")) as graph:
        assert not is_current(graph, folder)
        bring_up_to_date(graph, folder)
        assert is_current(graph, folder)
        asserted = {
            quad.object.value for quad in graph.store.graph(REFERENCE) if quad.subject == SCHOOL
        }
        entailed = {
            quad.object.value
            for quad in graph.store.graph(entailed_graph(REFERENCE))
            if quad.subject == SCHOOL
        }
    assert "Hartlepool Virtual School" in asserted
    assert "https://example.org/Service" in entailed


@pytest.mark.slow
def test_graph_that_somebody_has_published_since_is_theirs(folder: Path, tmp_path: Path) -> None:
    with KnowledgeGraph(folder, Model(Content.default())) as graph:
        whole = {quad.triple for quad in graph.store.graph(NOTES)}
        kept = {t for t in whole if t.predicate.value != CEP + "note"}
        assert kept < whole
        graph.publish(Submission({NOTES: kept}, Provenance("them", "shorter")))
    with KnowledgeGraph(folder, _newer(tmp_path / "newer")) as graph:
        bring_up_to_date(graph, folder)
        assert {quad.triple for quad in graph.store.graph(NOTES)} == kept
