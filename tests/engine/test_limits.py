"""A query has limits; beyond them it is ended, and nothing but it."""

import asyncio
import os

import pytest

from cepgraph.engine import Pool, Question
from cepgraph.errors import EngineBusy, EngineDown, QueryTimeout, QueryTooLarge
from tests.engine.support import ENDLESS, GREEDY, MakePool, children_of, is_alive, until

pytestmark = pytest.mark.anyio

QUICK = Question("ASK { ?s ?p 'one' }", results=("text/csv",))


async def answers(pool: Pool) -> bool:
    """Whether a small query is answered."""
    return (await pool.query(QUICK)).body == b"true"


async def test_cross_join_is_ended_at_the_deadline_and_the_next_query_is_answered(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(workers=1)
    with pytest.raises(QueryTimeout, match=r"0\.2 s"):
        await pool.query(Question(ENDLESS), deadline_s=0.2)
    assert await answers(pool)


async def test_greedy_query_is_ended_when_its_memory_is_used_up(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, memory_mb=128)
    with pytest.raises(QueryTooLarge, match="128 MB"):
        await pool.query(Question(GREEDY))
    assert await answers(pool)


async def test_endless_nesting_ends_its_worker_and_nothing_else(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    with pytest.raises(QueryTooLarge, match="nested"):
        await pool.query(Question("SELECT * " + "{" * 100_000 + "}" * 100_000))
    assert await answers(pool)


async def test_result_above_the_limit_is_refused_whole(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, result_mb=1)
    values = " ".join(f'"{number:0100}"' for number in range(200))
    wide = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
    with pytest.raises(QueryTooLarge, match="1 MB"):
        await pool.query(Question(wide))
    assert await answers(pool)


async def test_a_worker_that_grew_is_replaced(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    values = " ".join(f'"{number:0100}"' for number in range(500))
    wide = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
    before = workers_of(pool)
    await pool.query(Question(wide))
    await until(lambda: len(workers_of(pool)) == 1 and workers_of(pool) != before)
    assert await answers(pool)


async def test_a_query_beyond_the_queue_is_turned_away(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, queue=1)
    busy = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(pool.query(QUICK))
    await asyncio.sleep(0)
    with pytest.raises(EngineBusy):
        await pool.query(QUICK)
    busy.cancel()
    assert (await waiting).body == b"true"


async def test_a_query_that_waits_too_long_for_a_worker_is_turned_away(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(workers=1, heavy=0)
    busy = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0)
    with pytest.raises(EngineBusy):
        await pool.query(QUICK, deadline_s=0.1)
    busy.cancel()
    assert await answers(pool)


async def test_queries_that_wait_are_answered_in_their_order(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    order: list[int] = []

    async def ask(number: int) -> None:
        await pool.query(QUICK)
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(20)))
    assert order == list(range(20))


async def test_many_at_once_are_all_answered(pool: Pool) -> None:
    questions = [Question(f"SELECT ({n} AS ?n) {{}}", results=("text/csv",)) for n in range(60)]
    found = await asyncio.gather(*(pool.query(question) for question in questions))
    assert [answer.body.split()[1] for answer in found] == [str(n).encode() for n in range(60)]


async def test_cancelling_the_caller_ends_the_query(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, heavy=0)
    before = workers_of(pool)
    endless = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0.05)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless
    assert await answers(pool)
    assert not before & workers_of(pool)


async def test_cancelling_one_that_waits_leaves_its_turn_to_the_next(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1)
    busy = asyncio.create_task(pool.query(Question(ENDLESS)))
    await asyncio.sleep(0)
    first, second = (asyncio.create_task(pool.query(QUICK)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    busy.cancel()
    assert (await second).body == b"true"


async def test_stopping_fails_what_is_under_way_and_leaves_no_process(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(workers=1)
    engine = pool._engine
    assert engine is not None
    tasks = [asyncio.create_task(pool.query(Question(ENDLESS))) for _ in range(2)]
    await asyncio.sleep(0.05)
    children = workers_of(pool)
    await pool.stop()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(error) for error in found] == [EngineDown, EngineDown]
    assert engine.process.returncode is not None
    await until(lambda: not any(map(is_alive, children)))
    with pytest.raises(EngineDown):
        await pool.query(QUICK)


def workers_of(pool: Pool) -> set[int]:
    """Process ids of the workers that the engine has now."""
    assert pool._engine is not None
    return children_of(pool._engine.process.pid)


async def test_a_query_that_takes_long_lets_others_go_first(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, heavy_after_s=0.05)
    long = asyncio.create_task(pool.query(Question(ENDLESS)))
    await until(lambda: any(priority_of(process) > 0 for process in workers_of(pool)))
    # and another worker takes its place meanwhile
    assert await answers(pool)
    assert not long.done()
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
    await until(lambda: [priority_of(process) for process in workers_of(pool)] == [0])
    assert await answers(pool)


async def test_no_more_than_so_many_long_queries_get_workers_beside_the_others(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(workers=1, heavy=2, heavy_after_s=0.05)
    long = [asyncio.create_task(pool.query(Question(ENDLESS))) for _ in range(4)]
    await until(lambda: len(workers_of(pool)) == 3)
    await until(lambda: all(priority_of(process) > 0 for process in workers_of(pool)))
    with pytest.raises(EngineBusy):
        await pool.query(QUICK, deadline_s=0.1)
    for task in long:
        task.cancel()
    await asyncio.gather(*long, return_exceptions=True)
    assert await answers(pool)


async def test_a_long_query_that_may_not_go_on_is_ended(make_pool: MakePool) -> None:
    pool = await make_pool(workers=1, heavy_after_s=0.05)
    with pytest.raises(EngineBusy, match="long"):
        await pool.query(Question(ENDLESS), on_heavy=lambda: False)
    assert await answers(pool)


async def test_a_short_query_is_never_asked_whether_it_may_go_on(pool: Pool) -> None:
    asked: list[bool] = []
    await pool.query(QUICK, on_heavy=lambda: bool(asked.append(True)))
    await asyncio.sleep(2 * pool.options.heavy_after_s)
    assert not asked


def priority_of(process: int) -> int:
    """How far a process lets others go first; 0 when it does not, or is gone."""
    try:
        return os.getpriority(os.PRIO_PROCESS, process)
    except ProcessLookupError:
        return 0


async def test_a_query_that_is_not_light_gets_another_worker_beside_it_which_stays(
    make_pool: MakePool,
) -> None:
    pool = await make_pool(workers=1, slow_after_s=0.01, heavy_after_s=60.0)
    told: list[str] = []
    long = asyncio.create_task(
        pool.query(Question(ENDLESS), deadline_s=0.5, on_slow=lambda: told.append("slow"))
    )
    await until(lambda: len(workers_of(pool)) == 2)
    assert told == ["slow"]
    assert await answers(pool)
    assert [priority_of(process) for process in workers_of(pool)] == [0, 0]
    with pytest.raises(QueryTimeout):
        await long
    assert await answers(pool)
