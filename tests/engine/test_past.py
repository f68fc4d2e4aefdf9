"""Queries and dumps of earlier versions."""

import asyncio
import gzip
import os
import signal
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, Any

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from cepgraph.engine import DumpRequest, Pool, Question, replica, stream
from cepgraph.engine.link import EngineLink, Recalled
from cepgraph.errors import EngineBusy, EngineDown, NotFound, QueryTimeout
from tests.engine.support import ENDLESS, PATIENCE_S, Log, MakePool, children_of, quads, until

pytestmark = pytest.mark.anyio

OBJECTS = Question("SELECT ?o { ?s ?p ?o } ORDER BY ?o", results=("text/csv",))


async def objects(pool: Pool, version: int | None = None) -> tuple[int, list[str]]:
    """The version that answered, and all objects there."""
    answer = await pool.query(OBJECTS, version=version)
    return answer.version, answer.body.decode().split()[1:]


async def dumped(pool: Pool, request: DumpRequest, version: int) -> bytes:
    """A whole dump."""
    return b"".join([piece async for piece in pool.dump(request, version)])


def alive(pool: Pool) -> set[int]:
    """The processes that the engine has forked."""
    assert pool._engine is not None
    return children_of(pool._engine.process.pid)


def of(content: bytes, rdf_format: RdfFormat = RdfFormat.N_QUADS) -> set[Quad]:
    """The quads of a dump."""
    return set(parse(content, format=rdf_format))


async def changed(pool: Pool, log: Log) -> None:
    """Three versions: one and two, then two and three, then three and four."""
    log.publish('x:s x:p "three" x:g .', 'x:s x:p "one" x:g .')
    log.publish('x:s x:p "four" x:h .', 'x:t x:p "two" x:h .')
    await pool.wait_for_version(3)


async def test_each_version_answers_for_itself(make_pool: MakePool, log: Log) -> None:
    pool = await make_pool(past=3)
    await changed(pool, log)
    assert await objects(pool, 0) == (0, [])
    assert await objects(pool, 1) == (1, ["one", "two"])
    assert await objects(pool, 2) == (2, ["three", "two"])
    assert await objects(pool, 3) == (3, ["four", "three"])
    assert await objects(pool) == (3, ["four", "three"])


@pytest.mark.parametrize("version", [-1, 2, 10**9])
async def test_a_version_that_is_not_there_is_named(pool: Pool, version: int) -> None:
    with pytest.raises(NotFound, match=f"version '{version}'"):
        await objects(pool, version)


async def test_a_version_far_back_is_read_from_its_snapshot(make_pool: MakePool, log: Log) -> None:
    log.history.write_snapshot(1, _write)
    added = "\n".join(f'x:s x:p "{number}" x:g .' for number in range(replica.REBUILD_ABOVE + 1))
    log.publish(added)
    log.publish("", added)
    pool = await make_pool()
    assert await objects(pool, 1) == (1, ["one", "two"])
    version, all_of_it = await objects(pool, 2)
    assert (version, len(all_of_it)) == (2, replica.REBUILD_ABOVE + 3)
    assert all_of_it[-2:] == ["one", "two"]


def _write(file: IO[bytes]) -> None:
    file.write(b'<urn:s> <urn:p> "one" <urn:g> .\n<urn:t> <urn:p> "two" <urn:h> .\n')


