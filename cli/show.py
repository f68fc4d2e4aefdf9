"""What the commands print: tables on a terminal, JSON for programs."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import orjson
from pydantic import ValidationError
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cepgraph.catalogue import Query
from cepgraph.errors import BadParameter, CepgraphError
from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from cepgraph.graph import Outcome
from cepgraph.history import Entry
from cepgraph.settings import Settings
from cepgraph.terms import shorten
from cepgraph.validation import Report

_MOST_RESULTS = 50


def _out() -> Console:
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def _err() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on a terminal; nothing elsewhere."""
    console = _err()
    if not console.is_terminal:
        yield
        return
    with console.status(escape(what)):
        yield


def problem(error: CepgraphError, *, as_json: bool) -> None:
    """An error as one message, with its place."""
    if as_json:
        print_json({"title": error.title, "detail": error.detail(), "status": error.status})
    _err().print(f"[bold red]{escape(error.title)}[/]: {escape(error.detail())}")


def settings_problem(error: ValidationError) -> None:
    """Settings that are not of their type, each with its name."""
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        message = f"{name}: {item['msg']} (found {item['input']!r})"
        _err().print(f"[bold red]Wrong setting[/]: {escape(message)}")


def serving(settings: Settings, version: int) -> None:
    """Where the service can be found."""
    address = f"http://{settings.host}:{settings.port}"
    _err().print(f"cepgraph serves version {version} of {escape(str(settings.data))}")
    for path, what in (("/sparql", "SPARQL"), ("/api/v1/", "REST"), ("/docs", "documentation")):
        _err().print(f"  {address}{path}  {what}")


def outcome(result: Outcome, name: str, *, as_json: bool, would: bool) -> None:
    """What a file did, or would do."""
    if as_json:
        print_json(
            {
                "file": name,
                "version": result.version,
                "changed": result.changed,
                "triplesAdded": result.triples_added,
                "triplesRemoved": result.triples_removed,
                "subjectsAdded": list(result.subjects_added),
                "subjectsRemoved": list(result.subjects_removed),
                "subjectsChanged": list(result.subjects_changed),
                "report": result.report.as_dict(),
            }
        )
        return
    report(result.report, as_json=False)
    if not result.report.conforms:
        _out().print(f"{escape(name)}: [bold red]does not conform[/] ({result.report.summary()})")
    elif not result.changed:
        _out().print(f"{escape(name)}: nothing changes; the graph holds this already")
    else:
        verb = "would change" if would else "published as version"
        number = "" if would else f" {result.version}"
        _out().print(
            f"{escape(name)}: {verb}{number}: "
            f"{len(result.subjects_added)} added, {len(result.subjects_changed)} changed, "
            f"{len(result.subjects_removed)} removed "
            f"(+{result.triples_added} −{result.triples_removed} triples)"
        )


def report(verdict: Report, *, as_json: bool) -> None:
    """The results of the gate, the first of them as a table."""
    if as_json:
        print_json(verdict.as_dict())
        return
    if not verdict.results:
        return
    table = Table("", "Thing", "Shape", "Path", "Value", "What is wrong", show_lines=False)
    colours = {"violation": "red", "warning": "yellow", "info": "blue"}
    for result in verdict.results[:_MOST_RESULTS]:
        colour = colours[result.severity]
        cells = (shorten(result.focus), result.shape, result.path, result.value, result.message)
        table.add_row(f"[{colour}]{result.severity}[/]", *(escape(cell) for cell in cells))
    _out().print(table)
    hidden = len(verdict.results) - _MOST_RESULTS
    if hidden > 0:
        _out().print(f"… and {hidden} more; --json shows all")


def history(entries: Sequence[Entry], *, as_json: bool) -> None:
    """Entries of the log."""
    if as_json:
        print_json([_entry(entry) for entry in entries])
        return
    table = Table("Version", "When", "Who", "Why", "Source", "Graphs", "+", "−")
    for entry in entries:
        graphs = "\n".join(entry.graphs[:3]) + ("\n…" if len(entry.graphs) > 3 else "")
        table.add_row(
            str(entry.version),
            entry.when.isoformat(sep=" "),
            escape(entry.provenance.who),
            escape(entry.provenance.why),
            escape(entry.provenance.source),
            escape(graphs),
            str(entry.added_count),
            str(entry.removed_count),
        )
    _out().print(table)


def queries(found: Iterable[Query], *, as_json: bool) -> None:
    """The catalogue."""
    if as_json:
        print_json([{"name": q.name, "summary": q.summary} for q in found])
        return
    table = Table("Query", "What it answers", "Parameters")
    for query in found:
        parameters = ", ".join(parameter.name for parameter in query.parameters)
        table.add_row(query.name, escape(query.summary), parameters)
    _out().print(table)


def results(answer: QuerySolutions | QueryTriples | QueryBoolean, form: str) -> None:
    """The answer to a query, as a table or in a standard format."""
    if form == "table" and isinstance(answer, QuerySolutions):
        table = Table(*(variable.value for variable in answer.variables))
        for row in answer:
            table.add_row(*(escape(_cell(value)) for value in row))
        _out().print(table)
        return
    name = "json" if form == "table" else form
    formats = RDF_FORMATS if isinstance(answer, QueryTriples) else RESULT_FORMATS
    chosen = by_name(name, formats)
    if chosen is None:
        known = ", ".join(f.name for f in formats)
        raise BadParameter("format", f"known formats are table, {known}", form)
    if isinstance(answer, QueryTriples):
        answer.serialize(sys.stdout.buffer, format=chosen.rdf)
    else:
        answer.serialize(sys.stdout.buffer, format=chosen.results)


def pair(text: str) -> tuple[str, str]:
    """``theme=funding`` as name and value."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise BadParameter("param", "write name=value", text)
    return name, value


def _cell(value: object) -> str:
    text = getattr(value, "value", "")
    return shorten(text) if isinstance(text, str) else str(text)


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "version": entry.version,
        "id": entry.identifier,
        "when": entry.when.isoformat(),
        "who": entry.provenance.who,
        "why": entry.provenance.why,
        "source": entry.provenance.source,
        "sourceHash": entry.provenance.source_hash,
        "graphs": list(entry.graphs),
        "added": entry.added_count,
        "removed": entry.removed_count,
    }
