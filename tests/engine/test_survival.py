"""Processes die; the service goes on, and nothing is left behind."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from cepgraph.engine import Pool, Question
from cepgraph.errors import EngineDown, QueryError, QueryTimeout, QueryTooLarge
from tests.engine.support import ENDLESS, Log, MakePool, children_of, is_alive, until

QUICK = Question("ASK { ?s ?p 'one' }", results=("text/csv",))
ROOT = Path(__file__).resolve().parents[2]


def engine_of(pool: Pool) -> int:
    """Process id of the engine."""
    assert pool._engine is not None
    return pool._engine.process.pid


async def kill_engine(pool: Pool) -> None:
    """Kill the engine and wait for the next one."""
    before = pool._engine
    os.kill(engine_of(pool), signal.SIGKILL)
    await until(lambda: pool._engine not in (None, before))


@pytest.mark.anyio
async def test_a_killed_engine_is_started_again(pool: Pool) -> None:
    await kill_engine(pool)
    assert (await pool.query(QUICK)).body == b"true"


@pytest.mark.anyio
async def test_a_query_under_way_when_the_engine_dies_is_asked_again(pool: Pool) -> None:
    # long enough for another engine to start on a busy machine
    endless = asyncio.create_task(pool.query(Question(ENDLESS), deadline_s=6.0))
    await asyncio.sleep(0.05)
    os.kill(engine_of(pool), signal.SIGKILL)
    assert (await pool.query(QUICK)).body == b"true"
    with pytest.raises(QueryTimeout):
        await endless


@pytest.mark.anyio
async def test_a_query_that_meets_the_end_of_two_engines_is_told_so(make_pool: MakePool) -> None:
    # on a busy machine two engines take a while to come and go, and the query grows meanwhile
    pool = await make_pool(memory_mb=4096)
    endless = asyncio.create_task(pool.query(Question(ENDLESS)))
    for _ in range(2):
        await pool.query(QUICK)
        await kill_engine(pool)
    with pytest.raises(EngineDown, match="try again"):
        await endless


@pytest.mark.anyio
async def test_workers_die_with_their_engine(pool: Pool) -> None:
    endless = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0.05)
    workers = children_of(engine_of(pool))
    assert workers
    os.kill(engine_of(pool), signal.SIGKILL)
    await until(lambda: not any(map(is_alive, workers)))
    endless.cancel()


@pytest.mark.anyio
async def test_an_engine_killed_again_and_again_comes_back(pool: Pool) -> None:
    for _ in range(3):
        await kill_engine(pool)
        assert (await pool.query(QUICK)).body == b"true"


@pytest.mark.anyio
async def test_a_new_engine_sees_what_was_published_meanwhile(pool: Pool, log: Log) -> None:
    os.kill(engine_of(pool), signal.SIGKILL)
    version = log.publish('x:s x:p "three" x:g .')
    await pool.wait_for_version(version, 20)
    answer = await pool.query(Question("ASK { ?s ?p 'three' }", results=("text/csv",)))
    assert (answer.version, answer.body) == (2, b"true")


@pytest.mark.anyio
async def test_a_killed_worker_is_replaced(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    (worker,) = children_of(engine_of(pool))
    endless = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(QueryTooLarge):
        await endless
    assert (await pool.query(QUICK)).body == b"true"


@pytest.mark.anyio
async def test_an_idle_worker_that_dies_is_not_handed_out(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    (worker,) = children_of(engine_of(pool))
    os.kill(worker, signal.SIGKILL)
    await until(lambda: children_of(engine_of(pool)) not in ({worker}, set()))
    assert (await pool.query(QUICK)).body == b"true"


WEB = """
import asyncio, sys
from pathlib import Path
from cepgraph.engine import EngineOptions, Pool, Question
from tests.engine.support import ENDLESS

async def main():
    async with Pool(EngineOptions(Path(sys.argv[1]))) as pool:
        await pool.wait_for_version(1)
        print(pool._engine.process.pid, flush=True)
        await pool.query(Question(ENDLESS), deadline_s=600)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_engine_and_workers_end_when_the_web_process_does(log: Log, number: int) -> None:
    web = subprocess.Popen(
        [sys.executable, "-c", WEB, str(log.folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with web:
        assert web.stdout is not None
        engine = int(web.stdout.readline())
        asyncio.run(until(lambda: len(children_of(engine)) == 2))
        family = {engine, *children_of(engine)}
        web.send_signal(number)
        web.wait()
    asyncio.run(until(lambda: not any(map(is_alive, family))))


@pytest.mark.anyio
async def test_commands_to_an_engine_that_is_busy_are_kept_for_it(pool: Pool, log: Log) -> None:
    engine = pool._engine
    assert engine is not None
    os.kill(engine.process.pid, signal.SIGSTOP)
    for _ in range(2000):
        pool.nudge()
    os.kill(engine.process.pid, signal.SIGCONT)
    version = log.publish('x:s x:p "three" x:g .')
    assert await pool.wait_for_version(version, 20) == version
    assert (await pool.query(QUICK)).version == version


@pytest.mark.anyio
async def test_in_chaos_every_query_is_answered_or_told_why(make_pool: MakePool, log: Log) -> None:
    pool = await make_pool(workers=3, queue=1000, deadline_s=5.0)
    chance = random.Random(4)

    async def ask(number: int) -> str:
        await asyncio.sleep(chance.random())
        slow = number % 10 == 0
        try:
            async with asyncio.timeout(0.2 if number % 7 == 0 else None):
                await pool.query(
                    Question(ENDLESS) if slow else QUICK, deadline_s=0.3 if slow else None
                )
        except (TimeoutError, QueryError) as error:
            return type(error).__name__
        return "answered"

    async def harm() -> None:
        for turn in range(12):
            await asyncio.sleep(0.08)
            if turn % 4 == 0:
                log.publish(f'x:s x:p "{turn}" x:n .')
            if pool._engine is not None:
                engine = pool._engine.process.pid
                victims = [engine] if turn % 5 == 4 else sorted(children_of(engine))
                with suppress(ProcessLookupError, IndexError):
                    os.kill(chance.choice(victims), signal.SIGKILL)

    found = await asyncio.gather(*(ask(number) for number in range(300)), harm())
    told = Counter(found[:-1])
    assert told["answered"] > 50, told
    ends = {"QueryTimeout", "QueryTooLarge", "EngineDown", "EngineBusy", "TimeoutError"}
    assert set(told) <= {"answered", *ends}
    assert (await pool.query(QUICK)).version == await pool.wait_for_version(4, 20)
    most = pool.options.workers + pool.options.heavy
    await until(lambda: pool.options.workers <= len(children_of(engine_of(pool))) <= most)