async def test_a_few_versions_are_kept_and_the_least_used_is_let_go(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool(past=1)
    await changed(pool, log)
    for version in (1, 2, 1, 2):
        assert (await objects(pool, version))[0] == version


async def test_a_version_that_nobody_asks_for_is_let_go(make_pool: MakePool, log: Log) -> None:
    pool = await make_pool(past=1, past_idle_s=0.05)
    await changed(pool, log)
    await objects(pool, 1)
    assert pool.past.versions == (1,)
    await until(lambda: not pool.past.versions)
    assert (await objects(pool, 1))[0] == 1


async def test_when_all_places_are_in_use_another_version_waits_its_turn(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool(past=1)
    await changed(pool, log)
    await objects(pool, 1)
    long = asyncio.create_task(pool.query(Question(ENDLESS), version=1))
    await asyncio.sleep(0.1)
    with pytest.raises(EngineBusy, match="other earlier versions"):
        await objects(pool, 2)
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
    assert (await objects(pool, 2))[0] == 2


async def test_many_ask_an_earlier_version_at_once(make_pool: MakePool, log: Log) -> None:
    pool = await make_pool()
    await changed(pool, log)
    found = await asyncio.gather(*(objects(pool, version) for version in (1, 2) * 20))
    assert found == [(1, ["one", "two"]), (2, ["three", "two"])] * 20


async def test_a_query_of_an_earlier_version_is_ended_at_its_deadline_and_the_next_answered(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool(deadline_s=0.2)
    await changed(pool, log)
    with pytest.raises(QueryTimeout):
        await pool.query(Question(ENDLESS), version=1)
    assert await objects(pool, 1) == (1, ["one", "two"])


@pytest.mark.parametrize("packed", [False, True])
async def test_a_dump_is_all_of_its_version(make_pool: MakePool, log: Log, packed: bool) -> None:
    pool = await make_pool()
    await changed(pool, log)
    for version, expected in (
        (1, 'x:s x:p "one" x:g .\nx:t x:p "two" x:h .'),
        (3, 'x:s x:p "three" x:g .\nx:s x:p "four" x:h .'),
    ):
        content = await dumped(pool, DumpRequest(packed=packed), version)
        assert of(gzip.decompress(content) if packed else content) == set(quads(expected))


async def test_a_dump_can_leave_out_what_is_entailed(make_pool: MakePool, log: Log) -> None:
    log.publish("x:s x:p x:o <https://w3id.org/cepgraph/graph/a/b/entailed> .")
    pool = await make_pool()
    whole = of(await dumped(pool, DumpRequest("application/trig"), 2), RdfFormat.TRIG)
    told = of(
        await dumped(pool, DumpRequest("application/trig", entailed=False), 2), RdfFormat.TRIG
    )
    assert len(whole) == 3
    assert len(told) == 2


async def test_a_large_dump_comes_whole(make_pool: MakePool, log: Log) -> None:
    log.publish("\n".join(f'x:s x:p "{number}" x:g .' for number in range(20_000)))
    pool = await make_pool()
    assert len(of(await dumped(pool, DumpRequest(), 2))) == 20_002


async def test_a_dump_that_nobody_takes_any_more_leaves_no_process(
    make_pool: MakePool, log: Log
) -> None:
    log.publish("\n".join(f'x:s x:p "{number}" x:g .' for number in range(20_000)))
    pool = await make_pool()
    await until(lambda: len(alive(pool)) == pool.options.workers)
    before = alive(pool)
    pieces = pool.dump(DumpRequest(), 2)
    await anext(pieces)
    assert len(alive(pool)) > len(before)
    await pieces.aclose()
    await until(lambda: len(alive(pool)) == len(before))


async def test_a_process_that_comes_as_its_caller_goes_is_let_go(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await make_pool()
    await until(lambda: len(alive(pool)) == pool.options.workers)
    before = alive(pool)
    asking = asyncio.create_task(pool.recall(1))
    arrived = pool._recalled

    def arrives(engine: EngineLink, event: dict[str, Any], connection: socket.socket) -> None:
        arrived(engine, event, connection)
        asking.cancel()

    monkeypatch.setattr(pool, "_recalled", arrives)
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: alive(pool) == before)


async def test_a_dump_of_a_version_that_is_never_ready_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "READY_S", 0.05)
    told: list[int] = []
    engine = SimpleNamespace(tell=lambda _, pid: told.append(pid))
    ours, theirs = socket.socketpair()
    silent = await asyncio.create_subprocess_exec("/bin/sleep", "600")
    with theirs:
        recalled = Recalled(engine, silent.pid, ours)  # type: ignore[arg-type]
        with pytest.raises(EngineDown, match="in time"):
            await anext(stream.pieces_of_dump(recalled, DumpRequest()))
        assert await silent.wait() == -signal.SIGKILL
        assert told == [silent.pid]


async def test_a_dump_whose_process_dies_says_so(make_pool: MakePool, log: Log) -> None:
    log.publish("\n".join(f'x:s x:p "{number}" x:g .' for number in range(20_000)))
    pool = await make_pool()
    await until(lambda: len(alive(pool)) == pool.options.workers)
    before = alive(pool)
    pieces = pool.dump(DumpRequest(), 2)
    await anext(pieces)
    for pid in alive(pool) - before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineDown, match="broke off"):
        async for _ in pieces:
            pass


async def test_who_waits_behind_a_query_that_is_ended_is_answered(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool(deadline_s=PATIENCE_S)
    await changed(pool, log)
    await objects(pool, 1)
    long = asyncio.create_task(pool.query(Question(ENDLESS), 0.3, version=1))
    await asyncio.sleep(0.05)
    found = await asyncio.gather(*(objects(pool, 1) for _ in range(3)))
    with pytest.raises(QueryTimeout):
        await long
    assert found == [(1, ["one", "two"])] * 3


async def test_who_waits_for_a_version_for_long_is_no_light_query(
    make_pool: MakePool, log: Log
) -> None:
    """Otherwise two who wait would hold what light queries of others need."""
    pool = await make_pool(heavy_after_s=0.05)
    await changed(pool, log)
    await objects(pool, 1)
    told: list[str] = []

    def says(name: str, allowed: bool) -> Callable[[], bool]:
        return lambda: told.append(name) is None and allowed

    long = asyncio.create_task(
        pool.query(Question(ENDLESS), version=1, on_heavy=says("at work", True))
    )
    await until(lambda: told == ["at work"])
    with pytest.raises(EngineBusy, match="too many long queries"):
        await pool.query(OBJECTS, version=1, on_heavy=says("refused", False))
    waits = asyncio.create_task(pool.query(OBJECTS, version=1, on_heavy=says("waits", True)))
    await until(lambda: "waits" in told)
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
    assert (await waits).version == 1
    assert told == ["at work", "refused", "waits"]


async def test_the_death_of_the_engine_is_not_blamed_on_a_query_of_an_earlier_version(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool()
    await changed(pool, log)
    await objects(pool, 1)
    long = asyncio.create_task(pool.query(Question(ENDLESS), version=1))
    await asyncio.sleep(0.1)
    assert pool._engine is not None
    os.kill(pool._engine.process.pid, signal.SIGKILL)
    with pytest.raises(EngineDown):
        await long
    await pool.wait_for_version(3)
    await until(lambda: pool.problem is None and pool._engine is not None)
    assert await objects(pool, 1) == (1, ["one", "two"])
