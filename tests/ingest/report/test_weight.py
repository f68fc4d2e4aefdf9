"""What a workbook would cost, before it is loaded."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from defusedxml.common import DefusedXmlException
from openpyxl import Workbook

from ingest.report.weight import can_be_loaded


def _saved(folder: Path, **cells: str) -> Path:
    workbook = Workbook()
    for place, text in cells.items():
        workbook["Sheet"][place] = text
    workbook.save(folder / "x.xlsx")
    return folder / "x.xlsx"


def _with(source: Path, part: str, old: str, new: str) -> Path:
    """The workbook with a text in one of its parts replaced."""
    target = source.with_name("changed.xlsx")
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            after.writestr(name, content)
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_xml_of_workbooks_is_parsed_by_defusedxml() -> None:
    assert openpyxl.DEFUSEDXML


def test_small_workbook_can_be_loaded(tmp_path: Path) -> None:
    assert can_be_loaded(_saved(tmp_path, A1="x", B2="y"))


def test_cells_and_rows_are_counted(tmp_path: Path) -> None:
    path = _saved(tmp_path, A1="x", B2="y")
    assert can_be_loaded(path, 4)
    assert not can_be_loaded(path, 3)


@pytest.mark.parametrize(
    "spread",
    [
        '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        "<mergeCells count='1'><mergeCell ref='A1&#58;XFD1048576'/></mergeCells>",
        '<hyperlinks><hyperlink ref="A:XFD" location="Sheet!A1"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="1:1048576" location="Sheet!A1"/></hyperlinks>',
    ],
)
def test_range_that_would_fill_the_memory_is_not_loaded(tmp_path: Path, spread: str) -> None:
    path = _saved(tmp_path, A1="x")
    assert not can_be_loaded(_with(path, SHEET, "</sheetData>", f"</sheetData>{spread}"))


def test_cells_of_a_namespace_prefix_are_counted(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = f'<m:row xmlns:m="{main}" r="9">{"<m:c/>" * 50}</m:row></sheetData>'
    path = _with(_saved(tmp_path, A1="x"), SHEET, "</sheetData>", row)
    assert not can_be_loaded(path, 20)


def test_workbook_of_many_bytes_is_not_even_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path, A1="x")
    monkeypatch.setattr("ingest.report.weight._MOST_BYTES", 100)
    monkeypatch.setattr("openpyxl.xml.functions.iterparse", None)
    assert not can_be_loaded(path)


def test_workbook_of_many_parts_is_not_even_parsed(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2001):
            archive.writestr(f"{number}.xml", b"<a/>")
    assert not can_be_loaded(path)


def test_document_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(DefusedXmlException):
        can_be_loaded(path)


def test_no_workbook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"no")
    with pytest.raises(zipfile.BadZipFile):
        can_be_loaded(tmp_path / "x.xlsx")
