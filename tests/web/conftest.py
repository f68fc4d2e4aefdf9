"""A running service with two versions of the graph, and a browser that visits it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.project.guides import ROOT
from tests.project.service import PATIENCE_S, served, wait_until
from tests.project.tour import variables
from tests.web.browser import Visit, chromium, visit
from web.build import build

PARTNERSHIPS = "https://w3id.org/cepgraph/graph/example/partnerships"


@pytest.fixture(scope="session")
def built() -> Path:
    """What browsers load, built from the sources as they are."""
    return build()


@pytest.fixture(scope="module")
def service(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose version 1 is the seed graph, and 2 has an example more."""
    folder = tmp_path_factory.mktemp("web")
    program = [sys.executable, "-m", "cli"]
    with served(program, folder, variables(folder)) as url:
        file = ROOT / "docs" / "examples" / "partnership.ttl"
        publish = [*program, "publish", str(file), "--graph", PARTNERSHIPS, "--why", "to try it"]
        told = subprocess.run(
            publish, cwd=folder, env=variables(folder), check=False, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stdout + told.stderr
        ready = f"{url}/health/ready"
        wait_until(lambda: httpx.get(ready, timeout=PATIENCE_S).json()["version"] == 2)
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; while it is there, an event loop runs in this thread, and no other can."""
    with chromium() as made:
        yield made


@pytest.fixture
def visitor(browser: Browser, service: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A new visitor of the service; parameters are those of a browser context."""
    options: dict[str, Any] = getattr(request, "param", {})
    with visit(browser, service, **options) as made:
        yield made
