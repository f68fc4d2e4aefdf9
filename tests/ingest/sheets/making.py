"""Workbooks made by hand, as small as can be, and what is read from them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from ingest.report.remark import Remark
from ingest.sheets.book import Book
from ingest.sheets.sheet import Cell, Limits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
LIMITS = Limits()

Parts = Mapping[str, str | bytes]


def pack(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def text(value: str, place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: float, place: str, more: str = "") -> str:
    return f'<c r="{place}"{more}><v>{value}</v></c>'


def row(index: int, *cells: str) -> str:
    return f'<row r="{index}">{"".join(cells)}</row>'


def sheet(*rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def xlsx_parts(sheets: Mapping[str, str], states: Mapping[str, str] = {}) -> dict[str, str | bytes]:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{index}" state="{states.get(name, "visible")}" '
        f'r:id="rId{index}"/>'
        for index, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{index}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{index}.xml"/>'
        for index, _ in enumerate(sheets, 1)
    )
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        **{f"xl/worksheets/sheet{i}.xml": part for i, part in enumerate(sheets.values(), 1)},
    }


def xlsx(path: Path, *rows: str, after: str = "") -> Path:
    """A workbook of one sheet."""
    return pack(path, xlsx_parts({"Findings": sheet(*rows, after=after)}))


def ods_parts(tables: str, manifest: str = "") -> dict[str, str | bytes]:
    namespaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": (
            f"<office:document-content{namespaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>"
        ),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="urn:m">{manifest}</m:manifest>',
    }


def ods_cell(value: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods(path: Path, *rows: str) -> Path:
    """A workbook of one table."""
    return pack(path, ods_parts(f'<table:table table:name="S">{"".join(rows)}</table:table>'))


def rows_of(book: Book, index: int = 0) -> list[tuple[int, list[Cell]]]:
    return [(found.number, list(found.cells)) for found in book.sheets[index].rows()]


def codes_of(book: Book) -> list[str]:
    return [remark.code for remark in book.remarks]


def remark_of(book: Book, code: str) -> Remark:
    return next(remark for remark in book.remarks if remark.code == code)
