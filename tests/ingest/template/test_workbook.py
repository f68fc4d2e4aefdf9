"""The workbook, as openpyxl and calamine read it, and as XML."""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import iterparse

import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from cepgraph.errors import BadParameter, UnsupportedFormat
from ingest.columns import columns_of
from ingest.template import template
from ingest.template.example import EXAMPLE
from ingest.template.page import LISTS, README
from tests.ingest.template.conftest import World, opened


@pytest.fixture(scope="module")
def all_bytes(real: World) -> bytes:
    return real.bytes(*real.model.schema.collections)


@pytest.fixture(scope="module")
def everything(all_bytes: bytes) -> Workbook:
    """One workbook with all classes of the project."""
    return opened(all_bytes)


@pytest.fixture(scope="module")
def toy_bytes(toys: World) -> bytes:
    return toys.bytes("toys", "owners")


@pytest.fixture(scope="module")
def toy_book(toy_bytes: bytes) -> Workbook:
    return opened(toy_bytes)


@pytest.fixture(scope="module")
def sheet(toy_book: Workbook) -> Worksheet:
    found = toy_book["Toys"]
    assert isinstance(found, Worksheet)
    return found


def _letter(sheet: Worksheet, label: str) -> str:
    return next(c.column_letter for c in sheet[1] if str(c.value).rstrip(" *+") == label)


def _rule(sheet: Worksheet, label: str) -> DataValidation:
    letter = _letter(sheet, label)
    (rule,) = (
        rule
        for rule in sheet.data_validations.dataValidation
        if str(rule.sqref).startswith(f"{letter}2:")
    )
    return rule


def _offered(book: Workbook, name: str) -> list[str]:
    (place,) = book.defined_names[name].destinations
    sheet, cells = place
    return [row[0].value for row in book[sheet][cells]]


def test_form_that_is_not_made_is_refused_with_those_that_are(toys: World) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.xlsx, \.csv, \.json"):
        template("ods", [toys.cls("toys")], toys.model.schema, toys.lists)


def test_no_class_is_refused(toys: World) -> None:
    with pytest.raises(BadParameter):
        template("xlsx", [], toys.model.schema, toys.lists)


def test_every_class_has_a_sheet_with_its_columns_in_their_order(
    real: World, everything: Workbook
) -> None:
    schema = real.model.schema
    sheets = everything.sheetnames[1:-1]
    assert len(sheets) == len(schema.collections)
    for name, cls in zip(sheets, schema.collections.values(), strict=True):
        heads = [re.sub(r" [*+]$", "", str(cell.value)) for cell in everything[name][1]]
        assert heads == [column.label for column in columns_of(cls, schema)], name


def test_every_header_has_a_comment_a_prompt_and_a_mark_of_its_need(
    real: World, everything: Workbook
) -> None:
    schema = real.model.schema
    marked = set()
    for name, cls in zip(everything.sheetnames[1:-1], schema.collections.values(), strict=True):
        sheet = everything[name]
        for column, cell in zip(columns_of(cls, schema), sheet[1], strict=True):
            need = (column.required, column.recommended)
            assert str(cell.value).endswith(" *") == column.required
            assert str(cell.value).endswith(" +") == column.recommended
            marked.add((need, cell.fill.fgColor.rgb))
            assert cell.comment is not None
            assert len(cell.comment.text) > 20
            rule = _rule(sheet, column.label)
            assert rule.prompt
            assert rule.showInputMessage
            assert len(rule.prompt) <= 255
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.error or "") <= 225
    assert len(marked) == 3
    assert len({colour for _, colour in marked}) == 3


def test_every_drop_down_offers_the_labels_of_its_list(real: World, everything: Workbook) -> None:
    schema = real.model.schema
    seen = 0
    for name, cls in zip(everything.sheetnames[1:-1], schema.collections.values(), strict=True):
        for column in columns_of(cls, schema):
            entries = real.lists.of(column.field.scheme) if column.field else ()
            if not entries:
                continue
            rule = _rule(everything[name], column.label)
            assert rule.type == "list"
            assert _offered(everything, str(rule.formula1)) == [entry.label for entry in entries]
            assert rule.errorStyle == (
                "information" if column.field and column.field.repeats else "stop"
            )
            seen += 1
    assert seen > 50


