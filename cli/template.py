"""The command ``template``: an empty form for what somebody wants to send."""

from pathlib import Path
from typing import Annotated

import typer

from cepgraph.errors import BadParameter
from cepgraph.schema import Schema
from cli.home import Home
from cli.terminal import line, out, plain, print_json, whole

_USUAL = "xlsx"


def template(
    classes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLASS…]", help="Such as findings; several as one workbook."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=".xlsx, .csv, or .json for a JSON Schema."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Make a template to fill for one class or several; without a class, list them."""
    model = Home.at(None).model
    if not classes:
        _list(model.schema, as_json=as_json)
        return
    chosen = [model.schema.collection(name) for name in classes]
    target = output or Path(f"{chosen[0].collection}.{_USUAL}")
    if target.exists() and not force:
        problem = "this file is there already; choose another name, or write over it with --force"
        raise BadParameter("output", problem, str(target))

    from ingest.lists import Lists
    from ingest.template import template as made_of
    from ingest.template.page import version_of

    form = target.suffix.removeprefix(".").lower()
    made = made_of(form, chosen, model.schema, Lists(model.content), version_of(model.shapes))
    # between the look above and now somebody may have made the file
    with target.open("wb" if force else "xb") as file:
        file.write(made)
    names = [cls.collection for cls in chosen]
    if as_json:
        print_json({"file": whole(str(target)), "bytes": len(made), "classes": names})
    else:
        out().print(line(plain(str(target)), ": a template for ", plain(", ".join(names))))


def _list(schema: Schema, *, as_json: bool) -> None:
    found = schema.collections.values()
    if as_json:
        print_json(
            [{"class": c.collection, "label": c.label, "description": c.description} for c in found]
        )
        return
    console = out()
    for cls in found:
        console.print(line((cls.collection, "bold"), "  ", plain(cls.description)))
