"""XLSX: formulas, merged cells, error values and sheets, before any value is read."""

from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.report.remark import Remark
from ingest.sheets.features import Features
from ingest.sheets.package import package
from ingest.sheets.sheet import Range
from ingest.sheets.xlsx import features_of_xlsx
from tests.ingest.sheets.making import OFFICE, Parts, number, pack, row, sheet, text, xlsx_parts


def look(tmp_path: Path, parts: Parts) -> tuple[list[Features], list[Remark]]:
    path = pack(tmp_path / "x.xlsx", parts)
    with package(path, "x.xlsx", 1 << 28) as opened:
        return features_of_xlsx(opened)


def first(tmp_path: Path, *rows: str, after: str = "") -> Features:
    return look(tmp_path, xlsx_parts({"S": sheet(*rows, after=after)}))[0][0]


def test_formulas_are_found_with_and_without_value(tmp_path: Path) -> None:
    features = first(
        tmp_path,
        row(1, text("x", "A1")),
        row(
            3,
            '<c r="B3"><f>SUM(A1:A2)</f><v>3</v></c>',
            '<c r="AA3" t="str"><f>HYPERLINK("http://x","y")</f><v>y</v></c>',
            '<c r="AB3"><f>1+1</f></c><c r="AC3"><f>2+2</f><v></v></c>',
            '<c r="AD3"><f>3+3</f><v/></c>',
        ),
        row(4, number(5, "A4")),
    )
    assert features.formulas == {
        (3, 1): "=SUM(A1:A2)",
        (3, 26): '=HYPERLINK("http://x","y")',
        (3, 27): "=1+1",
        (3, 28): "=2+2",
        (3, 29): "=3+3",
    }
    assert features.valueless == [(3, 27), (3, 28), (3, 29)]


def test_shared_formula_is_told_at_every_cell(tmp_path: Path) -> None:
    features = first(
        tmp_path,
        row(1, '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1+1</f><v>3</v></c>'),
        row(2, '<c r="A2"><f t="shared" si="0"/><v>3</v></c>'),
    )
    assert features.formulas == {(1, 0): "=B1+1", (2, 0): "=B1+1"}
    assert features.valueless == []


def test_cells_and_rows_without_places_are_counted(tmp_path: Path) -> None:
    features = first(
        tmp_path,
        "<row><c><v>1</v></c></row>",
        '<row><c/><c><f>A1</f><v>1</v></c><c r="E2"/><c t="e"><v>#N/A</v></c></row>',
    )
    assert features.formulas == {(2, 1): "=A1"}
    assert features.errors == {(2, 5): "#N/A"}


def test_error_values_are_found(tmp_path: Path) -> None:
    cells = '<c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    features = first(tmp_path, row(1, cells))
    assert features.errors == {(1, 0): "#REF!", (1, 1): "#DIV/0!"}
    assert features.formulas == {(1, 1): "=1/0"}
    assert features.valueless == []


def test_merged_cells_are_found_beside_formulas_of_rules_and_charts(tmp_path: Path) -> None:
    after = (
        '<mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="XFD9"/></mergeCells>'
        "<conditionalFormatting><cfRule><formula>A1</formula></cfRule></conditionalFormatting>"
        '<extLst><ext xmlns:xm="u:xm"><xm:f>A1:A9</xm:f></ext></extLst>'
    )
    features = first(tmp_path, row(1, text("x", "A1")), after=after)
    assert features.merged == [Range(1, 0, 2, 2), Range(9, 16_383, 9, 16_383)]
    assert features.formulas == {}


def test_prefixed_elements_are_the_same(tmp_path: Path) -> None:
    part = (
        '<x:worksheet xmlns:x="u:x"><x:sheetData><x:row r="2"><x:c r="B2"><x:f>A1</x:f>'
        "<x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    features = look(tmp_path, xlsx_parts({"S": part}))[0][0]
    assert features.filled
    assert features.formulas == {(2, 1): "=A1"}


def test_sheets_keep_their_order_and_tell_if_they_are_hidden_or_empty(tmp_path: Path) -> None:
    parts = xlsx_parts(
        {"A": sheet(row(1, text("x", "A1"))), "B": sheet(), "C": sheet(row(1, number(1, "A1")))},
        {"B": "hidden", "C": "veryHidden"},
    )
    found, remarks = look(tmp_path, parts)
    told = [(features.name, features.hidden, features.filled) for features in found]
    assert told == [("A", False, True), ("B", True, False), ("C", True, True)]
    assert remarks == []


def test_chart_is_no_table_and_said_to_be_left_out(tmp_path: Path) -> None:
    parts = xlsx_parts({"S": sheet(), "Chart": sheet()})
    relations = "xl/_rels/workbook.xml.rels"
    head, _, tail = str(parts[relations]).rpartition(f"{OFFICE}/worksheet")
    parts[relations] = f"{head}{OFFICE}/chartsheet{tail}"
    found, remarks = look(tmp_path, parts)
    assert [features.name for features in found] == ["S"]
    assert [(r.severity, r.code, r.place.sheet) for r in remarks] == [
        ("note", "sheet-left-out", "Chart")
    ]


def test_links_to_other_workbooks_are_noted_and_not_followed(tmp_path: Path) -> None:
    parts = xlsx_parts({"S": sheet()}) | {"xl/externalLinks/externalLink1.xml": "<x/>"}
    assert [remark.code for remark in look(tmp_path, parts)[1]] == ["external-links"]


@pytest.mark.parametrize(
    "part",
    [
        sheet('<row r="1"><c r="AAAA1"><f>1</f></c></row>'),
        sheet('<row r="1"><c r="XFE1"><f>1</f></c></row>'),
        sheet('<row r="1"><c r="A1048577"><f>1</f></c></row>'),
        sheet('<row r="0"><c r="A1"><f>1</f></c></row>'),
        sheet('<row r="99999999999"><c><f>1</f></c></row>'),
        sheet('<row r="-1"><c t="e"><v>#N/A</v></c></row>'),
        sheet('<row r="1"><c r="11"><f>1</f></c></row>'),
        sheet(after='<mergeCells><mergeCell ref="A1:"/><mergeCell ref="x"/></mergeCells>'),
        sheet('<row r="1"><c r="A1"><f>1</f></row>'),
        "<!DOCTYPE x>" + sheet(),
    ],
)
def test_damaged_sheet_is_refused(tmp_path: Path, part: str) -> None:
    with pytest.raises(BadInput):
        look(tmp_path, xlsx_parts({"S": part}))


def test_damaged_workbook_is_refused(tmp_path: Path) -> None:
    parts = xlsx_parts({"S": sheet()})
    twice = str(parts["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="S" r:id="rId1"/></sheets>'
    )
    with pytest.raises(BadInput, match="name of another"):
        look(tmp_path, parts | {"xl/workbook.xml": twice})
    with pytest.raises(BadInput, match="is missing"):
        look(tmp_path, {k: v for k, v in parts.items() if "sheet1" not in k})
    with pytest.raises(BadInput, match="is missing"):
        look(tmp_path, {k: v for k, v in parts.items() if "rels" not in k})