def test_every_sheet_has_one_example_row_and_nothing_below(everything: Workbook) -> None:
    for name in everything.sheetnames[1:-1]:
        sheet = everything[name]
        assert sheet["A2"].value == EXAMPLE
        assert sheet.max_row == 2
        assert all(cell.font.italic for cell in sheet[2])


def test_calamine_reads_the_same_cells_and_sees_which_sheet_is_hidden(
    all_bytes: bytes, everything: Workbook
) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(all_bytes))
    assert book.sheet_names == everything.sheetnames
    hidden = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Hidden]
    assert hidden == [LISTS]
    for name in book.sheet_names[1:-1]:
        rows = book.get_sheet_by_name(name).to_python()
        assert rows[0] == [cell.value for cell in everything[name][1]]
        assert rows[1][0] == EXAMPLE
        assert len(rows) == 2


def test_every_part_of_the_file_is_xml(all_bytes: bytes, toy_bytes: bytes) -> None:
    for made in (all_bytes, toy_bytes):
        with zipfile.ZipFile(BytesIO(made)) as file:
            names = [n for n in file.namelist() if n.endswith((".xml", ".rels", ".vml"))]
            assert any("comment" in name for name in names)
            for name in names:
                assert sum(1 for _ in iterparse(BytesIO(file.read(name)))) > 0


def test_readme_comes_first_and_is_what_opens(toy_book: Workbook) -> None:
    assert toy_book.sheetnames == [README, "Toys", "Owners", "Dataset", LISTS]
    assert toy_book.active is toy_book[README]
    assert toy_book[LISTS].sheet_state == "hidden"


def test_sheet_that_describes_the_graph_asks_for_publisher_and_name_as_its_key(
    toy_book: Workbook,
) -> None:
    comment = toy_book["Dataset"]["A1"].comment
    assert comment is not None
    assert "https://w3id.org/cepgraph/graph/" in comment.text
    assert "a slash" in comment.text
    assert [cell.value for cell in toy_book["Dataset"][1]] == ["Key", "Terms"]


def test_graphs_that_are_asked_for_have_one_sheet(toys: World) -> None:
    assert opened(toys.bytes("datasets", "datasets")).sheetnames == [README, "Dataset", LISTS]


def test_world_without_described_graphs_has_no_such_sheet(make: Callable[..., World]) -> None:
    assert opened(make().bytes("pets")).sheetnames == [README, "Pets", LISTS]


def test_workbook_carries_the_version_of_the_shapes(toy_book: Workbook) -> None:
    assert toy_book.properties.version == "9.8.7"


def test_header_is_frozen_filtered_and_printed_on_every_page(sheet: Worksheet) -> None:
    assert [cell.value for cell in sheet[1]][:3] == ["Key", "Kind of toy", "Label *"]
    assert sheet.freeze_panes == "D2"
    assert str(sheet.auto_filter.ref).startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    ("label", "number_format", "example"),
    [
        ("Code", "@", "007"),
        ("Bought", "yyyy-mm-dd", datetime.fromisoformat("2024-07-03")),
        ("Since", "@", "2024-07"),
        ("Parts", "0", 4),
        ("Price", "#,##0.00####", 3300),
        ("Weight", "General", 120),
        ("Loud", "@", "No"),
        ("Size", "@", "large"),
        ("Colour", "@", "Bright red"),
        ("Owner", "@", "owner/ann"),
        ("Page", "@", "https://example.org/"),
    ],
)
def test_column_keeps_its_values_in_a_format_that_changes_none(
    sheet: Worksheet, label: str, number_format: str, example: object
) -> None:
    letter = _letter(sheet, label)
    assert sheet.column_dimensions[letter].number_format == number_format
    assert sheet[f"{letter}2"].number_format == number_format
    assert sheet[f"{letter}2"].value == example


