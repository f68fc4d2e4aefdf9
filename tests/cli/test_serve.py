"""``cepgraph serve`` as a new user starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cepgraph.settings import Settings
from tests.api.conftest import free_port, status_of
from tests.cli.conftest import ROOT, head, shell

_PATIENCE_S = 60.0


@contextmanager
def _served(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            _wait_until(lambda: status_of(f"http://127.0.0.1:{port}/health/ready") == 200)
            yield process
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def _count(port: int, pattern: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
    url = f"http://127.0.0.1:{port}/sparql"
    headers = {"accept": "text/csv"}
    answer = httpx.get(url, params={"query": query}, headers=headers, timeout=_PATIENCE_S)
    return int(answer.raise_for_status().text.split()[1])


@pytest.mark.slow
def test_service_starts_on_an_empty_folder_follows_what_is_published_and_stops(
    tmp_path: Path,
) -> None:
    folder, port = tmp_path / "data", free_port()
    partnership = "https://w3id.org/cepgraph/id/cultural-education-partnership/example"
    with _served(folder, port) as service:
        assert head(folder) == 1
        assert _count(port, "?s a <https://w3id.org/cepgraph/ontology#VirtualSchool>") == 153
        assert _count(port, f"<{partnership}> ?p ?o") == 0
        file = ROOT / "docs" / "examples" / "partnership.ttl"
        graph = "https://w3id.org/cepgraph/graph/example/partnerships"
        done = shell("publish", file, "--graph", graph, "--data", folder)
        assert (done.returncode, done.stderr) == (0, b"")
        _wait_until(lambda: _count(port, f"<{partnership}> ?p ?o") > 0)
        service.send_signal(signal.SIGTERM)
        out, err = service.communicate(timeout=_PATIENCE_S)
    assert (service.returncode, out) == (0, b"")
    assert f"cepgraph serves version 1 of {folder}\n" in err.decode()
    assert f"http://127.0.0.1:{port}/sparql  SPARQL\n" in err.decode()
    assert "Traceback" not in err.decode()


def test_port_that_is_taken_is_told(tmp_path: Path) -> None:
    environment = {**os.environ, "CEPGRAPH_SEED": "false"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        ran = shell("serve", "--port", port, "--data", tmp_path / "data", env=environment)
    assert ran.returncode == 2
    assert f"Cannot listen: 127.0.0.1:{port}: Address already in use\n" in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


def test_address_that_is_not_of_this_machine_is_told(tmp_path: Path) -> None:
    environment = {**os.environ, "CEPGRAPH_SEED": "false", "CEPGRAPH_HOST": "192.0.2.1"}
    ran = shell("serve", "--data", tmp_path / "data", env=environment)
    assert ran.returncode == 2
    assert f"Cannot listen: 192.0.2.1:{Settings().port}" in ran.stderr.decode()
