"""The service over a small log: in this process by ASGI, and as people run it, by granian."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from cepgraph.settings import Settings
from tests.engine.support import PATIENCE_S, begin

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
from pathlib import Path
from api.server import run
from cepgraph.settings import Settings
run(Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), **eval(sys.argv[3])))
"""


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


@asynccontextmanager
async def client_of(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app in this process, with the graph loaded."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await app.state.pool.wait_for_version(1, PATIENCE_S)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@contextmanager
def started(folder: Path, port: int, **settings: object) -> Iterator["subprocess.Popen[bytes]"]:
    """The service in a process of its own, which is gone at the end whatever happened."""
    command = [sys.executable, "-c", SERVE, str(folder), str(port), repr(settings)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether something comes true within the tests' patience."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def wait_ready(url: str) -> None:
    """Wait until the service has loaded its graph."""
    assert eventually(lambda: status_of(f"{url}/health/ready") == 200)


def status_of(url: str) -> int:
    """The status of a page, or 0 when nobody listens."""
    try:
        return httpx.get(url, timeout=PATIENCE_S).status_code
    except httpx.ConnectError:
        return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two graphs at version 1."""
    return begin(tmp_path_factory.mktemp("log")).folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The address of the service in a process of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(folder, port, query_deadline_s=2.0, query_max_kb=16):
        wait_ready(url)
        yield url


@pytest.fixture(scope="module", params=["asgi", "granian"])
async def client(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, both ways; answers are the same."""
    if request.param == "granian":
        url = request.getfixturevalue("server")
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as made:
            yield made
    else:
        settings = Settings(data=folder, query_deadline_s=2.0, query_max_kb=16)
        async with client_of(settings) as made:
            yield made
