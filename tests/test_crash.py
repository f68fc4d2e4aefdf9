"""``kill -9`` at any moment of a publish: before or after, never between; the log says which."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.terms import entailed_graph
from tests import mini
from tests.crash_child import apply_half_and_die, publish_and_die_at, publish_on, rows_of, world

_KILLS = 60


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    made = Model(mini.write_content(tmp_path_factory.mktemp("content")))
    assert made.gate
    assert made.rules
    return made


def _start(target: Callable[..., None], *arguments: object) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pyshacl", "cepgraph.graph", "tests.crash_child"])
    process = context.Process(target=target, args=arguments)
    process.start()
    return process


def _assert_whole(root: Path, model: Model, at_least: int) -> int:
    """The graph is exactly what the log's newest version says; returns that version."""
    head = History(root / "data").head()
    assert head >= at_least
    with mini.open_graph(root, model) as graph:
        assert graph.version == graph.store.version() == head
        stored = {quad.triple for quad in graph.store.graph(mini.HOME)}
        entailed = {quad.triple for quad in graph.store.graph(entailed_graph(mini.HOME))}
    entries = list(History(root / "data").entries())
    assert all(list(entry.origins()) == rows_of(entry.version) for entry in entries[1:])
    files = {path for entry in entries for path in (entry.path, entry.path.with_suffix(".rows.gz"))}
    assert {path for path in (root / "data" / "log").rglob("*.*") if path.is_file()} <= files
    expected = mini.described(mini.HOME, mini.turtle(world(head))) if head else set()
    assert stored == expected
    assert entailed == model.rules.closure(expected)
    return head


@pytest.mark.slow
def test_killed_at_random_moments_the_graph_is_before_or_after(
    tmp_path: Path, model: Model
) -> None:
    chance = random.Random(20241023)
    with mini.open_graph(tmp_path, model) as graph:
        began = time.monotonic()
        graph.publish(mini.submission(world(1)))
        window = 3 * (time.monotonic() - began)
    head = 1
    for _ in range(_KILLS):
        process = _start(publish_on, tmp_path, model.content.root)
        while not (tmp_path / "ready").exists():
            assert process.is_alive()
            time.sleep(0.001)
        (tmp_path / "ready").unlink()
        time.sleep(chance.uniform(0, window))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        before, head = head, _assert_whole(tmp_path, model, head)
        # on a busy machine a publish takes longer: kills are to come on both sides of the commit
        window *= 1.2 if head == before else 0.9
    assert head > 1


@pytest.mark.parametrize(
    ("owner", "method", "call", "expected"),
    [
        ("os", "fsync", 1, 1),
        ("pathlib:Path", "rename", 1, 1),
        ("os", "fsync", 2, 1),
        ("os", "fsync", 3, 1),
        ("pathlib:Path", "rename", 2, 1),
        ("os", "fsync", 4, 2),
        ("cepgraph.store:OxigraphStore", "apply", 1, 2),
        ("cepgraph.store:OxigraphStore", "dump", 1, 3),
    ],
    ids=[
        "before the rows are flushed",
        "before they have their name",
        "before their name is flushed",
        "before the entry is flushed",
        "before it has its name",
        "before its name is flushed",
        "before the store",
        "snapshot",
    ],
)
def test_killed_at_each_step_the_log_says_whether_it_happened(
    tmp_path: Path, model: Model, owner: str, method: str, call: int, expected: int
) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(world(1)))
    process = _start(publish_and_die_at, tmp_path, model.content.root, owner, method, call)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert _assert_whole(tmp_path, model, 1) == expected


def test_store_with_half_an_entry_is_made_whole(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(world(1)))
    process = _start(apply_half_and_die, tmp_path, model.content.root)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert _assert_whole(tmp_path, model, 1) == 2
