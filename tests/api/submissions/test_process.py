"""The ingest process: it may be ended at any moment, and the service goes on."""

import asyncio
import errno
import os
import signal
from dataclasses import replace

import pytest

from api.submissions.faults import IngestDown
from api.submissions.form import Form
from api.submissions.link import IngestProcess
from api.submissions.options import IngestOptions
from api.submissions.task import Task, task_of
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.replay import state_at
from tests import mini
from tests.api.submissions.conftest import OWN, PATH, Open, Service
from tests.engine.support import is_alive, until

pytestmark = pytest.mark.anyio


async def running(service: Service, *words: str, **fields: str) -> tuple[str, int]:
    """A submission that is at work: its address, and the process."""
    sent = await service.send_as(service.text, *words, prefer="respond-async", **fields)
    place = sent.headers["location"]
    await service.until(place, "running")
    process = service.jobs.process_id
    assert process is not None
    return place, process


async def test_killed_process_fails_its_submission_with_a_clear_message(service: Service) -> None:
    place, process = await running(service, "hang", mode="publish")
    os.kill(process, signal.SIGKILL)
    told = await service.until(place, "failed")
    assert told["problem"]["status"] == 413
    assert "signal 9" in told["problem"]["detail"]
    assert "nothing was written" in told["problem"]["detail"]
    assert service.head == service.before
    assert (await service.send("pet", mode="publish")).status_code == 201


async def test_killed_after_its_change_was_written_it_says_so(service: Service) -> None:
    place, process = await running(service, "pet", "hang", mode="publish")
    await until(lambda: service.head > service.before)
    os.kill(process, signal.SIGKILL)
    told = await service.until(place, "failed")
    assert f"as version {service.head}" in told["problem"]["detail"]
    whole = state_at(History(service.data), service.head)
    assert mini.term("Pet") in {quad.object for quad in whole.outgoing([mini.thing("rex")])}
    again = await service.send("pet", mode="publish")
    assert (again.status_code, again.json()["changed"]) == (200, False)


async def test_submission_is_ended_at_its_deadline(opened: Open) -> None:
    async with opened(submission_deadline_s=0.5) as service:
        answer = await service.send("hang", mode="publish")
        assert answer.status_code == 504
        assert "0.5 s" in answer.json()["detail"]
        assert (await service.send("ok")).status_code == 200


async def test_submission_that_needs_too_much_memory_is_ended(opened: Open) -> None:
    async with opened(submission_memory_mb=300) as service:
        answer = await service.send("greedy")
        assert answer.status_code == 413
        assert "300 MB" in answer.json()["detail"]
        assert (await service.send("ok")).status_code == 200


@pytest.mark.parametrize(("word", "status"), [("abort", 413), ("crash", 500), ("full", 503)])
async def test_fault_is_a_failed_submission_and_the_next_is_read(
    service: Service, word: str, status: int
) -> None:
    answer = await service.send(word, mode="publish")
    assert answer.status_code == status
    assert "nothing was written" in answer.json()["detail"]
    assert "a fault of ours" not in answer.text
    assert (await service.send("ok")).status_code == 200


async def test_whatever_a_library_prints_disturbs_nothing(service: Service) -> None:
    assert (await service.send("chatter", "ok")).status_code == 200


async def test_process_that_does_not_start_is_503_and_is_tried_again(service: Service) -> None:
    good = service.jobs.ingest
    await service.jobs._end_process(kill=True)
    service.jobs.ingest = replace(good, program=("-c", "raise SystemExit(1)"))
    answer = await service.send("ok")
    assert answer.status_code == 503
    service.jobs.ingest = good
    assert (await service.send("ok")).status_code == 200


async def test_idle_process_that_was_killed_is_started_anew(service: Service) -> None:
    await service.send("ok")
    process = service.jobs.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await until(lambda: not is_alive(process))
    assert (await service.send("ok")).status_code == 200
    assert service.jobs.process_id != process


async def test_submission_that_is_forgotten_while_at_work_is_ended(service: Service) -> None:
    place, process = await running(service, "hang")
    headers = {"authorization": f"Bearer {service.text}"}
    assert (await service.client.delete(place, headers=headers)).status_code == 204
    await until(lambda: not is_alive(process))
    assert (await service.send("ok")).status_code == 200
    assert (await service.get(place)).status_code == 404


async def test_submission_that_is_forgotten_while_it_waits_never_begins(service: Service) -> None:
    await running(service, "wait", "wait")
    sent = await service.send_as(service.text, "pet", prefer="respond-async", mode="publish")
    headers = {"authorization": f"Bearer {service.text}"}
    await service.client.delete(sent.headers["location"], headers=headers)
    await service.send("ok")
    assert service.head == service.before


async def test_commands_publish_between_two_submissions(service: Service, world: Model) -> None:
    assert (await service.send("pet", mode="publish")).status_code == 201
    with mini.open_graph(service.data.parent, world) as graph:
        outcome = graph.publish(mini.submission('id:c a cep:Club ; rdfs:label "C" .'))
    assert outcome.version == service.before + 2
    again = await service.send("pet", mode="publish", why="Fido")
    assert again.json()["version"] == service.before + 3


async def test_writer_that_does_not_let_go_is_503(opened: Open, world: Model) -> None:
    async with opened(lock_wait_s=0.1) as service:
        with mini.open_graph(service.data.parent, world):
            answer = await service.send("pet", mode="publish")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert str(service.data) not in answer.text


