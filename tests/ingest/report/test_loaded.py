"""The sender's own workbook, without anything that acts."""

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableFormula

from ingest.report.loaded import disarm, load


def _reloaded(workbook: Workbook, folder: Path) -> tuple[Workbook, int]:
    workbook.save(folder / "sent.xlsx")
    loaded = load(folder / "sent.xlsx")
    assert loaded is not None
    formulas = disarm(loaded)
    loaded.save(folder / "made.xlsx")
    return load_workbook(folder / "made.xlsx"), formulas


@pytest.fixture
def workbook() -> Workbook:
    made = Workbook()
    made["Sheet"].append(["a", "b"])
    return made


def test_formulas_become_their_text(workbook: Workbook, tmp_path: Path) -> None:
    sheet = workbook["Sheet"]
    sheet["A2"] = "=SUM(B1:B9)"
    sheet["A3"] = ArrayFormula("A3:A4", "=B1:B2*2")
    made, formulas = _reloaded(workbook, tmp_path)
    assert formulas == 2
    found = [made["Sheet"][name] for name in ("A2", "A3")]
    assert [(cell.value, cell.data_type) for cell in found] == [
        ("=SUM(B1:B9)", "s"),
        ("=B1:B2*2", "s"),
    ]
    assert not re.search(r"<f[ />]", _parts(tmp_path / "made.xlsx"))


def test_links_to_elsewhere_are_taken_out_and_the_text_stays(
    workbook: Workbook, tmp_path: Path
) -> None:
    sheet = workbook["Sheet"]
    sheet["A2"] = "Site"
    sheet["A2"].hyperlink = "https://example.org/"
    sheet["A3"] = "Below"
    sheet["A3"].hyperlink = Hyperlink(ref="A3", location="Sheet!A9")
    made, _ = _reloaded(workbook, tmp_path)
    assert (made["Sheet"]["A2"].value, made["Sheet"]["A2"].hyperlink) == ("Site", None)
    assert made["Sheet"]["A3"].hyperlink.location == "Sheet!A9"
    assert "example.org" not in _parts(tmp_path / "made.xlsx")


@pytest.mark.parametrize(
    ("formula", "kept"),
    [
        ("Sheet!$A$1:$A$9", True),
        ("INDIRECT(Table1[Theme])", True),
        ('"a,b"', True),
        ("[1]Sheet1!$A$1", False),
        ("'[x.xlsx]Sheet 1'!$A$1", False),
        ("'C:\\x\\[x.xlsx]Sheet'!$A$1", False),
        ("cmd|'/c calc'!A0", False),
        ('WEBSERVICE("x")', False),
        ("'https://example.org/x.xlsx'!names", False),
    ],
)
def test_names_rules_and_drop_downs_stay_where_they_speak_of_this_workbook(
    workbook: Workbook, tmp_path: Path, formula: str, kept: bool
) -> None:
    sheet = workbook["Sheet"]
    workbook.defined_names["mine"] = DefinedName("mine", attr_text=formula)
    sheet.defined_names["here"] = DefinedName("here", attr_text=formula)
    sheet.add_data_validation(DataValidation(type="list", formula1=formula, sqref="A2:A9"))
    fill = PatternFill("solid", bgColor="FFFF0000")
    sheet.conditional_formatting.add("B1:B9", FormulaRule([formula], fill=fill))
    made, _ = _reloaded(workbook, tmp_path)
    sheet = made["Sheet"]
    assert ("mine" in made.defined_names) is kept
    assert ("here" in sheet.defined_names) is kept
    assert bool(sheet.data_validations.dataValidation) is kept
    assert bool(len(sheet.conditional_formatting)) is kept


def test_formulas_of_tables_are_taken_out_and_tables_stay(
    workbook: Workbook, tmp_path: Path
) -> None:
    table = Table(displayName="T", ref="A1:B3")
    table._initialise_columns()
    table.tableColumns[0].name, table.tableColumns[1].name = "a", "b"
    table.tableColumns[1].calculatedColumnFormula = TableFormula(attr_text="T[a]*2")
    workbook["Sheet"].add_table(table)
    made, _ = _reloaded(workbook, tmp_path)
    assert made["Sheet"].tables["T"].ref == "A1:B3"
    assert made["Sheet"].tables["T"].tableColumns[1].calculatedColumnFormula is None


def test_table_that_is_filled_from_elsewhere_is_taken_out(
    workbook: Workbook, tmp_path: Path
) -> None:
    table = Table(displayName="T", ref="A1:B3", tableType="queryTable", connectionId=1)
    workbook["Sheet"].add_table(table)
    made, _ = _reloaded(workbook, tmp_path)
    assert not made["Sheet"].tables


def test_charts_are_left_behind(workbook: Workbook, tmp_path: Path) -> None:
    charts = [BarChart(), BarChart()]
    for chart in charts:
        chart.add_data(Reference(workbook["Sheet"], min_col=1, min_row=1, max_row=2))
    workbook["Sheet"].add_chart(charts[0], "D1")
    workbook.create_chartsheet("Chart").add_chart(charts[1])
    made, _ = _reloaded(workbook, tmp_path)
    assert made.sheetnames == ["Sheet"]
    assert "chart" not in _parts(tmp_path / "made.xlsx")


def test_macros_are_left_behind(workbook: Workbook, tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsm"
    workbook.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(path, "w") as macros:
        for name in plain.namelist():
            content = plain.read(name).replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            macros.writestr(name, content)
        macros.writestr("xl/vbaProject.bin", b"macro")
    loaded = load(path)
    assert loaded is not None
    disarm(loaded)
    loaded.save(tmp_path / "made.xlsx")
    with zipfile.ZipFile(tmp_path / "made.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name]
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")


def test_cells_in_opposite_corners_take_no_more_room_than_two(
    workbook: Workbook, tmp_path: Path
) -> None:
    workbook["Sheet"]["XFD1048576"] = "=1"
    workbook.save(tmp_path / "sent.xlsx")
    loaded = load(tmp_path / "sent.xlsx")
    assert loaded is not None
    assert disarm(loaded) == 1
    assert len(loaded["Sheet"]._cells) == 3


@pytest.mark.parametrize("content", [b"", b"no", b"PK\x03\x04 no", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_workbook_is_not_loaded(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    assert load(tmp_path / "x.xlsx") is None


def test_external_entities_are_not_loaded(workbook: Workbook, tmp_path: Path) -> None:
    workbook.save(tmp_path / "plain.xlsx")
    (tmp_path / "secret").write_text("secret")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "sent.xlsx", "w") as sent,
    ):
        for name in plain.namelist():
            content = plain.read(name)
            if name.endswith("sheet1.xml"):
                content = doctype.encode() + content
            sent.writestr(name, content)
    assert load(tmp_path / "sent.xlsx") is None


def _parts(path: Path) -> str:
    """All text and all names of a workbook's parts."""
    with zipfile.ZipFile(path) as archive:
        return " ".join(name + archive.read(name).decode() for name in archive.namelist())
