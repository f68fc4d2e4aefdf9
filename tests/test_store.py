"""The embedded store: what is applied is there, once; and nothing of the marker shows."""

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from cepgraph.errors import StoreBusy, StoreDamaged
from cepgraph.store import OxigraphStore, oxigraph
from cepgraph.terms import SYSTEM_STORE
from tests import mini
from tests.strategies import iris, literals

_P, _Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
_A, _B = mini.thing("a"), mini.thing("b")
_graphs = st.sampled_from([mini.HOME, mini.AWAY])
_quads = st.sets(st.builds(Quad, iris, iris, st.one_of(iris, literals), _graphs), max_size=10)


def _kept(store: OxigraphStore) -> set[Quad]:
    return {quad for graph in store.graphs() for quad in store.graph(graph)}


def _normal(quads: set[Quad]) -> set[Quad]:
    """As any store spells them."""
    store = OxigraphStore()
    store.apply(quads, (), 1)
    return _kept(store)


@settings(deadline=None)
@given(before=_quads, added=_quads, removed=_quads)
def test_applying_an_entry_twice_is_applying_it_once(
    before: set[Quad], added: set[Quad], removed: set[Quad]
) -> None:
    before, added, removed = _normal(before), _normal(added), _normal(removed)
    once, twice = OxigraphStore(), OxigraphStore()
    for store in (once, twice):
        store.apply(before, (), 1)
        store.apply(added, removed, 2)
    twice.apply(added, removed, 2)
    assert _kept(once) == _kept(twice) == (before - removed) | added
    assert once.version() == twice.version() == 2


@settings(deadline=None)
@given(before=_quads, added=_quads, removed=_quads)
def test_large_changes_do_the_same_as_small_ones(
    before: set[Quad], added: set[Quad], removed: set[Quad]
) -> None:
    stores = OxigraphStore(), OxigraphStore(bulk=0)
    for store in stores:
        store.apply(before, (), 1)
        store.apply(added, removed, 2)
    small, large = stores
    assert _kept(small) == _kept(large)
    assert small.version() == large.version() == 2


def test_new_store_stands_at_version_zero() -> None:
    assert OxigraphStore().version() == 0
    assert OxigraphStore().graphs() == []


def test_version_may_go_up_without_a_change() -> None:
    store = OxigraphStore()
    store.apply((), (), 7)
    assert store.version() == 7


def test_marker_of_the_version_is_in_no_answer() -> None:
    store = OxigraphStore()
    store.apply([Quad(_A, _P, _B, mini.HOME)], (), 1)
    everything = list(store.engine.quads_for_pattern(None, None, None, DefaultGraph()))
    (marker, *_) = everything
    assert {quad.subject for quad in everything} == {SYSTEM_STORE}
    assert list(store.outgoing([marker.subject])) == []  # type: ignore[list-item]
    assert list(store.incoming([marker.object], marker.predicate)) == []  # type: ignore[list-item]
    assert store.graphs() == [mini.HOME]


def test_quads_are_found_from_both_ends() -> None:
    store = OxigraphStore()
    quads = [
        Quad(_A, _P, _B, mini.HOME),
        Quad(_A, _Q, Literal("x"), mini.AWAY),
        Quad(_B, _P, _B, mini.AWAY),
    ]
    store.apply(quads, (), 1)
    assert set(store.outgoing([_A])) == set(quads[:2])
    assert set(store.outgoing([_A, _B], _P)) == {quads[0], quads[2]}
    assert set(store.incoming([_B], _P)) == {quads[0], quads[2]}
    assert set(store.incoming([Literal("x")], _Q)) == {quads[1]}
    assert list(store.outgoing([])) == list(store.incoming([], _P)) == []


def test_graph_that_was_emptied_is_not_listed() -> None:
    store = OxigraphStore()
    quad = Quad(_A, _P, _B, mini.HOME)
    store.apply([quad], (), 1)
    store.apply((), [quad], 2)
    assert store.graphs() == []


