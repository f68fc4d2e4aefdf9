"""What a file is, by its first bytes, whatever its ending says."""

import re
from pathlib import Path
from typing import Final, Literal

from cepgraph.errors import UnsupportedFormat
from ingest.sheets.encoding import unicode_of
from ingest.sheets.package import locked

Kind = Literal["zip", "xls", "json", "text"]

_HEAD: Final = 1 << 12
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_FORBIDDEN: Final = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"SQLite format", "a database"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"\x09\x08\x04\x00", "a workbook of a version older than 1995"),
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_JSON: Final = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_HTML: Final = re.compile(
    rb"\s*<(?:!doctype html|html|head|body|table|meta|script|div)\b", re.IGNORECASE
)
_XML: Final = re.compile(rb"\s*<(?:\?xml|!--|[a-z][\w.-]*:)", re.IGNORECASE)


def is_binary(path: Path) -> bool:
    """Whether a file begins with characters that no text has, in any encoding."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = unicode_of(head)
    text = head[encoding.skip :].decode(encoding.codec, "replace") if encoding else "\x00"
    return _CONTROLS.search(text) is not None


def kind_of(path: Path, name: str) -> Kind:
    """What a file is.

    Raises:
        BadInput: a workbook with a password.
        UnsupportedFormat: a web page, an XML file, a document, a picture: nothing that has rows.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(_OLE):
            file.seek(0)
            if _ENCRYPTED in file.read(1 << 20):
                raise locked(name)
            return "xls"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    what = next((what for magic, what in _FORBIDDEN if head.startswith(magic)), None)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(text):
        what = "a web page (HTML), whatever its ending says"
    elif _XML.match(text):
        what = "an XML file, whatever its ending says"
    if what is not None:
        problem = f"this is {what}; open it in a spreadsheet program and save it as XLSX or CSV"
        raise UnsupportedFormat(problem, file=name)
    return "json" if _JSON.match(text) else "text"
