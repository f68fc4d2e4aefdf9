"""A ``multipart/form-data`` body, streamed: fields in memory, files into a folder (RFC 7578)."""

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from api.problems import HttpProblem
from api.submissions.body import length_of, pieces_of, too_large
from cepgraph.errors import BadParameter

MEDIA_TYPE: Final = "multipart/form-data"
FILE: Final = "file"
FIELD_BYTES: Final = 8192
"""Bytes of a field that is no file."""
OVERHEAD_BYTES: Final = 1 << 20
"""What a body may have beside the bytes of its files."""
HEADER_BYTES: Final = 4096

_BUFFER: Final = 1 << 20
_LONGEST_NAME: Final = 200
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Received:
    """A file that was sent: where its bytes lie, and what its sender calls it and its kind."""

    path: Path
    name: str
    media_type: str = ""


@dataclass(frozen=True)
class Form:
    """What was sent; every field that is known stands in ``fields`` if it was given."""

    fields: dict[str, str]
    files: tuple[Received, ...]


@dataclass(frozen=True)
class FormLimits:
    """What a form may hold at the most."""

    file_bytes: int
    files: int
    fields: Collection[str]
    """Names of the fields beside ``file``."""
    any_name: bool = False
    """Whether files may come under any name: each part is one that is no field."""


@dataclass
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""
    file: Received | None = None
    content: bytearray = field(default_factory=bytearray)
    size: int = 0


async def read_form(request: Request, folder: Path, limits: FormLimits) -> Form:
    """Read the body of a request; files are written to ``folder``, under names of our own.

    Raises:
        HttpProblem: 400 broken or cut off, 408 it stopped coming, 411, 413 or 415.
        BadParameter: a field that is unknown, given twice, or no file where one belongs; two files
            of one name.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind.decode("latin-1") != MEDIA_TYPE:
        raise HttpProblem(415, f"send a submission as {MEDIA_TYPE}", {"accept": MEDIA_TYPE})
    length_of(request, limits.file_bytes, OVERHEAD_BYTES)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise HttpProblem(400, "the content type names no boundary")
    reader = _Reader(folder, limits)
    try:
        await reader.read(request, boundary)
    except FormParserError as error:
        problem = "the form is broken: a part does not begin or end as one, or has too long a name"
        raise HttpProblem(400, problem) from error
    return reader.form()


class _Reader:
    """Takes the parser's callbacks; a piece of a file is written when enough has gathered."""

    def __init__(self, folder: Path, limits: FormLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._fields: dict[str, str] = {}
        self._files: list[Received] = []
        self._part = _Part()
        self._header = bytearray()
        self._value = bytearray()
        self._unwritten: dict[Path, bytearray] = {}
        self._gathered = 0
        self._ended = False

    async def read(self, request: Request, boundary: bytes) -> None:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_done,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._all,
            },
            max_header_size=HEADER_BYTES,
        )
        async for piece in pieces_of(request, self._limits.file_bytes, OVERHEAD_BYTES):
            parser.write(piece)
            if self._gathered > _BUFFER:
                await asyncio.to_thread(self._write)
        parser.finalize()
        if not self._ended:
            raise HttpProblem(400, "the form is broken: its end is missing")
        await asyncio.to_thread(self._write)

    def form(self) -> Form:
        return Form(self._fields, tuple(self._files))

    def _write(self) -> None:
        for path, content in self._unwritten.items():
            with path.open("ab") as file:
                file.write(content)
        self._unwritten.clear()
        self._gathered = 0

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._part.headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_done(self) -> None:
        part = self._part
        _, options = parse_options_header(part.headers.get(b"content-disposition"))
        if b"name" not in options:
            raise HttpProblem(400, "a part of the form has no name")
        part.name = options[b"name"].decode("utf-8", "replace")
        file_name = options.get(b"filename")
        kind = parse_options_header(part.headers.get(b"content-type"))[0].decode("latin-1")
        if part.name == FILE and not self._limits.any_name:
            if not file_name:
                raise BadParameter(FILE, "send a file, with its name")
            self._new_file(file_name, kind)
        elif self._limits.any_name and (file_name or part.name not in self._limits.fields):
            self._new_file(file_name or options[b"name"], kind)
        elif file_name is not None:
            raise BadParameter(part.name[:100], f"files are sent as {FILE}")
        elif part.name not in self._limits.fields:
            known = ", ".join((FILE, *self._limits.fields))
            raise BadParameter(part.name[:100], f"there is no such field; known here: {known}")
        elif part.name in self._fields:
            raise BadParameter(part.name, "it is given more than once")

    def _new_file(self, name: bytes, kind: str) -> None:
        if len(self._files) >= self._limits.files:
            raise HttpProblem(413, f"a submission may have {self._limits.files} files")
        shown = file_name_of(name)
        if any(file.name == shown for file in self._files):
            # a report says by their names which of them is wrong
            raise BadParameter(FILE, f"two files are called {shown}; give each a name of its own")
        ending = _ENDING.search(shown)
        path = self._folder / f"{len(self._files)}{ending[0].lower() if ending else ''}"
        received = Received(path, shown, kind)
        self._part.file = received
        self._files.append(received)
        self._unwritten[path] = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        if part.file is not None:
            if part.size > self._limits.file_bytes:
                raise too_large(self._limits.file_bytes)
            self._unwritten.setdefault(part.file.path, bytearray()).extend(data[start:end])
            self._gathered += end - start
            return
        if part.size > FIELD_BYTES:
            raise HttpProblem(413, f"the field {part.name} may have {FIELD_BYTES // 1024} kB")
        part.content += data[start:end]

    def _end(self) -> None:
        part = self._part
        if part.file is None:
            try:
                self._fields[part.name] = part.content.decode().strip()
            except UnicodeDecodeError as error:
                raise HttpProblem(400, f"the field {part.name} is not UTF-8") from error

    def _all(self) -> None:
        self._ended = True


def file_name_of(name: bytes) -> str:
    """The last part of a file's name, as it can be shown; never a path."""
    text = name.decode("utf-8", "replace")
    last = text.replace("\\", "/").rpartition("/")[2]
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", last)[-_LONGEST_NAME:].strip() or FILE
