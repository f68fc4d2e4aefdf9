"""The service as a process: what it leaves behind, what it endures."""

import json
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from api.server import AddressTaken, check_free
from tests.api.conftest import eventually, free_port, started, status_of, wait_ready
from tests.engine.support import ENDLESS, PATIENCE_S, Log, begin, children_of, is_alive

ALL = {"query": "SELECT ?o { ?s ?p ?o } ORDER BY ?o"}


def family_of(process: int) -> set[int]:
    """A process, its children and theirs."""
    return {process}.union(*(family_of(child) for child in children_of(process)))


def gone(processes: set[int]) -> bool:
    """Whether all of them end."""
    return eventually(lambda: not any(map(is_alive, processes)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("busy", [False, True])
def test_a_signal_ends_the_service_and_all_its_processes(
    tmp_path: Path, number: signal.Signals, busy: bool
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(begin(tmp_path).folder, port) as process:
        wait_ready(url)
        assert eventually(lambda: len(family_of(process.pid)) == 5)
        family = family_of(process.pid)
        with socket.create_connection(("127.0.0.1", port)) as kept_alive:
            if busy:
                kept_alive.sendall(
                    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query"
                    b"\r\nContent-Length: %d\r\n\r\n%s" % (len(ENDLESS), ENDLESS.encode())
                )
                time.sleep(0.05)
            process.send_signal(number)
            assert process.wait(PATIENCE_S) == 0
    assert gone(family)


def test_a_killed_service_leaves_no_process(tmp_path: Path) -> None:
    port = free_port()
    with started(begin(tmp_path).folder, port) as process:
        wait_ready(f"http://127.0.0.1:{port}")
        family = family_of(process.pid)
        process.kill()
        process.wait(PATIENCE_S)
    assert gone(family)


def test_a_port_in_use_is_told(server: str) -> None:
    host, port = server.removeprefix("http://").split(":")
    with pytest.raises(AddressTaken, match=port):
        check_free(host, int(port))


def test_a_host_that_is_not_ours_is_told() -> None:
    with pytest.raises(AddressTaken, match=r"203\.0\.113\.1"):
        check_free("203.0.113.1", free_port())


def test_a_publish_is_seen_by_a_query_that_was_cached(tmp_path: Path) -> None:
    log = begin(tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(log.folder, port), httpx.Client(base_url=url) as client:
        wait_ready(url)
        before = [client.get("/sparql", params=ALL) for _ in range(2)]
        assert {r.headers["cepgraph-version"] for r in before} == {"1"}
        log.publish('x:s x:p "three" x:g .')
        assert eventually(lambda: client.get("/health/ready").json()["version"] == 2)
        after = client.get("/sparql", params=ALL)
        assert after.headers["cepgraph-version"] == "2"
        assert "three" in after.text
        assert after.headers["etag"] != before[0].headers["etag"]


def test_a_client_that_goes_away_ends_its_query(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = begin(tmp_path)
    with started(log.folder, port, workers=1, query_deadline_s=600.0):
        wait_ready(url)
        brief = httpx.Timeout(PATIENCE_S, read=0.1)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}/sparql", data={"query": ENDLESS}, timeout=brief)
        answer = httpx.get(f"{url}/sparql", params=ALL, timeout=PATIENCE_S)
        assert answer.status_code == 200


def test_a_folder_with_a_damaged_log_is_served_as_not_ready(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.publish('x:s x:p "one" x:g .')
    entry = log.history.entry(1).path
    entry.write_bytes(entry.read_bytes().replace(b"TC .\n", b""))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(tmp_path, port):
        assert eventually(lambda: status_of(f"{url}/health/live") == 200)
        assert eventually(lambda: "not closed" in httpx.get(f"{url}/health/ready").text)
        response = httpx.get(f"{url}/health/ready")
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert httpx.get(f"{url}/sparql", params=ALL).status_code == 503


def raw(server: str, request: bytes) -> tuple[int, bytes]:
    """Status and body of the response to bytes sent as they are."""
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(1 << 16):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def get(target: bytes, *headers: bytes) -> bytes:
    """A GET request."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get(b"/sparql?query=ASK%7B%7D%00"), 400),
        (get(b"/sparql?query=\xc3\xa9"), 400),
        (get(b"/sparql?query=%F0%9F"), 400),
        (get(b"/sparql?" + b"&".join([b"a=b"] * 1001)), 400),
        (get(b"/sparql?query=ASK%7B%7D", b"Accept: " + b"a/b," * 2000), 406),
        (get(b"/sparql?query=ASK%7B%7D", b"Accept: ;;;q=x,/,*"), 406),
        (get(b"/sparql?query=ASK%7B%7D", b"Accept: text/csv;q=nan"), 406),
        (get(b"/sparql?query=ASK%7B%7D", b"If-None-Match: \xff"), 200),
        (get(b"/sparql?query=ASK%7B%7D", b"Accept: \xff"), 200),
        (get(b"/%00"), 404),
        (get(b"//sparql"), 404),
        (get(b"*"), 404),
    ],
)
def test_hostile_requests_get_a_status_and_a_problem(
    server: str, request_bytes: bytes, status: int
) -> None:
    found, body = raw(server, request_bytes)
    assert found == status
    if status != 200:
        assert json.loads(body)["status"] == status
    assert httpx.get(f"{server}/sparql", params=ALL).status_code == 200


def test_ten_megabytes_of_query_are_413_at_once(server: str) -> None:
    kind = {"content-type": "application/sparql-query"}
    response = httpx.post(f"{server}/sparql", content=b"x" * (10 << 20), headers=kind)
    assert response.status_code == 413
    assert response.json()["status"] == 413


def test_hostile_queries_get_a_status_and_the_next_is_answered(server: str) -> None:
    queries = [
        "SELECT * {" + "{" * 5000,
        "SELECT " + "(1 AS ?x) " * 1000 + "{}",
        "SELECT * { ?s " + "<urn:p>/" * 1000 + "<urn:p> ?o }",
        "SELECT * { ?s (" + "<urn:p>|" * 1000 + "<urn:p>)* ?o }",
        "SELECT * { FILTER(REGEX('" + "a" * 5000 + "', '(a+)+$')) }",
        "SELECT * { VALUES ?x { " + "1 " * 7000 + "} }",
        "SELECT (" + "(" * 2000 + "1" + ")" * 2000 + " AS ?x) {}",
        "ASK { ?s ?p '" + "\\u0000" * 1000 + "' }",
        "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999999",
        "\0" * 1000,
        "\ufeffSELECT * {}",
    ]
    for query in queries * 2:
        response = httpx.post(f"{server}/sparql", data={"query": query}, timeout=PATIENCE_S)
        assert response.status_code in (200, 400, 503, 504), query[:40]
    assert httpx.get(f"{server}/sparql", params=ALL).status_code == 200


def test_api_documentation_is_served(server: str) -> None:
    assert httpx.get(f"{server}/openapi.json").json()["info"]["title"] == "cepgraph"


def test_a_service_on_a_port_in_use_ends_at_once(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), started(tmp_path, port) as process:
        assert process.wait(PATIENCE_S) != 0
