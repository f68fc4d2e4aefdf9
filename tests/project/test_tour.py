"""The README's tour, walked from its first command to its last, on a folder that begins empty."""

import re
from collections.abc import Iterator

import httpx
import orjson
import pytest

from tests.project.guides import ROOT, commands, guides, shell_blocks
from tests.project.service import PATIENCE_S, wait_until
from tests.project.tour import ADDRESS, Tour, touring

pytestmark = pytest.mark.slow

GRAPH = "https://w3id.org/cepgraph/graph/example/partnerships"
STATUS = re.compile(r"# (?:exit )?status (\d+)")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    with touring(tmp_path_factory.mktemp("tour")) as made:
        yield made


def test_every_command_of_the_tour_does_what_the_readme_says(tour: Tour) -> None:
    blocks = shell_blocks(ROOT / "README.md")[1:]
    ready = f"{tour.url}/health/ready"
    outputs = []
    for program, *words in (words for block in blocks for words in commands(block)):
        expected = STATUS.fullmatch(words[-1])
        arguments = words[:-1] if expected else words
        if program == "curl":
            outputs.append(tour.curl(arguments, int(expected[1]) if expected else 200))
            continue
        status, output = tour.run(arguments)
        assert status == (int(expected[1]) if expected else 0), (arguments, output)
        outputs.append(output)
        if arguments[0] == "publish":
            wait_until(lambda: httpx.get(ready).json()["version"] == 2)
    solutions, _, connect, turtle, *_ = outputs
    assert len(solutions.splitlines()) == 6
    assert '"Arts Connect"' in connect
    assert '"Arts Connect"' in turtle
    refusal, *_, found, history, taken, _, table, citation = outputs[-9:]
    assert "End date" in refusal
    assert "Example Cultural Education Partnership" in found
    assert "to try it" in history
    assert "Example Arts Trust" in taken
    assert "Example Arts Trust" not in (tour.folder / "seed.trig").read_text("utf-8")
    assert re.search("^cepgraph-version: 1$", table, re.MULTILINE)
    cited = orjson.loads(citation)
    assert cited["version"] == 1
    page = httpx.get(cited["url"], headers={"accept": "text/html"}, timeout=PATIENCE_S)
    assert page.status_code == 200
    assert cited["resultHash"] in page.text


def test_editor_and_catalogue_that_the_readme_names_are_there(tour: Tour) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(rf"<{re.escape(ADDRESS)}(/\w+)>", readme))
    assert named >= {"/sparql", "/queries", "/docs", "/ontology"}
    for place in sorted(named):
        page = httpx.get(tour.url + place, headers={"accept": "text/html"}, timeout=PATIENCE_S)
        assert page.headers["content-type"].startswith("text/html"), place
        assert page.status_code == 200, place


def test_example_sent_again_changes_nothing(tour: Tour) -> None:
    arguments = ["publish", "docs/examples/partnership.ttl", "--graph", GRAPH]
    tour.run(arguments)
    status, output = tour.run(arguments)
    assert status == 0
    assert "nothing changes" in output


def test_every_example_is_used_by_a_guide() -> None:
    told = "\n".join(guide.read_text("utf-8") for guide in guides())
    examples = [path.relative_to(ROOT) for path in (ROOT / "docs" / "examples").iterdir()]
    assert [str(path) for path in examples if str(path) not in told] == []
