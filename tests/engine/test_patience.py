"""What is not over in time is told so, once, and one timer serves all."""

import asyncio

import pytest

from cepgraph.engine.patience import Patience
from tests.engine.support import until

pytestmark = pytest.mark.anyio


async def test_those_that_wait_too_long_are_called_in_the_order_in_which_they_began() -> None:
    told: list[str] = []
    patience = Patience(0.02)
    for name in "abc":
        patience.begin(lambda name=name: told.append(name))
    await until(lambda: len(told) == 3)
    assert told == ["a", "b", "c"]


async def test_what_is_over_is_not_called() -> None:
    told: list[str] = []
    patience = Patience(0.02)
    first, last = (patience.begin(lambda name=name: told.append(name)) for name in ("a", "c"))
    middle = patience.begin(lambda: told.append("b"))
    middle.over()
    await until(lambda: len(told) == 2)
    assert told == ["a", "c"]
    first.over()
    last.over()


async def test_who_begins_later_is_called_later() -> None:
    loop = asyncio.get_running_loop()
    told: list[float] = []
    patience = Patience(0.05)
    patience.begin(lambda: told.append(loop.time()))
    await asyncio.sleep(0.03)
    began = loop.time()
    patience.begin(lambda: told.append(loop.time()))
    await until(lambda: len(told) == 2)
    # a clock that ticks in milliseconds
    assert told[1] - began >= 0.049


async def test_one_that_is_called_may_begin_another_wait() -> None:
    told: list[str] = []
    patience = Patience(0.01)

    def again() -> None:
        told.append("once")
        patience.begin(lambda: told.append("twice"))

    patience.begin(again)
    await until(lambda: told == ["once", "twice"])


async def test_those_that_are_over_are_not_kept() -> None:
    patience = Patience(60)
    for _ in range(1000):
        patience.begin(lambda: None).over()
    assert len(patience._waiting) == 1
