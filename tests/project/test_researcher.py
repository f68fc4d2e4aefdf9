"""The researcher's guide, walked as it is written: every command and every script of it is run."""

import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator

import httpx
import orjson
import pytest

from tests.clients.comunica.install import HERE as COMUNICA
from tests.clients.comunica.install import installed
from tests.project.guides import ROOT, code_blocks, commands, shell_blocks
from tests.project.service import PATIENCE_S
from tests.project.tour import ADDRESS, Tour, touring

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "guides" / "researcher.md"
STATUS = re.compile(r"# status (\d+)")
ASKED = re.compile(r"/api/v1/queries/([a-z-]+)\?")
R_BASE = re.compile(r'base <- "(.*?)"')
R_READ = re.compile(r'read\.csv\(url\(paste0\(base, "(.*?)"\)\)\)')
R_COLUMNS = re.compile(r"c\(((?:\"\w+\"(?:, )?)+)\)")

Row = dict[str, str]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    with touring(tmp_path_factory.mktemp("researcher")) as made:
        yield made


@pytest.fixture(scope="module")
def outputs(tour: Tour) -> list[tuple[str, str]]:
    """Every command of the guide with what it printed, in order."""
    found = []
    for program, *words in (w for block in shell_blocks(GUIDE) for w in commands(block)):
        assert program == "curl"
        comment = words[-1] if words[-1].startswith("#") else ""
        arguments = [word for word in words if word != comment]
        status = STATUS.search(comment)
        output = tour.curl(arguments, int(status[1]) if status else 200)
        if status:
            tour.shell["CITATION"] = orjson.loads(output)["url"]
        found.append((" ".join(arguments), output))
    return found


@pytest.fixture(scope="module")
def printed(tour: Tour) -> list[str]:
    """What each script in Python printed, in order; that which is told of a fault ends with it."""
    made = []
    for number, block in enumerate(code_blocks(GUIDE, "python")):
        path = tour.folder / f"script{number}.py"
        path.write_text(block.replace(ADDRESS, tour.url), "utf-8")
        ran = subprocess.run(
            [sys.executable, path.name],
            cwd=tour.folder,
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE_S,
            check=False,
        )
        expected = 1 if "answer_of" in block else 0
        assert ran.returncode == expected, ran.stderr
        made.append(ran.stdout + (ran.stderr if expected else ""))
    return made


def of(outputs: list[tuple[str, str]], command: str) -> str:
    (output,) = (output for typed, output in outputs if command in typed)
    return output


def rows_of(outputs: list[tuple[str, str]], query: str) -> list[Row]:
    """The rows of a research question, which are the last that were asked of a query."""
    told = [output for typed, output in outputs if f"/queries/{query}?" in typed and output]
    return list(csv.DictReader(io.StringIO(told[-1])))


# -- tools -----------------------------------------------------------------------------------------


def test_tables_come_with_curl(outputs: list[tuple[str, str]], tour: Tour) -> None:
    listed = orjson.loads(outputs[0][1])
    assert "planned-and-reported" in [query["name"] for query in listed["queries"]]
    assert len((tour.folder / "planned.csv").read_text().splitlines()) == 5
    assert len((tour.folder / "themes.csv").read_text().splitlines()) > 60
    names = [row["name"] for row in csv.DictReader(io.StringIO(of(outputs, "/sparql")))]
    assert {"Arena Theatre", "Care to Dance", "Coventry Museums"} <= set(names)


def test_pandas_counts_findings(printed: list[str]) -> None:
    assert re.search(r"Testimony of practice +83$", printed[0], re.MULTILINE)


def test_sparqlwrapper_gives_a_data_frame(printed: list[str]) -> None:
    counts = dict(re.findall(r"^ *(\w[\w ]*?) +(\d+)$", printed[1], re.MULTILINE))
    assert (counts["West Midlands"], counts["East Midlands"]) == ("14", "10")
    assert sum(map(int, counts.values())) == 153


def test_rdflib_asks_the_service_as_its_own_graph(printed: list[str]) -> None:
    label, findings = printed[2].splitlines()
    assert label
    assert findings == "findings: 149"


def test_dump_gives_the_same_rows_at_home(printed: list[str], tour: Tour) -> None:
    at_home = [tuple(line.split("\t")) for line in printed[3].splitlines()]
    rows = httpx.get(f"{tour.url}/api/v1/queries/themes?version=1").json()["results"]
    assert at_home == [(r["themeLabel"], r["kindLabel"], str(r["findings"])) for r in rows]


