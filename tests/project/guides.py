"""The project's own files as the tests read them: tracked files, guides, their commands."""

import re
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project, as git lists them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def copied(folder: Path, *rooms: str) -> Path:
    """A folder with the tracked files of some folders of the project, or all, in their places."""
    for path in tracked():
        place = path.relative_to(ROOT)
        if not rooms or place.parts[0] in rooms:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / place)
    return folder


def guides() -> list[Path]:
    """The Markdown files."""
    return [path for path in tracked() if path.suffix == ".md"]


def shell_blocks(guide: Path) -> list[str]:
    """What a guide tells people to type, a block at a time."""
    return code_blocks(guide, "sh")


def code_blocks(guide: Path, language: str) -> list[str]:
    """The blocks of a language in a guide, in their order."""
    return [text for name, text in _BLOCK.findall(guide.read_text("utf-8")) if name == language]


def commands(block: str) -> list[list[str]]:
    """The commands of a block as words; a line that begins with a space continues a command.

    A comment at the end of a command is its last word: ``# exit status 1``.
    """
    made = []
    for text in re.split(r"\n(?=\S)", block.strip()):
        lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
        if "#" in words:
            at = words.index("#")
            words[at:] = [" ".join(words[at:])]
        made.append(words)
    return made


def rows(guide: Path) -> list[list[str]]:
    """The cells of all tables of a guide."""
    lines = guide.read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
