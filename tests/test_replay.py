"""Views catch up with the log, from wherever they stand; any version can be had again."""

from collections.abc import Set
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from cepgraph.engine.replica import Replica
from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import History, Origin, Provenance
from cepgraph.history import entry as entries
from cepgraph.replay import catch_up, graph_at, state_at, traced
from cepgraph.store import OxigraphStore
from cepgraph.terms import entailed_graph
from tests import mini

_P = NamedNode("https://example.org/p")
_VALUES = [Quad(mini.thing("a"), _P, Literal(str(n)), mini.HOME) for n in range(6)]
_worlds = st.lists(st.sets(st.sampled_from(_VALUES)), min_size=1, max_size=5)


def _log(folder: Path, worlds: list[set[Quad]], before: Set[Quad] = frozenset()) -> History:
    """A log in which version n is ``worlds[n - 1]``; or more of it, after ``before``."""
    history = History(folder)
    for world in worlds:
        added, removed = sorted(world - before, key=str), sorted(before - world, key=str)
        history.append(added, removed, Provenance("tester", "test"), (mini.HOME.value,))
        before = world
    return history


@settings(deadline=None, max_examples=30)
@given(worlds=_worlds)
def test_every_version_is_rebuilt_exactly(
    tmp_path_factory: pytest.TempPathFactory, worlds: list[set[Quad]]
) -> None:
    history = _log(tmp_path_factory.mktemp("log"), worlds)
    assert set(state_at(history, 0).graph(mini.HOME)) == set()
    for version, world in enumerate(worlds, start=1):
        state = state_at(history, version)
        assert set(state.graph(mini.HOME)) == world
        assert state.version() == version


def test_store_catches_up_from_where_it_stands(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[1]}, {_VALUES[1], _VALUES[2]}])
    store = state_at(history, 1)
    catch_up(store, history, 3)
    assert set(store.graph(mini.HOME)) == {_VALUES[1], _VALUES[2]}
    assert store.version() == 3


def test_snapshot_spares_the_entries_before_it(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[1]}, {_VALUES[2]}])
    history.write_snapshot(2, state_at(history, 2).dump)
    for version in (1, 2):
        history.entry(version).path.unlink()
    assert set(state_at(history, 3).graph(mini.HOME)) == {_VALUES[2]}


def test_version_before_the_snapshot_is_rebuilt_from_the_entries(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[1]}])
    history.write_snapshot(2, state_at(history, 2).dump)
    assert set(state_at(history, 1).graph(mini.HOME)) == {_VALUES[0]}


@pytest.mark.parametrize("version", [-1, 3])
def test_version_that_never_was_is_not_found(tmp_path: Path, version: int) -> None:
    with pytest.raises(NotFound, match="version"):
        state_at(_log(tmp_path, [set(), set()]), version)


def test_missing_entry_is_damage_and_not_a_version_that_never_was(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[1]}, {_VALUES[2]}])
    history.entry(2).path.unlink()
    store = OxigraphStore()
    with pytest.raises(LogDamaged, match="version 2"):
        catch_up(store, History(tmp_path), 3)
    assert store.version() == 1


_GRAPHS = [mini.HOME, entailed_graph(mini.HOME), mini.AWAY]
_placed = st.sets(
    st.builds(
        Quad,
        st.sampled_from([mini.thing("a"), mini.thing("b")]),
        st.just(_P),
        st.sampled_from([Literal("1"), Literal("2")]),
        st.sampled_from(_GRAPHS),
    )
)


@settings(deadline=None, max_examples=40)
@given(worlds=st.lists(_placed, min_size=1, max_size=6), data=st.data())
@pytest.mark.parametrize("large", [-1, 50_000], ids=["read by part", "read whole"])
def test_graph_redefined_again_and_again_is_had_as_it_stood_at_any_version(
    tmp_path_factory: pytest.TempPathFactory,
    large: int,
    worlds: list[set[Quad]],
    data: st.DataObject,
) -> None:
    history = _log_of_all(tmp_path_factory.mktemp("log"), worlds)
    stands = data.draw(st.integers(0, len(worlds)))
    snapshot = data.draw(st.integers(0, len(worlds)))
    if snapshot:
        history.write_snapshot(snapshot, state_at(history, snapshot).dump)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entries, "LARGE", large)
        store = state_at(history, stands)
        for version, world in enumerate([set(), *worlds]):
            for graph in _GRAPHS:
                held = {quad.triple for quad in world if quad.graph_name == graph}
                assert graph_at(store, history, graph, version) == held


