"""The cells of workbooks, out of a process that may fail without harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from cepgraph.errors import BadInput
from ingest.sheets.child import NO_MEMORY
from ingest.sheets.package import damaged, locked

Numbered = tuple[int, list[Any]]
"""A row's number, counted from 1, and its cells from the first column on; blank ones are ``""``."""

_MEMORY: Final = 1 << 30
_SECONDS: Final = 180
_CHILD: Final = Path(__file__).with_name("child.py")
LONGEST_NAME: Final = 250
"""Characters; spreadsheet programs allow 31, or some more."""

_SPENT: Final = (
    *(-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV),
    NO_MEMORY,
)


class _TooMuch(Exception):
    """The child was lost for want of memory or time."""

    def __init__(self, name: str, sheet: str | None) -> None:
        super().__init__(name, sheet)
        self.name = name
        self.sheet = sheet

    def told(self) -> BadInput:
        problem = (
            "the filled cells are too many, or too far apart; delete the rows and columns beside "
            "the table, or send it as CSV"
        )
        return BadInput(problem, file=self.name, sheet=self.sheet)


@dataclass(frozen=True)
class Described:
    """A sheet as the reader lists it; merged ranges are corners of row and column from 0."""

    name: str
    kind: str
    hidden: bool
    filled: bool
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def sheets_of(path: Path, name: str, kept: dict[str, list[Numbered]] | None) -> list[Described]:
    """The sheets of a workbook of any form.

    Into ``kept``, if there is one, come the rows of sheets by name, while they are few.

    Raises:
        BadInput: damaged, locked, or in need of too much memory or time.
    """
    found: list[Described] = []
    try:
        for kind, told in _messages(path, name, "sheets" if kept is None else "all"):
            if kind == "sheets":
                found = [Described(*one) for one in told]
            elif kept is not None:
                kept[told[0]] = told[1]
    except _TooMuch as error:
        raise error.told() from error
    if any(len(told.name) > LONGEST_NAME for told in found):
        raise BadInput("the file is damaged: a sheet has a very long name", file=name)
    return found


def rows_at_once(path: Path, name: str) -> dict[str, list[Numbered]]:
    """The rows of a small workbook, by sheet; what is not there is to be asked for on its own.

    Raises:
        BadInput: damaged or locked.
    """
    kept: dict[str, list[Numbered]] = {}
    try:
        for kind, told in _messages(path, name, "all"):
            if kind == "all":
                kept[told[0]] = told[1]
    except _TooMuch:
        return {}
    return kept


def rows_of(path: Path, name: str, sheet: str, *, sparse: bool) -> Iterator[Numbered]:
    """The rows of a sheet that hold anything.

    Blank cells between those that are filled are kept in memory too, all at once; where that is
    too much, and ``sparse`` (XLSX only), another reader has one row at a time, and takes longer.

    Raises:
        BadInput: damaged, locked, or in need of too much memory or time.
    """
    begun = False
    try:
        for row in _rows(path, name, "rows", sheet):
            begun = True
            yield row
    except _TooMuch as error:
        if begun or not sparse:
            raise error.told() from error
    else:
        return
    try:
        yield from _rows(path, name, "sparse", sheet)
    except _TooMuch as error:
        raise error.told() from error


def _rows(path: Path, name: str, wanted: str, sheet: str) -> Iterator[Numbered]:
    for kind, told in _messages(path, name, wanted, sheet):
        if kind == "rows":
            yield from told


def _messages(path: Path, name: str, *question: str) -> Iterator[tuple[str, Any]]:
    reading, writing = os.pipe()
    with Connection(reading, writable=False) as answers:
        try:
            child = _start(path, writing, question)
        finally:
            os.close(writing)
        try:
            while True:
                kind, told = answers.recv()
                if kind == "locked":
                    raise locked(name)
                if kind == "end":
                    return
                yield kind, told
        except EOFError as error:
            raise _failed(child.wait(), name, question[1:]) from error
        finally:
            child.kill()
            child.wait()


def _start(path: Path, pipe: int, question: tuple[str, ...]) -> subprocess.Popen[bytes]:
    spec = find_spec("python_calamine")
    libraries = Path(spec.origin).parents[1] if spec is not None and spec.origin else Path()
    wanted, *sheet = question
    # a name may hold what no argument can
    sheet = [name.encode("utf-8", "surrogatepass").hex() for name in sheet]
    limits = (str(_MEMORY), str(_SECONDS))
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own script
        [sys.executable, "-I", "-S", _CHILD, libraries, *limits, str(pipe), wanted, path, *sheet],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(pipe,),
    )


def _failed(status: int, name: str, sheet: tuple[str, ...]) -> Exception:
    if status in _SPENT:
        return _TooMuch(name, sheet[0] if sheet else None)
    return damaged(name)
