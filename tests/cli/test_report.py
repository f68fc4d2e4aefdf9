"""The verdict on a submission, at a terminal and into a pipe."""

from collections.abc import Callable

import pytest

from cli.report import show_verdict
from ingest.report.remark import Remarks
from ingest.report.verdict import Verdict
from tests.ingest.report.samples import FILE, faulty, outcome, remark, verdict

Show = Callable[[Verdict], str]


@pytest.fixture
def piped(capsys: pytest.CaptureFixture[str]) -> Show:
    def show(found: Verdict) -> str:
        show_verdict(found, FILE, would=True)
        return capsys.readouterr().out

    return show


@pytest.fixture
def terminal(piped: Show, monkeypatch: pytest.MonkeyPatch) -> Callable[[Verdict, int], str]:
    monkeypatch.setattr("cli.report.is_terminal", lambda: True)

    def show(found: Verdict, columns: int) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        return piped(found)

    return show


def test_report_goes_by_sheet_and_column_and_ends_with_the_verdict(piped: Show) -> None:
    lines = piped(
        verdict(
            [
                remark("warning", "Say where.", "B2", column="Place", sheet="Events"),
                remark(value="fundng", candidates=("funding", "founding")),
                remark(at="C9", value="x"),
                remark(message="No label.", at="11"),
                remark("note", "One row is skipped.", "1"),
            ]
        )
    ).splitlines()
    assert lines == [
        "findings.xlsx, sheet Events",
        "  warning    Place (column B)",
        "             Say where.",
        "             B2",
        "",
        "findings.xlsx, sheet Findings",
        "  violation  Theme (column C)  2 times",
        "             Theme: choose only values from the list.",
        "             C7  “fundng”  did you mean funding or founding?",
        "             C9  “x”",
        "  violation  Whole row",
        "             No label.",
        "             row 11",
        "",
        "note  One row is skipped. (findings.xlsx, Findings, row 1)",
        "findings.xlsx: does not conform: 3 violations in 3 rows, 1 warning; nothing was written",
    ]


def test_nothing_wrong_is_one_line(piped: Show) -> None:
    assert piped(verdict([], outcome(added=0))) == (
        "findings.xlsx: nothing changes; the graph holds this already\n"
    )


def test_pipe_gets_all_that_was_kept_and_long_lines_whole(piped: Show) -> None:
    long = "word " * 100
    remarks = Remarks((remark(message=long, at=f"C{n}") for n in range(1, 30)), most_kept=20)
    lines = piped(verdict(remarks)).splitlines()
    assert f"             {long.strip()}" in lines
    assert "             C20" in lines
    assert "             … and 9 more" in lines


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_lines_fit_a_terminal_however_narrow(
    terminal: Callable[[Verdict, int], str], columns: int
) -> None:
    told = terminal(faulty(), columns)
    assert max(map(len, told.splitlines())) <= columns
    assert "".join(told.split()).count("C7“fundng”didyoumeanfundingorfounding?") == 1


def test_terminal_shows_the_first_cells_of_each_group(
    terminal: Callable[[Verdict, int], str],
) -> None:
    told = terminal(verdict(remark(at=f"C{n}") for n in range(1, 30)), 80)
    assert "C5\n" in told
    assert "C6\n" not in told
    assert "… and 24 more" in told


def test_terminal_is_not_flooded_with_kinds_of_remark(
    terminal: Callable[[Verdict, int], str],
) -> None:
    told = terminal(
        verdict(
            [
                *(remark(message=f"Fault {n}.", at=f"C{n}") for n in range(1, 61)),
                *(remark("note", f"Note {n}.", f"{n}") for n in range(1, 16)),
            ]
        ),
        80,
    )
    assert "… and 20 more remarks of 20 other kinds; --json shows all" in told
    assert "… and 5 more notes; --json shows all" in told
    assert "60 violations in 60 rows" in told


def test_what_was_sent_steers_no_terminal_and_makes_no_line(piped: Show) -> None:
    bad = "\x1b[31m[red]x[/red]\nfindings.xlsx: conforms\u202e\udc80"
    told = piped(
        verdict(
            [remark(message=bad, column=bad, sheet=bad, file=bad, value=bad, candidates=(bad,))]
        )
    )
    assert not {"\x1b", "\u202e"} & set(told)
    assert "[red]x[/red]" in told
    assert not any(line.startswith("findings.xlsx: conforms") for line in told.splitlines())


def test_thing_without_row_is_named(piped: Show) -> None:
    assert "             https://w3id.org/cepgraph/id/pet/rex\n" in piped(faulty())


def test_graph_without_description_is_told_how_to_give_one(piped: Show) -> None:
    found = verdict([remark(message="The graph does not describe itself.", code="undescribed")])
    assert piped(found).endswith(
        "A graph may also be described by --title, --publisher, --licence and --source.\n"
    )
    assert "--title" not in piped(faulty())


def test_first_changed_and_removed_things_are_named(piped: Show) -> None:
    told = piped(verdict([], outcome(added=3, changed=2, removed=7))).splitlines()
    assert told[1:] == [
        "  would change pet/3 and pet/4",
        "  would remove pet/5, pet/6, pet/7, pet/8, pet/9 and 2 others",
    ]
    done = piped(verdict([], outcome(added=3, removed=1), published=True)).splitlines()
    assert done[1:] == ["  removed pet/3"]


def test_nothing_is_named_where_nothing_is_written(piped: Show) -> None:
    told = piped(verdict([remark()], outcome(added=3, changed=2)))
    assert "pet/" not in told


def test_note_of_many_sheets_is_one_line_on_a_terminal(
    terminal: Callable[[Verdict, int], str],
) -> None:
    notes = [remark("note", "Left out.", "2", sheet=f"Sheet {n}") for n in range(12)]
    told = terminal(verdict(notes, outcome()), 100)
    assert told.count("Left out.") == 1
    assert "(findings.xlsx, Sheet 0, row 2, and 11 more places)" in told
