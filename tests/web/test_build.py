"""The build of what browsers load: from the lock alone, the same each time, or not at all."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.guides import ROOT, tracked
from web import build as builder

WITHOUT = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "HOME": "/nonexistent"}
"""An environment in which no registry is asked."""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The tracked files that the build needs, somewhere else, with nothing built."""
    wanted = [p for p in tracked() if p.parent.is_relative_to(ROOT / "web")]
    for path in (*wanted, ROOT / "requirements-node.lock"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return tmp_path


def run(sources: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(sources / "web" / "build.py")]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def manifest(folder: Path) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads((folder / "manifest.json").read_text())
    return read


def test_sources_are_typed_throughout(built: Path) -> None:
    node = builder.find_node()
    builder.install(node)
    node.run([*node.node, "node_modules/typescript/bin/tsc"])


def test_every_source_is_reached_from_a_page(built: Path) -> None:
    names = {path.name for path in (ROOT / "web" / "src").iterdir()}
    imported = {
        f"{name}{'' if name.endswith('.css') else '.ts'}"
        for path in (ROOT / "web" / "src").glob("*.ts")
        for name in re.findall(r'from "\./(\w+)"|import "\./([\w.]+)"', path.read_text())
        for name in name
        if name
    }
    assert names - imported == {f"{page}.ts" for page in manifest(built)} | {"styles.d.ts"}


def test_folder_holds_what_the_manifest_names_and_the_licences(built: Path) -> None:
    named = {name for page in manifest(built).values() for name in page.values()}
    packed = {f"{name}.gz" for name in named}
    found = {path.name for path in built.iterdir()}
    assert found == named | packed | {"manifest.json", "licences.txt", builder.STAMP}
    assert all(re.fullmatch(r"\w+-[A-Z0-9]{8}\.(js|css)", name) for name in named)


def test_every_package_of_the_service_is_named_with_its_licence(built: Path) -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    text = (built / "licences.txt").read_text("utf-8")
    for place, package in packages.items():
        if place and not package.get("dev"):
            name = place.rpartition("node_modules/")[2]
            assert f"\n{name} {package['version']}: " in text


@pytest.mark.slow
def test_same_sources_give_the_same_files(built: Path, sources: Path) -> None:
    builder.install(builder.find_node())
    packages = Path("web", "node_modules")
    shutil.copytree(ROOT / packages, sources / packages, symlinks=True)
    made = sources / "made"
    made.mkdir()
    node = builder.find_node().node
    command = [*node, "bundle.mjs", str(made)]
    subprocess.run(command, cwd=sources / "web", check=True)
    names = {path.name for path in built.iterdir()} - {builder.STAMP}
    assert {path.name for path in made.iterdir()} == names
    assert [n for n in names if (made / n).read_bytes() != (built / n).read_bytes()] == []


def test_what_is_built_already_needs_no_node(built: Path, sources: Path) -> None:
    shutil.copytree(built, sources / "web" / "dist")
    assert run(sources, PATH="", **WITHOUT).returncode == 0
    source = sources / "web" / "src" / "editor.ts"
    source.write_text(source.read_text() + "\n// another line\n")
    assert run(sources, PATH="", **WITHOUT).returncode == 3


def test_where_node_cannot_be_had_the_build_says_how_to_get_it(sources: Path) -> None:
    told = run(sources, PATH="", **WITHOUT)
    assert told.returncode == 3
    assert "apt-get install nodejs npm" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (sources / "web" / "dist").exists()


def test_node_that_is_too_old_is_not_taken(sources: Path) -> None:
    for name in ("node", "npm"):
        program = sources / name
        program.write_text("#!/bin/sh\necho v16.20.2\n")
        program.chmod(0o755)
    assert run(sources, PATH=str(sources), **WITHOUT).returncode == 3


def test_where_packages_cannot_be_had_the_build_says_so(sources: Path) -> None:
    node = builder.find_node()
    path = os.pathsep.join([str(Path(node.node[0]).parent), os.defpath])
    nowhere = {
        "npm_config_registry": "http://127.0.0.1:9/",
        "npm_config_cache": str(sources / "cache"),
        "npm_config_fetch_retries": "0",
    }
    told = run(sources, PATH=path, **WITHOUT | nowhere)
    assert told.returncode == 3
    assert "npm could not install the packages" in told.stderr
