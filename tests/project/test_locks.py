"""The lock files: complete, exact, hashed, in step, and free of addresses."""

import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.guides import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = (
    "requirements.lock",
    "requirements-build.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
)
NPM_FOLDERS = ("web", "tests/clients/comunica")
ADDRESS_OR_PATH = re.compile(r"\w+://\S*|\s@\s|--(?:extra-)?index\S*|--find-links|(?<=\s)/\S+")


@dataclass(frozen=True)
class Pin:
    """One package of a lock."""

    version: str
    hashes: tuple[str, ...]


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text("utf-8")


def pins(lock: str) -> dict[str, Pin]:
    """The packages of a lock by name."""
    found = {}
    for block in re.split(r"\n(?=\S)", text_of(lock)):
        if block.startswith("#"):
            continue
        requirement = Requirement(block.split("\\")[0])
        (exact,) = requirement.specifier
        assert exact.operator == "=="
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block))
        found[canonicalize_name(requirement.name)] = Pin(exact.version, hashes)
    return found


def wanted(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock."""
    project = PROJECT["project"]
    texts = {
        "requirements.lock": project["dependencies"],
        "requirements-build.lock": PROJECT["build-system"]["requires"],
        "requirements-dev.lock": [
            *project["dependencies"],
            *PROJECT["build-system"]["requires"],
            *project["optional-dependencies"]["dev"],
        ],
        "requirements-node.lock": PROJECT["dependency-groups"]["node"],
    }
    return [Requirement(text) for text in texts[lock]]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_a_version_of_every_dependency_that_fits(lock: str) -> None:
    found = pins(lock)
    for requirement in wanted(lock):
        pin = found[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin.version), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_hashes(lock: str) -> None:
    assert pins(lock)
    assert [name for name, pin in pins(lock).items() if not pin.hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_no_address_and_no_path(lock: str) -> None:
    assert ADDRESS_OR_PATH.findall(text_of(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_says_how_it_is_made_again(lock: str) -> None:
    assert text_of(lock).splitlines()[1] == "#    ./run lock"


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_environment_of_the_tests_includes_that_of_the_service(lock: str) -> None:
    dev = pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in pins(lock)} == pins(lock)


def npm_file(folder: str, name: str) -> Any:
    return json.loads((ROOT / folder / name).read_text("utf-8"))


@pytest.mark.parametrize("folder", NPM_FOLDERS)
def test_lock_of_npm_holds_exact_versions_and_hashes_and_no_address(folder: str) -> None:
    packages = npm_file(folder, "package-lock.json")["packages"]
    packages = {place: dict(told) for place, told in packages.items() if place}
    assert packages
    for place, told in packages.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", told["version"]), place
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", told["integrity"]), place
        assert told.keys().isdisjoint({"resolved", "link"}), place
        # where a package asks for money is no address that anything is fetched from
        told.pop("funding", None)
    assert re.findall(r"\w+://", json.dumps(packages)) == []


@pytest.mark.parametrize("folder", NPM_FOLDERS)
def test_lock_of_npm_is_that_of_the_package(folder: str) -> None:
    package = npm_file(folder, "package.json")
    packages = npm_file(folder, "package-lock.json")["packages"]
    for kind in ("dependencies", "devDependencies"):
        assert packages[""].get(kind) == package.get(kind)
        assert {f"node_modules/{name}" for name in package.get(kind, {})} <= packages.keys()
    for name, version in package.get("overrides", {}).items():
        places = [place for place in packages if place.endswith(f"node_modules/{name}")]
        assert {packages[place]["version"] for place in places} == {version}
