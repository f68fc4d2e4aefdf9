"""Which files are read by a mapping, and what is said of the others."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from cepgraph.errors import BadInput, BadParameter
from cepgraph.graph import KnowledgeGraph, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import GRAPH
from ingest import submission as submissions
from ingest.description import Description, described
from ingest.seed import seed
from ingest.sent import Sent, Upload, nothing
from ingest.sheets.sheet import Limits
from tests.ingest.foreign.conftest import HOME, SAID, CheckList, ReadList, json_of, xlsx_of
from tests.ingest.foreign.test_360giving import GRANT, SHEET

ROW = ["a", "A", "", "GBP", 5, "2015-01-01", "GB-CHC-1000001", "T", "GB-CHC-1000002", "F", ""]


def test_unknown_mapping_is_refused_with_the_known_ones(read: ReadList) -> None:
    with pytest.raises(BadParameter) as raised:
        read([*SHEET, ROW], mapping="threesixty")
    assert "360giving" in raised.value.problem


def test_file_without_the_headings_of_the_mapping_is_refused(read: ReadList) -> None:
    with pytest.raises(BadInput) as raised:
        read([["Key", "Label"], ["a", "A"]], "areas.csv", mapping="360giving")
    assert raised.value.file == "areas.csv"
    assert "360Giving" in raised.value.problem


def test_class_that_the_sender_names_comes_before_a_mapping(read: ReadList) -> None:
    found = read([*SHEET, ROW], collection="funding-awards")
    assert "Organisation" not in found.kinds()


def test_our_own_sheet_is_read_by_no_mapping(read: ReadList) -> None:
    found = read([["Key", "Label", "Amount", "Award date"], ["a", "A", "5", "2015"]], "awards.csv")
    assert found.kinds() == {"FundingAward": 1}


def test_object_alone_is_a_grant_too(read: ReadList) -> None:
    import json

    assert read(json.dumps(GRANT).encode(), "grant.json").kinds()["FundingAward"] == 1


def test_organisation_without_a_name_is_told(check: CheckList) -> None:
    funders = [*GRANT["fundingOrganization"], {"id": "GB-CHC-1000003"}]
    verdict = check(json_of({**GRANT, "fundingOrganization": funders}), "g.json")
    (told,) = [r for r in verdict.remarks if r.severity == "violation"]
    assert told.focus.endswith("organisation/GB-CHC-1000003")
    assert (told.place.row, told.message.partition(":")[0]) == (1, "Label")


def test_what_the_sender_says_of_a_graph_comes_before_what_the_mapping_knows(
    graph: KnowledgeGraph,
) -> None:
    name = NamedNode(GRAPH + "tester/data")
    sender = Description("Mine", licence="https://example.org/licence")
    known = Description("Theirs", "organisation/arts-connect", "terms of theirs")
    submission = Submission({name: set()}, Provenance("tester", "to try it"))
    for said in (sender, known):
        submission = described(submission, said, graph.store)
    texts = {
        triple.predicate.value.rpartition("/")[2].rpartition("#")[2]: triple.object.value
        for triple in submission.graphs[name]
        if isinstance(triple.object, Literal | NamedNode)
    }
    assert texts["label"] == "Mine"
    assert texts["publisher"].endswith("organisation/arts-connect")
    assert texts["license"] == "https://example.org/licence"
    assert "licenceStatement" not in texts


def test_hidden_sheet_is_told_and_not_read(read: ReadList, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "made.xlsx"
    xlsx_of(path, grants=[*SHEET, ROW], other=[["x"]])
    book = load_workbook(path)
    book["grants"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    found = read(path.read_bytes(), "grants.xlsx")
    assert found.only("hidden-sheet").place.sheet == "grants"
    assert found.triples == frozenset()


def test_cells_merged_among_the_rows_are_told(read: ReadList, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "made.xlsx"
    xlsx_of(path, grants=[*SHEET, ROW, ROW])
    book = load_workbook(path)
    book["grants"].merge_cells("B2:B3")
    book.save(path)
    found = read(path.read_bytes(), "grants.xlsx")
    told = [r for r in found.remarks if r.code == "merged-cells" and r.severity == "violation"]
    assert [r.place.cell for r in told] == ["B2"]


def test_list_that_is_sent_again_changes_nothing(project_model: Model, tmp_path: Path) -> None:
    path = tmp_path / "grants.json"
    path.write_bytes(json_of(GRANT, {**GRANT, "id": "360G-example-2"}))
    sent = Sent((Upload(path, "grants.json"),), graph=HOME, description=SAID, who="tester")
    with KnowledgeGraph(tmp_path / "home", project_model, in_memory=True) as graph:
        graph.publish(seed(project_model))
        first = submissions.publish(graph, sent, Limits(), nothing)
        again = submissions.publish(graph, sent, Limits(), nothing)
    assert (first.conforms, first.published) == (True, True)
    assert (again.conforms, again.changed, again.published) == (True, False, False)
