"""A service that somebody means ill with, and what it takes of the machine."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import free_port, started, wait_ready
from tests.engine.support import begin

THINGS = 500


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Its address and process id; small limits, so that the tests are soon over."""
    log = begin(tmp_path_factory.mktemp("log"))
    log.publish(
        "\n".join(f"x:{n} x:p x:{n // 2} x:g .\nx:{n} x:q {n} x:h ." for n in range(THINGS))
    )
    port = free_port()
    limits = {
        "query_deadline_s": 0.8,
        "query_memory_mb": 192,
        "query_result_mb": 4,
        "result_cache_mb": 1,
    }
    with started(log.folder, port, **limits, proxies=1) as process:
        url = f"http://127.0.0.1:{port}"
        wait_ready(url)
        yield url, process.pid


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A place that no query may ever connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def memory_of(process: int) -> int:
    """What a process and all that it started hold of memory, shared pages counted once, in MB."""
    total = 0
    for one in family_of(process):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024


def family_of(process: int) -> list[int]:
    """A process and all that it started, and so on."""
    family = [process]
    for one in family:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            family += [int(c) for task in tasks for c in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return family
