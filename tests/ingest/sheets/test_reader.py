"""Any file is read as what it is, or refused in one sentence."""

import hashlib
import os
import shutil
import socket
from pathlib import Path

import pytest

from cepgraph.errors import BadInput, UnsupportedFormat
from ingest.sheets.reader import is_table, read_sheets
from tests.ingest.sheets.making import LIMITS, codes_of, remark_of, row, rows_of, text, xlsx

FIXTURES = Path(__file__).with_name("fixtures")
REFERENCE = Path("../shared/reference")


def refusal(path: Path, name: str = "") -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_sheets(path, name or path.name, LIMITS)
    assert caught.value.problem
    return caught.value


@pytest.mark.parametrize(
    ("name", "table"),
    [
        *((f"x.{e}", True) for e in ("csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xls", "ods")),
        *(("x.json", True), ("X.CSV", True), ("a.b.Xlsx", True)),
        *(("x.ttl", False), ("x.jsonld", False), ("x", False), ("csv", False), ("", False)),
    ],
)
def test_tables_are_told_by_the_ending(name: str, table: bool) -> None:
    assert is_table(name) is table


def test_same_table_in_every_form_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Label,Key\na,b\n")
    (tmp_path / "x.tsv").write_text("Label\tKey\na\tb\n")
    xlsx(
        tmp_path / "x.xlsx",
        row(1, text("Label", "A1"), text("Key", "B1")),
        row(2, text("a", "A2"), text("b", "B2")),
    )
    for form in ("csv", "tsv", "xlsx"):
        book = read_sheets(tmp_path / f"x.{form}", f"x.{form}", LIMITS)
        assert book.form == form
        assert rows_of(book) == [(1, ["Label", "Key"]), (2, ["a", "b"])]
        assert book.remarks == []
        assert {found.file for found in book.sheets} == {f"x.{form}"}
        content = (tmp_path / f"x.{form}").read_bytes()
        assert book.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (b"a,b\nc,d\n", "x.xlsx", "csv"),
        ("\ufeffa\tb\nc\td\n".encode("utf-16-le"), "x.xls", "tsv"),
        (b'[{"a": 1}]', "x.csv", "json"),
        (b'{"a": 1}', "x.ods", "json"),
    ],
)
def test_ending_that_lies_is_noted(tmp_path: Path, content: bytes, name: str, form: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    book = read_sheets(path, name, LIMITS)
    assert book.form == form
    assert book.remarks[0].code == "other-than-its-ending"
    assert book.remarks[0].severity == "note"


@pytest.mark.parametrize(
    ("fixture", "name"),
    [("findings.xls", "x.csv"), ("findings.ods", "x.xlsx"), ("findings.xls", "x.ods")],
)
def test_workbook_with_another_ending_is_read_as_what_it_is(
    tmp_path: Path, fixture: str, name: str
) -> None:
    shutil.copy(FIXTURES / fixture, tmp_path / name)
    book = read_sheets(tmp_path / name, name, LIMITS)
    assert book.form == fixture[-3:]
    assert rows_of(book)[0][1][0] == "Label"
    assert "other-than-its-ending" in codes_of(book)


def test_upload_without_an_ending_of_its_own_goes_by_its_name(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "findings.xls", tmp_path / "tmp1234")
    book = read_sheets(tmp_path / "tmp1234", "findings.xls", LIMITS)
    assert "other-than-its-ending" not in codes_of(book)
    assert rows_of(book)[0][1][0] == "Label"


def test_known_headers_choose_the_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Label;Theme\na,b,c;x\nd,e,f;y\n")
    book = read_sheets(path, "x.csv", LIMITS, {"label", "theme"})
    assert rows_of(book)[1] == (2, ["a,b,c", "x"])
    assert "semicolon" in remark_of(book, "delimiter").message


def test_ending_that_stands_for_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_text("x")
    with pytest.raises(UnsupportedFormat, match=r"\.csv, \.tsv"):
        read_sheets(path, "x.docx", LIMITS)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.csv", b"", "empty"),
        ("x.xlsx", b"", "empty"),
        ("x.json", b"", "empty"),
        ("x.xlsx", b"\x00\x01\x02garbage", "no XLSX workbook"),
        ("x.xlsx", b"<html><table>", "web page"),
        ("x.xlsx", b"PK\x03\x04 cut", "damaged"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut", "damaged"),
        ("x.json", b"a,b\n", "no JSON"),
        ("x.csv", b"a,\x00", "NUL"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    error = refusal(path, name)
    assert says in error.problem
    assert error.file == name


def test_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path, "x.csv").problem


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "x.csv").problem


def test_device_and_pipe_are_refused_without_being_opened(tmp_path: Path) -> None:
    assert "ordinary" in refusal(Path("/dev/zero"), "x.csv").problem
    os.mkfifo(tmp_path / "x.csv")
    assert "ordinary" in refusal(tmp_path / "x.csv").problem


def test_too_large_file_of_any_form_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    limits = replace(LIMITS, bytes=1 << 10)
    for name in ("x.csv", "x.json", "x.xls"):
        path = tmp_path / name
        path.write_bytes((FIXTURES / "findings.xls").read_bytes()[:9] + b"[1,2]\n" * 200)
        if name != "x.xls":
            path.write_bytes(b"[1,2]\n" * 200)
        with pytest.raises(BadInput, match="larger than"):
            read_sheets(path, name, limits)


def test_no_connection_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    cell = '<c r="A1" t="str"><f>WEBSERVICE("http://127.0.0.1/x")</f><v>y</v></c>'
    book = read_sheets(xlsx(tmp_path / "x.xlsx", row(1, cell)), "x.xlsx", LIMITS)
    assert rows_of(book) == [(1, ["y"])]


@pytest.mark.slow
def test_every_real_table_is_read() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference files are not part of this repository")
    read = 0
    for path in sorted(REFERENCE.rglob("*")):
        if path.is_file() and is_table(path.name) and "w3c" not in path.parts:
            book = read_sheets(path, path.name, LIMITS)
            assert sum(len(rows_of(book, index)) for index in range(len(book.sheets)))
            read += 1
    assert read > 20
