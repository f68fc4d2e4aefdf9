"""Dumps as people fetch them from a service that runs."""

import gzip
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.descriptions.forms import FORMS
from tests.api.conftest import eventually, free_port, started, wait_ready
from tests.engine.support import PATIENCE_S, Log, children_of, is_alive

LINES = 60_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose dump is larger than all that lies between its process and a client."""
    log = Log(tmp_path_factory.mktemp("large"))
    log.publish("\n".join(f'x:s{n} x:p "{n:06d} {"text " * 30}" x:g .' for n in range(LINES)))
    return log.folder


@pytest.fixture(scope="module")
def service(large: Path) -> Iterator[tuple[str, int]]:
    """The address of a service of it, and its process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(large, port, dumps=3) as process:
        wait_ready(url)
        yield url, process.pid


def workers(process: int) -> set[int]:
    """All that the engine has forked."""
    return {grandchild for child in children_of(process) for grandchild in children_of(child)}


class Slow:
    """A client that takes only what it wants."""

    def __init__(
        self, url: str, name: str, version: bytes = b"HTTP/1.1", address: str = "127.0.0.1"
    ) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), PATIENCE_S, (address, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.sendall(b"GET /dumps/%s %s\r\nHost: x\r\n\r\n" % (name.encode(), version))
        self.head = self.socket.recv(1000)

    def __enter__(self) -> "Slow":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def rest(self) -> bytes:
        """All that comes until the connection ends."""
        received = b""
        while piece := self.socket.recv(1 << 16):
            received += piece
        return received


def begun(process: int, before: set[int]) -> int:
    """The process of a dump that has just begun."""
    assert eventually(lambda: len(workers(process) - before) == 1)
    (made,) = workers(process) - before
    return made


def settled(process: int) -> set[int]:
    """The engine's workers when no dump is under way."""
    assert eventually(lambda: len(workers(process)) == 3)
    return workers(process)


@pytest.mark.parametrize("ending", [form.ending.lstrip(".") for form in FORMS])
def test_a_dump_that_breaks_off_is_an_error_to_its_client(
    service: tuple[str, int], ending: str
) -> None:
    url, process = service
    before = settled(process)
    with httpx.stream("GET", f"{url}/dumps/1.{ending}", timeout=PATIENCE_S) as response:
        pieces = response.iter_raw(1000)
        assert response.status_code == 200
        next(pieces)
        os.kill(begun(process, before), signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
            list(pieces)
    assert httpx.get(f"{url}/health/ready").status_code == 200


def test_a_whole_dump_ends_as_http_has_it(service: tuple[str, int]) -> None:
    url, _process = service
    response = httpx.get(f"{url}/dumps/1.nq", timeout=PATIENCE_S)
    assert response.headers["transfer-encoding"] == "chunked"
    assert len(response.content.splitlines()) == LINES


def test_a_dump_begins_before_it_is_made(service: tuple[str, int]) -> None:
    url, process = service
    before = settled(process)
    with Slow(url, "1.nq") as client:
        assert client.head.startswith(b"HTTP/1.1 200")
        made = begun(process, before)
        time.sleep(0.3)
        # it waits for its client rather than fill memory
        assert is_alive(made)


def test_a_client_that_goes_away_ends_its_dump(service: tuple[str, int]) -> None:
    url, process = service
    before = settled(process)
    with Slow(url, "1.nq"):
        made = begun(process, before)
    assert eventually(lambda: not is_alive(made))


def test_the_service_holds_none_of_a_dump_that_nobody_takes(service: tuple[str, int]) -> None:
    url, process = service
    settled(process)
    with Slow(url, "1.nq"):
        time.sleep(0.5)
        before = memory_of(process)
        with Slow(url, "1.nq"):
            time.sleep(0.5)
            # a dump is some 13 MB
            assert memory_of(process) - before < 3 << 20


def memory_of(process: int) -> int:
    """Bytes that a process has for itself."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) << 10


def test_what_is_too_much_for_an_address_or_for_all_is_refused_until_one_has_ended(
    service: tuple[str, int],
) -> None:
    url, process = service
    settled(process)
    with Slow(url, "1.nq"), Slow(url, "1.trig"):
        share = httpx.get(f"{url}/dumps/1.nq.gz")
        with Slow(url, "1.nq", address="127.0.0.2") as other:
            assert other.head.startswith(b"HTTP/1.1 200")
            full = httpx.get(f"{url}/dumps/1.nq.gz")
        assert [refused.status_code for refused in (share, full)] == [429, 503]
        for refused in (share, full):
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["content-type"] == "application/problem+json"
        # what makes no dump is answered all the same
        assert httpx.head(f"{url}/dumps/1.nq.gz").status_code == 200
        assert httpx.get(f"{url}/sparql", params={"query": "ASK {}"}).status_code == 200
    assert eventually(lambda: httpx.get(f"{url}/dumps/1.nq.gz").status_code == 200)


def test_with_http_1_0_only_packed_dumps_are_given(service: tuple[str, int]) -> None:
    url, _process = service
    with Slow(url, "1.nq", b"HTTP/1.0") as client:
        assert b" 505 " in client.head.split(b"\r\n")[0]
    with Slow(url, "1.nq.gz", b"HTTP/1.0") as client:
        content = (client.head + client.rest()).partition(b"\r\n\r\n")[2]
        assert len(gzip.decompress(content).splitlines()) == LINES
