"""Clients take turns, and light queries do not wait for heavy ones."""

import asyncio

import pytest

from api.lanes import LaneLimits, Lanes, Turn, client_of
from api.messages import Request
from cepgraph.errors import EngineBusy, TooMany

pytestmark = pytest.mark.anyio


def late() -> EngineBusy:
    """What those are told who waited too long."""
    return EngineBusy("late")


def lanes(light: int = 2, heavy: int = 4, queue: int = 99, per_client: int = 99) -> Lanes:
    """Empty lanes."""
    return Lanes(LaneLimits(light, heavy, queue, per_client))


async def enter(made: Lanes, client: str = "a", limit_s: float = 60) -> Turn:
    """A turn."""
    return await made.enter(client, limit_s, late)


async def waiting(made: Lanes, *clients: str) -> list[asyncio.Task[Turn]]:
    """Tasks that wait for a turn, in this order."""
    tasks = [asyncio.create_task(enter(made, client)) for client in clients]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def served(tasks: list[asyncio.Task[Turn]]) -> list[int]:
    """Which of them have had their turn."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return [place for place, task in enumerate(tasks) if task.done()]


async def test_as_many_begin_at_once_as_there_are_places() -> None:
    made = lanes(light=2)
    first, _ = [await enter(made) for _ in range(2)]
    tasks = await waiting(made, "a")
    assert await served(tasks) == []
    first.end()
    assert await served(tasks) == [0]


async def test_a_client_with_many_waiting_delays_another_by_one_only() -> None:
    made = lanes(light=1)
    turn = await enter(made)
    tasks = await waiting(made, *"aaaaab")
    order = []
    while len(order) < 6:
        turn.end()
        done = [place for place in await served(tasks) if place not in order]
        order += done
        turn = await tasks[done[0]]
    assert order == [0, 5, 1, 2, 3, 4]


async def test_a_query_that_takes_long_makes_room_for_the_next() -> None:
    made = lanes(light=1)
    long = await enter(made)
    tasks = await waiting(made, "b")
    assert long.slow()
    assert await served(tasks) == [0]
    assert made.heavy == 1
    long.end()
    assert made.heavy == 0


async def test_the_heavy_lane_takes_no_more_than_it_has_places_for() -> None:
    made = lanes(light=3, heavy=2)
    turns = [await enter(made, client) for client in "abc"]
    assert [turn.slow() for turn in turns] == [True, True, False]


async def test_a_query_moves_once_and_one_that_found_no_room_may_find_it_later() -> None:
    made = lanes(light=2, heavy=1)
    first, second = [await enter(made, client) for client in "ab"]
    assert [first.slow(), first.slow(), second.slow()] == [True, True, False]
    assert made.heavy == 1
    first.end()
    assert second.slow()
    assert made.heavy == 1
    second.end()
    assert made.heavy == 0


async def test_a_client_that_fills_its_share_of_the_heavy_lane_has_no_further_query_begun() -> None:
    made = lanes(light=2, heavy=4)
    long = [await enter(made, "a") for _ in range(2)]
    assert all(turn.slow() for turn in long)
    tasks = await waiting(made, "a", "b")
    assert await served(tasks) == [1]
    long[0].end()
    assert await served(tasks) == [0, 1]


async def test_a_place_that_becomes_free_passes_a_client_by_that_has_its_share() -> None:
    made = lanes(light=1, heavy=2)
    long = await enter(made, "a")
    assert long.slow()
    light = await enter(made, "b")
    tasks = await waiting(made, "a", "c")
    light.end()
    assert await served(tasks) == [1]
    (await tasks[1]).end()
    assert await served(tasks) == [1]
    long.end()
    assert await served(tasks) == [0, 1]


async def test_no_place_is_lost_whatever_the_order_of_ends() -> None:
    made = lanes(light=2, heavy=2)
    for _ in range(3):
        turns = [await enter(made, client) for client in "ab"]
        turns[0].slow()
        turns[1].end()
        turns[0].end()
    assert await served(await waiting(made, "c", "d", "e")) == [0, 1]


async def test_more_than_a_client_may_have_under_way_is_too_many() -> None:
    made = lanes(light=1, per_client=2)
    await enter(made)
    await waiting(made, "a")
    with pytest.raises(TooMany) as refused:
        await enter(made)
    assert refused.value.retry_after_s > 0
    assert not (await waiting(made, "b"))[0].done()


async def test_more_than_may_wait_in_all_is_busy() -> None:
    made = lanes(light=1, queue=1)
    await enter(made)
    await waiting(made, "b")
    with pytest.raises(EngineBusy):
        await enter(made, "c")


async def test_who_waits_too_long_is_told_and_takes_no_place() -> None:
    made = lanes(light=1)
    turn = await enter(made)
    with pytest.raises(EngineBusy, match="late"):
        await enter(made, "b", limit_s=0.01)
    turn.end()
    assert made.waiting == 0
    await enter(made, "c", limit_s=0.01)


async def test_a_client_that_leaves_while_it_waits_takes_no_place() -> None:
    made = lanes(light=1)
    turn = await enter(made)
    tasks = await waiting(made, "b", "c")
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    turn.end()
    assert await served(tasks[1:]) == [0]


async def test_a_client_that_leaves_as_its_turn_comes_passes_it_on() -> None:
    made = lanes(light=1)
    turn = await enter(made)
    tasks = await waiting(made, "b", "c")
    turn.end()
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert await served(tasks[1:]) == [0]


async def test_nothing_is_kept_of_clients_that_have_nothing_under_way() -> None:
    made = lanes(light=1, queue=1)
    for number in range(50):
        turn = await enter(made, str(number))
        with pytest.raises(EngineBusy):
            await enter(made, f"late {number}", limit_s=0)
        turn.end()
    assert not made._clients
    assert not made._queue


@pytest.mark.parametrize(
    ("header", "proxies", "client"),
    [
        ("", 0, "10.0.0.9"),
        ("1.1.1.1", 0, "10.0.0.9"),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 10.0.0.2", 2, "1.1.1.1"),
        ("1.1.1.1", 2, "10.0.0.9"),
        ("", 1, "10.0.0.9"),
    ],
)
def test_behind_proxies_the_client_is_whom_the_outermost_of_them_saw(
    header: str, proxies: int, client: str
) -> None:
    headers = {"x-forwarded-for": header} if header else {}
    assert client_of(Request("GET", "", headers, b"", "10.0.0.9"), proxies) == client
