"""The ingest process as it talks: what it tells, what it keeps to itself."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from pyoxigraph import NamedNode

from api.submissions import worker as worker_module
from api.submissions.form import Form, Received
from api.submissions.task import Task, task_of
from api.submissions.worker import SPENT_BYTES, Worker
from cepgraph.errors import BadInput, CepgraphError, Forbidden, LogDamaged, StoreDamaged
from cepgraph.model import Model
from cepgraph.terms import GRAPH
from cepgraph.tokens import Tokens
from ingest.sheets.sheet import Limits
from tests.api.conftest import ROOT

LARGE = 512 << 20


@pytest.fixture
def task(tmp_path: Path) -> Task:
    token, _ = Tokens(tmp_path).create("arts-connect")
    file = Received(tmp_path / "0.csv", "pets.csv")
    form = Form({"graph": "arts-connect/pets", "why": "to see"}, (file,))
    return task_of(form, token, tmp_path)


@pytest.fixture
def worker(tmp_path: Path, world: Model) -> Worker:
    return Worker(BytesIO(), world, tmp_path / "data", Limits(), 100, 1.0, 50)


def told(worker: Worker) -> list[dict[str, Any]]:
    assert isinstance(worker.wire, BytesIO)
    return [orjson.loads(line) for line in worker.wire.getvalue().splitlines()]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def check(*_: object) -> None:
        raise error

    monkeypatch.setattr(worker_module.submission, "check", check)


def test_task_arrives_as_it_was_sent(task: Task) -> None:
    assert Task.of_line(task.line()) == task
    assert task.line().count(b"\n") == 1
    sent = task.sent()
    assert sent.graph == GRAPH + "arts-connect/pets"
    assert sent.description.publisher == sent.who == task.who
    assert [upload.name for upload in sent.files] == ["pets.csv"]


def test_error_is_told_with_its_fields_and_the_next_task_is_taken(
    worker: Worker, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, BadInput("no table", file="pets.csv", row=3))
    # the process of the tests may be as large as it likes
    monkeypatch.setattr("api.submissions.worker.SPENT_BYTES", 1 << 40)
    worker.serve(BytesIO(task.line() * 2))
    events = told(worker)
    assert [event["event"] for event in events] == ["ready", *(["begun", "failed", "idle"] * 2)]
    assert events[2]["problem"]["row"] == 3
    assert events[2]["retry_after_s"] is None


@pytest.mark.parametrize("kind", [LogDamaged, StoreDamaged])
def test_places_on_this_machine_are_kept_to_the_log(
    worker: Worker,
    task: Task,
    kind: type[CepgraphError],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(monkeypatch, kind("/secret/place", "it is broken"))
    worker.do(task)
    assert worker.wire.getvalue().count(b"/secret") == 0  # type: ignore[attr-defined]
    assert "/secret/place" in capsys.readouterr().err
    assert told(worker)[1]["problem"]["status"] == 503


def test_process_without_memory_tells_so_and_ends(
    worker: Worker, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, MemoryError())
    with pytest.raises(MemoryError):
        worker.serve(BytesIO(task.line() * 2))
    assert [event["event"] for event in told(worker)] == ["ready", "begun", "failed"]
    assert told(worker)[2]["problem"]["status"] == 413


def test_process_that_has_grown_ends_after_its_task(
    worker: Worker, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, BadInput("no table"))
    monkeypatch.setattr(worker_module, "most_held", lambda: SPENT_BYTES + 1)
    worker.serve(BytesIO(task.line() * 2))
    assert told(worker)[-1] == {"event": "idle", "spent": True}
    assert len(told(worker)) == 4


def test_memory_of_the_web_process_is_none_of_its_own() -> None:
    child = "from api.submissions.worker import most_held; print(most_held())"
    large = f"""
import subprocess, sys
held = b"x" * {LARGE}
subprocess.run([sys.executable, "-c", {child!r}], check=True)
"""
    told = subprocess.run([sys.executable, "-c", large], cwd=ROOT, check=True, capture_output=True)
    assert 0 < int(told.stdout) < LARGE / 2


def test_progress_is_told_at_each_step_and_not_at_each_row(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 0.1, 0.15, 0.25, 0.26])
    monkeypatch.setattr(worker_module.time, "monotonic", lambda: next(times))
    progress = worker.progress()
    for step, rows in (("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)):
        progress(step, rows)
    assert [(event["step"], event["rows"]) for event in told(worker)] == [("a", 1), ("b", 0)]


def test_token_reaches_no_further_in_the_process_than_before(task: Task) -> None:
    refuse = replace(task, graph="").sent().refuse_foreign
    refuse(NamedNode(GRAPH + "arts-connect/other"))
    for graph in ("aspire/pets", "cepgraph/reference"):
        with pytest.raises(Forbidden):
            refuse(NamedNode(GRAPH + graph))


def test_undo_says_what_it_is_doing(worker: Worker, task: Task) -> None:
    worker.do(replace(task, action="restore", version=None, files=()))
    assert [event.get("step") for event in told(worker)] == [None, "publishing", None]
