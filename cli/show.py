"""What the commands print: lines and tables for people, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence

from pydantic import ValidationError
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples
from rich.table import Table
from rich.text import Text

from cepgraph.catalogue import Query
from cepgraph.errors import BadParameter, CepgraphError
from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from cepgraph.history import Entry
from cepgraph.replay import Traced
from cepgraph.settings import Settings
from cepgraph.terms import BASE, shorten
from cepgraph.validation import Report, Result
from cli.terminal import cut, is_terminal, line, note, out, plain, print_json, whole

_MOST_RESULTS = 50
_MOST_GRAPHS = 3
_LONGEST_VALUE = 200
_WIDE = 160
_COLOURS = {"violation": "red", "warning": "yellow", "info": "blue"}
_FIELDS = ("file", "sheet", "line", "row", "column", "value", "parameter", "nearest")


def problem(error: CepgraphError, *, as_json: bool) -> None:
    """An error as one message, with its place; as JSON also with its fields."""
    if as_json:
        fields = {name: getattr(error, name, None) for name in _FIELDS}
        known = {
            name: whole(value) if isinstance(value, str) else value
            for name, value in fields.items()
            if value not in (None, ())
        }
        print_json({"title": error.title, "detail": whole(error.detail()), **known})
    note(line((f"{error.title}: ", "bold red")), plain(error.detail(), most=2000))


def settings_problem(error: ValidationError, *, as_json: bool) -> None:
    """Settings that are not of their type, each with its name."""
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        problem(BadParameter(name, item["msg"].lower(), str(item["input"])), as_json=as_json)


def system_problem(error: OSError) -> None:
    """What the system refuses: a folder without permission, a full disk."""
    place = f"{error.filename}: " if error.filename else ""
    note(line(("The system refuses: ", "bold red")), plain(place + (error.strerror or str(error))))


def serving(settings: Settings, version: int) -> None:
    """Where the service can be found."""
    note(f"cepgraph serves version {version} of ", plain(str(settings.data)))
    address = f"http://{settings.host}:{settings.port}"
    for path, what in (("/sparql", "SPARQL"), ("/api/v1/", "REST"), ("/docs", "documentation")):
        note("  ", plain(address + path), f"  {what}")


def stand_in(settings: Settings) -> None:
    """That an empty folder is answered for by the seed graph."""
    what = "; the seed graph is taken in its place" if settings.seed else ""
    note(plain(str(settings.data)), f" holds nothing yet{what}")


def outdated(settings: Settings, verdict: Report) -> None:
    """That a folder keeps older content, because what it holds does not conform with the newer."""
    report(verdict)
    note(plain(str(settings.data)), " keeps the content of an earlier installation: with that of")
    note("this one, what others have published no longer conforms (see above)")


def report(verdict: Report) -> None:
    """The results of the gate by thing; on a terminal the first of them."""
    shown = verdict.results[:_MOST_RESULTS] if is_terminal() else verdict.results
    several = len({result.graph for result in verdict.results}) > 1
    by_thing: dict[tuple[str, str], list[Result]] = {}
    for result in shown:
        by_thing.setdefault((result.graph, result.focus), []).append(result)
    console = out()
    for (graph, focus), results in by_thing.items():
        place = line("  in ", plain(graph)) if several else ""
        console.print(line(plain(focus, "bold"), place))
        # two constraints of one shape may say the same in the same words
        told = {(r.severity, r.path, r.value, r.message): r for r in results}
        for result in told.values():
            console.print(*_said(result), sep="\n")
    hidden = len(verdict.results) - len(shown)
    if hidden:
        console.print(f"… and {hidden} more; --json shows all")


def _said(result: Result) -> tuple[Text, Text]:
    """Severity, path and value; and below it the message with the shape that gives it."""
    told = ("", result.focus, result.path)
    shown = "" if result.value in told else f"“{cut(result.value, _LONGEST_VALUE)}”"
    where = " ".join(part for part in (result.path, shown) if part)
    colour = _COLOURS[result.severity]
    return (
        line((f"  {result.severity:9}  ", colour), plain(where)),
        line(" " * 13, plain(result.message), plain(f" ({result.shape})", "dim")),
    )


def history(entries: Sequence[Entry], *, as_json: bool) -> None:
    """Entries of the log."""
    if as_json:
        print_json([_entry(entry) for entry in entries])
        return
    console = out()
    if not entries:
        console.print("no changes yet")
    for entry in entries:
        console.print(
            line(
                (f"{entry.version:>5}  ", "bold"),
                f"{entry.when:%Y-%m-%d %H:%M} UTC  ",
                plain(entry.provenance.who),
                f"  +{entry.added_count} −{entry.removed_count} triples, entailed ones counted",
            )
        )
        told = [text for text in (entry.provenance.why, entry.provenance.source) if text]
        console.print(line("       ", plain(" · ".join(told))))
        for graph in entry.graphs[:_MOST_GRAPHS]:
            console.print(line("       ", plain(graph)))
        if len(entry.graphs) > _MOST_GRAPHS:
            console.print(f"       … and {len(entry.graphs) - _MOST_GRAPHS} more graphs")


def traced(found: Sequence[Traced], thing: str, *, as_json: bool) -> None:
    """Where the statements about a thing came from."""
    if as_json:
        print_json([_traced(item) for item in found])
        return
    console = out()
    if not found:
        console.print(line("nothing is said of ", plain(thing)))
    for item in found:
        entry, sent = item.entry, item.entry.provenance
        console.print(line(plain(item.graph.value, "bold")))
        token = f", token {sent.token}" if sent.token else ""
        console.print(
            line(
                f"  version {entry.version}, {entry.when:%Y-%m-%d %H:%M} UTC, ",
                plain(sent.who + token),
            )
        )
        for origin in item.origins:
            sheet = f", sheet {origin.sheet}" if origin.sheet else ""
            console.print(line("  ", plain(f"{origin.file}{sheet}, row {origin.row}")))
        if not item.origins and sent.source:
            console.print(line("  ", plain(sent.source)))
        if sent.source_hash:
            console.print(line("  ", plain(sent.source_hash, "dim")))
        for triple in item.triples:
            told = f"{_term(triple.predicate)} {_term(triple.object)}"
            console.print(line("    ", plain(told, most=_LONGEST_VALUE)))


def _traced(item: Traced) -> dict[str, object]:
    return {
        "graph": item.graph.value,
        "entry": _entry(item.entry),
        "rows": [
            {"file": origin.file, "sheet": origin.sheet, "row": origin.row}
            for origin in item.origins
        ],
        "statements": [
            {"property": triple.predicate.value, "value": getattr(triple.object, "value", "")}
            for triple in item.triples
        ],
    }


def _term(term: object) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", ""))


def queries(found: Iterable[Query], *, as_json: bool) -> None:
    """The catalogue."""
    if as_json:
        print_json([_query(query) for query in found])
        return
    console = out()
    for query in found:
        console.print(line((query.name, "bold"), "  ", plain(query.summary)))
        for parameter in query.parameters:
            needed = "required" if parameter.required else "may be left out"
            console.print(
                line(
                    f"    --param {parameter.name}=",
                    plain(parameter.example),
                    f"  ({needed})  ",
                    plain(parameter.description),
                )
            )


def results(answer: QuerySolutions | QueryTriples | QueryBoolean, form: str | None) -> None:
    """The answer to a query, as a table or in a standard format."""
    graph = isinstance(answer, QueryTriples)
    usual = "turtle" if graph else "table" if is_terminal() else "csv"
    wanted = form or usual
    if wanted == "table" and isinstance(answer, QuerySolutions):
        _table(answer)
        return
    if wanted == "table" and isinstance(answer, QueryBoolean):
        out().print("yes" if answer else "no")
        return
    formats = RDF_FORMATS if graph else RESULT_FORMATS
    chosen = by_name(wanted, formats)
    if chosen is None:
        known = ", ".join([*(() if graph else ("table",)), *(f.name for f in formats)])
        raise BadParameter("format", f"known formats for this query are {known}", wanted)
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


def _table(answer: QuerySolutions) -> None:
    """For people: the name of a thing takes the place of its IRI, where the query gives both."""
    names = [variable.value for variable in answer.variables]
    label_of = {name: f"{name}Label" for name in names if f"{name}Label" in names}
    shown = [name for name in names if name not in label_of.values()]
    table = Table()
    for name in shown:
        table.add_column(name, overflow="fold")
    for row in answer:
        table.add_row(*(_cell(row[label_of.get(name, name)] or row[name]) for name in shown))
    out().print(table, width=None if is_terminal() else _WIDE)


def _cell(value: object) -> Text:
    if isinstance(value, NamedNode):
        return plain(shorten(value.value).removeprefix(BASE))
    return plain(str(getattr(value, "value", "")))


def _query(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "row": query.row,
        "tags": list(query.tags),
        "parameters": [parameter.model_dump() for parameter in query.parameters],
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "version": entry.version,
        "id": entry.identifier,
        "when": entry.when.isoformat(),
        "who": entry.provenance.who,
        "why": entry.provenance.why,
        "source": entry.provenance.source,
        "sourceHash": entry.provenance.source_hash,
        "token": entry.provenance.token,
        "graphs": list(entry.graphs),
        "added": entry.added_count,
        "removed": entry.removed_count,
    }
