"""Archives are looked at before they are unpacked."""

import struct
import zipfile
from pathlib import Path

import pytest

from cepgraph.errors import BadInput, UnsupportedFormat
from ingest.sheets import package as rooms
from ingest.sheets.package import package
from tests.ingest.sheets.making import pack, row, text, xlsx

MB = 1 << 20


def refusal(path: Path, most: int = 256 * MB) -> BadInput:
    with pytest.raises(BadInput) as caught:
        unpack(path, most)
    assert caught.value.file == "sent.xlsx"
    return caught.value


def unpack(path: Path, most: int) -> None:
    with package(path, "sent.xlsx", most) as opened:
        for part in opened.names():
            list(opened.chunks(part))


def test_what_was_cut_short_is_refused_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = xlsx(tmp_path / "whole.xlsx", row(1, text("x", "A1"))).read_bytes()
    path = tmp_path / "x.xlsx"
    for length in range(1, len(whole), 40):
        path.write_bytes(whole[:length])
        assert "damaged or was cut short" in refusal(path).problem


def test_damaged_part_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx", row(1, text("x" * 200, "A1")))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 70 : start + 90] = b"\x00" * 20
    path.write_bytes(content)
    assert "damaged" in refusal(path).problem


def test_part_that_is_packed_far_better_than_any_sheet_is_refused(tmp_path: Path) -> None:
    error = refusal(pack(tmp_path / "x.xlsx", {"xl/workbook.xml": b" " * (40 * MB)}))
    assert "40 MB" in error.problem


def test_parts_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {str(i): b"ab" * 1000 for i in range(10)})
    assert "unpacked" in refusal(path, most=4_999).problem
    with package(path, "x", 5_000):
        pass


def test_archive_that_lies_about_the_size_of_a_part_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {"a": b" " * MB})
    lie = path.read_bytes().replace(struct.pack("<L", MB), struct.pack("<L", 100))
    path.write_bytes(lie)
    assert "damaged" in refusal(path).problem


def test_very_many_parts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_PARTS", 3)
    assert "parts" in refusal(pack(tmp_path / "x.xlsx", dict.fromkeys("abcd", b""))).problem


def test_very_long_directory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0, 0, 5 * MB, 0, 0)
    )
    assert "parts" in refusal(path).problem


def test_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {"xl/workbook.xml": "a", "XL/Workbook.xml": "b"})
    assert "twice" in refusal(path).problem


def test_encrypted_part_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {"a": "x"})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "password" in refusal(path).problem


def test_way_of_packing_that_no_program_uses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a", "x")
    assert "no spreadsheet program" in refusal(path).problem


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("xl/workbook.bin", "XLSB"),
        ("word/document.xml", "DOCX"),
        ("findings.csv", "a ZIP archive"),
        ("mimetype", "a ZIP archive"),
    ],
)
def test_other_archives_are_told_what_they_are(tmp_path: Path, part: str, says: str) -> None:
    path = pack(tmp_path / "x.xlsx", {part: "x"})
    with package(path, "x", MB) as opened, pytest.raises(UnsupportedFormat, match=says):
        opened.form()


def test_missing_part_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x", {"a": "x"})
    with package(path, "x", MB) as opened, pytest.raises(BadInput, match="part b is missing"):
        list(opened.chunks("b"))


def test_mark_is_found_across_the_ends_of_chunks(tmp_path: Path) -> None:
    path = pack(tmp_path / "x", {"a": b"." * ((1 << 18) - 2) + b"needle" + b"."})
    with package(path, "x", MB) as opened:
        assert opened.has_any("a", b"nothing", b"needle")
        assert not opened.has_any("a", b"nothing")
