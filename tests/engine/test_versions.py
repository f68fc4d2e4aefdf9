"""Queries follow the log, and each sees one version from start to end."""

import asyncio
from pathlib import Path
from typing import IO

import pytest
from pyoxigraph import RdfFormat, serialize

from cepgraph.engine import EngineOptions, Pool, Question
from cepgraph.engine.replica import REBUILD_ABOVE, Replica
from cepgraph.errors import EngineDown, LogDamaged
from tests.engine.support import ENDLESS, PATIENCE_S, Log, MakePool, quads, until

pytestmark = pytest.mark.anyio

OBJECTS = Question("SELECT ?o { ?s ?p ?o } ORDER BY ?o", results=("text/csv",))


async def rows(pool: Pool) -> tuple[int, list[str]]:
    """The version and all objects."""
    answer = await pool.query(OBJECTS)
    return answer.version, answer.body.decode().split()[1:]


async def test_a_publish_is_seen_without_asking(pool: Pool, log: Log) -> None:
    log.publish('x:s x:p "three" x:g .', 'x:s x:p "one" x:g .')
    await until(lambda: pool.version == 2)
    assert await rows(pool) == (2, ["three", "two"])


async def test_who_waits_for_a_version_sees_it(make_pool: MakePool, log: Log) -> None:
    pool = await make_pool(poll_s=60.0)
    version = log.publish('x:s x:p "three" x:g .')
    assert await pool.wait_for_version(version, PATIENCE_S) == version
    assert await rows(pool) == (2, ["one", "three", "two"])


async def test_waiting_for_a_version_that_does_not_come_ends(pool: Pool) -> None:
    with pytest.raises(EngineDown, match="99"):
        await pool.wait_for_version(99, 0.05)


async def test_every_publish_of_a_row_of_them_is_seen(pool: Pool, log: Log) -> None:
    for number in range(20):
        version = log.publish(f'x:s x:p "{number}" x:n .')
        await pool.wait_for_version(version, PATIENCE_S)
        found, objects = await rows(pool)
        assert found >= version
        assert str(number) in objects


async def test_a_long_query_keeps_its_version_while_others_see_the_next(
    pool: Pool, log: Log
) -> None:
    thirty = " ".join(str(number) for number in range(30))
    values = " ".join(f"VALUES ?v{number} {{ {thirty} }}" for number in range(4))
    long = Question(f"SELECT (COUNT(*) AS ?c) {{ {values} ?s ?p ?o }}", results=("text/csv",))
    under_way = asyncio.create_task(pool.query(long))
    await asyncio.sleep(0)
    log.publish('x:s x:p "three" x:g .')
    assert await pool.wait_for_version(2, PATIENCE_S) == 2
    assert (await rows(pool))[0] == 2
    old = await under_way
    assert (old.version, old.body.split()[1]) == (1, str(2 * 30**4).encode())


async def test_busy_workers_of_an_old_version_do_not_hold_back_the_new_one(
    make_pool: MakePool, log: Log
) -> None:
    pool = await make_pool(workers=2)
    endless = [asyncio.create_task(pool.query(Question(ENDLESS))) for _ in range(2)]
    await asyncio.sleep(0)
    log.publish('x:s x:p "three" x:g .')
    await pool.wait_for_version(2, PATIENCE_S)
    assert (await rows(pool))[0] == 2
    for task in endless:
        task.cancel()
    await asyncio.gather(*endless, return_exceptions=True)
    assert (await rows(pool))[0] == 2


async def test_callbacks_are_told_of_each_version(pool: Pool, log: Log) -> None:
    told: list[int] = []
    pool.on_version.append(told.append)
    log.publish('x:s x:p "three" x:g .')
    await pool.wait_for_version(2, PATIENCE_S)
    assert told == [2]


async def test_an_empty_log_is_version_0(tmp_path: Path) -> None:
    async with Pool(EngineOptions(tmp_path)) as pool:
        assert await pool.wait_for_version(0, PATIENCE_S) == 0
        assert await rows(pool) == (0, [])


async def test_a_damaged_log_is_told_and_not_served(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.publish('x:s x:p "one" x:g .')
    entry = log.history.entry(1).path
    entry.write_bytes(entry.read_bytes().replace(b"TC .\n", b""))
    async with Pool(EngineOptions(tmp_path)) as pool:
        with pytest.raises(EngineDown, match="not closed"):
            await pool.wait_for_version(0, 2.0)
        with pytest.raises(EngineDown, match="not closed"):
            await pool.query(OBJECTS)


def test_replica_begins_with_the_newest_snapshot(log: Log) -> None:
    log.publish('x:s x:p "three" x:g .', 'x:s x:p "one" x:g .')

    def dump(file: IO[bytes]) -> None:
        file.write(serialize(quads('x:s x:p "kept" x:g .'), format=RdfFormat.N_QUADS) or b"")

    log.history.write_snapshot(1, dump)
    replica = Replica(log.folder)
    replica.load()
    assert replica.version == 2
    assert {quad.object.value for quad in replica.store} == {"kept", "three"}


def test_replica_stays_small_when_a_graph_is_replaced_again_and_again(log: Log) -> None:
    replica = Replica(log.folder)
    replica.load()
    first = replica.store
    old = ""
    for turn in range(3):
        new = "\n".join(f'x:s x:p "{turn}-{n}" x:n .' for n in range(REBUILD_ABOVE))
        log.publish(new, old)
        assert replica.follow()
        old = new
    assert replica.store is not first
    assert len(replica.store) == REBUILD_ABOVE + 2


def test_replica_reports_damage_with_its_place(log: Log) -> None:
    entry = log.history.entry(1).path
    entry.write_bytes(entry.read_bytes().replace(b"TC .\n", b""))
    with pytest.raises(LogDamaged, match="000001"):
        Replica(log.folder).load()
