"""A verdict as one page of HTML that needs nothing else: no script, no picture, no address."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cepgraph.schema import Schema
from ingest.report.remark import SEVERITIES
from ingest.report.verdict import Verdict
from ingest.report.words import column_of, counted, harmless, sections, sentence, spot

if TYPE_CHECKING:
    from jinja2 import Environment

_FEW: Final = 20
"""Cells of a group that the page shows."""
_MOST_GROUPS: Final = 500
_MOST_SUBJECTS: Final = 100
_LONGEST_TEXT: Final = 2_000


def as_page(verdict: Verdict, *, would: bool = True, schema: Schema | None = None) -> str:
    """The report of a submission, to be opened in a browser, sent on, or printed.

    Whatever came from outside is escaped, isolated in its direction, and cut at 200 characters.
    The page forbids everything but its own style to itself, wherever it is opened.

    Args:
        would: whether it was a dry run.
        schema: with it, the things of the change are counted by class.
    """
    style = _environment().get_template("page.css").render()
    groups = verdict.remarks.groups()
    shown = groups[:_MOST_GROUPS]
    lead, rest = sentence(verdict, would=would, schema=schema)
    outcome = verdict.outcome
    subjects = (
        ("Added", outcome.subjects_added if outcome else ()),
        ("Changed", outcome.subjects_changed if outcome else ()),
        ("Removed", outcome.subjects_removed if outcome else ()),
    )
    return (
        _environment()
        .get_template("page.html")
        .render(
            verdict=verdict,
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            lead=lead,
            rest=rest,
            refused=not verdict.conforms,
            counts={severity: verdict.remarks.count(severity) for severity in SEVERITIES},
            sections=sections(shown),
            hidden=len(groups) - len(shown),
            subjects=[(verb, iris) for verb, iris in subjects if iris],
            changes="What it changed" if verdict.published else "What it would change",
            few=_FEW,
            most_subjects=_MOST_SUBJECTS,
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["harmless"] = harmless
    environment.filters["long"] = lambda text: harmless(text, _LONGEST_TEXT)
    environment.filters["column"] = lambda group: harmless(column_of(group))
    environment.filters["spot"] = lambda remark: harmless(spot(remark), _LONGEST_TEXT)
    environment.filters["counted"] = counted
    return environment