async def test_stopping_ends_the_process_and_removes_all_that_was_sent(opened: Open) -> None:
    async with opened() as service:
        _, process = await running(service, "hang")
        folder = service.jobs._scratch.folder
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not is_alive(process)
    assert not folder.exists()


async def test_who_had_published_when_the_service_stops_is_told_that_it_was_written(
    opened: Open,
) -> None:
    async with opened() as service:
        waiting = asyncio.create_task(service.send("pet", "hang", mode="publish"))
        await until(lambda: service.head > service.before)
        await service.jobs.stop()
        answer = await waiting
        assert answer.status_code == 503
        assert f"as version {service.head}" in answer.json()["detail"]


async def test_who_has_sent_all_when_the_service_stops_is_refused(opened: Open) -> None:
    async with opened() as service:
        job = service.jobs.admit(service.token)
        await service.jobs.stop()
        form = Form({"graph": OWN, "version": "", "mode": "publish"}, ())
        with pytest.raises(IngestDown):
            service.jobs.submit(job, task_of(form, service.token, job.folder))


async def test_who_waits_when_the_service_stops_is_told(opened: Open) -> None:
    async with opened() as service:
        waiting = asyncio.create_task(service.send("hang"))
        await until(lambda: service.jobs._running is not None)
        await service.jobs.stop()
        answer = await waiting
        assert answer.status_code == 503
        assert (await service.client.get(PATH)).status_code == 405
        assert (await service.send("ok")).status_code == 503


async def test_process_that_dies_before_it_begins_is_replaced_unseen(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.send("ok")
    first = service.jobs._process
    assert first is not None
    send = type(first).send

    async def kill_then_send(process: IngestProcess, task: Task) -> None:
        if process is first:
            os.kill(process.pid, signal.SIGKILL)
        await send(process, task)

    monkeypatch.setattr(type(first), "send", kill_then_send)
    assert (await service.send("ok")).status_code == 200
    assert service.jobs.process_id != first.pid


async def test_process_that_died_and_is_not_known_to_be_is_replaced_unseen(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.send("ok")
    first = service.jobs._process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    pipe = first._process.stdin
    assert pipe is not None
    await until(pipe.is_closing)

    def status_of(process: IngestProcess) -> int | None:
        return None if process is first else process._process.returncode

    # the end of its pipe is often told before its own
    monkeypatch.setattr(IngestProcess, "status", property(status_of))
    assert (await service.send("ok")).status_code == 200
    assert service.jobs.process_id != first.pid


async def test_process_that_speaks_nonsense_costs_its_submission_alone(service: Service) -> None:
    good = service.jobs.ingest
    await service.jobs._end_process(kill=True)
    words = """print('{"event": "ready"}', flush=True); input(); print("nonsense", flush=True)"""
    service.jobs.ingest = replace(good, program=("-c", words))
    answer = await service.send("ok")
    service.jobs.ingest = good
    assert answer.status_code == 500
    assert "not known" in answer.json()["detail"]
    assert (await service.send("ok")).status_code == 200


async def test_fault_of_ours_ends_one_submission_and_not_the_queue(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await service.send("ok")
    send, sent = IngestProcess.send, 0

    async def fail_once(process: IngestProcess, task: Task) -> None:
        nonlocal sent
        sent += 1
        if sent == 1:
            raise RuntimeError("nobody thought of this")
        await send(process, task)

    monkeypatch.setattr(IngestProcess, "send", fail_once)
    first, second = await asyncio.gather(service.send("ok"), service.send("ok"))
    assert sorted((first.status_code, second.status_code)) == [200, 500]
    assert "nobody thought of this" in capsys.readouterr().err


async def test_system_that_gives_no_process_is_503_and_is_asked_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.jobs._end_process(kill=True)

    async def none_left(_options: IngestOptions) -> IngestProcess:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(IngestProcess, "start", none_left)
        assert (await service.send("ok")).status_code == 503
    assert (await service.send("ok")).status_code == 200


async def test_log_that_cannot_be_read_is_not_taken_for_nothing_written(service: Service) -> None:
    place, process = await running(service, "pet", "hang", mode="publish")
    await until(lambda: service.head > service.before)
    log = History(service.data).entry(service.head).path
    kept = log.read_bytes()
    log.write_bytes(b"")
    os.kill(process, signal.SIGKILL)
    told = await service.until(place, "failed")
    log.write_bytes(kept)
    assert "not known" in told["problem"]["detail"]
    assert (await service.send("ok")).status_code == 200


async def test_verdict_on_very_many_graphs_arrives(service: Service) -> None:
    answer = await service.send("spread")
    assert (answer.status_code, len(answer.json()["graphs"])) == (200, 30_000)
    assert (await service.send("ok")).status_code == 200


async def test_submission_that_is_forgotten_while_the_process_starts_never_begins(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.jobs._end_process(kill=True)
    start, go = IngestProcess.start, asyncio.Event()

    async def late(options: IngestOptions) -> IngestProcess:
        await go.wait()
        return await start(options)

    monkeypatch.setattr(IngestProcess, "start", late)
    sent = await service.send_as(service.text, "pet", prefer="respond-async", mode="publish")
    await until(lambda: service.jobs._running is not None)
    headers = {"authorization": f"Bearer {service.text}"}
    await service.client.delete(sent.headers["location"], headers=headers)
    go.set()
    assert (await service.send("ok")).status_code == 200
    assert service.head == service.before
