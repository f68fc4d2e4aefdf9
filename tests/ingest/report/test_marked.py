"""The marked workbook, opened again."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, text
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from ingest.report.marked import mark
from ingest.report.marks import AUTHOR, HEADING, OURS
from ingest.report.remark import Place, Remark, Remarks
from ingest.sheets.reader import read_sheets
from ingest.sheets.sheet import Limits, Row, Sheet
from tests.ingest.report.samples import FILE, remark

ROWS = [
    ["Findings of 2024", None, None],
    ["Key", "Statement", "Theme"],
    ["a", "One", "fundng"],
    ["b", "Two", "people"],
]
REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference"
RED, AMBER = "FFC7CE", "FFEB9C"
FAULTS = [
    remark(at="C3", value="fundng", candidates=("funding", "founding")),
    remark("warning", "Statement: say more.", "B4", column="Statement"),
    remark(message="The row has no source.", at="4"),
    remark("note", "One row is skipped.", "1"),
]


def _sheet(name: str = "Findings", rows: Sequence[Sequence[Any]] = ROWS, **more: Any) -> Sheet:
    numbered = [Row(number, cells) for number, cells in enumerate(rows, 1) if any(cells)]
    return Sheet(FILE, name, lambda: iter(numbered), **more)


def _workbook(folder: Path) -> tuple[Path, Workbook]:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Findings"
    for row in ROWS:
        sheet.append(row)
    return folder / "sent.xlsx", workbook


def _marked(source: Path, remarks: Sequence[Remark] | Remarks, **options: Any) -> Workbook:
    target = source.with_name("marked.xlsx")
    given = remarks if isinstance(remarks, Remarks) else Remarks(remarks)
    sheets = options.pop("sheets", [_sheet()])
    mark(source, FILE, options.pop("form", "xlsx"), sheets, given, target, **options)
    return load_workbook(target)


def _colour(cell: Any) -> str:
    return cell.fill.fgColor.rgb[2:] if cell.fill.fill_type == "solid" else ""


def _lines(workbook: Workbook) -> list[list[Any]]:
    """The table of the sheet of problems."""
    rows = [list(row) for row in workbook.worksheets[0].iter_rows(values_only=True)]
    return rows[next(n for n, row in enumerate(rows) if row[0] == "Severity") + 1 :]


@pytest.fixture(params=["loaded", "rebuilt"])
def marked(request: pytest.FixtureRequest, tmp_path: Path) -> Workbook:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    return _marked(path, FAULTS, most_cells=1000 if request.param == "loaded" else 0)


def test_faulty_cells_are_coloured_lined_and_commented(marked: Workbook) -> None:
    sheet = marked["Findings"]
    assert (_colour(sheet["C3"]), sheet["C3"].border.left.style) == (RED, "medium")
    assert (_colour(sheet["B4"]), sheet["B4"].border.left.style) == (AMBER, "dashed")
    assert sheet["C3"].comment.text == (
        "Must be mended: Theme: choose only values from the list.\n"
        "Found: fundng\n"
        "Did you mean: funding, founding?"
    )
    assert sheet["B4"].comment.text == "Should be looked at: Statement: say more."


def test_row_without_cell_is_marked_in_its_first_column(marked: Workbook) -> None:
    assert _colour(marked["Findings"]["A4"]) == RED
    assert "no source" in marked["Findings"]["A4"].comment.text


def test_other_cells_are_as_they_were(marked: Workbook) -> None:
    sheet = marked["Findings"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == ROWS
    marks = {"C3", "B4", "A4"}
    others = [cell for row in sheet.iter_rows() for cell in row if cell.coordinate not in marks]
    assert not [cell for cell in others if _colour(cell) or cell.comment]


def test_problems_are_the_first_sheet_with_a_line_and_a_link_each(marked: Workbook) -> None:
    assert marked.sheetnames == ["Problems", "Findings"]
    first = marked.worksheets[0]
    assert (first["A1"].value, first["A2"].value) == (HEADING, "2 violations, 1 warning, 1 note.")
    assert _lines(marked) == [
        [
            *("Violation", "Findings", 3, "Theme", "C3", "fundng"),
            *("Theme: choose only values from the list.", "funding, founding"),
        ],
        ["Violation", "Findings", 4, None, "A4", None, "The row has no source.", None],
        ["Warning", "Findings", 4, "Statement", "B4", None, "Statement: say more.", None],
        ["Note", "Findings", 1, None, "A1", None, "One row is skipped.", None],
    ]
    links = {c.value: c.hyperlink for row in first.iter_rows() for c in row if c.hyperlink}
    assert {name: link.location for name, link in links.items()} == {
        name: f"'Findings'!${name[0]}${name[1]}" for name in ("C3", "A4", "B4", "A1")
    }
    assert {link.target for link in links.values()} == {None}
    assert {name: first[link.ref].value for name, link in links.items()} == {
        name: name for name in links
    }


def test_calamine_reads_the_same_cells(marked: Workbook, tmp_path: Path) -> None:
    read = CalamineWorkbook.from_path(tmp_path / "marked.xlsx").get_sheet_by_name("Findings")
    assert read.to_python() == [[cell or "" for cell in row] for row in ROWS]


def test_only_the_first_sheet_is_selected(marked: Workbook) -> None:
    assert marked.active is marked.worksheets[0]
    assert not marked["Findings"].sheet_view.tabSelected


def test_senders_formats_comments_and_drop_downs_are_kept(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    sheet = workbook["Findings"]
    sheet["B3"].font = Font(bold=True, color="FFFFFFFF")
    sheet["C3"].font = Font(italic=True, color="FFFFFFFF")
    sheet["C3"].fill = PatternFill("solid", fgColor="FF000000")
    sheet["C3"].comment = Comment("Ask Ann", "Bob")
    sheet["A3"].comment = Comment("Mine", "Bob")
    sheet["C5"] = date(2024, 5, 1)
    sheet["C5"].number_format = "d mmmm yyyy"
    sheet.column_dimensions["B"].width = 44
    sheet.freeze_panes = "A3"
    rule = DataValidation(type="list", formula1="Lists!$A$1:$A$2", sqref="C3:C100")
    sheet.add_data_validation(rule)
    workbook.create_sheet("Lists").append(["funding"])
    workbook["Lists"].sheet_state = "hidden"
    workbook.create_sheet("Deep").sheet_state = "veryHidden"
    workbook.save(path)
    made = _marked(path, FAULTS)
    sheet = made["Findings"]
    assert sheet["B3"].font.b
    assert sheet["B3"].font.color.rgb == "FFFFFFFF"
    assert (sheet["C3"].font.i, sheet["C3"].font.color.rgb) == (True, "FF000000")
    assert sheet["C3"].comment.text.startswith(f"Ask Ann\n\n{OURS}\nMust be mended: Theme")
    assert sheet["C3"].comment.author == "Bob"
    assert (sheet["A3"].comment.text, sheet["A3"].comment.author) == ("Mine", "Bob")
    assert sheet["C5"].number_format == "d mmmm yyyy"
    assert (sheet.column_dimensions["B"].width, sheet.freeze_panes) == (44, "A3")
    (kept,) = sheet.data_validations.dataValidation
    assert (str(kept.sqref), kept.formula1) == ("C3:C100", "Lists!$A$1:$A$2")
    assert (made["Lists"].sheet_state, made["Deep"].sheet_state) == ("hidden", "veryHidden")


def test_several_faults_of_a_cell_are_one_comment_and_the_worst_colour(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    found = [remark("warning", "Perhaps.", "C3"), remark(message="Surely.", at="C3")]
    cell = _marked(path, found)["Findings"]["C3"]
    assert _colour(cell) == RED
    assert cell.comment.text == "Must be mended: Surely.\n\nShould be looked at: Perhaps."


def test_merged_cells_are_marked_in_their_first(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook["Findings"].merge_cells("B3:C4")
    workbook.save(path)
    sheet = _marked(path, [remark(at="C4")])["Findings"]
    assert _colour(sheet["B3"]) == RED
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["B3:C4"]


def test_mended_and_sent_again_nothing_of_the_first_check_is_left(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook["Findings"]["B4"].comment = Comment("Ask Ann", "Bob")
    workbook.save(path)
    _marked(path, FAULTS)
    again = path.with_name("again.xlsx")
    path.with_name("marked.xlsx").rename(again)
    problems = _sheet("Problems", [[HEADING]])
    made = _marked(again, [remark(at="C4")], sheets=[problems, _sheet()])
    assert made.sheetnames == ["Problems", "Findings"]
    sheet = made["Findings"]
    assert len(_lines(made)) == 1
    assert [_colour(sheet[name]) for name in ("C3", "A4", "B4", "C4")] == ["", "", "", RED]
    assert sheet["C3"].comment is None
    assert (sheet["B4"].comment.text, sheet["B4"].comment.author) == ("Ask Ann", "Bob")


def test_senders_own_sheet_of_problems_stays(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.create_sheet("problems").append(["We have some"])
    workbook.save(path)
    assert _marked(path, FAULTS).sheetnames == ["Problems 2", "Findings", "problems"]


def test_remarks_beyond_what_is_kept_are_counted(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    remarks = Remarks((remark(at=f"C{row}") for row in range(3, 1203)), most_kept=700)
    made = _marked(path, remarks)
    lines = _lines(made)
    assert len(lines) == 501
    assert lines[-1][:4] == ["Violation", "Findings", None, "Theme"]
    assert lines[-1][6].startswith("… and 700 more with this problem: Theme: choose")
    assert _colour(made["Findings"]["C502"]) == RED
    assert _colour(made["Findings"]["C503"]) == ""


def test_other_files_and_other_sheets_are_not_marked(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    found = [remark(file="other.xlsx"), remark(at="C3", sheet="Gone"), remark(at="", file="")]
    made = _marked(path, found)
    assert [line[1] for line in _lines(made)] == ["Findings", "Gone"]
    assert not [c for row in made["Findings"].iter_rows() for c in row if c.comment]


def test_place_outside_of_every_sheet_is_listed_alone(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    places = [
        Place(FILE, "Findings", 1_048_577, "x", "A"),
        Place(FILE, "Findings", 3, "x", "ZZZ"),
        Place(FILE, "Findings", 0, "x", "A"),
        Place(FILE, "Findings", None, "x", "A"),
    ]
    for most_cells in (1000, 0):
        made = _marked(
            path, [Remark("violation", "c", "m", p) for p in places], most_cells=most_cells
        )
        assert len(_lines(made)) == 4
        assert not [c for row in made["Findings"].iter_rows() for c in row if c.comment]


@pytest.mark.parametrize("most_cells", [1000, 0])
def test_what_was_sent_becomes_no_formula_anywhere(tmp_path: Path, most_cells: int) -> None:
    bad = '=HYPERLINK("https://example.org";"x")'
    path, workbook = _workbook(tmp_path)
    sheet = workbook["Findings"]
    sheet["C3"] = bad
    sheet["C4"].value = "@x"
    workbook.save(path)
    rows = [*ROWS[:2], ["a", "One", bad], ["b", "+2", "@x"]]
    hostile = Remark("violation", bad, bad, Place(FILE, "Findings", 3, bad, "C"), bad, (bad,), bad)
    made = _marked(path, [hostile], sheets=[_sheet(rows=rows)], most_cells=most_cells)
    cells = [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert made["Findings"]["C3"].value == bad
    assert made["Findings"]["C3"].quotePrefix
    assert made["Findings"]["C4"].quotePrefix
    assert [cell.value for cell in cells].count(bad) == 5


def test_comments_are_cut_and_hold_nothing_that_xml_cannot(tmp_path: Path) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    found = [remark(message=f"{n}\x00\x0b\udc80" + "x" * 2000, at="C3") for n in range(50)]
    for most_cells in (1000, 0):
        comment = _marked(path, found, most_cells=most_cells)["Findings"]["C3"].comment.text
        assert 29_000 < len(comment) <= 30_001
        assert comment.startswith("Must be mended: 0")
        assert "\x0b" not in comment


def test_workbook_that_openpyxl_cannot_load_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "sent.xlsx"
    path.write_bytes(b"PK nothing that can be opened")
    assert _colour(_marked(path, FAULTS)["Findings"]["C3"]) == RED


def test_text_is_marked_at_its_own_rows(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text("Key,Statement,Theme\n\na,One,fundng\n=b,0012,people\n")
    book = read_sheets(path, "findings.csv", Limits())
    target = tmp_path / "marked.xlsx"
    found = [remark(at="C3", sheet="", file="findings.csv")]
    mark(path, "findings.csv", book.form, book.sheets, Remarks(found), target)
    made = load_workbook(target)
    assert made.sheetnames == ["Problems", "findings"]
    sheet = made["findings"]
    assert (sheet["C3"].value, _colour(sheet["C3"])) == ("fundng", RED)
    assert (sheet["A4"].value, sheet["A4"].data_type, sheet["B4"].value) == ("=b", "s", "0012")
    assert sheet["A2"].value is None


def test_objects_of_json_stand_below_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "sent.json"
    path.write_text(
        json.dumps([{"key": "a", "theme": "fundng"}, {"key": "b", "theme": ["x", "y"]}])
    )
    book = read_sheets(path, "findings.json", Limits())
    place = Place("findings.json", book.sheets[0].name, 2, "theme", unit="object")
    target = tmp_path / "marked.xlsx"
    found = Remarks([Remark("violation", "c", "Mend it.", place, "x")])
    mark(path, "findings.json", book.form, book.sheets, found, target)
    made = load_workbook(target)
    sheet = made.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["key", "theme"],
        ["a", "fundng"],
        ["b", "x | y"],
    ]
    assert _colour(sheet["B3"]) == RED
    assert _lines(made)[0][2:5] == [2, "theme", "B3"]


def test_file_that_is_no_table_gets_its_list_of_problems(tmp_path: Path) -> None:
    path = tmp_path / "sent.ttl"
    path.write_text("")
    target = tmp_path / "marked.xlsx"
    found = Remark("violation", "c", "Mend it.", Place("sent.ttl", line=7), focus="urn:x")
    mark(path, "sent.ttl", "turtle", (), Remarks([found]), target)
    made = load_workbook(target)
    assert made.sheetnames == ["Problems"]
    assert _lines(made)[0] == [
        *("Violation", None, "line 7", None, None, None),
        *("Mend it.\n(urn:x)", None),
    ]


def test_comments_are_signed_by_the_check(marked: Workbook) -> None:
    assert marked["Findings"]["C3"].comment.author == AUTHOR


@pytest.mark.parametrize("form", ["csv", "tsv", "xls", "ods", "json", "xlsx", "xlsm"])
def test_file_of_every_form_is_marked_from_what_was_read(tmp_path: Path, form: str) -> None:
    path = tmp_path / "sent"
    path.write_bytes(b"what no program can open")
    sheet = _marked(path, FAULTS, form=form)["Findings"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == ROWS
    assert (_colour(sheet["C3"]), _colour(sheet["B4"])) == (RED, AMBER)


def test_real_workbook_is_as_it_was_but_for_the_marked_cell(tmp_path: Path) -> None:
    path = REFERENCE / "culture" / "ace_project_grants_2018_19.xlsx"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    name = CalamineWorkbook.from_path(path).sheet_names[0]
    place = Place(path.name, name, 5, "x", "B")
    target = tmp_path / "marked.xlsx"
    sheet = Sheet(path.name, name, lambda: iter(()))
    found = Remarks([Remark("violation", "c", "Mend it.", place)])
    mark(path, path.name, "xlsx", [sheet], found, target)
    before, after = CalamineWorkbook.from_path(path), CalamineWorkbook.from_path(target)
    assert after.sheet_names == ["Problems", *before.sheet_names]
    for title in before.sheet_names:
        cells = [book.get_sheet_by_name(title).to_python() for book in (before, after)]
        assert cells[0] == cells[1]


@given(text(max_size=40), text(max_size=40), integers(0, 1))
@settings(max_examples=40, deadline=None)
def test_whatever_was_sent_the_workbook_opens_and_holds_no_formula(
    tmp_path_factory: pytest.TempPathFactory, sent: str, said: str, loaded: int
) -> None:
    path, workbook = _workbook(tmp_path_factory.mktemp("any"))
    workbook.save(path)
    place = Place(FILE, "Findings", 3, sent, "C")
    found = Remark("violation", "c", said, place, sent, (said,), sent, sent)
    rows = [*ROWS[:2], [sent, said, sent]]
    made = _marked(path, [found], sheets=[_sheet(rows=rows)], most_cells=1000 * loaded)
    cells = [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert made["Findings"]["C3"].comment


def test_kinds_of_problem_beyond_the_longest_list_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, workbook = _workbook(tmp_path)
    workbook.save(path)
    monkeypatch.setattr("ingest.report.problems._MOST_LINES", 8)
    found = [remark(message=f"Fault {number}.", at=f"C{number}") for number in range(1, 11)]
    lines = _lines(_marked(path, found))
    assert [line[6] for line in lines[:-1]] == ["Fault 1.", "Fault 2.", "Fault 3."]
    assert lines[-1][0] == "… and 7 other kinds of problem."
