"""The verdict on a submission, for a person at a terminal."""

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from cepgraph.schema import Schema
from cli.terminal import Part, is_terminal, line, out, plain
from ingest.report.remark import Group, Remark
from ingest.report.verdict import Verdict
from ingest.report.words import (
    column_of,
    counted,
    harmless,
    hint,
    names_of_changed,
    sections,
    sentence,
    spot,
)

_FEW: Final = 5
"""Cells of a group that a terminal shows."""
_MOST_GROUPS: Final = 40
_MOST_NOTES: Final = 10
_LONGEST_MESSAGE: Final = 2_000
_WIDE_ENOUGH: Final = 60
_COLOURS: Final = {"violation": "bold red", "warning": "yellow", "note": "blue"}
_VERDICTS: Final = {"does not conform": "bold red", "could not be made into a graph": "bold red"}


def show_verdict(verdict: Verdict, name: str, *, would: bool, schema: Schema | None = None) -> None:
    """What is wrong with a submission, cell by cell, and what it did or would do.

    By sheet and column, violations first; then how it was read; last the verdict. On a terminal
    the first cells of each group and lines that fit; into a pipe all that was kept, a line each.
    """
    paper = _Paper(out())
    told = [*verdict.remarks.groups("violation"), *verdict.remarks.groups("warning")]
    shown = told[:_MOST_GROUPS] if paper.narrow_down else told
    for section in sections(shown):
        paper.write(plain(harmless(section.title), "bold"))
        for group in section.groups:
            _group(paper, group)
        paper.write()
    _more(paper, told[len(shown) :])
    _notes(paper, verdict.remarks.groups("note"))
    lead, rest = sentence(verdict, would=would, schema=schema)
    paper.write(plain(harmless(name)), ": ", (lead, _VERDICTS.get(lead, "bold")), plain(rest))
    for named in names_of_changed(verdict, would=not verdict.published):
        paper.write(plain(named), indent=2)
    if any(group.code == "undescribed" for group in told):
        paper.write(
            "A graph may also be described by --title, --publisher, --licence and --source."
        )


class _Paper:
    """Standard output: lines with hanging indents on a terminal, whole lines into a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.narrow_down = is_terminal()
        self.indent = 13 if console.width >= _WIDE_ENOUGH or not self.narrow_down else 4

    def write(self, *parts: Part, indent: int = 0) -> None:
        text = line(*parts)
        if self.narrow_down and text:
            text.overflow = "fold"
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False), soft_wrap=False)
        else:
            self._console.print(line(" " * indent, text))


def _group(paper: _Paper, group: Group) -> None:
    colour = _COLOURS[group.severity]
    place = plain("  " + harmless(column_of(group)), "bold")
    times = f"  {group.count:,} times" if group.count > 1 else ""
    paper.write((f"{group.severity:9}", colour), place, times, indent=2)
    paper.write(plain(harmless(group.message, _LONGEST_MESSAGE)), indent=paper.indent)
    few = group.first[:_FEW] if paper.narrow_down else group.first
    for remark in few:
        said = _cell(remark)
        if said:
            paper.write(said, indent=paper.indent)
    if group.count > len(few):
        paper.write(f"… and {group.count - len(few):,} more", indent=paper.indent)


def _cell(remark: Remark) -> Text:
    """``C7  “fundng”  did you mean funding?``: as much as is known."""
    parts = [
        plain(harmless(spot(remark), _LONGEST_MESSAGE), "bold"),
        plain(f"“{harmless(remark.value)}”" if remark.value else ""),
        plain(hint(remark.candidates), "green"),
    ]
    return Text("  ").join(part for part in parts if part)


def _more(paper: _Paper, groups: list[Group]) -> None:
    if groups:
        number = sum(group.count for group in groups)
        kinds = counted(len(groups), "other kind")
        paper.write(f"… and {counted(number, 'more remark')} of {kinds}; --json shows all")
        paper.write()


def _by_words(groups: Iterable[Group]) -> list[list[Group]]:
    """Groups that say the same in different places, as the example row of each sheet."""
    found: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        found.setdefault((group.code, group.message), []).append(group)
    return list(found.values())


def _notes(paper: _Paper, groups: Iterable[Group]) -> None:
    noted = _by_words(groups) if paper.narrow_down else [[group] for group in groups]
    for alike in noted[:_MOST_NOTES] if paper.narrow_down else noted:
        group, first = alike[0], alike[0].first[0]
        places = (group.file, group.sheet, spot(first) or group.column)
        at = ", ".join(part for part in places if part)
        if len(alike) > 1:
            at = f"{at}, and {counted(len(alike) - 1, 'more place')}"
        times = f", {group.count:,} times" if group.count > 1 else ""
        value = f" “{harmless(first.value)}”" if first.value and group.count == 1 else ""
        paper.write(
            ("note  ", _COLOURS["note"]),
            plain(harmless(group.message, _LONGEST_MESSAGE)),
            plain(f"{value} ({harmless(at)}{times})" if at else f"{value}{times}", "dim"),
        )
    if paper.narrow_down and len(noted) > _MOST_NOTES:
        paper.write(f"… and {counted(len(noted) - _MOST_NOTES, 'more note')}; --json shows all")
