"""A CSV file: a row of headers, a row of help, a row that is an example."""

import csv
import io
from typing import Final

from cepgraph.schema import ClassSchema, Schema
from ingest.lists import Lists
from ingest.template.example import EXAMPLE, HELP, example_row
from ingest.template.help import help_of
from ingest.template.page import pages_of
from ingest.template.text import fit, one_line

_BOM: Final = "\ufeff"
"""By this Excel knows that the file is UTF-8."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def table(cls: ClassSchema, schema: Schema, lists: Lists) -> bytes:
    """The template of a class as CSV: UTF-8 with a BOM, lines ended by CR and LF.

    Headers are labels, without marks of need: the help row says what is required.
    """
    (page,) = pages_of((cls,), schema)
    example = example_row(page.columns, lists)
    others = page.columns[1:]
    made = io.StringIO(newline="")
    made.write(_BOM)
    rows = csv.writer(made, lineterminator="\r\n")
    rows.writerow([harmless(column.label) for column in page.columns])
    rows.writerow([HELP, *(harmless(one_line(help_of(column, lists))) for column in others)])
    rows.writerow([EXAMPLE, *(harmless(example.get(column.name, "")) for column in others)])
    return made.getvalue().encode()


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    clean = fit(text)
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean
