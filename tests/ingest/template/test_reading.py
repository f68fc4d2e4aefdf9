"""What the readers make of a template: they know every column, and take no other sheet for data."""

from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest

from ingest.rows.header import Header, Headers
from ingest.sheets.sheet import Row, Sheet
from ingest.template.page import LISTS, README
from tests.ingest.template.conftest import World


def _headers(made: bytes, world: World) -> Iterator[tuple[str, Header | None]]:
    headers = Headers(world.model.schema)
    for sheet in openpyxl.load_workbook(BytesIO(made)):
        values = enumerate(sheet.iter_rows(values_only=True), start=1)
        rows = [Row(n, row) for n, row in values if any(cell is not None for cell in row)]
        read = Sheet("template.xlsx", sheet.title, lambda rows=rows: iter(rows))
        yield sheet.title, headers.find(read)


def test_every_sheet_of_a_class_is_known_with_all_its_columns(real: World) -> None:
    collections = real.model.schema.collections
    found = dict(_headers(real.bytes(*collections), real))
    assert len(found) == len(collections) + 2
    known = {}
    for name, header in found.items():
        if name in (README, LISTS):
            continue
        assert header is not None, name
        assert header.row == 1
        unknown = [heading.text for heading in header.headings if heading.column is None]
        assert unknown == [], name
        known[header.cls.collection] = len(header.headings)
    assert known == {name: len(real.columns(name)) for name in collections}


@pytest.mark.parametrize("name", ["claims", "findings", "solutions", "statistics"])
def test_no_other_sheet_is_taken_for_data(real: World, name: str) -> None:
    found = dict(_headers(real.bytes(name), real))
    assert found[README] is None
    assert found[LISTS] is None


def test_no_other_sheet_is_taken_for_data_in_a_world_of_toys(toys: World) -> None:
    found = dict(_headers(toys.bytes("toys", "owners"), toys))
    assert {name for name, header in found.items() if header is None} == {README, LISTS}
