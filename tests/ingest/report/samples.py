"""Verdicts made by hand, for the tests of everything that shows them."""

from collections.abc import Iterable

from cepgraph.graph import Outcome
from cepgraph.terms import GRAPH, ID
from cepgraph.validation import Report, Result
from ingest.report.remark import Place, Remark, Remarks, Severity
from ingest.report.verdict import SentFile, Verdict

HOME = GRAPH + "test/home"
FILE = "findings.xlsx"
UNKNOWN_THEME = "Theme: choose only values from the list."


def remark(
    severity: Severity = "violation",
    message: str = UNKNOWN_THEME,
    at: str = "C7",
    value: str = "",
    *,
    column: str = "Theme",
    sheet: str = "Findings",
    file: str = FILE,
    candidates: tuple[str, ...] = (),
    focus: str = "",
    code: str = "not-in-list",
) -> Remark:
    """A remark at ``C7`` (or at row ``7``, or nowhere in particular)."""
    letter = at.rstrip("0123456789")
    row = at.removeprefix(letter)
    place = Place(
        file=file,
        sheet=sheet,
        row=int(row) if row else None,
        column=column if letter else "",
        letter=letter,
    )
    return Remark(severity, code, message, place, value, candidates, focus=focus)


def outcome(
    *,
    added: int = 20,
    changed: int = 0,
    removed: int = 0,
    results: Iterable[Result] = (),
    version: int = 5,
) -> Outcome:
    """A change of so many pets."""
    names = [f"{ID}pet/{number}" for number in range(added + changed + removed)]
    return Outcome(
        version=version,
        report=Report.of(results),
        triples_added=12 * added + 3 * changed,
        triples_removed=12 * removed + 3 * changed,
        subjects_added=tuple(names[:added]),
        subjects_changed=tuple(names[added : added + changed]),
        subjects_removed=tuple(names[added + changed :]),
    )


def verdict(
    remarks: Iterable[Remark] | Remarks = (),
    change: Outcome | None = None,
    *,
    published: bool = False,
    name: str = FILE,
) -> Verdict:
    """The answer to one workbook."""
    gathered = remarks if isinstance(remarks, Remarks) else Remarks(remarks)
    files = (SentFile(name, "0" * 64, "xlsx"),)
    return Verdict(files, gathered, change, (HOME,), 20, published)


def faulty() -> Verdict:
    """A workbook with faults of every severity, on two sheets."""
    return verdict(
        [
            remark(at="C7", value="fundng", candidates=("funding", "founding")),
            remark(at="C9", value="peopel", candidates=("people",)),
            *(remark(at=f"C{row}", value=f"x{row}") for row in range(20, 30)),
            remark(message="Date: write a day that exists.", at="D7", value="29 February 2023"),
            remark(message="The row has no label.", at="11"),
            remark("warning", "Place: say where it was.", "F7", column="Place"),
            remark(
                at="B3", value="قيمة", sheet="Events", column="المكان", message="No such place."
            ),
            remark("note", "Rows above the header are skipped.", "1"),
            remark(
                message=f"No row describes this thing; it is in the graph {HOME}.",
                at="",
                sheet="",
                file="",
                focus=ID + "pet/rex",
            ),
        ],
        outcome(added=20, changed=2, removed=1),
    )