@pytest.mark.parametrize(
    ("label", "offered", "style"),
    [
        ("Kind of toy", ["Ball", "Doll"], "stop"),
        ("Loud", ["Yes", "No"], "stop"),
        ("Size", ["small", "large"], "stop"),
        ("Colour", ["Blue, dark", "Bright red"], "stop"),
        ("Other colours", ["Blue, dark", "Bright red"], "information"),
    ],
)
def test_drop_down_stops_other_values_only_where_one_is_taken(
    toy_book: Workbook, sheet: Worksheet, label: str, offered: list[str], style: str
) -> None:
    rule = _rule(sheet, label)
    assert _offered(toy_book, str(rule.formula1)) == offered
    assert rule.errorStyle == style
    assert rule.showErrorMessage
    assert rule.allow_blank


def test_list_of_a_scheme_is_written_once_however_many_columns_use_it(toy_book: Workbook) -> None:
    lists = {str(_rule(toy_book["Toys"], label).formula1) for label in ("Colour", "Other colours")}
    assert lists == {"list_colour"}


def test_column_without_a_list_has_no_drop_down(sheet: Worksheet) -> None:
    assert _rule(sheet, "Owner").type is None


def test_column_of_some_kinds_is_in_italics_and_its_comment_names_them(sheet: Worksheet) -> None:
    cell = sheet[f"{_letter(sheet, 'Hair')}1"]
    assert cell.font.italic
    assert cell.comment is not None
    assert "Only for: Doll." in cell.comment.text
    assert sheet[f"{_letter(sheet, 'Kind of toy')}2"].value == "Doll"
    assert not sheet[f"{_letter(sheet, 'Code')}1"].font.italic


def test_text_that_begins_like_a_formula_is_text(sheet: Worksheet, toy_bytes: bytes) -> None:
    letter = _letter(sheet, "=1+1")
    assert sheet[f"{letter}1"].data_type == "s"
    assert sheet[f"{letter}2"].data_type == "s"
    with zipfile.ZipFile(BytesIO(toy_bytes)) as file:
        for name in file.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in file.read(name)


def test_character_that_xml_has_no_place_for_is_replaced(sheet: Worksheet) -> None:
    letter = _letter(sheet, "Odd <&> \ufffd one")
    comment = sheet[f"{letter}1"].comment
    assert comment is not None
    assert "]]> <b>&amp; \ufffd\ufffd\ufffd _x0041_ \N{PERFORMING ARTS}" in comment.text
    assert sheet[f"{letter}2"].value == "a\ufffdb"


def test_example_that_is_no_day_is_shown_as_it_is(make: Callable[..., World]) -> None:
    world = make(
        "ceps:Owner sh:property ceps:Owner-x . ceps:Owner-x a sh:PropertyShape ; sh:path cep:born ;"
        'sh:order 20 ; sh:name "Born" ; sh:datatype xsd:date ; ceps:example "2023-02-29" .'
    )
    sheet = opened(world.bytes("owners"))["Owners"]
    assert sheet[f"{_letter(sheet, 'Born')}2"].value == "2023-02-29"


def test_names_of_lists_differ_where_schemes_end_alike(make: Callable[..., World]) -> None:
    shape = (
        "ceps:Owner sh:property ceps:Owner-{n} . ceps:Owner-{n} a sh:PropertyShape ; "
        'sh:path cep:{n} ; sh:order {o} ; sh:name "{n}" ; ceps:scheme <{s}> .\n'
    )
    concept = (
        "<{s}/{k}> <http://www.w3.org/2004/02/skos/core#inScheme> <{s}> ;"
        ' <http://www.w3.org/2004/02/skos/core#prefLabel> "{k}" .\n'
    )
    ours, theirs = "https://example.org/a/size", "https://example.org/b/size"
    world = make(
        shape.format(n="one", o=20, s=ours) + shape.format(n="two", o=21, s=theirs),
        schemes=concept.format(s=ours, k="small") + concept.format(s=theirs, k="XL"),
    )
    book = opened(world.bytes("owners"))
    rules = [_rule(book["Owners"], label) for label in ("one", "two")]
    assert [_offered(book, str(rule.formula1)) for rule in rules] == [["small"], ["XL"]]
