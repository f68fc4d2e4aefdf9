"""The script that sets up and runs: what it says where something is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.guides import ROOT, copied

TOOLS = ("bash", "cat", "chmod", "dirname", "flock", "mkdir", "mktemp", "rm", "sed", "sha256sum")
INSTALLS_NOTHING = """
case "$*" in
    "-m venv"*) made=${@: -1}/bin; mkdir -p "$made"; cat "$0" >"$made/python"
        chmod +x "$made/python" ;;
    *build.py) mkdir -p "${1%/*}/dist" ;;
esac"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script and the files it reads, and a ``bin`` with next to nothing."""
    copied(tmp_path, "run", "web", "pyproject.toml", *(p.name for p in ROOT.glob("*.lock")))
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


def program(checkout: Path, name: str, body: str) -> None:
    """A program of the checkout's ``bin``."""
    script = checkout / "bin" / name
    script.write_text(f"#!/usr/bin/env bash\n{body}\n")
    script.chmod(0o755)


def machine(checkout: Path, *, user: int, apt_get: str = "") -> None:
    """A machine where everything installs at once, and ``apt-get`` writes down what it is told."""
    program(checkout, "python3.11", INSTALLS_NOTHING)
    program(checkout, "id", f"echo {user}")
    program(checkout, "apt-get", f'echo "$*" >>"$HOME/asked"\n{apt_get}')


def asked(checkout: Path) -> list[str]:
    """What ``apt-get`` was told, without its options."""
    told = checkout / "asked"
    lines = told.read_text().splitlines() if told.exists() else []
    return [" ".join(word for word in line.split() if word[0] != "-") for line in lines]


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
    program(checkout, "python3.11", "exit 1")
    told = run(checkout, "serve")
    assert told.returncode == 2
    assert "Python 3.11 or newer was not found" in told.stderr


def test_a_python_without_venv_is_told_with_the_package_that_brings_it(checkout: Path) -> None:
    without = f'[ "$2" != "import ensurepip" ] && exec {sys.executable} "$@"; exit 1'
    program(checkout, "python3.11", without)
    program(checkout, "id", "echo 1000")
    told = run(checkout, "serve")
    assert told.returncode == 2
    package = "python{}.{}-venv".format(*sys.version_info)
    assert f"apt-get install {package}" in told.stderr


def test_root_gets_what_the_tests_need_from_debian(checkout: Path) -> None:
    machine(checkout, user=0)
    told = run(checkout, "test")
    assert asked(checkout) == ["install curl chromium"]
    # this machine has no linters either
    assert "the tests were not started" in told.stderr


def test_only_what_is_missing_is_got(checkout: Path) -> None:
    machine(checkout, user=0)
    program(checkout, "curl", "")
    run(checkout, "test")
    assert asked(checkout) == ["install chromium"]


def test_a_browser_of_another_name_will_do(checkout: Path) -> None:
    machine(checkout, user=0)
    program(checkout, "curl", "")
    program(checkout, "google-chrome", "")
    told = run(checkout, "test")
    assert asked(checkout) == []
    assert "the tests were not started" in told.stderr


def test_lists_of_debian_are_fetched_when_a_package_is_not_in_them(checkout: Path) -> None:
    unknown = '[ "$1" = update ] || [[ $(cat "$HOME/asked") = *update* ]]'
    machine(checkout, user=0, apt_get=unknown)
    told = run(checkout, "test")
    assert asked(checkout) == ["install curl chromium", "update", "install curl chromium"]
    assert "that failed" not in told.stderr


def test_what_debian_says_is_told_when_it_fails(checkout: Path) -> None:
    machine(checkout, user=0, apt_get="echo no room; exit 100")
    told = run(checkout, "test")
    assert told.returncode == 2
    assert "no room" in told.stderr


def test_others_than_root_are_told_what_to_install(checkout: Path) -> None:
    machine(checkout, user=1000)
    told = run(checkout, "test")
    assert told.returncode == 2
    assert "sudo apt-get install curl chromium" in told.stderr
    assert asked(checkout) == []


def test_service_does_without_pages_that_cannot_be_built_and_tests_do_not(checkout: Path) -> None:
    machine(checkout, user=0)
    program(checkout, "python3.11", INSTALLS_NOTHING.replace('mkdir -p "${1%/*}/dist"', "exit 3"))
    (checkout / ".venv" / "bin").mkdir(parents=True)
    served = run(checkout, "serve")
    assert "the service runs without the editor" in served.stderr
    tested = run(checkout, "test")
    assert tested.returncode == 2
    assert "the pages could not be built" in tested.stderr
    assert asked(checkout) == []
