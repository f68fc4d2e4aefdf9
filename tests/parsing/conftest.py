"""The loop that the service runs on, and the seed graph in memory."""

from typing import Any

import pytest

from tests.queries.conftest import model, seed_store

__all__ = ["model", "seed_store"]


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}
