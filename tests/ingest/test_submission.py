"""From a file to a verdict, and to a published graph; and back again."""

import pytest
from pyoxigraph import NamedNode, Triple

from cepgraph.errors import BadInput, BadParameter, Forbidden, NotFound
from cepgraph.graph import KnowledgeGraph
from cepgraph.replay import traced
from cepgraph.terms import GRAPH, ID, PROJECT_GRAPHS
from ingest import submission
from ingest.sent import Sent
from tests.ingest.conftest import Submit, told

HEADER = "Kind of finding,Label,Statement,Theme,Strength of evidence,Place in the source,Source"
SOURCE = "FAQs for Cultural Organisations"


def row(label: str, theme: str = "Funding", kind: str = "Challenge") -> str:
    """A row that conforms."""
    return f"{kind},{label},People said {label}.,{theme},Testimony of practice,p. 1,{SOURCE}"


def sheet(*rows: str) -> str:
    """A CSV of findings."""
    return "\n".join([HEADER, *rows]) + "\n"


def of(graph: KnowledgeGraph, name: str) -> set[Triple]:
    """What a named graph holds."""
    return {quad.triple for quad in graph.store.graph(NamedNode(name))}


def test_check_tells_what_publish_would_do_and_writes_nothing(
    check: Submit, graph: KnowledgeGraph
) -> None:
    before = graph.version
    verdict = check(("findings.csv", sheet(row("One"), row("Two"))))
    assert (verdict.conforms, verdict.published, verdict.things) == (True, False, 2)
    assert verdict.outcome is not None
    assert set(verdict.outcome.subjects_added) == {
        GRAPH + "tester/data",
        ID + "challenge/tester-one",
        ID + "challenge/tester-two",
    }
    assert graph.version == before


def test_published_rows_are_in_the_graph_and_traced_to_file_and_row(
    publish: Submit, graph: KnowledgeGraph
) -> None:
    name = GRAPH + "tester/traced"
    verdict = publish(("findings.csv", sheet(row("One"), row("Two"))), graph=name, why="test")
    assert verdict.published
    (found,) = traced(graph.store, graph.history, NamedNode(ID + "challenge/tester-two"))
    assert found.graph.value == name
    assert found.entry.provenance.source == "findings.csv"
    assert found.entry.provenance.source_hash == f"sha256:{verdict.files[0].sha256}"
    assert [(o.file, o.sheet, o.row) for o in found.origins] == [("findings.csv", "", 3)]
    assert len(found.triples) == 7


def test_same_file_sent_twice_changes_nothing_and_writes_no_entry(
    publish: Submit, graph: KnowledgeGraph
) -> None:
    name = GRAPH + "tester/twice"
    publish(("findings.csv", sheet(row("One"))), graph=name)
    before = graph.version
    again = publish(("findings.csv", sheet(row("One"))), graph=name)
    assert (again.conforms, again.changed, again.published) == (True, False, False)
    assert graph.version == before


def test_later_file_replaces_the_graph_whole_and_only_what_changed_is_traced_to_it(
    publish: Submit, graph: KnowledgeGraph
) -> None:
    name = GRAPH + "tester/replaced"
    publish(("first.csv", sheet(row("Gone"), row("Stays"), row("Turns"))), graph=name)
    verdict = publish(
        ("second.csv", sheet(row("Stays"), row("Turns", "Capacity"), row("New"))), graph=name
    )
    assert verdict.outcome is not None
    made = {
        "added": verdict.outcome.subjects_added,
        "changed": verdict.outcome.subjects_changed,
        "removed": verdict.outcome.subjects_removed,
    }
    keys = {side: [iri.rsplit("-", 1)[1] for iri in iris] for side, iris in made.items()}
    assert keys == {"added": ["new"], "changed": ["turns"], "removed": ["gone"]}
    entry = graph.history.entry(graph.version)
    assert sorted(origin.iri.rsplit("-", 1)[1] for origin in entry.origins()) == ["new", "turns"]
    (stays,) = traced(graph.store, graph.history, NamedNode(ID + "challenge/tester-stays"))
    assert stays.entry.provenance.source == "first.csv"


