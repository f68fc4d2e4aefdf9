"""Server-sent events of a submission, and the folder it lies in."""

import asyncio
from pathlib import Path

import pytest

from api.submissions.events import events_of
from api.submissions.faults import SubmissionForgotten
from api.submissions.job import Failure, Job
from api.submissions.scratch import PREFIX, Scratch
from cepgraph.tokens import Tokens

pytestmark = pytest.mark.anyio


@pytest.fixture
def job(tmp_path: Path) -> Job:
    token, _ = Tokens(tmp_path).create("arts-connect")
    return Job(token, tmp_path, status="queued")


async def test_silence_is_filled_with_comments(job: Job) -> None:
    events = events_of(job, lambda: {"status": job.status}, heartbeat_s=0.01)
    assert await anext(events) == b'event: progress\ndata: {"status":"queued"}\n\n'
    for _ in range(3):
        assert (await anext(events)).startswith(b":")
    job.tell(status="running")
    assert b"running" in await anext(events)
    await events.aclose()


async def test_end_of_a_submission_ends_its_events(job: Job) -> None:
    events = events_of(job, lambda: {"status": job.status})
    await anext(events)
    asyncio.get_running_loop().call_soon(job.fail, Failure.of(SubmissionForgotten("deleted")))
    assert [event async for event in events] == [b'event: done\ndata: {"status":"failed"}\n\n']


async def test_change_that_comes_while_an_event_is_sent_is_not_missed(job: Job) -> None:
    events = events_of(job, lambda: {"status": job.status}, heartbeat_s=60)
    await anext(events)
    job.tell(status="running")
    assert b"running" in await anext(events)
    job.tell(status="done")
    assert [event async for event in events] == [b'event: done\ndata: {"status":"done"}\n\n']


async def test_failure_comes_once(job: Job) -> None:
    first = Failure.of(SubmissionForgotten("deleted"))
    job.fail(first)
    job.fail(Failure.of(SubmissionForgotten("deleted again")))
    assert job.failure is first


async def test_folders_of_services_that_live_and_of_others_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    living = Scratch()
    no_service = tmp_path / f"{PREFIX}other"
    no_service.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    dead = tmp_path / f"{PREFIX}dead"
    dead.mkdir()
    (dead / "lock").touch()
    other = Scratch()
    assert living.folder.exists()
    assert no_service.exists()
    assert (elsewhere / "lock").exists()
    assert not dead.exists()
    for scratch in (living, other):
        scratch.close()
    assert not living.folder.exists()
