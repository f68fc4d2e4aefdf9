"""Whatever comes in, a reader gives sheets or one of our errors; nothing else."""

import contextlib
import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cepgraph.errors import BadInput
from ingest.sheets.reader import read_sheets
from ingest.sheets.sheet import Limits
from tests.ingest.sheets.making import (
    number,
    ods_cell,
    ods_parts,
    ods_row,
    pack,
    row,
    sheet,
    text,
    xlsx_parts,
)

FIXTURES = Path(__file__).with_name("fixtures")
SMALL = dataclasses.replace(Limits(), bytes=1 << 20, rows=1000, characters=200)
TEXTS = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xc3\xaf\xc2\xbb\xc2\xbf",
        b"\x92",
        b"\x8d",
    ),
    *(
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"sep=;",
        b"a",
        b"\xc2\xa35",
        b"x" * 150,
    ),
]
JSONS = [
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"a"',
        b'"b"',
        b'"id"',
        b'"type"',
        b'"results"',
        b'"@id"',
    ),
    *(
        b"1",
        b"-0",
        b"1e999",
        b"9" * 30,
        b"null",
        b"true",
        b"NaN",
        b'"\\ud800"',
        b'"\\u00e9"',
        b" ",
        b"\n",
    ),
]
WORDS = [
    *(
        "<f>1+1</f>",
        "<f",
        "<v>",
        "</v>",
        "</c>",
        "<c/>",
        "<c r='B2'>",
        "<is><t>x</t></is>",
        "<row>",
    ),
    *(
        "<mergeCell ref='A1:B2'/>",
        "<mergeCell ref=''/>",
        "<!DOCTYPE x>",
        "&amp;",
        "&x;",
        "<!--",
        "]]>",
    ),
    *('<c r="XFD1048576"><v>1</v></c>', '<c t="e"><v>#N/A</v></c>', '<c t="s"><v>7</v></c>'),
    *(
        '<c t="d"><v>x</v></c>',
        '<c s="99"><v>1</v></c>',
        '<row r="0">',
        '<row r="1048577">',
        "</row>",
    ),
]
ODS_WORDS = [
    *(
        ods_row(),
        ods_cell("x"),
        "<table:table>",
        "</table:table>",
        "<text:p>x</text:p>",
        "<!DOCTYPE x>",
    ),
    *(
        "<table:table-row>",
        "</table:table-row>",
        "<table:covered-table-cell/>",
        "<table:table-cell>",
    ),
    ods_cell("1", ' table:formula="of:=1" office:string-value=""'),
    ods_row(ods_cell("x", ' table:number-columns-repeated="20000"')),
    ods_row(ods_cell("x"), more=' table:number-rows-repeated="1048577"'),
    '<table:table-cell office:value-type="date" office:date-value="x"/>',
    '<table:table-cell office:value-type="float" office:value="x" table:number-rows-spanned="-1"/>',
]


def take(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(BadInput):
        path = Path(folder) / "upload"
        path.write_bytes(content)
        for found in read_sheets(path, name, SMALL).sheets:
            for _ in found.rows():
                pass


def joined(pieces: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(pieces), max_size=14).map(b"".join)


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.json", "x.xlsx", "x.ods", "x.xls"])
@settings(deadline=None, max_examples=60)
@given(content=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    take(content, name)


@pytest.mark.parametrize(("name", "pieces"), [("x.csv", TEXTS), ("x.json", JSONS)])
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_pieces_of_syntax_in_any_order_are_read_or_refused(
    name: str, pieces: list[bytes], data: st.DataObject
) -> None:
    take(data.draw(joined(pieces)), name)


@settings(deadline=None, max_examples=25)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_odd_sheets_of_xlsx_are_read_or_refused(words: list[str]) -> None:
    part = sheet(row(1, text("a", "A1")), "".join(words), row(3, number(1, "A3")))
    take(packed(xlsx_parts({"S": part})), "x.xlsx")


@settings(deadline=None, max_examples=25)
@given(words=st.lists(st.sampled_from(ODS_WORDS), min_size=1, max_size=6))
def test_odd_tables_of_ods_are_read_or_refused(words: list[str]) -> None:
    table = f'<table:table table:name="S">{ods_row(ods_cell("a"))}{"".join(words)}</table:table>'
    take(packed(ods_parts(table)), "x.ods")


@pytest.mark.parametrize("name", ["findings.xls", "findings.ods"])
@settings(deadline=None, max_examples=25)
@given(at=st.floats(0, 1), cut=st.integers(0, 40), bit=st.binary(max_size=8))
def test_damaged_workbooks_are_read_or_refused(name: str, at: float, cut: int, bit: bytes) -> None:
    whole = (FIXTURES / name).read_bytes()
    place = int(at * len(whole))
    take(whole[:place] + bit + whole[place + cut :], name)


def packed(parts: dict[str, str | bytes]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return pack(Path(folder) / "x", parts).read_bytes()
