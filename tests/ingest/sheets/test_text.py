"""CSV and TSV: rows with their numbers, and errors with their lines."""

import dataclasses
from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.book import Book
from ingest.sheets.sheet import Limits
from ingest.sheets.text import read_text
from tests.ingest.sheets.making import LIMITS, codes_of, remark_of, rows_of


def read(
    tmp_path: Path, content: str | bytes, limits: Limits = LIMITS, name: str = "x.csv"
) -> Book:
    path = tmp_path / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text(path, name, limits)


def refusal(tmp_path: Path, content: str, limits: Limits = LIMITS) -> BadInput:
    book = read(tmp_path, content, limits)
    with pytest.raises(BadInput) as caught:
        rows_of(book)
    assert caught.value.file == "x.csv"
    return caught.value


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        *(("utf-8", ""), ("utf-8", "\ufeff"), ("utf-8", "\ufeff\ufeff"), ("utf-8", "ï»¿")),
        *(("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-16-le", ""), ("utf-16-be", "")),
        *(("cp1252", ""), ("mac_roman", "")),
    ],
)
def test_rows_are_the_same_in_every_encoding(tmp_path: Path, codec: str, mark: str) -> None:
    text = "Label,Amount\r\nZoë’s – café,£5\r\n"
    book = read(tmp_path, (mark + text).encode(codec))
    assert rows_of(book) == [(1, ["Label", "Amount"]), (2, ["Zoë’s – café", "£5"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_end_a_row(tmp_path: Path, end: str) -> None:
    book = read(tmp_path, end.join(["a,b", "", " , ", "c,d"]))
    assert rows_of(book) == [(1, ["a", "b"]), (4, ["c", "d"])]


def test_rows_are_numbered_as_records_where_cells_hold_line_ends(tmp_path: Path) -> None:
    book = read(tmp_path, 'a,"b\nb\nb"\nc,d\n')
    assert rows_of(book) == [(1, ["a", "b\nb\nb"]), (2, ["c", "d"])]


def test_rows_can_be_asked_for_again(tmp_path: Path) -> None:
    book = read(tmp_path, "a,b\nc,d\n")
    assert rows_of(book) == rows_of(book)
    assert next(book.sheets[0].rows()).number == 1


def test_space_before_a_quotation_mark_is_no_part_of_the_cell(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, '"a", "b, c",  d\n')) == [(1, ["a", "b, c", "d"])]


def test_formula_in_text_is_passed_on_as_it_is(tmp_path: Path) -> None:
    book = read(tmp_path, 'a,b\n"=HYPERLINK(""http://x"",""y"")",c\n')
    assert rows_of(book)[1] == (2, ['=HYPERLINK("http://x","y")', "c"])
    assert book.sheets[0].formulas == {}


def test_delimiter_other_than_the_usual_is_noted(tmp_path: Path) -> None:
    book = read(tmp_path, "a;b\nc;d\n")
    assert rows_of(book) == [(1, ["a", "b"]), (2, ["c", "d"])]
    assert "semicolon" in remark_of(book, "delimiter").message


def test_tabs_make_it_tsv(tmp_path: Path) -> None:
    assert read(tmp_path, "a\tb\nc\td\n", name="x.tsv").form == "tsv"
    assert codes_of(read(tmp_path, "a\tb\nc\td\n", name="x.tsv")) == []
    assert codes_of(read(tmp_path, "a\tb\nc\td\n", name="x.txt")) == ["delimiter"]


def test_line_that_tells_excel_the_delimiter_is_no_row(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, "sep=|\na|b,c\n")) == [(1, ["a", "b,c"])]


def test_one_column_is_a_table(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, "Label\nx\n")) == [(1, ["Label"]), (2, ["x"])]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\nc,"d\ne,f\n', 2),
        ('"a', 1),
        ('a,"b\nb","c ""c""\n\nd\n', 2),
        ('a,b\n\n"""c,d\n', 3),
        ('a, "b""\nc,d\n', 1),
    ],
)
def test_quotation_mark_that_never_closes_is_refused_with_the_line_it_opens_on(
    tmp_path: Path, content: str, line: int
) -> None:
    error = refusal(tmp_path, content)
    assert "a quotation mark opens here" in error.problem
    assert error.line == line


def test_quotation_mark_that_swallows_the_file_is_refused_before_all_of_it_is_read(
    tmp_path: Path,
) -> None:
    error = refusal(tmp_path, 'a,b\nc,"d\n' + "e,f\n" * 50_000)
    assert "quotation mark at its end missing" in error.problem
    assert error.line == 2


def test_text_after_a_closing_quotation_mark_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, 'a,b\n"c"d,e\n')
    assert "twice" in error.problem
    assert error.line == 2


@pytest.mark.parametrize("quote", ["", '"'])
def test_cell_of_a_megabyte_is_refused(tmp_path: Path, quote: str) -> None:
    error = refusal(tmp_path, f"a,b\nc,{quote}{'x' * (1 << 20)}{quote}\n")
    assert "more than 100,000 characters" in error.problem
    assert error.line == 2


@pytest.mark.parametrize("cell", ["x" * 11, '"' + "x\n" * 6 + '"'])
def test_cell_beyond_the_limit_is_refused_with_its_place(tmp_path: Path, cell: str) -> None:
    limits = dataclasses.replace(LIMITS, characters=10)
    error = refusal(tmp_path, f"a,b\nlong but,in shares\nc,{cell}\n", limits)
    assert (error.row, error.column) == (3, 2)
    assert "10 characters" in error.problem


def test_rows_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    limits = dataclasses.replace(LIMITS, rows=2)
    assert len(rows_of(read(tmp_path, "a\n\n\nb\n\n", limits))) == 2
    assert refusal(tmp_path, "a\n\n\nb\nc\n", limits).row == 5


def test_empty_columns_cost_nothing_and_filled_ones_are_limited(tmp_path: Path) -> None:
    limits = dataclasses.replace(LIMITS, columns=3)
    empty = "," * 16_384
    found = rows_of(read(tmp_path, f"a,b,c{empty}\nd,,{empty}\n", limits))
    assert found == [(1, ["a", "b", "c"]), (2, ["d"])]
    error = refusal(tmp_path, f"a,b,c{empty}\nd{empty}e\n", limits)
    assert "more than 3 columns" in error.problem
    assert error.row == 2


def test_a_million_empty_rows_are_passed_over(tmp_path: Path) -> None:
    book = read(tmp_path, "a,b\n" + ",\n" * 1_000_000 + "c,d\n")
    assert rows_of(book) == [(1, ["a", "b"]), (1_000_002, ["c", "d"])]


def test_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    book = read(tmp_path, "a,b\n")
    (tmp_path / "upload").write_bytes(b"a,\xff\n")
    with pytest.raises(BadInput, match="changed"):
        rows_of(book)


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    rows_of(read(tmp_path, "a,b\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]
