"""curl, as the documentation writes it."""

import shutil
import subprocess
from pathlib import Path

import pytest

LABELS = "SELECT ?o { ?s <urn:label> ?o } ORDER BY ?s ?o"
CSV = "o\r\none\r\neins\r\ntwo\r\nthree\r\n"


def curl(*options: str) -> str:
    """What curl prints; it must succeed."""
    program = shutil.which("curl")
    assert program is not None, "install curl, for example by `apt-get install curl`"
    command = [program, "--silent", "--show-error", "--fail-with-body", *options]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


def rows(text: str) -> list[str]:
    """The lines of a table, in any order."""
    return sorted(text.splitlines())


def test_get(endpoint: str) -> None:
    query = ("--data-urlencode", f"query={LABELS}")
    assert rows(curl("-G", endpoint, *query, "-H", "Accept: text/csv")) == rows(CSV)
    assert rows(curl("-G", endpoint, *query, "-d", "format=csv")) == rows(CSV)


def test_form(endpoint: str) -> None:
    form = ("--data-urlencode", f"query={LABELS}", "-d", "format=csv")
    assert rows(curl(endpoint, *form)) == rows(CSV)


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_query_in_a_file(endpoint: str, tmp_path: Path, method: str) -> None:
    file = tmp_path / "labels.rq"
    file.write_text(LABELS)
    kind = "Content-Type: application/sparql-query"
    options = ("-H", kind, "-H", "Accept: text/csv", "--data-binary", f"@{file}")
    assert rows(curl("-X", method, endpoint, *options)) == rows(CSV)
    assert len(rows(curl("-X", method, f"{endpoint}?version=1", *options))) == 4


def test_headers_alone(endpoint: str) -> None:
    told = curl("-I", f"{endpoint}?query=ASK%7B%7D&format=csv").lower()
    assert "cepgraph-version: 2" in told
    assert "content-type: text/csv; charset=utf-8" in told


def test_answer_that_has_not_changed_is_not_sent_again(endpoint: str, tmp_path: Path) -> None:
    tag, body = tmp_path / "tag", tmp_path / "body"
    query = ("-G", endpoint, "--data-urlencode", f"query={LABELS}", "-o", str(body))
    curl(*query, "--etag-save", str(tag))
    assert body.stat().st_size
    code = curl(*query, "--etag-compare", str(tag), "-w", "%{http_code}")
    assert code == "304"
