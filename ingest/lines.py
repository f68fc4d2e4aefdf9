"""On which line something stands that a parser does not tell the place of."""

from collections.abc import Callable
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, parse


def line_of(
    content: bytes, form: RdfFormat, wanted: Callable[[Quad], bool] | None = None
) -> int | None:
    """The line that the parser has read to when it gives the first wanted quad, or fails.

    Reads the content again, handing the parser one line at a time; so it takes long for a large
    file, and is for files that will be refused.
    """
    reader = _Lines(content)
    try:
        for quad in parse(cast("IO[bytes]", reader), format=form):
            if wanted is not None and wanted(quad):
                return reader.line
    except (SyntaxError, MemoryError):
        return reader.line
    return None


class _Lines:
    """A file of which no more than a line is read at once."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0
        self.line = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, not beyond the end of their line."""
        start = self._position
        if start == 0 or self._content[start - 1 : start] == b"\n":
            self.line += start < len(self._content)
        end = self._content.find(b"\n", start) + 1 or len(self._content)
        self._position = end if size < 0 else min(end, start + size)
        return self._content[start : self._position]
