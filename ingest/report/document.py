"""A verdict as JSON."""

from typing import Final

from ingest.report.remark import SEVERITIES, Group, Remark
from ingest.report.verdict import Verdict
from ingest.report.words import clipped

_MOST_LISTED: Final = 1_000
"""Subjects of the change, and results of the gate, that are listed; all are counted."""
_LONGEST_NAME: Final = 1_000


def as_document(verdict: Verdict) -> dict[str, object]:
    """What ``--json`` prints and what HTTP answers; keys stay as they are.

    ``conforms``, ``published``, ``changed``
        Whether nothing keeps the submission out; whether it was written; whether it differs from
        what its graphs hold. All ``false`` where the files could not be made into a change.
    ``version``
        Of the whole graph, after this; ``null`` where there is no change to speak of.
    ``file``, ``files``
        Names of the files, with commas; ``[{name, sha256, form}]``.
    ``graphs``, ``things``
        IRIs of the graphs; how many things the rows described.
    ``counts``
        ``{violation, warning, note}``: how many remarks of each severity.
    ``triplesAdded``, ``triplesRemoved``, ``subjectsAdded``, ``subjectsChanged``,
    ``subjectsRemoved``, ``subjectCounts``
        The change: triples as numbers, subjects as IRIs (the first 1,000 of each), and ``{added,
        changed, removed}``, how many there are.
    ``groups``
        ``[{severity, code, message, file, sheet, column, letter, count, first}]``: what is said,
        violations first. ``count`` counts all cells, ``first`` has the first of them:
        ``[{cell, row, line, value, candidates, focus, shape}]``, with ``null`` for a row or line
        that does not apply and empty text for everything else.
    ``report``
        The gate's own results by thing (the first 1,000), with ``conforms`` and the numbers of
        ``violations`` and ``warnings``.

    Values are cut at 200 characters, with an ellipsis.
    """
    outcome = verdict.outcome
    added = outcome.subjects_added if outcome else ()
    changed = outcome.subjects_changed if outcome else ()
    removed = outcome.subjects_removed if outcome else ()
    return {
        "file": ", ".join(clipped(sent.name, _LONGEST_NAME) for sent in verdict.files),
        "version": outcome.version if outcome else None,
        "conforms": verdict.conforms,
        "published": verdict.published,
        "changed": verdict.changed,
        "files": [
            {
                "name": clipped(sent.name, _LONGEST_NAME),
                "sha256": sent.sha256,
                "form": sent.form,
            }
            for sent in verdict.files
        ],
        "graphs": list(verdict.graphs),
        "things": verdict.things,
        "counts": {severity: verdict.remarks.count(severity) for severity in SEVERITIES},
        "triplesAdded": outcome.triples_added if outcome else 0,
        "triplesRemoved": outcome.triples_removed if outcome else 0,
        "subjectsAdded": list(added[:_MOST_LISTED]),
        "subjectsChanged": list(changed[:_MOST_LISTED]),
        "subjectsRemoved": list(removed[:_MOST_LISTED]),
        "subjectCounts": {"added": len(added), "changed": len(changed), "removed": len(removed)},
        "groups": [_group(group) for group in verdict.remarks.groups()],
        "report": _report(verdict),
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "severity": group.severity,
        "code": group.code,
        "message": clipped(group.message, _LONGEST_NAME),
        "file": clipped(group.file, _LONGEST_NAME),
        "sheet": clipped(group.sheet),
        "column": clipped(group.column),
        "letter": group.letter,
        "count": group.count,
        "first": [_remark(remark) for remark in group.first],
    }


def _remark(remark: Remark) -> dict[str, object]:
    return {
        "cell": remark.place.cell,
        "row": remark.place.row,
        "line": remark.place.line,
        "value": clipped(remark.value),
        "candidates": [clipped(candidate) for candidate in remark.candidates],
        "focus": clipped(remark.focus, _LONGEST_NAME),
        "shape": remark.shape,
    }


def _report(verdict: Verdict) -> dict[str, object]:
    if verdict.outcome is None:
        return {"conforms": False, "violations": 0, "warnings": 0, "results": []}
    report = verdict.outcome.report
    return {
        "conforms": report.conforms,
        "violations": len(report.violations),
        "warnings": len(report.warnings),
        "results": [
            {
                "severity": result.severity,
                "graph": result.graph,
                "focus": result.focus,
                "shape": result.shape,
                "constraint": result.constraint,
                "path": result.path,
                "value": clipped(result.value),
                "message": result.message,
            }
            for result in report.results[:_MOST_LISTED]
        ],
    }
