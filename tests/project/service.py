"""A service in a process of its own, as people start it."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.api.conftest import free_port, status_of

PATIENCE_S = 60.0


@contextmanager
def served(program: list[str], folder: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """The address of ``cepgraph serve``, run in a folder; it is gone at the end in any case."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [*program, "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=variables) as process:
        try:
            ready = f"{url}/health/ready"
            wait_until(lambda: process.poll() is not None or status_of(ready) == 200)
            assert process.poll() is None
            yield url
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes true."""
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)
