"""The CSV template: its bytes, its three rows, and what a spreadsheet would make of them."""

import csv
import io

import pytest

from cepgraph.errors import BadParameter
from ingest.template import template
from ingest.template.table import harmless, table
from tests.ingest.template.conftest import World


def _rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), strict=True))


def test_several_classes_are_refused(toys: World) -> None:
    with pytest.raises(BadParameter, match="holds one class"):
        template("csv", [toys.cls("toys"), toys.cls("owners")], toys.model.schema, toys.lists)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=HYPERLINK('x')"]
)
def test_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "3-4", "owner/ann", "(help)"])
def test_other_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_file_begins_with_a_mark_and_ends_its_lines_as_excel_does(toys: World) -> None:
    made = table(toys.cls("toys"), toys.model.schema, toys.lists)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.count(b"\r\n") == made.count(b"\n") == 3


def test_rows_are_headers_help_and_an_example(toys: World) -> None:
    rows = _rows(table(toys.cls("toys"), toys.model.schema, toys.lists))
    assert [row[0] for row in rows] == ["Key", "(help)", "(example)"]
    under = {head: (told, example) for head, told, example in zip(*rows, strict=True)}
    assert under["Code"] == ("Its code. Required. One value. Example: 007", "007")
    assert under["Colour"][1] == "Bright red"
    assert under["Kind of toy"][1] == "Doll"
    assert under["'=1+1"][0].startswith("'=cmd() ")
    assert under["'=1+1"][1] == '\'=HYPERLINK("https://example.org/")'


def test_no_cell_of_any_class_can_be_taken_for_a_formula(real: World, toys: World) -> None:
    for world in (real, toys):
        for cls in world.model.schema.collections.values():
            rows = _rows(table(cls, world.model.schema, world.lists))
            assert len({len(row) for row in rows}) == 1
            for cell in (cell for row in rows for cell in row):
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), cell
