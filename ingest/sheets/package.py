"""The ZIP archive that a workbook is, looked at before anything unpacks it."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cepgraph.errors import BadInput, UnsupportedFormat

MOST_PARTS: Final = 5_000
_MOST_DIRECTORY: Final = 4 << 20
"""Bytes that the list of parts may have; Python reads it whole."""
_UNPACKED: Final = 4
"""How many times the greatest file the parts may have together when they are unpacked."""
_RATIO: Final = 300
_RATIO_FROM: Final = 32 << 20
"""A part that is larger than this must not have been packed better than the ratio."""
_CHUNK: Final = 1 << 18
_OVERLAP: Final = 32
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_WORKBOOK: Final = re.compile(r"xl/workbook\w*\.xml")
_OTHERS: Final = {
    "xl/workbook.bin": "a binary workbook (XLSB)",
    "word/document.xml": "a text document (DOCX)",
    "ppt/presentation.xml": "a presentation (PPTX)",
    "index/document.iwa": "a Numbers or Pages document",
}


class Package:
    """An archive with its parts by name; names are compared without regard to case."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self.name = name
        self._parts = {part.filename.lower(): part for part in archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def names(self) -> list[str]:
        """Names of the parts, in lower case."""
        return list(self._parts)

    def size(self) -> int:
        """Bytes of all parts, unpacked."""
        return sum(part.file_size for part in self._parts.values())

    def chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked content of a part, a piece at a time.

        Raises:
            BadInput: no such part, or damaged.
        """
        info = self._parts.get(part.lower())
        if info is None:
            raise BadInput(f"the file is damaged: its part {part} is missing", file=self.name)
        try:
            with self._archive.open(info) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _DAMAGED as error:
            raise damaged(self.name) from error

    def has_any(self, part: str, *marks: bytes) -> bool:
        """Whether one of some short marks is found in a part, or it is in no kind of ASCII."""
        tail = b""
        for chunk in self.chunks(part):
            piece = tail + chunk
            if b"\x00" in piece or any(mark in piece for mark in marks):
                return True
            tail = chunk[-_OVERLAP:]
        return False

    def form(self) -> str:
        """``xlsx`` or ``ods``.

        Raises:
            UnsupportedFormat: some other archive; says which.
        """
        if any(_WORKBOOK.fullmatch(part) for part in self._parts):
            return "xlsx"
        if "mimetype" in self and next(self.chunks("mimetype"), b"").strip() == _ODS:
            return "ods"
        what = next((what for part, what in _OTHERS.items() if part in self), "a ZIP archive")
        raise UnsupportedFormat(
            f"this is {what}, no workbook; save the table as XLSX, ODS or CSV", file=self.name
        )


@contextmanager
def package(path: Path, name: str, max_bytes: int) -> Iterator[Package]:
    """Open an archive whose parts can be unpacked at a bearable cost.

    Raises:
        BadInput: damaged, encrypted, or too large when unpacked.
    """
    try:
        _refuse_long_directory(path, name)
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise damaged(name) from error
    with archive:
        _refuse_bombs(archive.infolist(), name, max_bytes)
        yield Package(archive, name)


def damaged(name: str) -> BadInput:
    """The error for an archive that cannot be unpacked."""
    problem = "the file is damaged or was cut short; save it again, and send it again"
    return BadInput(problem, file=name)


def _refuse_long_directory(path: Path, name: str) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 17)))
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise damaged(name)
    length = struct.unpack_from("<L", tail, end + 12)[0]
    end_64 = tail.rfind(_END_64, 0, end)
    if end_64 >= 0 and end >= end_64 + 56:
        length = max(length % 0xFFFFFFFF, struct.unpack_from("<Q", tail, end_64 + 40)[0])
    if length > _MOST_DIRECTORY:
        raise _too_many_parts(name)


def _refuse_bombs(parts: list[zipfile.ZipInfo], name: str, max_bytes: int) -> None:
    if len(parts) > MOST_PARTS:
        raise _too_many_parts(name)
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise BadInput("the file is damaged: a part of it is there twice", file=name)
    if any(part.flag_bits & 0x1 for part in parts):
        raise locked(name)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise BadInput("the file is packed in a way no spreadsheet program uses", file=name)
    unpacked = sum(part.file_size for part in parts)
    dense = any(
        part.file_size > _RATIO_FROM and part.file_size > _RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if dense or unpacked > _UNPACKED * max_bytes:
        raise BadInput(
            f"unpacked, the file would have {max(unpacked >> 20, 1):,} MB, which is more than is "
            "read; send the table as CSV, or in parts",
            file=name,
        )


def locked(name: str) -> BadInput:
    """The error for a file that cannot be read without its password."""
    return BadInput("the file is protected by a password; save it without one", file=name)


def _too_many_parts(name: str) -> BadInput:
    return BadInput(f"the archive has more than {MOST_PARTS:,} parts; no workbook has", file=name)