def test_graph_is_restored_to_before_its_last_change_and_to_any_version(
    publish: Submit, graph: KnowledgeGraph
) -> None:
    name = GRAPH + "tester/restored"
    states = [of(graph, name)]
    versions = [graph.version]
    for label in ("One", "Two", "Three"):
        publish(("findings.csv", sheet(row(label))), graph=name)
        states.append(of(graph, name))
        versions.append(graph.version)
    sent = Sent((), name, who="tester")
    verdict = submission.restore(graph, NamedNode(name), None, sent)
    assert verdict.published
    assert of(graph, name) == states[2]
    submission.restore(graph, NamedNode(name), versions[1], sent)
    assert of(graph, name) == states[1]
    submission.restore(graph, NamedNode(name), versions[0], sent)
    assert of(graph, name) == set()
    assert graph.history.entry(graph.version).provenance.why == (
        f"as it stood at version {versions[0]}"
    )


def test_restoring_what_was_never_published_is_told(graph: KnowledgeGraph) -> None:
    sent = Sent((), GRAPH + "tester/nothing")
    with pytest.raises(NotFound, match="change of the graph"):
        submission.restore(graph, NamedNode(sent.graph), None, sent)
    with pytest.raises(NotFound, match="version"):
        submission.restore(graph, NamedNode(sent.graph), 10_000, sent)


def test_all_faults_are_told_at_once_each_at_its_cell(check: Submit, graph: KnowledgeGraph) -> None:
    rows = [row("One", "Fundng"), row(""), row("Three").replace("Testimony of practice", "")]
    verdict = check(("findings.csv", sheet(*rows)))
    assert not verdict.conforms
    cells = {(remark.code, remark.place.cell) for remark in told(verdict)}
    assert cells == {("not-in-list", "D2"), ("no-key", "B3"), ("min-count", "E4")}


def test_verdict_of_the_gate_says_which_row_and_column_it_is_about(check: Submit) -> None:
    header = "Key,Label,Partnership,Member,From,Until"
    line = "m1,M,Nobody's partnership,Arts Connect,2025,2024"
    verdict = check(("memberships.csv", f"{header}\n{line}\n"))
    found = {remark.code: remark.place for remark in told(verdict)}
    assert (found["unknown-reference"].cell, found["unknown-reference"].column) == (
        "C2",
        "Partnership",
    )
    assert any(place.cell == "F2" for place in found.values())


def test_missing_recommended_value_is_a_warning_that_keeps_nothing_out(
    check: Submit,
) -> None:
    header = "Key,Label,Funder,Recipient,Currency"
    line = "a1,Grant,Arts Council England,Arts Connect,GBP"
    verdict = check(("funding-awards.csv", f"{header}\n{line}\n"))
    assert verdict.conforms
    assert {remark.place.row for remark in told(verdict, "warning")} == {2}
    assert any(remark.message.startswith("Amount:") for remark in told(verdict, "warning"))


def test_tables_of_several_files_refer_to_one_another(check: Submit) -> None:
    solutions = (
        f"{HEADER},Addresses,How far it was tried\n{row('Ask', kind='Solution')},Money,proposed\n"
    )
    verdict = check(("a.csv", solutions), ("b.csv", sheet(row("Money"))), collection="findings")
    assert told(verdict) == []
    assert verdict.conforms


def test_sheet_of_datasets_names_the_graph(check: Submit) -> None:
    dataset = (
        "Key,Label,Publisher,Licence statement,Source\n"
        f"tester/own,Own,Arts Connect,not stated,{SOURCE}\n"
    )
    files = (("datasets.csv", dataset), ("findings.csv", sheet(row("One"))))
    verdict = check(*files, graph="")
    assert verdict.graphs == (GRAPH + "tester/own",)
    assert verdict.conforms
    other = check(*files, graph=GRAPH + "tester/other")
    assert told(other, "violation")[0].code == "other-dataset"


def test_rows_without_a_graph_are_refused_with_what_to_do(check: Submit) -> None:
    with pytest.raises(BadParameter, match="name the graph"):
        check(("findings.csv", sheet(row("One"))), graph="")


