"""What a query may take, and what somebody is told who asks for more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from cepgraph.settings import Settings
from tests.api.conftest import client_of, free_port, started, wait_ready
from tests.engine.support import ENDLESS, GREEDY, PATIENCE_S

pytestmark = pytest.mark.anyio

LIGHT = "SELECT ?o { <urn:s> <urn:p> ?o }"
HEAVY_AFTER_S = 0.25
ME, YOU = "192.0.2.1", "192.0.2.2"

MakeClient = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def make_client(folder: Path) -> AsyncIterator[MakeClient]:
    """Makes clients of services with given limits."""
    async with AsyncExitStack() as stack:

        async def make(**limits: Any) -> httpx.AsyncClient:
            given = {"query_deadline_s": PATIENCE_S, "proxies": 1, **limits}
            return await stack.enter_async_context(client_of(Settings(data=folder, **given)))

        yield make


def ask(client: httpx.AsyncClient, query: str, address: str = ME) -> asyncio.Task[httpx.Response]:
    """A query under way, from a client at an address."""
    headers = {"x-forwarded-for": address}
    sent = client.get("/sparql", params={"query": query}, headers=headers, timeout=60)
    return asyncio.create_task(sent)


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem document that an answer is."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    return told


async def under_way(*queries: asyncio.Task[httpx.Response]) -> None:
    """Wait until queries that take long are known to."""
    await asyncio.sleep(2 * HEAVY_AFTER_S)
    assert not any(query.done() for query in queries)


async def end(*queries: asyncio.Task[httpx.Response]) -> None:
    """Let queries go."""
    for query in queries:
        query.cancel()
    await asyncio.gather(*queries, return_exceptions=True)


async def test_a_query_is_ended_at_its_deadline_with_504(make_client: MakeClient) -> None:
    client = await make_client(query_deadline_s=0.5)
    told = problem_of(await ask(client, ENDLESS))
    assert told["status"] == 504
    assert "0.5 s" in told["detail"]


async def test_a_query_that_needs_too_much_memory_is_ended_with_503(
    make_client: MakeClient,
) -> None:
    client = await make_client(query_memory_mb=128)
    told = problem_of(await ask(client, GREEDY))
    assert told["status"] == 503
    assert "128 MB" in told["detail"]


async def test_a_result_that_is_too_large_is_no_part_of_an_answer(
    make_client: MakeClient,
) -> None:
    client = await make_client(query_result_mb=1)
    many = " ".join(f'"{number:0100}"' for number in range(200))
    wide = f"SELECT * {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} }}"
    told = problem_of(await ask(client, wide))
    assert told["status"] == 503
    assert "1 MB" in told["detail"]


async def test_light_queries_are_answered_beside_as_many_heavy_ones_as_there_are_workers(
    make_client: MakeClient,
) -> None:
    client = await make_client(workers=1, query_heavy=2)
    heavy = ask(client, ENDLESS)
    await under_way(heavy)
    answer = await ask(client, LIGHT, YOU)
    assert answer.json()["results"]["bindings"][0]["o"]["value"] == "one"
    assert not heavy.done()
    await end(heavy)


async def test_a_client_with_its_share_of_heavy_queries_waits_for_them_and_others_do_not(
    make_client: MakeClient,
) -> None:
    client = await make_client(workers=2, query_heavy=2)
    heavy = ask(client, ENDLESS)
    await under_way(heavy)
    mine, yours = ask(client, LIGHT), ask(client, LIGHT + "#", YOU)
    assert (await yours).status_code == 200
    assert not mine.done()
    await end(heavy)
    assert (await mine).status_code == 200


async def test_a_heavy_query_beyond_what_may_be_at_work_is_ended_with_503_and_when_to_ask_again(
    make_client: MakeClient,
) -> None:
    client = await make_client(workers=2, query_heavy=1)
    heavy = ask(client, ENDLESS)
    await under_way(heavy)
    answer = await ask(client, ENDLESS, YOU)
    assert answer.status_code == 503
    assert "long" in problem_of(answer)["detail"]
    assert int(answer.headers["retry-after"]) > 0
    await end(heavy)


async def test_a_client_with_too_many_queries_under_way_gets_429_and_when_to_ask_again(
    make_client: MakeClient,
) -> None:
    client = await make_client(workers=1, query_heavy=1, query_per_client=2)
    first = ask(client, ENDLESS)
    await under_way(first)
    second = ask(client, ENDLESS + "#")
    await under_way(second)
    answer = await ask(client, LIGHT)
    assert answer.status_code == 429
    assert "under way" in problem_of(answer)["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert (await ask(client, LIGHT, YOU)).status_code == 200
    await end(first, second)
    assert (await ask(client, LIGHT + "#")).status_code == 200


async def test_when_too_many_wait_the_next_gets_503_and_when_to_ask_again(
    make_client: MakeClient,
) -> None:
    client = await make_client(workers=1, query_heavy=2, query_queue=1)
    first = ask(client, ENDLESS)
    await under_way(first)
    waits = ask(client, LIGHT)
    await under_way(waits)
    answer = await ask(client, LIGHT + "#")
    assert answer.status_code == 503
    assert "waiting" in problem_of(answer)["detail"]
    assert int(answer.headers["retry-after"]) > 0
    await end(first)
    assert (await waits).status_code == 200


async def test_an_answer_that_is_kept_needs_no_turn(make_client: MakeClient) -> None:
    client = await make_client(workers=1, query_heavy=2)
    assert (await ask(client, LIGHT)).status_code == 200
    heavy = ask(client, ENDLESS)
    await under_way(heavy)
    assert (await ask(client, LIGHT)).status_code == 200
    assert not heavy.done()
    await end(heavy)


async def test_a_query_of_an_earlier_version_has_the_same_limits(make_client: MakeClient) -> None:
    client = await make_client(query_deadline_s=0.5)
    sent = client.get("/sparql", params={"query": ENDLESS, "version": 0}, timeout=60)
    # of an empty graph this is as endless: it needs none
    assert problem_of(await sent)["status"] == 504


async def test_a_client_is_who_the_last_line_of_several_says(folder: Path) -> None:
    port = free_port()
    limits = {"proxies": 1, "query_per_client": 1, "workers": 1, "query_deadline_s": 5.0}
    with started(folder, port, **limits):
        wait_ready(f"http://127.0.0.1:{port}")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:

            async def sent(query: str, invented: str) -> int:
                lines = [("x-forwarded-for", invented), ("x-forwarded-for", ME)]
                answer = await client.get("/sparql", params={"query": query}, headers=lines)
                return answer.status_code

            first = asyncio.create_task(sent(ENDLESS, "10.0.0.1"))
            await asyncio.sleep(2 * HEAVY_AFTER_S)
            assert await sent(LIGHT, "10.0.0.2") == 429
            assert await first == 504
