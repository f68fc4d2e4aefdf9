"""Bad tables on purpose: one clear error, or remarks at cells; and nothing is written."""

import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cepgraph.errors import BadInput, TooLarge
from cepgraph.graph import KnowledgeGraph
from ingest.sheets.sheet import Limits
from tests.ingest.conftest import Submit, told

HEADER = ["Key", "Label", "Kind of area", "Description"]
ROW = ["a1", "A", "ward", "Somewhere"]


@pytest.fixture(autouse=True)
def nothing_is_fetched_or_written(
    monkeypatch: pytest.MonkeyPatch, graph: KnowledgeGraph
) -> Iterator[None]:
    """No connection is made, and the graph stays as it is."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = graph.version
    yield
    assert graph.version == before


def workbook(rows: list[list[Any]], change: Callable[[Any, Any], None] = lambda *_: None) -> bytes:
    """An XLSX with one sheet of areas, changed by ``change(workbook, sheet)``."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Areas"
    for row in rows:
        sheet.append(row)
    change(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_of(*rows: list[str]) -> str:
    """The rows as CSV."""
    return "".join(",".join(row) + "\n" for row in (HEADER, *rows))


GOOD = csv_of(ROW)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00" * 100, "NUL"),
        (GOOD.encode() + b"a2,B\x00,ward,\n", "NUL"),
        (GOOD.encode() + b'a2,"never closed,ward,\n', "quot"),
        (b"PK\x03\x04 not a package", "damaged"),
    ],
)
def test_text_that_cannot_be_read_is_one_error(check: Submit, content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        check(("areas.csv", content))
    assert says.lower() in refused.value.detail().lower()
    assert refused.value.file == "areas.csv"


def test_nul_is_told_with_its_line(check: Submit) -> None:
    with pytest.raises(BadInput) as refused:
        check(("areas.csv", GOOD.encode() + b"a2,B\x00,ward,\n"))
    assert 3 in (refused.value.line, refused.value.row)


@pytest.mark.parametrize(
    "encoded",
    [
        GOOD.encode("utf-8-sig"),
        b"\xef\xbb\xbf" * 2 + GOOD.encode(),
        "\ufeff".encode().decode("cp1252").encode() + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r").encode(),
        b"\r\n" * 1000 + GOOD.encode(),
    ],
)
def test_however_a_text_is_written_down_it_is_read(check: Submit, encoded: bytes) -> None:
    verdict = check(("areas.csv", encoded))
    assert verdict.conforms, [remark.message for remark in told(verdict)]
    assert verdict.things == 1


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_words_of_older_encodings_arrive_whole(check: Submit, encoding: str) -> None:
    text = csv_of(["a1", "Café Théâtre", "ward", "It’s £5 – cheap"])
    verdict = check(("areas.csv", text.encode(encoding)))
    assert verdict.outcome is not None
    assert verdict.conforms
    assert any(remark.code.startswith("encoding") for remark in verdict.remarks)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("areas.xlsx", b"<html><table></table></html>"),
        ("areas.xlsx", b"not a workbook"),
        ("areas.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("areas.ods", b"PK\x05\x06" + b"\x00" * 18),
        ("areas.xlsx", workbook([HEADER, ROW])[:-400]),
    ],
)
def test_workbook_that_is_none_is_one_error_with_the_file(
    check: Submit, name: str, content: bytes
) -> None:
    with pytest.raises(BadInput) as refused:
        check((name, content))
    assert refused.value.file == name


