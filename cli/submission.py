"""What the commands that send files have in common: the files, their progress, their reports."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cepgraph.errors import BadParameter
from cli.home import Home
from cli.terminal import err, plain, whole
from ingest.report.verdict import Verdict
from ingest.sent import Progress, Sent, Upload, nothing

_STEPS = {
    "reading": "reading the files",
    "mapping": "rows read",
    "checking": "checking against the shapes",
    "publishing": "writing",
}


def uploads(files: Sequence[Path]) -> tuple[Upload, ...]:
    """The files as a submission has them, by their own names."""
    return tuple(Upload(file, whole(file.name)) for file in files)


def named(files: Sequence[Path]) -> str:
    """The names of the files, for a person."""
    return ", ".join(file.name for file in files)


@contextmanager
def watched(what: str) -> Iterator[Progress]:
    """A line on a terminal that follows the work; nothing elsewhere."""
    console = err()
    if not console.is_terminal:
        yield nothing
        return
    rows = 0
    with console.status(plain(what)) as status:

        def tell(step: str, more: int) -> None:
            nonlocal rows
            rows += more
            counted = f"{rows:,} " if step == "mapping" else ""
            status.update(plain(f"{what}: {counted}{_STEPS.get(step, step)}"))

        yield tell


def write_report(target: Path, verdict: Verdict, sent: Sent, home: Home, *, would: bool) -> None:
    """Write a report beside the answer: a page, JSON, or a marked copy of the one table.

    Raises:
        BadParameter: another ending, or a marked copy of several files.
    """
    ending = target.suffix.lower()
    if ending == ".html":
        from ingest.report.page import as_page

        page = as_page(verdict, would=would, schema=home.model.schema)
        target.write_text(page, encoding="utf-8")
    elif ending == ".json":
        import orjson

        from ingest.report.document import as_document

        target.write_bytes(orjson.dumps(as_document(verdict), option=orjson.OPT_INDENT_2))
    elif ending == ".xlsx":
        _write_marked(target, verdict, sent, home)
    else:
        problem = "reports are written as .html, .json or .xlsx"
        raise BadParameter("report", problem, str(target))


def _write_marked(target: Path, verdict: Verdict, sent: Sent, home: Home) -> None:
    from ingest.report.marked import mark
    from ingest.rows.header import Headers
    from ingest.sheets.reader import is_table, read_sheets

    tables = [upload for upload in sent.files if is_table(upload.name)]
    if len(tables) != 1:
        problem = "a marked copy is made of one table; send the files one by one for it"
        raise BadParameter("report", problem, str(target))
    (table,) = tables
    if target.resolve() == table.path.resolve():
        raise BadParameter("report", "this is the file that was sent", str(target))
    known = Headers(home.model.schema).known()
    book = read_sheets(table.path, table.name, home.limits, known)
    mark(table.path, table.name, book.form, book.sheets, verdict.remarks, target)
