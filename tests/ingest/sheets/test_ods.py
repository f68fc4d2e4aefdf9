"""ODS: formulas, merged cells and error values."""

from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.report.remark import Remark
from ingest.sheets.features import Features
from ingest.sheets.ods import features_of_ods
from ingest.sheets.package import package
from ingest.sheets.sheet import Range
from tests.ingest.sheets.making import Parts, ods_cell, ods_parts, ods_row, pack


def look(tmp_path: Path, parts: Parts) -> tuple[dict[str, Features], list[Remark]]:
    with package(pack(tmp_path / "x.ods", parts), "x.ods", 1 << 28) as opened:
        return features_of_ods(opened)


def first(tmp_path: Path, *rows: str) -> Features:
    table = f'<table:table table:name="S">{"".join(rows)}</table:table>'
    return look(tmp_path, ods_parts(table))[0]["S"]


EMPTY = '<table:table-cell table:number-columns-repeated="3"/>'
FORMULA = ' table:formula="of:=SUM([.A1:.A2])"'
ERROR = ' table:formula="of:=1/0" office:string-value=""'


def test_formulas_are_found_after_repeated_cells_and_rows(tmp_path: Path) -> None:
    features = first(
        tmp_path,
        ods_row(ods_cell("x"), more=' table:number-rows-repeated="4"'),
        ods_row(EMPTY, ods_cell("3", FORMULA), f"<table:table-cell{FORMULA}/>"),
    )
    assert features.formulas == {(5, 3): "=SUM([.A1:.A2])", (5, 4): "=SUM([.A1:.A2])"}
    assert features.valueless == [(5, 4)]


def test_error_values_are_found_however_often_they_are_repeated(tmp_path: Path) -> None:
    features = first(
        tmp_path,
        ods_row(EMPTY, ods_cell("#DIV/0!", ERROR + ' table:number-columns-repeated="2"')),
        ods_row(ods_cell("", ' table:formula="of:=&quot;&quot;" office:string-value=""')),
    )
    assert features.errors == {(1, 3): "#DIV/0!", (1, 4): "#DIV/0!"}


def test_merged_cells_are_found(tmp_path: Path) -> None:
    spanned = ' table:number-columns-spanned="2" table:number-rows-spanned="3"'
    covered = "<table:covered-table-cell/>"
    single = ods_cell("y", ' table:number-columns-spanned="1" table:number-rows-spanned="1"')
    features = first(tmp_path, ods_row(ods_cell("x", spanned), covered, single))
    assert features.merged == [Range(1, 0, 3, 1)]


def test_content_that_is_plain_is_not_walked_through(tmp_path: Path) -> None:
    parts = ods_parts(f'<table:table table:name="S">{ods_row(ods_cell("x"))}</table:table>')
    assert look(tmp_path, parts) == ({}, [])


def test_links_to_other_documents_are_noted(tmp_path: Path) -> None:
    parts = ods_parts('<table:table table:name="S"><table:table-source/></table:table>')
    assert [remark.code for remark in look(tmp_path, parts)[1]] == ["external-links"]


def test_locked_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="password"):
        look(tmp_path, ods_parts("", "<m:encryption-data/>"))


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(ods_cell("x", FORMULA + ' table:number-columns-repeated="9999999999"')),
        ods_row(ods_cell("x", FORMULA + ' table:number-columns-repeated="x"')),
        ods_row(ods_cell("x", FORMULA + ' table:number-columns-repeated="0"')),
        ods_row(more=' table:number-rows-repeated="1048576"') + ods_row(ods_cell("x", FORMULA)),
        ods_row(EMPTY * 6000, ods_cell("x", FORMULA)),
        "<!DOCTYPE x>",
    ],
)
def test_damaged_content_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(BadInput):
        first(tmp_path, rows)


def test_errors_beyond_any_measure_are_refused(tmp_path: Path) -> None:
    error = ods_cell("#REF!", ERROR + ' table:number-columns-repeated="16000"')
    with pytest.raises(BadInput, match="mend them first"):
        first(tmp_path, ods_row(error, more=' table:number-rows-repeated="1000000"'))
