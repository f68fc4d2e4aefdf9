"""Puts Comunica into a cache outside the repository, by the hashes of its lock.

``package.json`` overrides one package: with the version that Comunica 4.5 would have otherwise, its
own reader of results loses the language of texts.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
FILES: Final = ("package.json", "package-lock.json")
NODE_NEEDED: Final = (
    "Comunica needs Node.js 18 or later with npm: install it, for example by "
    "`apt-get install nodejs npm`, and see that npm reaches its registry"
)


class Comunica:
    """The commands of the package."""

    def __init__(self, node: tuple[str, ...], folder: Path) -> None:
        self._node = node
        self._folder = folder

    def run(self, command: str, *arguments: str) -> str:
        """What a command prints; it must succeed, and warn of nothing."""
        program = self._folder / "node_modules" / ".bin" / command
        done = subprocess.run(
            [*self._node, str(program.resolve()), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        assert not done.stderr, done.stderr
        return done.stdout


def installed() -> Comunica:
    """Comunica, installed if it is not yet; the test fails where it cannot be."""
    web = run_path(str(ROOT / "web" / "build.py"))
    try:
        node = web["find_node"]()
    except web["NotBuilt"] as error:
        pytest.fail(f"{NODE_NEEDED} ({error})")
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cepgraph"
    folder = cache / f"comunica-{sha256(content).hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        # the processes of one run of the tests would all install it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as made:
                whole = Path(made) / "whole"
                whole.mkdir()
                _install(node.npm, whole)
                whole.rename(folder)
    return Comunica(node.node, folder)


def _install(npm: tuple[str, ...], folder: Path) -> None:
    for name in FILES:
        shutil.copy(HERE / name, folder)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{NODE_NEEDED}\n{done.stdout}{done.stderr}")