def test_dump_holds_every_quad_and_not_the_marker() -> None:
    store = OxigraphStore()
    quads = {Quad(_A, _P, Literal("a\nb\x01"), mini.HOME), Quad(_A, _P, _B, mini.AWAY)}
    store.apply(quads, (), 1)
    output = io.BytesIO()
    store.dump(output)
    assert set(parse(output.getvalue(), format=RdfFormat.N_QUADS)) == quads


def test_store_on_disk_is_there_again_after_closing(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    store.apply([Quad(_A, _P, _B, mini.HOME)], (), 3)
    store.close()
    again = OxigraphStore(tmp_path / "store")
    assert (again.version(), len(_kept(again))) == (3, 1)


def test_closed_store_answers_nothing() -> None:
    store = OxigraphStore()
    store.close()
    with pytest.raises(StoreBusy, match="closed"):
        store.version()


_HOLD = """
import sys
from pyoxigraph import Store
store = Store(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_store_that_another_process_has_open_is_busy(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "store")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreBusy):
            OxigraphStore(tmp_path / "store")


def test_damaged_store_says_that_it_can_be_rebuilt(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    store.apply([Quad(_A, _P, _B, mini.HOME)], (), 1)
    store.close()
    (tmp_path / "store" / "CURRENT").write_text("garbage\n")
    with pytest.raises(StoreDamaged, match="remove"):
        OxigraphStore(tmp_path / "store")


def test_store_below_a_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="directory"):
        OxigraphStore(tmp_path / "file" / "store")


def test_nodes_are_linked_by_the_predicates_that_they_have_at_either_end() -> None:
    store = OxigraphStore()
    quads = [
        Quad(_A, _P, _B, mini.HOME),
        Quad(_A, _Q, Literal("x"), mini.AWAY),
        Quad(_A, _Q, Literal("x"), mini.HOME),
    ]
    store.apply(quads, (), 1)
    nodes = [_A, _B, Literal("x"), SYSTEM_STORE]
    assert sorted(store.linked(nodes), key=str) == [(_A, _P), (_A, _Q)]
    assert set(store.linked(nodes, inverse=True)) == {(_B, _P), (Literal("x"), _Q)}


def test_node_with_very_many_quads_may_have_any_predicate() -> None:
    store = OxigraphStore()
    store.apply([Quad(_A, _P, Literal(str(n)), mini.HOME) for n in range(50)], (), 1)
    assert list(store.linked([_A])) == [(_A, None)]


class _Lines(list[Quad]):
    def nquads(self) -> Iterator[bytes]:
        for quad in self:
            yield serialize([quad], format=RdfFormat.N_QUADS) or b""


@settings(deadline=None)
@given(before=_quads, added=_quads)
def test_quads_that_come_as_text_are_the_same_quads(before: set[Quad], added: set[Quad]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(oxigraph, "_PART", 100)
        store = OxigraphStore(bulk=0)
        store.apply(_Lines(before), (), 1)
        store.apply(_Lines(added), (), 2)
    assert _kept(store) == _normal(before | added)


def test_load_that_fails_in_one_part_is_told_and_leaves_no_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(oxigraph, "_PART", 1)
    store = OxigraphStore(bulk=0)
    quads = _Text([b"<x:a> <x:p> <x:a> <x:g> .\n"] * 3 + [b"no quad\n"] + [b""] * 3)
    threads = set(threading.enumerate())
    with pytest.raises(SyntaxError):
        store.apply(quads, (), 1)
    assert store.version() == 0
    assert set(threading.enumerate()) == threads
    store.apply(_Text([b"<x:a> <x:p> <x:a> <x:g> .\n"]), (), 1)
    assert store.version() == 1


class _Text(list[Quad]):
    """Quads that are to be had as text."""

    def __init__(self, lines: list[bytes]) -> None:
        super().__init__([Quad(_A, _P, _A, _A)])
        self._lines = lines

    def nquads(self) -> Iterator[bytes]:
        return iter(self._lines)
