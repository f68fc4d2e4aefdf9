"""The wheel: what is in it, and that it runs where nothing else of the project is."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cepgraph.content import ROOMS
from tests.project.guides import ROOT, copied, tracked
from tests.project.service import PATIENCE_S, served
from web.build import build

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CODE = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
ORGANISATIONS = "SELECT (COUNT(*) AS ?n) { ?x a <http://www.w3.org/ns/org#Organization> }"
WEB = "cepgraph/_content/web/dist/"
WHERE = """
import cepgraph
from cepgraph.content import Content
print(cepgraph.__file__, Content.default().root, sep="\\n")
"""


def wheel_of(project: Path, folder: Path, **variables: str) -> tuple[Path, str]:
    """A project as a wheel, built without isolation, and what the build said."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, **variables}
    told = subprocess.run(
        command, cwd=project, env=environment, check=True, capture_output=True, text=True
    )
    (made,) = folder.glob("*.whl")
    return made, told.stdout + told.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a wheel; when its pages are built already, no network is needed."""
    build()
    return wheel_of(ROOT, tmp_path_factory.mktemp("dist"))[0]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """An environment with the wheel in it; it borrows the dependencies of this one."""
    folder = tmp_path_factory.mktemp("installed")
    install(wheel, folder)
    return folder


def install(wheel: Path, folder: Path) -> None:
    """Make an environment with a wheel in it."""
    venv.create(folder, with_pip=False)
    places = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    # a line with a folder, unlike site.addsitedir, does not read the .pth files of that folder:
    # the checkout, which may be installed there, is not seen
    borrowed = Path(places["purelib"]) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    arguments = ["install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, "--python", str(folder / "bin/python"), *arguments], check=True)


def alone(folder: Path) -> dict[str, str]:
    """Variables that lead to nothing but an environment."""
    return {"PATH": f"{folder / 'bin'}:{os.defpath}", "HOME": str(folder)}


@pytest.fixture
def service(environment: Path, tmp_path: Path) -> Iterator[str]:
    """The installed service, on a folder that is empty."""
    with served([str(environment / "bin/cepgraph")], tmp_path, alone(environment)) as url:
        yield url


def test_wheel_holds_all_content_and_all_code_and_nothing_else(wheel: Path) -> None:
    expected = set()
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        room = name.split("/", 1)[0]
        if room in CODE:
            expected.add(name)
        elif room in ROOMS:
            expected.add(f"cepgraph/_content/{name}")
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert expected - found == set()
    # files that are not committed yet are in the wheel too: only their places are compared
    assert {name.split("/", 1)[0] for name in found} == set(CODE)


def test_wheel_carries_both_licences_and_is_not_to_be_uploaded(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    assert {name.rsplit("/", 1)[-1] for name in names if "/licenses/" in name} == {
        "LICENSE",
        "LICENSE-DATA",
    }
    assert "Classifier: Private :: Do Not Upload" in text
    assert re.search(r"^License-Expression: Apache-2\.0 AND CC-BY-4\.0$", text, re.MULTILINE)


def test_wheel_holds_the_pages_that_were_built(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = {
            name.removeprefix(WEB): archive.read(name)
            for name in archive.namelist()
            if name.startswith(WEB)
        }
    assert found == {path.name: path.read_bytes() for path in build().iterdir()}
    assert {"manifest.json", "licences.txt"} < set(found)


def test_wheel_without_node_is_built_says_so_and_serves_a_form(tmp_path: Path) -> None:
    project, folder = tmp_path / "project", tmp_path / "environment"
    copied(project)
    nothing = {"PATH": "", "PIP_NO_INDEX": "1"}
    wheel, told = wheel_of(project, tmp_path, **nothing)
    assert "The pages are left out" in told
    assert "apt-get install nodejs npm" in told
    install(wheel, folder)
    with served([str(folder / "bin/cepgraph")], tmp_path, alone(folder)) as url:
        browser = {"accept": "text/html"}
        page = httpx.get(f"{url}/sparql", headers=browser, timeout=PATIENCE_S)
        assert page.status_code == 200
        assert "web/build.py" in page.text
        asked = {"query": ORGANISATIONS, "format": "csv"}
        answer = httpx.post(f"{url}/sparql", data=asked, headers=browser, timeout=PATIENCE_S)
        assert answer.status_code == 200
        assert answer.text.splitlines()[0] == "n"


def test_installed_wheel_serves_the_editor(service: str) -> None:
    page = httpx.get(f"{service}/sparql", headers={"accept": "text/html"}, timeout=PATIENCE_S)
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', page.text)
    answer = httpx.get(f"{service}{script}", timeout=PATIENCE_S)
    assert answer.status_code == 200
    assert len(answer.content) > 500_000


def test_installed_wheel_uses_its_own_content(environment: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [str(environment / "bin/python"), "-c", WHERE],
        cwd=tmp_path,
        env=alone(environment),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    package, content = map(Path, told)
    assert package.is_relative_to(environment)
    assert content == package.parent / "_content"


def test_installed_wheel_serves_the_seed_graph(service: str, tmp_path: Path) -> None:
    answer = httpx.post(
        f"{service}/sparql",
        data={"query": ORGANISATIONS},
        headers={"accept": "application/sparql-results+json"},
        timeout=PATIENCE_S,
    )
    assert answer.status_code == 200
    (row,) = answer.json()["results"]["bindings"]
    # a Virtual School and an authority for each of the 153
    assert int(row["n"]["value"]) > 306
    assert httpx.get(f"{service}/docs", timeout=PATIENCE_S).status_code == 200
    assert (tmp_path / "cepgraph-data" / "log").is_dir()


def test_installed_wheel_makes_templates_and_reads_tables(
    environment: Path, tmp_path: Path
) -> None:
    def run(*arguments: object) -> tuple[int, str]:
        told = subprocess.run(
            [str(environment / "bin/cepgraph"), *map(str, arguments)],
            cwd=tmp_path,
            env=alone(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, told.stdout + told.stderr

    assert run("template", "findings", "-o", "findings.xlsx")[0] == 0
    examples = ROOT / "docs" / "examples"
    reports = ("--report", "marked.xlsx", "--report", "report.html", "--report", "report.json")
    status, told = run("check", examples / "findings-with-faults.xlsx", *reports)
    assert (status, "5 violations in 5 rows" in told) == (1, True), told
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {"findings.xlsx", "marked.xlsx", "report.html", "report.json"}
    foreign = ("--graph", "example/grants", "--publisher", "organisation/a-new-direction")
    licence = ("--licence", "not stated")
    status, told = run("check", examples / "example-grants.csv", *foreign, *licence, "--json")
    assert "Traceback" not in told
    assert '"form"' in told


def test_installed_wheel_takes_submissions(environment: Path, service: str, tmp_path: Path) -> None:
    made = subprocess.run(
        [str(environment / "bin/cepgraph"), "token", "create", "example"],
        cwd=tmp_path,
        env=alone(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    (token,) = re.findall(r"cepgraph_\S+", made.stdout)
    with (ROOT / "docs" / "examples" / "findings.xlsx").open("rb") as file:
        answer = httpx.post(
            f"{service}/api/v1/submissions",
            headers={"authorization": f"Bearer {token}", "prefer": f"wait={PATIENCE_S:g}"},
            files={"file": ("findings.xlsx", file)},
            timeout=2 * PATIENCE_S,
        )
    assert answer.status_code == 200, answer.text
    assert answer.json()["report"]["conforms"] is True
