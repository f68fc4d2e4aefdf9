"""Commands of ``cepgraph``. Exit status: 0 done, 1 the data does not conform, 2 wrong use."""

import io
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from cepgraph.settings import Settings
from cli import show
from cli import token as tokens
from cli.edge import Commands
from cli.home import Home
from cli.report import show_verdict
from cli.submission import named, uploads, watched, write_report
from cli.template import template
from cli.terminal import note, print_json, whole, working
from ingest.description import Description
from ingest.report.document import as_document
from ingest.report.verdict import Verdict
from ingest.sent import Sent

app = typer.Typer(
    name="cepgraph",
    help="A knowledge graph of cultural education partnerships in England.",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder.", metavar="DIR", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
GraphName = Annotated[
    str | None, typer.Option("--graph", help="Named graph, as an IRI.", metavar="IRI")
]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)]
Collection = Annotated[
    str, typer.Option(help="Class of the rows, where sheet, file and headings do not tell it.")
]
Mapping = Annotated[
    str, typer.Option(help="Foreign format, such as 360giving, where it is not recognised.")
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        "-r",
        help="Write the report: .html, .json, or .xlsx for a marked copy. May be repeated.",
        metavar="FILE",
    ),
]
Title = Annotated[str, typer.Option(help="Name of the graph, where its file says none.")]
Publisher = Annotated[str, typer.Option(help="Who publishes it.", metavar="IRI")]
Licence = Annotated[str, typer.Option(help='Licence: an IRI, or words such as "not stated".')]
Source = Annotated[str, typer.Option(help="What it was made from.", metavar="IRI")]

app.command()(template)
app.add_typer(tokens.app)


def main() -> None:
    """Run a command; what goes wrong becomes one message and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: Data = None,
) -> None:
    """Serve SPARQL, REST and pages; an empty data folder is filled with the seed graph first."""
    from api.server import run

    given: dict[str, Any] = {"host": host, "port": port, "data": data}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    home = Home(settings)
    home.prepare()
    show.serving(settings, home.version())
    run(settings)


@app.command()
def check(
    files: Files,
    graph: GraphName = None,
    collection: Collection = "",
    mapping: Mapping = "",
    reports: Reports = None,
    title: Title = "",
    publisher: Publisher = "",
    licence: Licence = "",
    source: Source = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say what publishing the files would do; write nothing."""
    home = Home.at(data)
    said = Description(title, publisher, licence, source)
    sent = Sent(uploads(files), graph or "", said, collection, mapping)
    if home.is_empty:
        show.stand_in(home.settings)
    with watched(f"Checking {named(files)}") as progress:
        verdict = home.check(sent, progress)
    _tell(verdict, sent, home, reports, as_json=as_json, would=True)


@app.command()
def publish(
    files: Files,
    graph: GraphName = None,
    collection: Collection = "",
    mapping: Mapping = "",
    reports: Reports = None,
    title: Title = "",
    publisher: Publisher = "",
    licence: Licence = "",
    source: Source = "",
    who: Annotated[str, typer.Option(help="Who sends it, for the log.")] = "command line",
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make each file the whole content of its named graph: all files at once, or none."""
    home = Home.at(data)
    said = Description(title, publisher, licence, source)
    sent = Sent(uploads(files), graph or "", said, collection, mapping, whole(who), whole(why))
    with watched(f"Publishing {named(files)}") as progress:
        verdict = home.publish(sent, progress)
    _tell(verdict, sent, home, reports, as_json=as_json, would=False)


@app.command()
def undo(
    graph: Annotated[str, typer.Argument(help="Named graph, as an IRI or publisher/dataset.")],
    to_version: Annotated[
        int | None, typer.Option("--version", help="As it stood then; else before its last change.")
    ] = None,
    who: Annotated[str, typer.Option(help="Who does it, for the log.")] = "command line",
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Publish a graph as it stood before: what was added goes, what was removed comes back."""
    home = Home.at(data)
    sent = Sent((), graph, who=whole(who), why=whole(why))
    with working(f"Restoring {graph}"):
        verdict = home.restore(graph, to_version, sent)
    _tell(verdict, sent, home, None, as_json=as_json, would=False)


@app.command()
def convert(
    files: Files,
    graph: GraphName = None,
    collection: Collection = "",
    mapping: Mapping = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    data: Data = None,
) -> None:
    """Write what the rows of tables say as N-Quads, without judging or keeping it."""
    home = Home.at(data)
    sent = Sent(uploads(files), graph or "", Description(), collection, mapping)
    with watched(f"Converting {named(files)}") as progress:
        if output is None:
            remarks = home.convert(sent, sys.stdout.buffer, progress)
        else:
            with output.open("wb") as file:
                remarks = home.convert(sent, file, progress)
    where = "" if remarks.conforms else "; “cepgraph check” tells where"
    note(f"{remarks.summary()}{where}")
    raise typer.Exit(0 if remarks.conforms else 1)


@app.command()
def trace(
    thing: Annotated[str, typer.Argument(help="A thing: its IRI, or kind/key.", metavar="THING")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say which file and row each statement about a thing came from, and when."""
    show.traced(Home.at(data).trace(thing), thing, as_json=as_json)


def _tell(
    verdict: Verdict,
    sent: Sent,
    home: Home,
    reports: list[Path] | None,
    *,
    as_json: bool,
    would: bool,
) -> NoReturn:
    """Show a verdict, write the reports that were asked for, and end."""
    names = ", ".join(upload.name for upload in sent.files) or sent.graph
    for target in reports or ():
        write_report(target, verdict, sent, home, would=would)
    if as_json:
        print_json(as_document(verdict))
    else:
        show_verdict(verdict, names, would=would, schema=home.model.schema)
    raise typer.Exit(0 if verdict.conforms else 1)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="Query of the catalogue.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="name=value", metavar="K=V")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="table, json, csv, tsv, xml; turtle for graphs.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Run a query of the catalogue; without a name, list them."""
    home = Home.at(data)
    if name is None:
        show.queries(home.model.catalogue, as_json=as_json)
        return
    values = dict(show.pair(text) for text in param or [])
    if home.is_empty:
        show.stand_in(home.settings)
    with home.reading() as kept:
        show.results(home.run(kept, name, values), "json" if as_json and form is None else form)


@app.command()
def history(
    graph: GraphName = None,
    limit: Annotated[int, typer.Option(min=1, help="Most entries to show.")] = 20,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what was changed, by whom, when and why; newest first."""
    show.history(Home.at(data).entries(graph, limit), as_json=as_json)


@app.command()
def export(
    graph: GraphName = None,
    form: Annotated[str, typer.Option("--format", help="trig, nquads, turtle, …")] = "trig",
    entailed: Annotated[bool, typer.Option(help="With what the ontology entails.")] = False,
    at_version: Annotated[int | None, typer.Option("--version", help="As it stood then.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    data: Data = None,
) -> None:
    """Write the graph, or one named graph, as RDF."""
    Home.at(data).export(graph, form, entailed=entailed, version=at_version, output=output)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and end.", is_eager=True)
    ] = False,
) -> None:
    """A knowledge graph of cultural education partnerships in England."""
    if show_version:
        try:
            typer.echo(version("cepgraph"))
        except PackageNotFoundError:
            from cepgraph import __version__

            typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(2)
