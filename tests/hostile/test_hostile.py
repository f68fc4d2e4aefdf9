"""Two hundred queries that mean harm; the service stands, and answers everybody else."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.api.conftest import PATIENCE_S
from tests.engine.support import until
from tests.hostile.conftest import family_of, memory_of
from tests.hostile.corpus import hostile

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ATTACKERS = 4
ANSWERS = {200, 400, 413, 503, 504}
MORE_MB = 24
"""Memory that may be held more afterwards: what allocators and caches keep."""
JSON = "application/sparql-results+json, text/turtle;q=0.5"


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@asynccontextmanager
async def client_at(url: str, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that the service takes for one at this address."""
    headers = {"x-forwarded-for": address, "accept": JSON}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_S) as client:
        yield client


async def test_after_two_hundred_hostile_queries_the_service_is_as_it_was(
    service: tuple[str, int], listener: socket.socket
) -> None:
    url, process = service
    queries = list(hostile(listener.getsockname()[1]))
    assert len(queries) >= 200
    async with client_at(url, "192.0.2.1") as other:
        await light(other)
        memory, processes = memory_of(process), len(family_of(process))
        seen: dict[str, int] = {}
        waiting = iter(queries)

        async def attack(address: str) -> None:
            async with client_at(url, address) as attacker:
                for name, query in waiting:
                    seen[name] = await sent(attacker, query)

        async with asyncio.TaskGroup() as group:
            watch = group.create_task(watched(other))
            attacks = [group.create_task(attack(f"198.51.100.{n}")) for n in range(ATTACKERS)]
            await asyncio.wait(attacks)
            watch.cancel()
        await light(other)
        await until(lambda: len(family_of(process)) <= processes)
        await until(lambda: memory_of(process) <= memory + MORE_MB)
    unexpected = {name: status for name, status in seen.items() if status not in ANSWERS}
    assert not unexpected
    assert len(seen) == len(queries)
    assert {200, 400, 413, 503, 504} <= set(seen.values())
    with pytest.raises(BlockingIOError):
        listener.accept()


async def watched(client: httpx.AsyncClient) -> None:
    """Somebody else's light queries meanwhile; each is answered."""
    while True:
        await light(client)
        await asyncio.sleep(0.05)


async def light(client: httpx.AsyncClient) -> None:
    """A light query, never seen before, and its answer."""
    light.number += 1  # type: ignore[attr-defined]
    query = f"SELECT ?o {{ <urn:s> <urn:p> ?o }} #{light.number}"  # type: ignore[attr-defined]
    answer = await client.get("/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    assert [row["o"]["value"] for row in answer.json()["results"]["bindings"]] == ["one"]


light.number = 0  # type: ignore[attr-defined]


async def sent(client: httpx.AsyncClient, query: str) -> int:
    """The status of the answer, which is whole whatever it is."""
    answer = await client.post("/sparql", data={"query": query})
    kind = answer.headers["content-type"]
    if answer.status_code == 200:
        assert kind.startswith(("application/sparql-results+json", "text/turtle"))
        if "json" in kind:
            json.loads(answer.content)
    else:
        assert kind == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code
