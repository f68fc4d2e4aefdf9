"""The bytes of a submission, before anything parses them: size, encoding, lines.

What comes out is UTF-8 without byte order mark, in lines of bearable length. Reading stops at the
first byte too many: a bad file costs no more memory than a good one.
"""

import codecs
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from cepgraph.errors import BadInput, TooLarge

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes that a line may have; parsers keep a line whole."""

_CHUNK = 1024 * 1024
_SAMPLE = 4096
_BOM = codecs.BOM_UTF8
_UTF_16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def load(path: Path, max_bytes: int) -> bytes:
    """The content of an ordinary file, as it stands.

    Raises:
        BadInput: unreadable, too large, or with a line that is too long.
    """
    try:
        with path.open("rb") as file:
            return b"".join(_bounded(_chunks(file), path.name, max_bytes))
    except OSError as error:
        raise _unreadable(path, error) from error


def chunks_of(path: Path, name: str, max_bytes: int | None) -> Iterator[bytes]:
    """The content of an ordinary file in chunks of bearable size, until there is too much of it.

    Raises:
        BadInput: unreadable, larger than ``max_bytes``, or with a line that is too long.
    """
    try:
        with path.open("rb") as file:
            chunks = _chunks(file)
            yield from chunks if max_bytes is None else _bounded(chunks, name, max_bytes)
    except OSError as error:
        raise _unreadable(path, error) from error


def refuse_other_than_files(path: Path) -> None:
    """Refuse what is no ordinary file, without opening it.

    Raises:
        BadInput: nothing of that name, a folder, or a device.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise BadInput("this is a folder; name a file", file=str(path))
    if not stat.S_ISREG(mode):
        raise BadInput("this is not an ordinary file", file=str(path))


def text_of(content: bytes, name: str) -> bytes:
    """The content without byte order marks, when it is text in UTF-8.

    Raises:
        BadInput: empty, in another encoding, with a NUL character, or with a line that is too long;
            says where.
    """
    if content.startswith(_UTF_16_OR_32):
        raise BadInput("the file is written in UTF-16; save it as UTF-8", file=name, line=1)
    while content.startswith(_BOM):
        content = content.removeprefix(_BOM)
    if not content.strip():
        raise BadInput("the file is empty", file=name)
    _refuse_nul(content, name)
    offset = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in _bounded(_slices(content), name, len(content)):
        offset += len(chunk)
        try:
            decoder.decode(chunk, final=offset == len(content))
        except UnicodeDecodeError as error:
            # the decoder's object ends where the chunk ends
            at = offset - len(error.object) + error.start
            raise _not_utf_8(content, at, name) from error
    return content


def place_of(content: bytes, at: int) -> tuple[int, int]:
    """Line and column of the byte with this index; both count from 1, columns in characters."""
    start = content.rfind(b"\n", 0, at) + 1
    before = content[start:at].decode("utf-8", "replace")
    return content.count(b"\n", 0, at) + 1, len(before) + 1


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _bounded(chunks: Iterable[bytes], name: str, max_bytes: int) -> Iterator[bytes]:
    """The chunks, until there are too many bytes, or too many of them in one line."""
    line, length, total = 1, 0, 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise TooLarge(_too_large(max_bytes), file=name)
        last = chunk.rfind(b"\n")
        if last < 0:
            length += len(chunk)
        else:
            line += chunk.count(b"\n")
            length = len(chunk) - last - 1
        if length > LONGEST_LINE:
            problem = f"the line is longer than {LONGEST_LINE >> 20} MB"
            raise BadInput(problem, file=name, line=line)
        yield chunk


def _unreadable(path: Path, error: OSError) -> BadInput:
    if isinstance(error, FileNotFoundError):
        return BadInput("there is no such file", file=str(path))
    return BadInput((error.strerror or str(error)).lower(), file=str(path))


def _too_large(max_bytes: int) -> str:
    return f"the file is larger than {max_bytes >> 20} MB"


def _refuse_nul(content: bytes, name: str) -> None:
    at = content.find(b"\x00")
    if at < 0:
        return
    line, column = place_of(content, at)
    sample = content[:_SAMPLE]
    if sample.count(b"\x00") > len(sample) // 4:
        problem = "the file looks like UTF-16; save it as UTF-8"
    else:
        problem = "a NUL character is no text; remove it"
    raise BadInput(problem, file=name, line=line, column=column)


def _not_utf_8(content: bytes, at: int, name: str) -> BadInput:
    line, column = place_of(content, at)
    byte = content[at : at + 1]
    guess = byte.decode("cp1252", "ignore")
    hint = f" (in Windows-1252 it would be {guess})" if guess else ""
    return BadInput(
        f"the byte 0x{byte[0]:02x} is not UTF-8{hint}; save the file as UTF-8",
        file=name,
        line=line,
        column=column,
    )