def test_r_reads_the_table(tour: Tour) -> None:
    """R itself is run where it is installed.

    Everywhere else this asks for the address that the script makes, as ``url`` of R does, and looks
    whether the columns that the script shows are there: whether R reads them is not tested then.
    """
    (script,) = code_blocks(GUIDE, "r")
    script = script.replace(ADDRESS, tour.url)
    program = shutil.which("Rscript")
    if program is not None:
        ran = subprocess.run(
            [program, "-e", script], capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
        assert "28" in ran.stdout
        return
    base, read, columns = (
        found[1] for found in (r.search(script) for r in (R_BASE, R_READ, R_COLUMNS)) if found
    )
    answer = httpx.get(base + read, headers={"User-Agent": "R (4.4.0 x86_64-pc-linux-gnu)"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert {name.strip('" ') for name in columns.split(",")} <= table[0].keys()
    assert ("25", "28") in [(row["planValue"], row["reportValue"]) for row in table]


def test_comunica_asks_the_service(tour: Tour) -> None:
    (block,) = code_blocks(GUIDE, "bash")
    ((npx, option, package, program, *arguments),) = commands(block)
    assert (npx, option) == ("npx", "--package")
    name, _, release = package.rpartition("@")
    assert orjson.loads((COMUNICA / "package.json").read_bytes())["dependencies"][name] == release
    told = installed().run(program, *(word.replace(ADDRESS, tour.url) for word in arguments))
    assert {"Arena Theatre", "Care to Dance"} <= {line.strip('"\r') for line in told.split("\n")}


def test_program_waits_and_is_told_what_is_wrong(printed: list[str]) -> None:
    assert printed[4].splitlines()[0] == "14"
    assert "region" in printed[4].splitlines()[-1]


def test_pages_hold_everything_once(printed: list[str]) -> None:
    assert printed[5] == "153 Virtual Schools\n"


def test_citation_holds_the_result(outputs: list[tuple[str, str]], tour: Tour) -> None:
    assert "What was planned and what was reported" in of(outputs, "$CITATION.bib")
    result = list(csv.DictReader(io.StringIO(of(outputs, "$CITATION/result.csv"))))
    assert ("25", "28") in [(row["planValue"], row["reportValue"]) for row in result]
    with zipfile.ZipFile(tour.folder / "citation.zip") as crate:
        assert any(name.endswith("ro-crate-metadata.json") for name in crate.namelist())


# -- research questions ----------------------------------------------------------------------------


def test_guide_asks_ten_research_questions() -> None:
    chapter = GUIDE.read_text("utf-8").split("## 8. Ten research questions")[1]
    assert chapter.count("\n### ") == 10
    assert len(set(ASKED.findall(chapter))) == 10


def test_what_was_planned_and_what_came_of_it(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "planned-and-reported")
    told = {
        row["indicatorLabel"]: (row["planQualifierLabel"], row["planValue"], row["reportValue"])
        for row in rows
    }
    assert told["Organisations trained"] == ("Exactly", "25", "28")
    assert told["Partnerships"] == ("Up to", "10", "8")
    assert all(row["planSource"] != row["reportSource"] for row in rows)


def test_which_challenges_nobody_has_answered(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "challenge-gaps")
    assert (rows[0]["themeLabel"], rows[0]["challenges"], rows[0]["unanswered"]) == (
        "Capacity",
        "8",
        "5",
    )
    (inclusion,) = (row for row in rows if row["themeLabel"] == "Inclusion")
    assert (inclusion["challenges"], inclusion["answered"]) == ("3", "3")


def test_what_helps_in_leading(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "findings-by-theme")
    assert len({row["finding"] for row in rows}) == 9
    assert Counter(row["strengthLabel"] for row in rows) == {
        "Testimony of practice": 5,
        "Assertion": 4,
    }


def test_which_solutions_have_been_tried(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "solutions-by-trial")
    told = {row["solution"]: row["trialStatusLabel"] for row in rows}
    assert Counter(told.values()) == {
        "Proposed": 16,
        "Not stated": 8,
        "Reported to have worked": 2,
        "Tried": 1,
    }


def test_what_the_evidence_amounts_to(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "findings-by-strength")
    told = Counter({row["finding"]: row["strengthLabel"] for row in rows}.values())
    assert told.total() == 149
    assert told["Testimony of practice"] == 83
    assert told.keys() == {"Testimony of practice", "Assertion", "Assumption", "Intention"}


def test_who_works_with_whom(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "partners-of-body")
    partners = {row["partnerLabel"] for row in rows}
    assert {"Care to Dance", "Coventry Museums", "Arts Connect"} <= partners
    assert not any("Virtual School" in partner for partner in partners)
    assert {row["throughLabel"] for row in rows} == {"Collaborate & Innovate"}


def test_whom_we_know_by_name(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "cohorts")
    named = {
        r["memberLabel"] for r in rows if "partnered with a Virtual School" in r["cohortLabel"]
    }
    assert named == {"Arena Theatre", "Care to Dance", "Coventry Museums"}
    (trained,) = (row for row in rows if "took part in the training" in row["cohortLabel"])
    assert (trained["namingLabel"], trained["memberLabel"]) == ("None named", "")


def test_what_care_experienced_means(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "definitions")
    included = {row["includes"] for row in rows if row["term"] == "care experienced"}
    assert {"adults who left care", "foster care"} <= included
    assert "Arts Connect" in {row["definerLabel"] for row in rows}


def test_which_figures_look_alike(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "same-figure-different-meaning")
    assert {row["value"] for row in rows} == {"12000"}
    areas = {row["firstAreaLabel"] for row in rows} | {row["secondAreaLabel"] for row in rows}
    assert {"West Midlands", "The Midlands"} <= areas


def test_where_nothing_is_recorded(outputs: list[tuple[str, str]]) -> None:
    rows = rows_of(outputs, "authorities-without-partnership")
    assert len(rows) == 14
    assert {"Birmingham", "Coventry"} <= {row["authorityLabel"] for row in rows}
