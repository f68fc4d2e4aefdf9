"""A running service for the clients that researchers have."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import free_port, started, wait_ready
from tests.engine.support import Log

FIRST = """
x:s x:label "one" x:g .
x:s x:label "eins"@de x:g .
x:s x:size 4 x:g .
x:t x:label "two" x:h .
x:t x:knows x:s x:h .
x:t x:said "a, \\"b\\"\\tc\\nd é 𝄞" x:h .
"""
SECOND = "x:u x:label 'three' x:h ."


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a SPARQL endpoint with two graphs, at version 2."""
    log = Log(tmp_path_factory.mktemp("clients"))
    log.publish(FIRST)
    log.publish(SECOND)
    port = free_port()
    with started(log.folder, port):
        url = f"http://127.0.0.1:{port}"
        wait_ready(url)
        yield f"{url}/sparql"
