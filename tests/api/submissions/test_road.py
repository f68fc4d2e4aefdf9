"""Submissions to the service as people run it: a process of its own, files as they are sent."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from cepgraph.history import History
from cepgraph.settings import Settings
from cepgraph.tokens import Tokens
from cli.home import Home
from tests.api.conftest import eventually, free_port, wait_ready
from tests.api.submissions.conftest import OWN, PATH, STUB
from tests.api.test_server import family_of, gone, raw
from tests.engine.support import PATIENCE_S, begin

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs" / "examples"
GRAPH = "example/findings"
SERVE = """
import sys
from pathlib import Path
from api.server import run
from api.submissions import options
from cepgraph.settings import Settings
if sys.argv[3]:
    options.WORKER = (sys.argv[3],)
run(Settings(data=Path(sys.argv[1]), port=int(sys.argv[2])))
"""

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """A service in a process of its own, with a token."""

    process: "subprocess.Popen[bytes]"
    url: str
    data: Path
    scratch: Path
    errors: Path
    text: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.text}"}

    def send(self, *files: Path, prefer: str = "wait=60", **fields: str) -> httpx.Response:
        """Send files as curl would."""
        parts: list[Any] = [("file", (f.name, f.read_bytes())) for f in files]
        parts += [(name, (None, value)) for name, value in fields.items()]
        headers = {**self.headers, "prefer": prefer}
        return httpx.post(f"{self.url}{PATH}", files=parts, headers=headers, timeout=90)

    def get(self, place: str, **headers: str) -> httpx.Response:
        """GET with the token."""
        return httpx.get(self.url + place, headers={**self.headers, **headers}, timeout=90)

    def count(self, query: str) -> int:
        """How many solutions there are."""
        accept = {"accept": "application/sparql-results+json"}
        answer = httpx.get(f"{self.url}/sparql", params={"query": query}, headers=accept)
        return len(answer.json()["results"]["bindings"])


@contextmanager
def run(data: Path, place: Path, publisher: str, program: str = "") -> Iterator[Running]:
    """The service, its temporary files and its standard error in ``place``."""
    scratch, errors, port = place / "tmp", place / "errors", free_port()
    scratch.mkdir(exist_ok=True)
    token, text = Tokens(data).create(publisher)
    command = [sys.executable, "-c", SERVE, str(data), str(port), program]
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
    with (
        errors.open("ab") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            wait_ready(url)
            yield Running(process, url, data, scratch, errors, text, token.id)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("road")


@pytest.fixture(scope="module")
def service(place: Path) -> Iterator[Running]:
    """The service over the seed graph, with the reader of real files."""
    Home(Settings(data=place / "data")).prepare()
    with run(place / "data", place, "example") as running:
        yield running


@pytest.fixture
def stubbed(tmp_path: Path) -> Iterator[Running]:
    """The service with an ingest process that does as it is told."""
    begin(tmp_path / "data")
    with run(tmp_path / "data", tmp_path, "arts-connect", str(STUB)) as running:
        yield running


def told(tmp_path: Path, *words: str) -> Path:
    """A file with words for the stub."""
    path = tmp_path / "pets.csv"
    path.write_text(" ".join(words))
    return path


def test_the_whole_road_from_faults_to_publication_and_back(service: Running) -> None:
    refused = service.send(EXAMPLES / "findings-with-faults.xlsx", graph=GRAPH, mode="publish")
    assert refused.status_code == 422
    groups = refused.json()["report"]["groups"]
    assert {group["severity"] for group in groups} >= {"violation"}
    assert any(group["first"][0]["cell"] for group in groups)
    marked = service.get(refused.json()["links"]["workbook"])
    assert load_workbook(BytesIO(marked.content)).sheetnames[0] == "Problems"
    page = service.get(refused.json()["links"]["self"], accept="text/html")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")

    before = History(service.data).head()
    query = f"SELECT ?s {{ GRAPH <https://w3id.org/cepgraph/graph/{GRAPH}> {{ ?s ?p ?o }} }}"
    checked = service.send(EXAMPLES / "findings.xlsx", graph=GRAPH)
    assert checked.status_code == 200, checked.text
    assert (checked.json()["conforms"], checked.json()["published"]) == (True, False)
    assert History(service.data).head() == before

    published = service.send(EXAMPLES / "findings.xlsx", graph=GRAPH, mode="publish")
    assert published.status_code == 201, published.text
    assert published.json()["version"] == before + 1
    assert service.count(query) > 0
    said = History(service.data).entry(before + 1).provenance
    assert said.who == "https://w3id.org/cepgraph/id/organisation/example"
    assert (said.token, said.source) == (service.token, "findings.xlsx")

    again = service.send(EXAMPLES / "findings.xlsx", graph=GRAPH, mode="publish")
    assert (again.status_code, again.json()["changed"]) == (200, False)

    undone = service.send(graph=GRAPH, mode="publish", version="")
    assert undone.status_code == 201, undone.text
    assert service.count(query) == 0
    back = service.send(graph=GRAPH, mode="publish", version=str(before + 1))
    assert back.status_code == 201, back.text
    assert service.count(query) > 0


def test_commands_publish_beside_the_service(service: Running, tmp_path: Path) -> None:
    check = service.send(EXAMPLES / "findings.xlsx", graph=GRAPH)
    assert check.status_code == 200
    command = [
        *(sys.executable, "-m", "cli", "publish", str(EXAMPLES / "partnership.ttl")),
        *("--graph", "https://w3id.org/cepgraph/graph/example/partnerships"),
        *("--data", str(service.data)),
    ]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    head = History(service.data).head()
    again = service.send(EXAMPLES / "partnership.ttl", graph="example/partnerships", mode="publish")
    assert again.status_code == 200, again.text
    assert again.json()["changed"] is False
    assert again.json()["version"] == head


def test_events_are_sent_as_they_happen_until_done(service: Running) -> None:
    sent = service.send(EXAMPLES / "findings.xlsx", graph=GRAPH, prefer="respond-async")
    assert sent.status_code == 202
    names = []
    with httpx.stream(
        "GET", f"{service.url}{sent.json()['links']['events']}", headers=service.headers, timeout=90
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("event: "):
                names.append(line.removeprefix("event: "))
            if line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))
    assert names[-1] == "done"
    assert last["status"] == "done"


def test_file_that_is_no_spreadsheet_is_told_and_nothing_breaks(
    service: Running, tmp_path: Path
) -> None:
    broken = tmp_path / "findings.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    answer = service.send(broken, graph=GRAPH, mode="publish")
    assert 400 <= answer.status_code < 500
    assert "findings.xlsx" in answer.text
    strange = tmp_path / "findings.exe"
    strange.write_bytes(b"MZ")
    assert service.send(strange, graph=GRAPH).status_code == 415


def test_body_of_no_announced_length_is_411(service: Running) -> None:
    headers = {**service.headers, "content-type": "multipart/form-data; boundary=b"}

    def pieces() -> Iterator[bytes]:
        yield b"--b--\r\n"

    answer = httpx.post(f"{service.url}{PATH}", content=pieces(), headers=headers)
    assert answer.status_code == 411


def test_body_above_the_limit_is_413_before_it_is_sent(service: Running) -> None:
    request = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.text}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 999999999999\r\n"
        "Connection: close\r\n\r\n"
    )
    status, body = raw(service.url, request.encode())
    assert status == 413
    assert json.loads(body)["status"] == 413


def test_body_that_was_cut_leaves_nothing(service: Running) -> None:
    def folders() -> set[Path]:
        return {path for path in service.scratch.glob("*/*") if path.is_dir()}

    before = folders()
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.text}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'.encode()
        )
        assert eventually(lambda: folders() != before)
    assert eventually(lambda: folders() == before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_service_that_ends_while_a_submission_is_at_work_leaves_no_process(
    stubbed: Running, tmp_path: Path, number: signal.Signals
) -> None:
    sent = stubbed.send(told(tmp_path, "hang"), graph=OWN, prefer="respond-async")
    place = sent.json()["links"]["self"]
    assert eventually(lambda: stubbed.get(place).json()["status"] == "running")
    family = family_of(stubbed.process.pid)
    assert len(family) == 6
    stubbed.process.send_signal(number)
    status = stubbed.process.wait(PATIENCE_S)
    assert status == (-number if number == signal.SIGKILL else 0)
    assert gone(family)
    left = list(stubbed.scratch.iterdir())
    assert (left == []) is (number != signal.SIGKILL)


def test_what_a_killed_service_left_is_removed_by_the_next(tmp_path: Path) -> None:
    begin(tmp_path / "data")
    with run(tmp_path / "data", tmp_path, "arts-connect", str(STUB)) as first:
        first.send(told(tmp_path, "wrong"), graph=OWN)
        (left,) = first.scratch.iterdir()
        with run(tmp_path / "data", tmp_path, "arts-connect", str(STUB)) as beside:
            assert len(list(beside.scratch.iterdir())) == 2
            beside.process.terminate()
            beside.process.wait(PATIENCE_S)
    assert left.exists()
    with run(tmp_path / "data", tmp_path, "arts-connect", str(STUB)):
        assert not left.exists()


def test_secret_of_a_token_is_in_no_log_and_in_no_file(stubbed: Running, tmp_path: Path) -> None:
    secret = stubbed.text.rpartition("_")[2].encode()[-16:]
    for words in ("ok", "wrong", "crash", "full", "unreadable"):
        stubbed.send(told(tmp_path, words), graph=OWN, mode="publish")
    stubbed.send(told(tmp_path, "ok"), graph="aspire/pets")
    httpx.get(f"{stubbed.url}{PATH}/{stubbed.text}", headers=stubbed.headers)
    Tokens(stubbed.data).revoke(stubbed.token)
    answer = stubbed.send(told(tmp_path, "ok"), graph=OWN)
    assert answer.status_code == 401
    assert secret not in answer.content
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert stubbed.errors in files
    assert "a fault of ours" in stubbed.errors.read_text()
    assert [path for path in files if secret in path.read_bytes()] == []
