"""The repository itself: licences, citation, versions, dependencies, nothing of one machine."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cepgraph
from cepgraph.content import ROOMS
from tests.project.guides import ROOT, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
SOURCES = [path for room in WHEEL["packages"] for path in (ROOT / room).rglob("*.py")]
HOMES = ("home", "root", "Users", "work", "farm")
OF_A_MACHINE = re.compile(rf"(?<![\w.:/~<-])/(?:{'|'.join(HOMES)})/[\w.-]")


def imported() -> set[str]:
    """Names of the packages that the code imports, our own and Python's left out."""
    names = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(WHEEL["packages"])


def declared() -> set[str]:
    """Dependencies of the service."""
    return {canonicalize_name(Requirement(d).name) for d in PROJECT["project"]["dependencies"]}


def test_everything_imported_is_declared() -> None:
    owners = packages_distributions()
    used = {name: {canonicalize_name(owner) for owner in owners[name]} for name in imported()}
    assert {name: found for name, found in used.items() if not found & declared()} == {}


def test_everything_declared_is_used() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    modules: dict[str, set[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(canonicalize_name(owner), set()).add(module)
    unused = {
        name
        for name in declared()
        if not any(re.search(rf"\b{re.escape(module)}\b", text) for module in modules[name])
    }
    assert unused == set()


def test_wheel_takes_in_every_room_of_content() -> None:
    assert WHEEL["force-include"] == {room: f"cepgraph/_content/{room}" for room in ROOMS}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("LICENSE", ("Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS")),
        ("LICENSE-DATA", ("Attribution 4.0 International", "Open Government Licence v3.0")),
    ],
)
def test_licences_are_there(file: str, words: tuple[str, ...]) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert [word for word in words if word not in text] == []
    assert file in PROJECT["project"]["license-files"]


def test_citation_names_this_version_and_both_licences() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == cepgraph.__version__
    assert " AND ".join(citation["license"]) == PROJECT["project"]["license"]


def test_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## (\S+?),", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == cepgraph.__version__


def test_no_file_names_a_path_of_one_machine() -> None:
    def named(path: Path) -> list[str]:
        return OF_A_MACHINE.findall(path.read_bytes().decode("utf-8", "ignore"))

    assert {str(path.relative_to(ROOT)): named(path) for path in tracked() if named(path)} == {}
