"""The one door: what publishing writes, refuses, and leaves alone."""

import gc
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from cepgraph.change import Change, with_entailments
from cepgraph.errors import (
    BadInput,
    BadParameter,
    GateRefused,
    LogDamaged,
    StoreBusy,
)
from cepgraph.graph import Submission
from cepgraph.history import Origin, Provenance
from cepgraph.model import Model
from cepgraph.replay import state_at, traced
from cepgraph.store import OxigraphStore
from cepgraph.terms import ID, ORG, entailed_graph
from cepgraph.validation.engines import Validator
from cepgraph.validation.gate import Gate
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.scope import affected
from tests import mini

REX = (
    'id:ann a cep:Owner ; rdfs:label "Ann" . '
    'id:rex a cep:Pet ; rdfs:label "Rex" ; cep:owner id:ann .'
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


def test_published_triples_are_in_the_named_graph(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        outcome = graph.publish(mini.submission(REX))
        stored = {quad.triple for quad in graph.store.graph(mini.HOME)}
    assert outcome.version == 1
    assert stored == mini.described(mini.HOME, mini.turtle(REX))
    assert set(outcome.subjects_added) >= {ID + "ann", ID + "rex"}


def test_entailments_are_in_the_companion_graph(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        entailed = {quad.triple for quad in graph.store.graph(entailed_graph(mini.HOME))}
    assert mini.turtle("id:ann cep:pet id:rex . id:rex a cep:Animal, cep:Entity .") <= entailed


def test_entailments_of_removed_triples_are_removed(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        graph.publish(mini.submission('id:ann a cep:Owner ; rdfs:label "Ann" .'))
        entailed = {quad.triple for quad in graph.store.graph(entailed_graph(mini.HOME))}
    assert entailed == mini.turtle("id:ann a cep:Entity .")


def test_sending_the_same_twice_changes_nothing(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        again = graph.publish(mini.submission(REX))
        assert not again.changed
        assert again.version == graph.version == 1


def test_blank_nodes_and_spellings_of_numbers_do_not_make_a_change(
    tmp_path: Path, model: Model
) -> None:
    text = REX + ' id:rex cep:related [ a cep:Club ; rdfs:label "C" ; cep:limit 1.50 ] .'
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(text))
        assert not graph.publish(mini.submission(text)).changed


def test_refused_submission_writes_nothing(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        before = mini.quads_of(graph, mini.HOME)
        with pytest.raises(GateRefused) as refused:
            graph.publish(mini.submission('id:rex a cep:Pet ; rdfs:label "Rex" .'))
        assert mini.quads_of(graph, mini.HOME) == before
        assert graph.version == 1
    (violation,) = refused.value.report.violations
    assert (violation.focus, violation.shape, violation.path, violation.message) == (
        ID + "rex",
        "ceps:Pet-owner",
        "cep:owner",
        "Name its owner.",
    )


def test_every_offending_node_is_in_the_report(tmp_path: Path, model: Model) -> None:
    pets = " ".join(f'id:p{n} a cep:Pet ; rdfs:label "P{n}" .' for n in range(30))
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission(pets))
    assert {r.focus for r in refused.value.report.violations} == {f"{ID}p{n}" for n in range(30)}


def test_large_submission_gets_the_same_report_from_the_faster_engine(
    tmp_path: Path, model: Model
) -> None:
    pets = " ".join(f'id:p{n} a cep:Pet ; rdfs:label "P{n}" .' for n in range(400))
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission(pets))
    assert len(refused.value.report.violations) == 400
    assert {r.message for r in refused.value.report.violations} == {"Name its owner."}


def test_removing_a_thing_that_another_graph_points_to_is_refused(
    tmp_path: Path, model: Model
) -> None:
    pet = 'id:rex a cep:Pet ; rdfs:label "Rex" ; cep:owner id:ann .'
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission('id:ann a cep:Owner ; rdfs:label "Ann" .', mini.AWAY))
        graph.publish(mini.submission(pet, mini.HOME))
        with pytest.raises(GateRefused) as refused:
            graph.publish(mini.submission("", mini.AWAY))
    (violation,) = refused.value.report.violations
    assert (violation.focus, violation.graph) == (ID + "rex", mini.HOME.value)


def test_two_graphs_may_disagree_about_one_thing(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission('id:ann a cep:Owner ; rdfs:label "Ann" .', mini.HOME))
        graph.publish(mini.submission('id:ann a cep:Owner ; rdfs:label "Anne" .', mini.AWAY))
        labels = {q.object.value for q in graph.store.outgoing([mini.thing("ann")])}
    assert {"Ann", "Anne"} <= labels


def test_one_graph_may_not_disagree_with_itself(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused):
        graph.publish(mini.submission('id:ann a cep:Owner ; rdfs:label "Ann", "Anne" .'))


def test_same_identifier_on_two_things_of_two_graphs_is_refused(
    tmp_path: Path, model: Model
) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission('id:a a cep:Animal ; rdfs:label "A" ; cep:tag "7" .'))
        with pytest.raises(GateRefused):
            graph.publish(
                mini.submission('id:b a cep:Animal ; rdfs:label "B" ; cep:tag "7" .', mini.AWAY)
            )


def test_unknown_term_is_refused_with_the_nearest_one(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission(REX + " id:rex cep:frend id:ann ."))
    (violation,) = refused.value.report.violations
    assert violation.constraint == "ceps:UnknownTerm"
    assert "cep:friend" in violation.message


def test_unknown_class_is_refused(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission('id:x a cep:Dragon ; rdfs:label "X" .'))
    assert refused.value.report.violations[0].value == "cep:Dragon"


def test_subject_without_a_class_is_refused(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission('id:x rdfs:label "X" .'))
    assert [r.constraint for r in refused.value.report.violations] == ["ceps:Untyped"]


def test_graph_without_description_is_refused(tmp_path: Path, model: Model) -> None:
    bare = Submission({mini.HOME: mini.turtle(REX)}, Provenance("tester", "test"))
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(bare)
    assert [r.constraint for r in refused.value.report.violations] == ["ceps:Undescribed"]


def test_graph_name_outside_our_names_is_refused(tmp_path: Path, model: Model) -> None:
    strange = NamedNode("http://example.org/g")
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission(REX, strange))
    assert {r.constraint for r in refused.value.report.violations} == {"ceps:GraphName"}


