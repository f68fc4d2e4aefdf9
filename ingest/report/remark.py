"""One thing that is to be said of a submission, with its place, and the gathering of many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["violation", "warning", "note"]
"""What keeps a submission out; what should be looked at; how it was read."""

SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "note")
MISSING_COLUMN: Final = "missing-column"
MISSPELT_COLUMN: Final = "misspelt-column"
"""Codes of a header that lacks a column; what its rows lack for that is not told again."""
MOST_KEPT: Final = 500
"""Remarks of one group that are kept; more are counted."""


@dataclass(frozen=True)
class Place:
    """Where something stands in what was sent; empty or ``None`` where it does not apply.

    ``row`` counts from 1 as a spreadsheet shows it, 0 being
    the names in JSON, which have no row; ``column`` is the header as the sender wrote
    it and ``letter`` its letter; ``line`` is that of a text that is no table.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""
    line: int | None = None
    unit: str = "row"

    @property
    def cell(self) -> str:
        """``C7``, where column and row are known; otherwise empty."""
        return f"{self.letter}{self.row}" if self.letter and self.row is not None else ""

    def __str__(self) -> str:
        """``findings.xlsx, sheet Findings, row 7, column Theme (C7)``: as much as is known."""
        where = f" ({self.cell})" if self.cell else ""
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"{self.unit} {self.row}" if self.row else "",
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}{where}" if self.column else where.strip(" ()"),
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Remark:
    """One thing to say.

    Attributes:
        code: what kind of thing it is, in lower case with hyphens; stable, for programs.
        message: what is wrong, and how to mend it, without the value. The same words for every
            cell that has the same fault, so that they can be counted together.
        value: what was found, as the sender wrote it.
        candidates: what may have been meant, nearest first, as it can be typed.
        shape, focus: for verdicts of the gate, the shape (``ceps:…``) and the thing's IRI.
    """

    severity: Severity
    code: str
    message: str
    place: Place = Place()
    value: str = ""
    candidates: tuple[str, ...] = ()
    shape: str = ""
    focus: str = ""


@dataclass
class Group:
    """Remarks that say the same of the same column: the first of them, and how many there are."""

    severity: Severity
    code: str
    message: str
    file: str
    sheet: str
    column: str
    letter: str
    count: int = 0
    first: list[Remark] = field(default_factory=list)


class Remarks:
    """All that is to be said of a submission; its memory does not grow with the number."""

    def __init__(self, remarks: Iterable[Remark] = (), most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._groups: dict[tuple[str, ...], Group] = {}
        self.extend(remarks)

    def add(self, remark: Remark) -> None:
        """Take one."""
        place = remark.place
        key = (
            *(remark.severity, remark.code, remark.message),
            *(place.file, place.sheet, place.column, place.letter),
        )
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(remark.severity, *key[1:])
        group.count += 1
        if len(group.first) < self._most_kept:
            group.first.append(remark)

    def extend(self, remarks: Iterable[Remark]) -> None:
        """Take several."""
        for remark in remarks:
            self.add(remark)

    def groups(self, severity: Severity | None = None) -> list[Group]:
        """Groups by severity, then in the order of the file: sheet, first row, column."""
        found = [g for g in self._groups.values() if severity in (None, g.severity)]
        return sorted(found, key=_order)

    def count(self, severity: Severity) -> int:
        """How many there are of a severity, those included that were not kept."""
        return sum(group.count for group in self._groups.values() if group.severity == severity)

    @property
    def conforms(self) -> bool:
        """Whether nothing keeps the submission out."""
        return not any(group.severity == "violation" for group in self._groups.values())

    def __iter__(self) -> Iterator[Remark]:
        """Those that were kept, in the order of ``groups``."""
        for group in self.groups():
            yield from group.first

    def __len__(self) -> int:
        return sum(group.count for group in self._groups.values())

    def summary(self) -> str:
        """``3 violations, 1 warning, 2 notes``."""
        counts = ((self.count(severity), severity) for severity in SEVERITIES)
        return ", ".join(f"{n} {noun}" if n == 1 else f"{n} {noun}s" for n, noun in counts)


def _order(group: Group) -> tuple[int, str, str, int, str, str]:
    first = group.first[0].place.row
    return (
        SEVERITIES.index(group.severity),
        group.file,
        group.sheet,
        -1 if first is None else first,
        group.letter.rjust(3),
        group.code,
    )
