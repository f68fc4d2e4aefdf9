"""Commands of ``cepgraph``. Exit status: 0 done, 1 the data does not conform, 2 wrong use."""

import io
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer

from cepgraph.settings import Settings
from cli import show
from cli.edge import Commands
from cli.home import Home
from cli.terminal import working
from ingest.description import Description

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
Title = Annotated[str, typer.Option(help="Name of the graph, where its file says none.")]
Publisher = Annotated[str, typer.Option(help="Who publishes it.", metavar="IRI")]
Licence = Annotated[str, typer.Option(help='Licence: an IRI, or words such as "not stated".')]
Source = Annotated[str, typer.Option(help="What it was made from.", metavar="IRI")]


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
    names = ", ".join(file.name for file in files)
    if home.is_empty:
        show.stand_in(home.settings)
    with working(f"Checking {names}"):
        read = home.read(files, graph)
        with home.reading() as kept:
            outcome = home.check(kept, read, said)
    show.outcome(outcome, names, as_json=as_json, would=True)
    raise typer.Exit(0 if outcome.report.conforms else 1)


@app.command()
def publish(
    files: Files,
    graph: GraphName = None,
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
    names = ", ".join(file.name for file in files)
    with working(f"Publishing {names}"):
        outcome = home.publish(home.read(files, graph, who, why), said)
    show.outcome(outcome, names, as_json=as_json, would=False)
    raise typer.Exit(0 if outcome.report.conforms else 1)


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
