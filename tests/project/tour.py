"""Walks through a guide: its commands, typed on a folder that begins empty, beside a service."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.project.guides import ROOT
from tests.project.service import PATIENCE_S, served

ADDRESS = "http://127.0.0.1:8000"


def variables(folder: Path) -> dict[str, str]:
    """Those of this process, with a data folder of the tour's own."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CEPGRAPH_DATA": str(folder / "data"),
        # on a busy machine a report takes longer than people wait for it
        "CEPGRAPH_SUBMISSION_WAIT_S": f"{PATIENCE_S / 2:g}",
    }


@dataclass
class Tour:
    """A running service, and a folder to stand in; ``shell`` has what a guide calls ``$NAME``."""

    url: str
    folder: Path
    shell: dict[str, str] = field(default_factory=dict)

    def run(self, arguments: list[str]) -> tuple[int, str]:
        """A command of cepgraph: exit status, and what a person sees."""
        told = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=self.folder,
            env=variables(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return told.returncode, told.stdout

    def curl(self, arguments: list[str], expected: int = 200) -> str:
        """What a guide asks with curl, asked without it."""
        headers: dict[str, str] = {}
        data: dict[str, str] = {}
        parts: list[tuple[str, Any]] = []
        follow, heads, url, target, method = False, False, "", "", ""
        words = iter(map(self._filled, arguments))
        with ExitStack() as stack:
            for word in words:
                match word:
                    case "-H":
                        name, _, value = next(words).partition(": ")
                        headers[name] = value
                    case "--data-urlencode":
                        name, _, value = next(words).partition("=")
                        data[name] = value
                    case "-F":
                        name, _, value = next(words).partition("=")
                        path = self.folder / value[1:]
                        if value.startswith("@"):
                            parts.append((name, (path.name, stack.enter_context(path.open("rb")))))
                        else:
                            parts.append((name, (None, value)))
                    case "-X":
                        method = next(words)
                    case "-o":
                        target = next(words)
                    case "-L":
                        follow = True
                    case "-i":
                        heads = True
                    case _:
                        url = word.replace(ADDRESS, self.url)
            answer = httpx.request(
                method or ("POST" if data or parts else "GET"),
                url,
                headers=headers,
                data=data or None,
                files=parts or None,
                follow_redirects=follow,
                timeout=PATIENCE_S,
            )
        assert answer.status_code == expected, answer.text
        if target:
            (self.folder / target).write_bytes(answer.content)
            return ""
        told = [f"{name}: {value}\n" for name, value in answer.headers.items()] if heads else []
        return "".join(told) + answer.text

    def _filled(self, word: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda found: self.shell[found[1]], word)


@contextmanager
def touring(folder: Path) -> Iterator[Tour]:
    """A tour of an empty folder, beside a service of its own."""
    (folder / "docs").symlink_to(ROOT / "docs")
    with served([sys.executable, "-m", "cli"], folder, variables(folder)) as url:
        yield Tour(url, folder)