def test_graph_that_is_not_the_senders_is_refused_before_anything_is_judged(
    check: Submit, graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: NamedNode) -> None:
        raise Forbidden(name.value, ("other/*",))

    def judge(*_: object) -> None:
        raise AssertionError("it was judged")

    monkeypatch.setattr(type(graph.model.gate), "judge", judge)
    with pytest.raises(Forbidden):
        check(("findings.csv", sheet(row("One"))), refuse_foreign=refuse)
    with pytest.raises(Forbidden):
        submission.restore(graph, NamedNode(GRAPH + "x/y"), 1, Sent((), refuse_foreign=refuse))


def test_project_graph_can_only_be_sent_as_it_stands(check: Submit) -> None:
    with pytest.raises(BadParameter, match="project's own files"):
        check(("findings.csv", sheet(row("One"))), graph=PROJECT_GRAPHS + "reference")


def test_unknown_class_and_ending_are_refused_with_what_is_known(check: Submit) -> None:
    with pytest.raises(NotFound, match="findings"):
        check(("x.csv", sheet(row("One"))), collection="findngs")
    with pytest.raises(BadInput, match=r"\.xlsx"):
        check(("x.docx", b"PK"))


def test_file_without_any_heading_of_ours_is_refused_with_what_to_do(check: Submit) -> None:
    with pytest.raises(BadInput, match="cepgraph template"):
        check(("x.csv", "a,b\n1,2\n"))


@pytest.mark.parametrize(
    "form",
    [
        "key,label,areaKind\na1,A,ward\n",
        '{"areas": [{"key": "a1", "label": "A", "areaKind": "ward"}]}',
    ],
)
def test_json_and_csv_of_the_same_rows_make_the_same_graph(
    publish: Submit, graph: KnowledgeGraph, form: str
) -> None:
    name = GRAPH + "tester/forms"
    publish(("areas.json" if form.startswith("{") else "areas.csv", form), graph=name)
    assert NamedNode(ID + "area/a1") in {t.subject for t in of(graph, name)}
    assert publish(("areas.csv", "key,label,areaKind\na1,A,ward\n"), graph=name).changed is False


def test_documents_of_the_rest_interface_can_be_sent_back(publish: Submit, check: Submit) -> None:
    name = GRAPH + "tester/rest"
    text = """{"results": [{"id": "https://w3id.org/cepgraph/id/area/r1", "type": "Area",
        "label": "A", "altLabel": ["B"], "areaKind": {"id": "https://w3id.org/cepgraph/concept/area-kind/ward",
        "label": "Ward", "type": "Concept"}, "within": [], "graphs": []}]}"""
    verdict = check(("areas.json", text), graph=name, collection="areas")
    assert verdict.conforms
    assert verdict.things == 1


def test_kind_that_is_none_is_one_fault_of_its_cell(check: Submit) -> None:
    verdict = check(("findings.csv", sheet(row("One", kind="Worry"))))
    assert [(r.code, r.place.cell) for r in told(verdict)] == [("not-in-list", "A2")]


def test_row_for_a_thing_that_others_call_otherwise_is_told(check: Submit, publish: Submit) -> None:
    header = "Key,Label,Kind of organisation\n"
    mine = f"{header}GB-CHC-1299999,Beacon Trust,charity\n"
    publish(("organisations.csv", mine), graph=GRAPH + "other/bodies")
    again = check(
        ("organisations.csv", mine.replace("Beacon", "Bacon")), graph=GRAPH + "other/bodies"
    )
    assert told(again) == []
    same = check(("organisations.csv", mine.replace("Beacon Trust", "The BEACON Trust Ltd")))
    assert "other-name-held" not in {r.code for r in told(same)}
    (remark,) = [
        r
        for r in told(check(("organisations.csv", mine.replace("Beacon", "Lighthouse"))))
        if r.code == "other-name-held"
    ]
    assert (remark.severity, remark.place.cell) == ("warning", "B2")
    assert remark.candidates == ("Beacon Trust (organisation/GB-CHC-1299999)",)
