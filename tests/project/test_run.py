"""The script that sets up and runs: what it says where something is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.guides import ROOT

TOOLS = ("bash", "cat", "dirname", "flock", "id", "mkdir", "mktemp", "rm", "sed", "sha256sum")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script and the files it reads, and a ``bin`` with next to nothing."""
    for name in ("run", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.lock"))):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script, from another folder, in an environment that holds only ``bin``."""
    return subprocess.run(
        [str(checkout / "run"), *arguments],
        cwd="/",
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def python(checkout: Path, body: str) -> None:
    """A ``python3.11`` of the checkout's ``bin``."""
    script = checkout / "bin" / "python3.11"
    script.write_text(f"#!/usr/bin/env bash\n{body}\n")
    script.chmod(0o755)


def test_without_arguments_it_tells_how_to_use_it(checkout: Path) -> None:
    told = run(checkout)
    assert told.returncode == 0
    assert "./run serve" in told.stdout
    assert "./run test" in told.stdout


def test_without_python_it_says_what_to_install(checkout: Path) -> None:
    told = run(checkout, "serve")
    assert told.returncode == 2
    assert "Python 3.11 or newer was not found" in told.stderr


def test_an_older_python_is_passed_over(checkout: Path) -> None:
    python(checkout, "exit 1")
    told = run(checkout, "serve")
    assert told.returncode == 2
    assert "Python 3.11 or newer was not found" in told.stderr


def test_a_python_without_venv_is_told_with_the_package_that_brings_it(checkout: Path) -> None:
    python(checkout, f'[ "$2" != "import ensurepip" ] && exec {sys.executable} "$@"; exit 1')
    told = run(checkout, "serve")
    assert told.returncode == 2
    package = "python{}.{}-venv".format(*sys.version_info)
    assert f"apt-get install {package}" in told.stderr
