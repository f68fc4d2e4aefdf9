"""Where errors become messages and exit statuses: 1 the data does not conform, 2 wrong use."""

import os
import sys

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from cepgraph.errors import CepgraphError, GateRefused
from cli import show

CUT_OFF = 141
"""What a shell reports of a program that wrote to a pipe which nobody reads any more."""


class Commands(TyperGroup):
    """The commands; whatever they foresee is told in one message, never as a stack trace."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        as_json = "--json" in sys.argv[1:]
        try:
            try:
                return super().invoke(ctx)
            finally:
                # here, and not when Python ends: a full disk or a closed pipe is an error too
                sys.stdout.flush()
        except GateRefused as error:
            show.report(error.report)
            show.problem(error, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        except CepgraphError as error:
            show.problem(error, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        except ValidationError as error:
            show.settings_problem(error, as_json=as_json)
            raise typer.Exit(2) from error
        except BrokenPipeError as error:
            _write_nowhere()
            raise typer.Exit(CUT_OFF) from error
        except OSError as error:
            _write_nowhere()
            show.system_problem(error)
            raise typer.Exit(2) from error


def _write_nowhere() -> None:
    """What is still in the buffer would fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
