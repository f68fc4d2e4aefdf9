"""The first look at a text."""

import hashlib
from pathlib import Path

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.examination import Examined, examine


def look(tmp_path: Path, content: bytes, most: int = 1 << 30) -> Examined:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    return examine(path, "sent.csv", most)


def refusal(tmp_path: Path, content: bytes, most: int = 1 << 30) -> BadInput:
    with pytest.raises(BadInput) as caught:
        look(tmp_path, content, most)
    return caught.value


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b" \n\r\n", b",,,\n,,,", "\ufeff\r\n".encode("utf-16-le")]
)
def test_file_without_anything_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    error = refusal(tmp_path, content)
    assert (error.problem, error.file) == ("the file is empty", "sent.csv")


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"a,b\nc,\x00d", 2, 3),
        (b"\x00", 1, 1),
        (b"\xef\xbb\xbfa\rb\r\n\xc3\xa9\x00", 3, 2),
        ("\ufeffa,b\ncé\x00d".encode("utf-16-le"), 2, 3),
        (b"It\x92s\n\n,\x00", 3, 2),
        (b"x\n" * 600_000 + b"ab\x00", 600_001, 3),
    ],
)
def test_nul_is_refused_with_its_line_and_column(
    tmp_path: Path, content: bytes, line: int, column: int
) -> None:
    error = refusal(tmp_path, content)
    assert "NUL" in error.problem
    assert (error.line, error.column) == (line, column)


def test_one_byte_that_is_not_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    error = refusal(tmp_path, "Zoë,“é”\nÅsa,".encode() + b"It\x92s")
    assert "not UTF-8" in error.problem
    assert (error.line, error.column) == (2, 7)


def test_utf_8_cut_within_a_character_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "“é” Å".encode()[:-1])
    assert (error.line, error.column) == (1, 5)


def test_utf_16_cut_within_a_character_is_refused(tmp_path: Path) -> None:
    assert "UTF-16" in refusal(tmp_path, "\ufeffabc".encode("utf-16-le")[:-1]).problem


def test_utf_32_is_refused(tmp_path: Path) -> None:
    assert "UTF-32" in refusal(tmp_path, "\ufeffabc".encode("utf-32-le")).problem


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    assert "larger than" in refusal(tmp_path, b"a,b\n" * 10, most=39).problem
    assert look(tmp_path, b"a,b\n" * 10, most=40)


def test_hash_is_of_the_bytes_as_they_were_sent(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfa,b\r\n"
    assert look(tmp_path, content).sha256 == hashlib.sha256(content).hexdigest()


def test_character_cut_by_the_end_of_a_chunk_is_whole(tmp_path: Path) -> None:
    content = b"x" * ((1 << 20) - 1) + "é’".encode()
    assert look(tmp_path, content).encoding.codec == "utf-8"


def test_plain_utf_8_needs_no_remark(tmp_path: Path) -> None:
    assert look(tmp_path, "é,£5".encode()).remarks == ()


def test_legacy_encoding_is_noted(tmp_path: Path) -> None:
    remark = look(tmp_path, "Zoë’s £5".encode("mac_roman")).remarks[0]
    assert (remark.severity, remark.code) == ("note", "encoding")
    assert "Mac Roman" in remark.message


def test_guessed_encoding_is_a_warning_with_a_line_to_look_at(tmp_path: Path) -> None:
    remark = look(tmp_path, "a\nSão Paulo\nb".encode("cp1252")).remarks[0]
    assert (remark.severity, remark.code) == ("warning", "encoding-guessed")
    assert remark.value == "São Paulo"


def test_byte_that_windows_1252_has_not_tells_another_encoding(tmp_path: Path) -> None:
    encoding = look(tmp_path, b"caf\xe9 \x8d").encoding
    assert encoding.guessed
    assert encoding.codec != "cp1252"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" * 2 + b"a", "ï»¿a".encode()])
def test_marks_that_are_doubled_are_noted(tmp_path: Path, content: bytes) -> None:
    assert [r.code for r in look(tmp_path, content).remarks] == ["byte-order-marks"]


def test_characters_that_were_mangled_before_are_warned_of(tmp_path: Path) -> None:
    content = "Caf\u00c3\u00a9, itâ€™s Â£5".encode()
    assert [r.code for r in look(tmp_path, content).remarks] == ["mangled-characters"]


def test_lines_without_end_in_another_encoding_take_no_longer(tmp_path: Path) -> None:
    content = b"x," * (1 << 19) + "It’s Zoë’s".encode("cp1252") + b"x" * (1 << 20)
    assert look(tmp_path, content).encoding.codec == "cp1252"


def test_sample_is_of_lines_that_are_not_ascii_wherever_they_stand(tmp_path: Path) -> None:
    content = b"plain\n" * 300_000 + "Zoë’s £5\r".encode("mac_roman") + b"plain\n" * 10
    assert look(tmp_path, content).encoding.codec == "mac_roman"
