"""Heavy queries of the public leave a worker to the service's own questions."""

import asyncio
from pathlib import Path

import pytest

from cepgraph.settings import Settings
from tests.api.conftest import client_of
from tests.engine.support import ENDLESS, PATIENCE_S, begin

pytestmark = pytest.mark.anyio


async def test_pages_are_answered_while_heavy_queries_hold_all_public_workers(
    tmp_path: Path,
) -> None:
    begin(tmp_path)
    settings = Settings(data=tmp_path, workers=1, query_deadline_s=PATIENCE_S * 10)
    async with client_of(settings) as client:
        heavy = [
            asyncio.create_task(client.get("/sparql", params={"query": ENDLESS})) for _ in range(3)
        ]
        await asyncio.sleep(0)
        page = await asyncio.wait_for(client.get("/api/v1/findings"), PATIENCE_S)
        assert page.status_code == 200
        assert not any(task.done() for task in heavy)
        for task in heavy:
            task.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
