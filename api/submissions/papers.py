"""What is written down of a verdict: the report as JSON and as a page, and marked copies."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from api.submissions.job import PAGE, REPORT
from api.submissions.task import Task
from cepgraph.schema import Schema
from ingest.report.document import as_document
from ingest.report.marked import mark
from ingest.report.page import as_page
from ingest.report.verdict import Verdict
from ingest.rows.header import Headers
from ingest.sheets.reader import is_table, read_sheets
from ingest.sheets.sheet import Limits


def write_report(verdict: Verdict, task: Task, schema: Schema) -> None:
    """The report in both forms, in the folder of the task; as a page where somebody will look."""
    folder = Path(task.folder)
    (folder / REPORT).write_bytes(orjson.dumps(as_document(verdict)))
    if not task.is_submission:
        return
    page = as_page(verdict, would=task.action == "check", schema=schema)
    (folder / PAGE).write_text(page, encoding="utf-8")


def to_be_marked(verdict: Verdict, task: Task) -> list[tuple[int, Path, str]]:
    """The tables in which a cell is to be marked: number in the task, bytes, sender's name."""
    remarks = verdict.remarks
    named = {group.file for group in remarks.groups() if group.severity != "note"}
    return [
        (number, Path(path), name)
        for number, (path, name) in enumerate(task.files)
        if is_table(name) and named & {"", name}
    ]


def write_workbooks(
    verdict: Verdict, task: Task, schema: Schema, limits: Limits
) -> Iterator[tuple[str, str]]:
    """Make the marked copies, one by one: the sender's name of each, and ours in the folder.

    Raises:
        BadInput: as when it was read before; it was not changed since.
        OSError: it cannot be written.
    """
    known = Headers(schema).known()
    for number, path, name in to_be_marked(verdict, task):
        book = read_sheets(path, name, limits, known)
        ours = f"marked-{number}.xlsx"
        mark(path, name, book.form, book.sheets, verdict.remarks, Path(task.folder) / ours)
        yield name, ours
