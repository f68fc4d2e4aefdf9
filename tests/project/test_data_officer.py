"""The data officer's guide, walked as it is written, from the template to the undone graph."""

import re
from collections.abc import Iterator

import httpx
import openpyxl
import orjson
import pytest

from tests.project.guides import ROOT, commands, shell_blocks
from tests.project.service import wait_until
from tests.project.tour import Tour, touring

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "guides" / "data-officer.md"
FAULTY = {"G5", "F8", "T11", "I15", "H18"}
STATUS = re.compile(r"# (?:exit )?status (\d+)")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    with touring(tmp_path_factory.mktemp("officer")) as made:
        yield made


@pytest.fixture(scope="module")
def outputs(tour: Tour) -> list[tuple[str, str]]:
    """Every command of the guide with what it printed, in order."""
    found = []
    ready = f"{tour.url}/health/ready"
    for program, *words in (w for block in shell_blocks(GUIDE) for w in commands(block)):
        comment = words[-1] if words[-1].startswith("#") else ""
        arguments = [word for word in words if word != comment]
        status = STATUS.search(comment)
        if program == "curl":
            output = tour.curl(arguments, int(status[1]) if status else 200)
        else:
            ended, output = tour.run(arguments)
            assert ended == (int(status[1]) if status else 0), (arguments, output)
            if arguments[:2] == ["token", "create"]:
                (tour.shell["TOKEN"],) = re.findall(r"cepgraph_\S+", output)
            if arguments[0] in ("publish", "undo"):
                _, told = tour.run(["history", "--limit", "1", "--json"])
                version = orjson.loads(told)[0]["version"]
                wait_until(lambda version=version: httpx.get(ready).json()["version"] >= version)
        found.append((" ".join([program, *arguments]), output))
    return found


def _of(outputs: list[tuple[str, str]], command: str) -> list[str]:
    told = [output for typed, output in outputs if command in typed]
    assert told, command
    return told


def test_template_has_a_sheet_for_each_class(outputs: list[tuple[str, str]], tour: Tour) -> None:
    book = openpyxl.load_workbook(tour.folder / "my-findings.xlsx")
    visible = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert visible == ["Read me", "Findings", "Sources", "Organisations", "Dataset"]


def test_each_fault_is_told_on_the_terminal_and_marked_in_its_cell(
    outputs: list[tuple[str, str]], tour: Tour
) -> None:
    told = _of(outputs, "findings-with-faults.xlsx")[0]
    assert "does not conform: 5 violations in 5 rows" in told
    assert set(re.findall(r"^ +([A-Z]+\d+)\b", told, re.MULTILINE)) == FAULTY
    sheet = openpyxl.load_workbook(tour.folder / "marked.xlsx")["Findings"]
    marked = {cell.coordinate for row in sheet.iter_rows(min_row=3) for cell in row if cell.comment}
    assert marked == FAULTY
    page = (tour.folder / "report.html").read_text("utf-8")
    assert all(cell in page for cell in FAULTY)


def test_mended_workbook_is_published_found_and_traced(outputs: list[tuple[str, str]]) -> None:
    published, again, *_ = _of(outputs, "publish docs/examples/findings.xlsx")
    assert "published as version 2" in published
    assert "nothing changes" in again
    (document,) = _of(outputs, "/api/v1/solutions/")
    assert orjson.loads(document)["addresses"][0]["label"] == "Rural schools are far from venues"
    (table,) = _of(outputs, "/sparql")
    assert len(table.splitlines()) > 5
    (trace,) = _of(outputs, "trace solution/")
    assert "findings.xlsx, sheet Findings, row 11" in trace


def test_undo_takes_the_graph_away_and_the_history_keeps_it(
    outputs: list[tuple[str, str]], tour: Tour
) -> None:
    (undone,) = _of(outputs, "undo example/findings")
    assert "removed" in undone
    _, history = tour.run(
        ["history", "--graph", "https://w3id.org/cepgraph/graph/example/findings"]
    )
    assert "findings of our first year" in history
    assert "as it stood at version 1" in history
