"""Files are what their first bytes say."""

from pathlib import Path

import pytest

from cepgraph.errors import BadInput, UnsupportedFormat
from ingest.sheets.kind import is_binary, kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04x", "zip"),
        (OLE + b"\x00" * 600, "xls"),
        (b'\xef\xbb\xbf {"a": 1}', "json"),
        (b"[[1]]", "json"),
        (b"[]", "json"),
        (b"[draft] Label,Key", "text"),
        (b"{x},y", "text"),
        (b"<5 years,x", "text"),
        (b"Label,Key", "text"),
        ("\ufeffLabel".encode("utf-16-le"), "text"),
    ],
)
def test_kind_is_told_by_the_content(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert kind_of(path, "x") == kind


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xef\xbb\xbf\r\n<table border=1>", "web page"),
        (b'<?xml version="1.0"?><Workbook', "XML"),
        (b"<rdf:RDF>", "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"{\\rtf1", "RTF"),
    ],
)
def test_what_has_no_rows_is_refused_by_its_name(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(UnsupportedFormat, match=says) as caught:
        kind_of(path, "sent.xls")
    assert "save it as" in caught.value.problem
    assert caught.value.file == "sent.xls"


def test_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(OLE + b"\x00" * 5000 + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(BadInput, match="password"):
        kind_of(path, "x.xlsx")


@pytest.mark.parametrize(
    ("content", "binary"),
    [
        (b"a,b\r\n\t\x0c", False),
        (b"It\x92s", False),
        ("\ufeffZoë".encode("utf-16-be"), False),
        (b"a\x00b", True),
        (b"\x01\x02", True),
    ],
)
def test_binary_is_told_from_text(tmp_path: Path, content: bytes, binary: bool) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert is_binary(path) is binary