@pytest.mark.parametrize("version", [-1, 3])
def test_graph_at_a_version_that_never_was_is_not_found(tmp_path: Path, version: int) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, set()])
    with pytest.raises(NotFound, match="version"):
        graph_at(state_at(history, 2), history, mini.HOME, version)


def test_graph_before_an_entry_that_the_log_has_lost_is_not_found(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[1]}, {_VALUES[2]}])
    store = state_at(history, 3)
    history.entry(2).path.unlink()
    assert graph_at(store, history, mini.HOME, 2) == {_VALUES[1].triple}
    with pytest.raises(NotFound, match="version"):
        graph_at(store, history, mini.HOME, 1)


@settings(deadline=None, max_examples=40)
@given(worlds=st.lists(_placed, min_size=1, max_size=6), data=st.data())
def test_everything_said_of_a_thing_is_traced_to_the_entry_that_last_added_it(
    tmp_path_factory: pytest.TempPathFactory, worlds: list[set[Quad]], data: st.DataObject
) -> None:
    history = _log_of_all(tmp_path_factory.mktemp("log"), worlds)
    stands = data.draw(st.integers(0, len(worlds)))
    states = [set[Quad](), *worlds]
    thing = mini.thing("a")
    expected = {
        (quad, max(n for n in range(1, stands + 1) if quad in states[n] - states[n - 1]))
        for quad in states[stands]
        if quad.subject == thing and quad.graph_name != _GRAPHS[1]
    }
    found = traced(state_at(history, stands), history, thing)
    assert expected == {
        (mini.quad(triple, item.graph), item.entry.version)
        for item in found
        for triple in item.triples
    }
    versions = [item.entry.version for item in found]
    assert versions == sorted(versions, reverse=True)
    assert all(len(item.origins) == 1 for item in found)


def test_what_came_with_an_entry_that_the_log_has_lost_is_not_traced(tmp_path: Path) -> None:
    history = _log(tmp_path, [{_VALUES[0]}, {_VALUES[0], _VALUES[1]}])
    store = state_at(history, 2)
    history.entry(1).path.unlink()
    assert [item.entry.version for item in traced(store, history, mini.thing("a"))] == [2]


@settings(deadline=None, max_examples=20)
@given(worlds=st.lists(_placed, min_size=1, max_size=6))
def test_views_follow_large_entries_without_holding_them(
    tmp_path_factory: pytest.TempPathFactory, worlds: list[set[Quad]]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    _log_of_all(folder, worlds)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entries, "LARGE", -1)
        patched.setattr(entries, "PART", 1)
        replica, store = Replica(folder), OxigraphStore(bulk=0)
        replica.load()
        catch_up(store, History(folder), len(worlds))
    assert set(replica.store) == worlds[-1]
    assert {quad for graph in store.graphs() for quad in store.graph(graph)} == worlds[-1]
    assert replica.version == store.version() == len(worlds)


@pytest.mark.parametrize("large", [-1, 50_000], ids=["read by part", "read whole"])
def test_view_is_left_as_it_stood_when_the_next_entry_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(entries, "LARGE", large)
    monkeypatch.setattr(entries, "PART", 1)
    history = _log(tmp_path, [{_VALUES[0]}])
    replica, store = Replica(tmp_path), state_at(history, 1)
    replica.load()
    path = _log(tmp_path, [set(_VALUES[1:])], {_VALUES[0]}).entry(2).path
    path.write_bytes(path.read_bytes().replace(b'"5"', b'"5'))
    with pytest.raises(LogDamaged):
        replica.follow()
    with pytest.raises(LogDamaged):
        catch_up(store, History(tmp_path), 2)
    assert set(replica.store) == set(store.graph(mini.HOME)) == {_VALUES[0]}
    assert replica.version == store.version() == 1


def _log_of_all(folder: Path, worlds: list[set[Quad]]) -> History:
    """A log of several graphs in which version n is ``worlds[n - 1]``, each from a table."""
    history = History(folder)
    before: set[Quad] = set()
    for number, world in enumerate(worlds, start=1):
        added, removed = sorted(world - before, key=str), sorted(before - world, key=str)
        graphs = {
            graph.value.removesuffix("/entailed")
            for graph in _GRAPHS
            if any(quad.graph_name == graph for quad in added + removed)
        }
        rows = [Origin(mini.thing(name).value, f"{number}.csv", "", number) for name in "ab"]
        history.append(added, removed, Provenance("tester", "test"), tuple(sorted(graphs)), rows)
        before = world
    return history
