"""First come, first served; nobody's turn is lost."""

import asyncio

import pytest

from cepgraph.engine.turns import Turns
from cepgraph.errors import EngineBusy, EngineDown

pytestmark = pytest.mark.anyio


def late() -> EngineBusy:
    """What those are told who waited too long."""
    return EngineBusy("late")


async def waiters(turns: Turns[str], count: int, limit_s: float = 60) -> list[asyncio.Task[str]]:
    """Tasks that wait, in this order."""
    tasks = [asyncio.create_task(turns.take(limit_s, late)) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_what_was_given_back_last_is_taken_first() -> None:
    turns: Turns[str] = Turns(0)
    turns.offer("a")
    turns.offer("b")
    assert [await turns.take(60, late) for _ in range(2)] == ["b", "a"]


async def test_who_waited_longest_is_served_first() -> None:
    turns: Turns[str] = Turns(9)
    first, second = await waiters(turns, 2)
    turns.offer("a")
    turns.offer("b")
    assert (await first, await second) == ("a", "b")


async def test_no_more_wait_than_may() -> None:
    turns: Turns[str] = Turns(1)
    (waiting,) = await waiters(turns, 1)
    with pytest.raises(EngineBusy, match="1 queries"):
        await turns.take(60, late)
    turns.offer("a")
    assert await waiting == "a"


async def test_who_waits_too_long_is_told_and_leaves_its_place() -> None:
    turns: Turns[str] = Turns(1)
    with pytest.raises(EngineBusy, match="late"):
        await turns.take(0, late)
    (next_one,) = await waiters(turns, 1)
    turns.offer("a")
    assert await next_one == "a"


async def test_who_gives_up_leaves_its_place() -> None:
    turns: Turns[str] = Turns(1)
    (gone,) = await waiters(turns, 1)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    (next_one,) = await waiters(turns, 1)
    turns.offer("a")
    assert await next_one == "a"


async def test_who_gives_up_when_served_passes_it_on() -> None:
    turns: Turns[str] = Turns(2)
    gone, next_one = await waiters(turns, 2)
    turns.offer("a")
    gone.cancel()
    assert await next_one == "a"


async def test_a_thing_that_nobody_took_can_be_withdrawn() -> None:
    turns: Turns[str] = Turns(0)
    turns.offer("a")
    turns.offer("b")
    turns.offer("c")
    assert turns.withdraw("b")
    assert not turns.withdraw("b")
    assert turns.withdraw_all() == ["a", "c"]
    with pytest.raises(EngineBusy):
        await turns.take(60, late)


async def test_all_who_wait_can_be_turned_away() -> None:
    turns: Turns[str] = Turns(2)
    tasks = await waiters(turns, 2)
    turns.turn_all_away(EngineDown("over"))
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(error) for error in found] == [EngineDown, EngineDown]
