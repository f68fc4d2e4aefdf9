"""The child that unpacks workbooks may be lost, and nothing else is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.sheets import unpacking
from ingest.sheets.unpacking import Numbered, rows_at_once, rows_of, sheets_of
from tests.ingest.sheets.making import pack, row, sheet, text, xlsx, xlsx_parts

FIXTURES = Path(__file__).with_name("fixtures")


def small(tmp_path: Path) -> Path:
    return xlsx(tmp_path / "x.xlsx", row(1, text("a", "A1")), row(3, text("b", "B3")))


@pytest.mark.parametrize("sparse", [False, True])
def test_rows_come_with_their_numbers(tmp_path: Path, sparse: bool) -> None:
    rows = rows_of(small(tmp_path), "x.xlsx", "Findings", sparse=sparse)
    assert [number for number, _ in rows] == [1, 3]


def test_both_readers_of_a_sheet_give_the_same(tmp_path: Path) -> None:
    path = small(tmp_path)
    dense = unpacking._rows(path, "x.xlsx", "rows", "Findings")
    sparse = unpacking._rows(path, "x.xlsx", "sparse", "Findings")
    trimmed = [
        (number, cells[: max(i for i, c in enumerate(cells) if c) + 1]) for number, cells in dense
    ]
    assert list(sparse) == trimmed


def test_sheets_are_listed_with_what_they_are() -> None:
    found = sheets_of(FIXTURES / "findings.xls", "findings.xls", None)
    assert [(told.name, told.kind, told.hidden, told.filled) for told in found] == [
        ("Findings", "WorkSheet", False, True),
        ("Old", "WorkSheet", True, True),
        ("Blank", "WorkSheet", False, False),
    ]


def test_rows_of_a_small_workbook_come_at_once_and_are_the_same() -> None:
    path = FIXTURES / "findings.ods"
    kept = rows_at_once(path, "x.ods")
    assert kept.keys() == {"Findings", "Old"}
    for name, rows in kept.items():
        assert rows == list(rows_of(path, "x.ods", name, sparse=False))
    listed: dict[str, list[Numbered]] = {}
    sheets_of(path, "x.ods", listed)
    assert listed == kept


def test_many_cells_do_not_come_at_once(tmp_path: Path) -> None:
    wide = (row(i, text("a", f"A{i}"), text("b", f"AZZ{i}")) for i in range(1, 300))
    parts = xlsx_parts({"Few": sheet(row(1, text("a", "A1"))), "Many": sheet(*wide)})
    path = pack(tmp_path / "x.xlsx", parts)
    assert rows_at_once(path, "x.xlsx").keys() == {"Few"}


def test_sheet_that_is_not_there_is_damage(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="damaged"):
        list(rows_of(small(tmp_path), "x.xlsx", "Nothing", sparse=False))


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "too many, or too far apart"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "too many, or too far apart"),
        ("sys.exit(3)", "too many, or too far apart"),
        ("sys.exit(1)", "damaged"),
        ("sys.exit(0)", "damaged"),
    ],
)
def test_child_that_ends_before_its_answer_is_told_of_by_the_way_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, says: str
) -> None:
    child = tmp_path / "child.py"
    child.write_text(f"import os, signal, sys\n{ends}\n")
    monkeypatch.setattr(unpacking, "_CHILD", child)
    with pytest.raises(BadInput, match=says) as caught:
        list(rows_of(small(tmp_path), "x.xlsx", "Findings", sparse=True))
    assert caught.value.file == "x.xlsx"


def test_rows_are_not_begun_again_when_the_child_is_lost_half_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import sys\nfrom multiprocessing.connection import Connection\n"
        "with Connection(int(sys.argv[4]), readable=False) as out:\n"
        "    out.send(('rows', [(1, ['a'])]))\n"
        "sys.exit(3)\n"
    )
    monkeypatch.setattr(unpacking, "_CHILD", child)
    rows = rows_of(small(tmp_path), "x.xlsx", "Findings", sparse=True)
    assert next(rows) == (1, ["a"])
    with pytest.raises(BadInput, match="too many"):
        next(rows)


def test_child_is_gone_when_its_rows_are_no_longer_wanted(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx", *(row(i, text("a" * 99, f"A{i}")) for i in range(1, 30_000)))
    rows = rows_of(path, "x.xlsx", "Findings", sparse=False)
    next(rows)
    assert str(path) in commands_of_children()
    rows.close()
    assert str(path) not in commands_of_children()


def commands_of_children() -> str:
    told = subprocess.run(
        ["ps", "-ww", "-o", "args", "--ppid", str(os.getpid())], capture_output=True, check=True
    )
    return told.stdout.decode()


def test_child_needs_nothing_of_the_project(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-I", "-S", unpacking._CHILD, tmp_path, "0", "0", "0", "rows", "x"],
        capture_output=True,
        check=False,
    )
    assert made.returncode not in (0, -signal.SIGSEGV)
    assert b"ingest" not in made.stderr.replace(bytes(unpacking._CHILD), b"")