def test_package_that_unpacks_to_far_too_much_is_refused(check: Submit) -> None:
    buffer = io.BytesIO(workbook([HEADER, ROW]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("xl/worksheets/sheet2.xml", b" " * (600 << 20))
    with pytest.raises(BadInput) as refused:
        check(("areas.xlsx", buffer.getvalue()))
    assert refused.value.file == "areas.xlsx"


def test_far_corner_of_a_sheet_costs_nothing(check: Submit) -> None:
    def corner(_book: Any, sheet: Any) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(BadInput):
        check(("areas.xlsx", workbook([HEADER, ROW], corner)))


def test_sixteen_thousand_empty_columns_and_a_far_blank_row_are_no_fault(check: Submit) -> None:
    from openpyxl.styles import Font

    def dress(_book: Any, sheet: Any) -> None:
        for column in range(1, 16_385):
            sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1_048_576, 1).font = Font(bold=True)

    verdict = check(("areas.xlsx", workbook([HEADER, ROW], dress)))
    assert verdict.conforms
    assert verdict.things == 1


def test_formulas_are_told_at_their_cells(check: Submit) -> None:
    rows = [HEADER, ROW, ["a2", "=B2", "ward", '=HYPERLINK("http://example.org","x")']]
    verdict = check(("areas.xlsx", workbook(rows)))
    told_at = {r.place.cell for r in told(verdict, "violation") if r.code == "formula"}
    assert told_at == {"B3", "D3"}


def test_formula_in_a_csv_is_told_at_its_cell(check: Submit) -> None:
    verdict = check(("areas.csv", csv_of(ROW, ["a2", "B", "ward", "=1+1"])))
    assert [(r.code, r.place.cell) for r in told(verdict)] == [("formula", "D3")]


def test_merged_cells_among_the_rows_are_told(check: Submit) -> None:
    rows = [["Our areas", "", "", ""], HEADER, ROW, ["a2", "B", "ward", ""]]

    def merge(_book: Any, sheet: Any) -> None:
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("D3:D4")

    verdict = check(("areas.xlsx", workbook(rows, merge)))
    assert [(r.code, r.place.cell) for r in told(verdict)] == [("merged-cells", "D3")]


def test_hidden_sheet_with_rows_is_told_and_not_read(check: Submit) -> None:
    def hide(book: Any, sheet: Any) -> None:
        other = book.create_sheet("More areas")
        for row in (HEADER, ["a2", "B", "ward", ""]):
            other.append(row)
        other.sheet_state = "hidden"

    verdict = check(("areas.xlsx", workbook([HEADER, ROW], hide)))
    assert [(r.code, r.place.sheet) for r in told(verdict)] == [("hidden-sheet", "More areas")]
    assert verdict.things == 1


def test_sheet_without_our_headings_is_told_and_left_out(check: Submit) -> None:
    def add(book: Any, _sheet: Any) -> None:
        book.create_sheet("Budget").append(["Cost", 5])

    verdict = check(("areas.xlsx", workbook([HEADER, ROW], add)))
    assert [(r.code, r.place.sheet) for r in told(verdict)] == [("no-header", "Budget")]


def test_sheet_whose_headings_fit_several_classes_keeps_the_file_out(check: Submit) -> None:
    def add(book: Any, _sheet: Any) -> None:
        other = book.create_sheet("Sheet2")
        other.append(["Label", "Local authority", "Web page"])
        other.append(["Arena", "Dudley", "https://arena.example.org/"])

    (remark,) = told(check(("areas.xlsx", workbook([HEADER, ROW], add))))
    assert (remark.severity, remark.code, remark.place.sheet) == (
        "violation",
        "several-classes",
        "Sheet2",
    )
    assert "organisations" in remark.candidates


def test_sheets_of_a_template_that_explain_it_may_come_along_as_files(check: Submit) -> None:
    explains = "Severity,Found\nViolation,x\n"
    verdict = check(("book-Areas.csv", csv_of(ROW)), ("book-Read me.csv", explains))
    assert verdict.things == 1
    notes = [(r.code, r.place.file) for r in told(verdict, "note")]
    assert notes == [("no-data", "book-Read me.csv")]
    with pytest.raises(BadInput):
        check(("book-Read me.csv", explains))
    with pytest.raises(BadInput):
        check(("book-Areas.csv", csv_of(ROW)), ("book-Costs.csv", explains))


def test_table_without_rows_is_told_before_it_empties_a_graph(check: Submit) -> None:
    verdict = check(("areas.csv", csv_of(["(example)", "A", "ward", ""])))
    assert [(r.severity, r.code) for r in told(verdict)] == [("warning", "no-rows")]


def test_column_that_is_missing_is_told_once_and_not_at_every_row(check: Submit) -> None:
    rows = "".join(f"Body {number}\n" for number in range(4))
    verdict = check(("organisations.csv", f"Label\n{rows}"))
    assert [(r.code, r.place.column, r.place.row) for r in told(verdict, "violation")] == [
        ("missing-column", "Kind of organisation", 1)
    ]


def test_formula_for_a_label_is_one_fault(check: Submit) -> None:
    verdict = check(("areas.xlsx", workbook([HEADER, ROW, ["", "=A1", "ward", ""]])))
    assert [(r.code, r.place.cell) for r in told(verdict)] == [("formula", "B3")]


def test_cell_of_a_megabyte_is_told_at_its_cell(check: Submit) -> None:
    text = csv_of(ROW, ["a2", "B", "ward", "x" * 2**20])
    try:
        found = [(r.code, r.place.cell) for r in told(check(("areas.csv", text)))]
    except BadInput as refused:
        found = [("too-long", f"D{refused.row or refused.line}")]
    assert found == [("too-long", "D3")]


@pytest.mark.parametrize("day", ["29 February 2023", "2023-02-29", "29/02/2023"])
def test_day_that_never_was_is_told_at_its_cell(check: Submit, day: str) -> None:
    verdict = check(("events.csv", f"Key,Label,Event kind,Start date\ne,E,training,{day}\n"))
    assert ("no-such-day", "D2") in {(r.code, r.place.cell) for r in told(verdict)}


def test_dates_of_many_forms_in_one_column_are_each_read(check: Submit) -> None:
    days = ["03/07/2024", "3 July 2024", "2024-07-03", "July 2024", "2024"]
    rows = "".join(f"m{n},M{n},{day}\n" for n, day in enumerate(days))
    verdict = check(("memberships.csv", f"Key,Label,From\n{rows}"))
    assert not [r for r in told(verdict) if r.place.column == "From"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"]
)
def test_dangerous_address_is_told_at_its_cell(check: Submit, address: str) -> None:
    verdict = check(("areas.csv", f"Key,Label,Kind of area,Same as\na,A,ward,{address}\n"))
    assert not verdict.conforms
    assert "D2" in {r.place.cell for r in told(verdict)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "x.rdf",
            """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e;</rdf:RDF>""",
        ),
        ("x.jsonld", '{"@context": "https://example.org/context", "@id": "urn:x", "label": "X"}'),
        ("x.json", '{"areas": [{"key": "a"'),
        ("x.json", '{"areas": [{"key": NaN}]}'),
        ("x.json", '{"areas": ' + "[" * 5000),
        ("x.ttl", "<a> <b> <c> ."),
        ("x.docx", "PK"),
    ],
)
def test_other_files_that_are_refused_are_one_error_with_the_file(
    check: Submit, name: str, content: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check((name, content))
    assert refused.value.file == name
    assert refused.value.problem


def test_folder_and_device_are_refused_without_being_read(check: Submit, tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/zero")):
        with pytest.raises(BadInput):
            check(("areas.csv", path))


def test_more_rows_than_allowed_are_refused(check: Submit) -> None:
    text = csv_of(*([f"a{n}", f"A{n}", "ward", ""] for n in range(20)))
    with pytest.raises(TooLarge, match="10"):
        check(("areas.csv", text), limits=Limits(rows=10))


def test_more_bytes_than_allowed_are_refused(check: Submit) -> None:
    with pytest.raises(TooLarge, match="larger"):
        check(("areas.csv", GOOD + "\n" * (2 << 20)), limits=Limits(bytes=1 << 20))