def test_script_address_is_refused(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(GateRefused) as refused:
        graph.publish(mini.submission(REX + " id:rex rdfs:seeAlso <javascript:alert(1)> ."))
    assert refused.value.report.violations[0].constraint == "ceps:RefusedAddress"


def test_companion_graph_cannot_be_written_to(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(BadParameter):
        graph.publish(mini.submission(REX, entailed_graph(mini.HOME)))


def test_blank_nodes_that_cannot_be_told_apart_are_refused(tmp_path: Path, model: Model) -> None:
    nodes = range(20)
    ring = " ".join(f"_:n{a} cep:related _:n{b} ." for a in nodes for b in nodes if a != b)
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(BadInput, match="told apart"):
        graph.publish(mini.submission(ring))


def test_check_says_what_publish_would_do_and_writes_nothing(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        foreseen = graph.check(mini.submission(REX))
        assert graph.version == 0
        done = graph.publish(mini.submission(REX))
    assert foreseen.triples_added == done.triples_added
    assert foreseen.subjects_added == done.subjects_added


def test_publishing_an_empty_graph_removes_it(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        graph.publish(Submission({mini.HOME: set()}, Provenance("tester", "withdraw")))
        assert graph.store.graphs() == []


def test_store_behind_the_log_catches_up_at_opening(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        kept = mini.quads_of(graph, mini.HOME)
    for file in (tmp_path / "data" / "store").iterdir():
        file.unlink()
    with mini.open_graph(tmp_path, model) as graph:
        assert mini.quads_of(graph, mini.HOME) == kept
        assert graph.store.version() == 1


def test_store_is_rebuilt_from_the_snapshot_and_later_entries(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model, snapshot_every=1) as graph:
        graph.publish(mini.submission(REX))
        assert graph.maintain() == 1
        graph.publish(mini.submission(REX.replace("Rex", "Max")))
        kept = mini.quads_of(graph, mini.HOME)
    for file in (tmp_path / "data" / "store").iterdir():
        file.unlink()
    (tmp_path / "data" / "log" / "000" / "000001.rdfp").unlink()
    with mini.open_graph(tmp_path, model) as graph:
        assert mini.quads_of(graph, mini.HOME) == kept


def test_store_ahead_of_the_log_is_an_error(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
    (tmp_path / "data" / "log" / "000" / "000001.rdfp").unlink()
    with pytest.raises(LogDamaged, match="stands at version 1"), mini.open_graph(tmp_path, model):
        pass


def test_half_written_entry_is_swept_away(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
    partial = tmp_path / "data" / "log" / "000" / "000002.partial"
    partial.write_text("H id <urn:uuid:…")
    with mini.open_graph(tmp_path, model) as graph:
        assert graph.version == 1
    assert not partial.exists()


def test_second_writer_is_told_who_writes(tmp_path: Path, model: Model) -> None:
    with (
        mini.open_graph(tmp_path, model),
        pytest.raises(StoreBusy, match="locked by process"),
        mini.open_graph(tmp_path, model, lock_wait_s=0.0),
    ):
        pass


def test_any_version_can_be_rebuilt(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        first = mini.quads_of(graph, mini.HOME)
        graph.publish(mini.submission(REX.replace("Rex", "Max")))
        assert set(state_at(graph.history, 1).graph(mini.HOME)) == first
        assert set(state_at(graph.history, 2).graph(mini.HOME)) == mini.quads_of(graph, mini.HOME)


def test_organisations_of_the_world_are_found_by_their_superclass(tmp_path: Path) -> None:
    content = mini.write_content(
        tmp_path / "content",
        ontology=mini.ONTOLOGY + "cep:Owner rdfs:subClassOf org:Organization .",
    )
    with mini.open_graph(tmp_path, Model(content)) as graph:
        graph.publish(mini.submission(REX))
        store = graph.store
        assert isinstance(store, OxigraphStore)
        answer = store.engine.query(
            f"SELECT ?x {{ ?x a <{ORG}Organization> }}", use_default_graph_as_union=True
        )
        assert [row[0] for row in answer] == [mini.thing("ann")]


def test_identifier_shared_across_graphs_that_describe_both_things_is_refused(
    tmp_path: Path, model: Model
) -> None:
    a, b = 'id:a a cep:Animal ; rdfs:label "A" ', 'id:b a cep:Animal ; rdfs:label "B" '
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(f'{a}; cep:tag "7" . {b}.', mini.HOME))
        with pytest.raises(GateRefused):
            graph.publish(mini.submission(f'{a}. {b}; cep:tag "7" .', mini.AWAY))


def test_entry_that_could_not_be_applied_is_applied_before_the_next(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with mini.open_graph(tmp_path, model) as graph:
        with monkeypatch.context() as patched:
            patched.setattr(OxigraphStore, "apply", fail)
            with pytest.raises(OSError, match="No space left"):
                graph.publish(mini.submission(REX))
        graph.publish(mini.submission('id:o a cep:Owner ; rdfs:label "Oz" .', mini.AWAY))
        assert graph.store.version() == graph.version == 2
        stored = {quad.triple for quad in graph.store.graph(mini.HOME)}
    assert stored == mini.described(mini.HOME, mini.turtle(REX))


def test_store_of_another_log_is_an_error(tmp_path: Path, model: Model) -> None:
    for name in ("one", "two"):
        with mini.open_graph(tmp_path / name, model) as graph:
            graph.publish(mini.submission(REX.replace("Rex", name)))
    (tmp_path / "one/data/log").rename(tmp_path / "one/data/old")
    (tmp_path / "two/data/log").rename(tmp_path / "one/data/log")
    with (
        pytest.raises(LogDamaged, match="is not the log's"),
        mini.open_graph(tmp_path / "one", model),
    ):
        pass


def test_describing_a_well_known_thing_again_sets_off_only_the_own_graph(
    tmp_path: Path, model: Model
) -> None:
    pets = " ".join(
        f'id:p{n} a cep:Pet ; rdfs:label "P{n}" ; cep:owner id:ann{n // 3} .' for n in range(30)
    )
    owners = " ".join(f'id:ann{n} a cep:Owner ; rdfs:label "Ann" .' for n in range(10))
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(pets + owners, mini.AWAY))
        again = Change()
        again.add(mini.HOME, mini.described(mini.HOME, mini.turtle(owners)))
        whole = with_entailments(again, model.rules, graph.store)
        focus = affected(whole, Overlay(graph.store, whole), model.gate.plan)
    assert set(focus) == {mini.HOME}


def test_part_of_shacl_that_the_gate_does_not_read_is_refused(tmp_path: Path) -> None:
    shapes = mini.SHAPES + "ceps:Owner sh:closed true ."
    with pytest.raises(ValueError, match="sh:closed"):
        assert Model(mini.write_content(tmp_path, shapes=shapes)).gate


@pytest.mark.parametrize("was_on", [True, False])
def test_collector_is_as_it_was_after_a_publish_that_fails(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch, was_on: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        assert not gc.isenabled()
        raise RuntimeError("the engine broke")

    monkeypatch.setattr(Validator, "validate", fail)
    if not was_on:
        gc.disable()
    try:
        with mini.open_graph(tmp_path, model) as graph:
            for call in (graph.check, graph.publish):
                with pytest.raises(RuntimeError, match="broke"):
                    call(mini.submission(REX))
                assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_no_thread_outlives_a_publish_that_fails(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the engine broke")

    monkeypatch.setattr(Validator, "validate", fail)
    many = "".join(f'id:o{n} a cep:Owner ; rdfs:label "O" .' for n in range(20))
    sliced = Gate(model.shapes, model.ontology, slice_size=1, large=0)
    monkeypatch.setitem(model.__dict__, "gate", sliced)
    threads = set(threading.enumerate())
    with mini.open_graph(tmp_path, model) as graph:
        with pytest.raises(RuntimeError, match="broke"):
            graph.publish(mini.submission(many))
        assert set(threading.enumerate()) == threads
        assert graph.version == 0


def test_copy_of_the_log_is_the_graph_with_the_rows_that_it_came_from(
    tmp_path: Path, model: Model
) -> None:
    rows = [Origin(mini.thing("rex").value, "pets.csv", "", 2)]
    with mini.open_graph(tmp_path / "one", model) as graph:
        graph.publish(replace(mini.submission(REX), origins=lambda: rows))
        held = mini.quads_of(graph, mini.HOME)
    shutil.copytree(tmp_path / "one" / "data" / "log", tmp_path / "two" / "data" / "log")
    with mini.open_graph(tmp_path / "two", model) as graph:
        assert mini.quads_of(graph, mini.HOME) == held
        found = traced(graph.store, graph.history, mini.thing("rex"))
        assert [item.origins for item in found] == [tuple(rows)]
        (tmp_path / "two/data/log/000/000001.rows.gz").unlink()
        found = traced(graph.store, graph.history, mini.thing("rex"))
        assert [item.origins for item in found] == [()]
