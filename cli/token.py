"""``cepgraph token``: who may publish over HTTP."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cepgraph.settings import Settings
from cepgraph.terms import GRAPH, ID
from cepgraph.tokens import Token, Tokens
from cli.terminal import note, out, plain, print_json, whole

app = typer.Typer(
    name="token",
    help="Tokens, with which publishers send submissions over HTTP.",
    no_args_is_help=True,
)

Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder.", metavar="DIR", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]

_COLUMNS = ("id", "publisher", "graphs", "created", "expires", "revoked", "note")


@app.command()
def create(
    publisher: Annotated[
        str,
        typer.Argument(
            help="Whose it is: a key such as arts-connect, kind/key, or an IRI.",
            metavar="PUBLISHER",
        ),
    ],
    graphs: Annotated[
        list[str] | None,
        typer.Option(
            help="Graphs that it may write, such as arts-connect/*; may be repeated. Without it, "
            "all those of the publisher.",
            metavar="PATTERN",
        ),
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Last day on which it holds.", metavar="YYYY-MM-DD"
        ),
    ] = None,
    note_: Annotated[str, typer.Option("--note", help="What it is for, for the list.")] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    patterns = [pattern for text in graphs or [] for pattern in text.split()]
    day = None if expires is None else expires.date()
    token, text = _tokens(data).create(whole(publisher), patterns, day, whole(note_))
    if as_json:
        print_json({**_row(token), "token": text})
        return
    out().print(plain(text))
    whose, names = _short(token.publisher), ", ".join(map(_short, token.graphs))
    note("Token ", plain(token.id), " of ", plain(whose), " writes ", plain(names))
    note("It is shown this once. Keep it as you would a password, and send it in the header")
    note("  Authorization: Bearer …")


@app.command(name="list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """Show all tokens, those included that no longer hold; secrets are not kept."""
    tokens = _tokens(data).all()
    if as_json:
        print_json({"tokens": [_row(token) for token in tokens]})
        return
    if not tokens:
        note("There are no tokens.")
        return
    table = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, overflow="fold")
    for token in tokens:
        table.add_row(
            plain(token.id),
            plain(_short(token.publisher)),
            plain("\n".join(map(_short, token.graphs))),
            plain(token.created.date().isoformat()),
            plain(token.expires.isoformat() if token.expires else ""),
            plain(token.revoked.date().isoformat() if token.revoked else ""),
            plain(token.note, most=200),
        )
    out().print(table)


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="Its id, as the list shows it.", metavar="ID")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """End a token for good; a running service refuses it from now on."""
    token = _tokens(data).revoke(whole(number))
    if as_json:
        print_json(_row(token))
        return
    note("Token ", plain(token.id), " of ", plain(_short(token.publisher)), " is revoked.")


def _tokens(data: Path | None) -> Tokens:
    settings = Settings() if data is None else Settings(data=data)
    return Tokens(settings.data)


def _row(token: Token) -> dict[str, Any]:
    return token.model_dump(mode="json", include=set(_COLUMNS))


def _short(iri: str) -> str:
    """Without what all of them begin with."""
    return iri.removeprefix(GRAPH).removeprefix(ID)
