"""The W3C's SPARQL 1.1 update tests, through HTTP and into the log, past a gate that is open."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cepgraph.tokens import Tokens
from tests import mini
from tests.api.conftest import ROOT, free_port, wait_ready
from tests.engine.support import PATIENCE_S
from tests.w3c.comparison import same_datasets
from tests.w3c.manifest import FOLDER, Case, as_parameters, cases, needs_the_tests, of_kind
from tests.w3c.update import SYNTAX, Endpoint, evaluation, quads_in, text_of

pytestmark = [pytest.mark.slow, needs_the_tests]

SETTINGS = {"submission_per_minute": 1_000_000, "snapshot_every": 1_000}
WORKER = Path(__file__).with_name("open_worker.py")
SERVE = """
import sys
from dataclasses import replace
from pathlib import Path
from api import server
from api.app import create_app
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.settings import Settings

data, content, port, settings, worker = sys.argv[1:]

def create_open_app(settings):
    app = create_app(settings, Model(Content(Path(content))))
    jobs = app.state.submissions.jobs
    jobs.ingest = replace(jobs.ingest, program=(worker,))
    return app

server.create_app = create_open_app
server.run(Settings(data=Path(data), port=int(port), **eval(settings)))
"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A running service with nothing in it, and an open gate."""
    root = tmp_path_factory.mktemp("w3c")
    content = mini.write_content(root / "content", ontology="cep:Dataset a owl:Class .", shapes="")
    data = root / "data"
    _, token = Tokens(data).create("w3c")
    port = free_port()
    arguments = [str(data), str(content.root), str(port), repr(SETTINGS), str(WORKER)]
    with subprocess.Popen([sys.executable, "-c", SERVE, *arguments], cwd=ROOT) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_ready(url)
            with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
                yield Endpoint(client, token)
        finally:
            process.terminate()


@pytest.mark.parametrize("case", as_parameters(evaluation()))
def test_update_leaves_behind_what_the_suite_says(endpoint: Endpoint, case: Case) -> None:
    endpoint.begin(case.before)
    assert same_datasets(endpoint.quads(), quads_in(case.before))
    answer = endpoint.send(text_of(case))
    assert answer.status_code == 200, answer.text
    assert same_datasets(endpoint.quads(), quads_in(case.after)), answer.text


@pytest.mark.parametrize("case", as_parameters(of_kind(SYNTAX, "PositiveUpdateSyntaxTest11")))
def test_update_is_understood(endpoint: Endpoint, case: Case) -> None:
    answer = endpoint.send(text_of(case))
    # it may name graphs of others, or LOAD
    kind = answer.json().get("type", "")
    assert answer.status_code == 200 or kind.endswith(("/update-refused", "/forbidden")), (
        answer.text
    )


@pytest.mark.parametrize("case", as_parameters(of_kind(SYNTAX, "NegativeUpdateSyntaxTest11")))
def test_what_is_no_update_is_refused(endpoint: Endpoint, case: Case) -> None:
    answer = endpoint.send(text_of(case))
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/update-syntax")


def test_no_update_test_of_the_suite_is_left_out() -> None:
    folders = [path.name for path in FOLDER.iterdir() if path.is_dir()]
    wanted = {case.name for folder in folders for case in cases(folder) if "Update" in case.kind}
    syntax = of_kind(SYNTAX, "PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11")
    assert {case.name for case in (*evaluation(), *syntax)} == wanted
