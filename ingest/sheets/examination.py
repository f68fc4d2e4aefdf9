"""The first look at a text: its size, hash and encoding, in one pass and constant memory."""

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cepgraph.errors import BadInput
from ingest.octets import chunks_of
from ingest.report.remark import Place, Remark
from ingest.sheets.encoding import Encoding, is_damaged_utf_8, legacy_of, unicode_of

_HEAD: Final = 1 << 16
_SAMPLE: Final = 1 << 16
"""Bytes of lines that are not ASCII, by which an encoding is told."""
_LINE_END: Final = re.compile(r"\r\n?|\n")
_LINE_END_BYTES: Final = re.compile(rb"[\r\n]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_AROUND: Final = 1 << 10
_MANGLED: Final = re.compile("Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€[œ™˜“”¦¢]|Â£|ï»¿")
"""What UTF-8 looks like after it was taken for Windows-1252."""


@dataclass(frozen=True)
class Examined:
    """What a first look at a text shows."""

    sha256: str
    encoding: Encoding
    remarks: tuple[Remark, ...]


def examine(path: Path, name: str, max_bytes: int) -> Examined:
    """Read a text through once.

    Raises:
        BadInput: too large, empty, with NUL characters, or in no encoding that is read; with line
            and column.
    """
    digest = hashlib.sha256()
    encoding: Encoding | None = None
    decoder: codecs.IncrementalDecoder | None = None
    invalid: int | None = None
    filled, mangled, total = False, False, 0
    for chunk in chunks_of(path, name, max_bytes):
        digest.update(chunk)
        data = chunk
        if encoding is None or decoder is None:
            encoding = _unicode_of(chunk, name)
            decoder = codecs.getincrementaldecoder(encoding.codec)()
            data = chunk[encoding.skip :]
        if invalid is None:
            try:
                text = decoder.decode(data)
            except UnicodeDecodeError as error:
                # the decoder's object ends where the chunk ends
                invalid = total + len(chunk) - len(error.object) + error.start
                text = data.decode("latin-1")
        else:
            text = data.decode("latin-1")
        _refuse_nul(text, path, name, encoding)
        filled = filled or bool(text.strip("\ufeff \t\r\n\v\f\u00a0,;|"))
        mangled = mangled or (not text.isascii() and _MANGLED.search(text) is not None)
        total += len(chunk)
    if encoding is None or decoder is None or not filled:
        raise BadInput("the file is empty", file=name)
    if invalid is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            invalid = total - len(error.object) + error.start
    if invalid is not None:
        encoding = _other_than_unicode(path, name, max_bytes, encoding, invalid)
    remarks = tuple(_remarks(name, path, encoding, mangled and invalid is None))
    return Examined(digest.hexdigest(), encoding, remarks)


def _unicode_of(chunk: bytes, name: str) -> Encoding:
    encoding = unicode_of(chunk[:_HEAD])
    if encoding is None:
        raise BadInput("the file is written in UTF-32; save it as UTF-8", file=name)
    return encoding


def _refuse_nul(text: str, path: Path, name: str, encoding: Encoding) -> None:
    """Refuse a NUL character, and say where the first one stands."""
    if "\x00" in text:
        line, column = _end_of(_until_nul(path, encoding))
        problem = "a NUL character is no text; remove it"
        raise BadInput(problem, file=name, line=line, column=column)


def _until_nul(path: Path, encoding: Encoding) -> Iterator[str]:
    for text in _texts(path, encoding, None):
        before, nul, _ = text.partition("\x00")
        yield before
        if nul:
            return


def _texts(path: Path, encoding: Encoding, end: int | None) -> Iterator[str]:
    """The text up to the byte with the index ``end``; what cannot be decoded is replaced."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    at = 0
    for chunk in chunks_of(path, path.name, None):
        data = chunk if end is None else chunk[: end - at]
        yield decoder.decode(data[max(0, encoding.skip - at) :])
        at += len(chunk)
        if end is not None and at >= end:
            return


def _end_of(texts: Iterable[str]) -> tuple[int, int]:
    """Line and column after these pieces of a text; both count from 1, columns in characters."""
    line, tail = 1, ""
    for text in texts:
        tail += text
        # a carriage return at the end may be half of a line end
        ends = list(_LINE_END.finditer(tail, 0, len(tail) - tail.endswith("\r")))
        line += len(ends)
        tail = tail[ends[-1].end() :] if ends else tail
    return (line + 1, 1) if tail.endswith("\r") else (line, len(tail) + 1)


def _other_than_unicode(
    path: Path, name: str, max_bytes: int, encoding: Encoding, at: int
) -> Encoding:
    """The encoding of a text that is not in the Unicode encoding that it seemed to be in."""
    if encoding.codec != "utf-8":
        line, column = _end_of(_texts(path, encoding, at))
        raise BadInput(
            "the file is written in UTF-16 and damaged here; save it as UTF-8",
            file=name,
            line=line,
            column=column,
        )
    sample, missing = _sample(path, max_bytes)
    if encoding.marks or is_damaged_utf_8(sample):
        line, column = _end_of(_texts(path, encoding, at))
        raise BadInput(
            "this is not UTF-8, while the rest of the file is; save the file as UTF-8",
            file=name,
            line=line,
            column=column,
        )
    found = legacy_of(sample)
    try:
        missing.decode(found.codec)
    except UnicodeDecodeError:
        return Encoding("mac_roman", guessed=True)
    return found


def _sample(path: Path, max_bytes: int) -> tuple[bytes, bytes]:
    """Lines that are not ASCII, up to some number of bytes, and every byte that the file has."""
    lines: list[bytes] = []
    size = 0
    present = b""
    for chunk in chunks_of(path, path.name, max_bytes):
        present += bytes(set(chunk.translate(None, present)))
        for line in _lines_beyond_ascii(chunk) if size < _SAMPLE else ():
            lines.append(line)
            size += len(line) + 1
            if size >= _SAMPLE:
                break
    return b"\n".join(lines), present


def _lines_beyond_ascii(chunk: bytes) -> Iterator[bytes]:
    """Lines that are not ASCII; of a long one, what stands around its first such character."""
    end = 0
    while found := _HIGH.search(chunk, end):
        start = max(end, found.start() - _AROUND)
        around = chunk[start : found.start() + _AROUND]
        at = found.start() - start
        first = max(around.rfind(b"\n", 0, at), around.rfind(b"\r", 0, at)) + 1
        last = _LINE_END_BYTES.search(around, at)
        end = start + (last.start() if last else len(around))
        yield chunk[start + first : end]


def _remarks(name: str, path: Path, encoding: Encoding, mangled: bool) -> Iterator[Remark]:
    place = Place(file=name)
    if encoding.guessed:
        yield Remark(
            "warning",
            "encoding-guessed",
            f"The encoding of the file is not clear; it was read as {encoding.name}. See whether "
            "£, quotation marks and letters with accents are right, or save the file as UTF-8.",
            place,
            _example(path, encoding),
        )
    elif encoding.codec != "utf-8":
        message = f"The file was read as {encoding.name}."
        yield Remark("note", "encoding", message, place)
    if encoding.marks > 1 or encoding.double:
        message = "The file begins with more than one byte order mark; they were left out."
        yield Remark("note", "byte-order-marks", message, place)
    if mangled:
        yield Remark(
            "warning",
            "mangled-characters",
            "Some characters look as if UTF-8 had been opened as Windows-1252 and saved again "
            "(Ã©, â€™, Â£). Go back to the file before that, and open it as UTF-8.",
            place,
        )


def _example(path: Path, encoding: Encoding) -> str:
    sample, _ = _sample(path, _SAMPLE << 12)
    return sample.split(b"\n", 1)[0][:80].decode(encoding.codec, "replace").strip()
