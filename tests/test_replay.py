"""Views catch up with the log, from wherever they stand; any version can be had again."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import History, Provenance
from cepgraph.replay import catch_up, state_at
from cepgraph.store import OxigraphStore
from tests import mini

_P = NamedNode("https://example.org/p")
_VALUES = [Quad(mini.thing("a"), _P, Literal(str(n)), mini.HOME) for n in range(6)]
_worlds = st.lists(st.sets(st.sampled_from(_VALUES)), min_size=1, max_size=5)


def _log(folder: Path, worlds: list[set[Quad]]) -> History:
    """A log in which version n is ``worlds[n - 1]``."""
    history = History(folder)
    before: set[Quad] = set()
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
