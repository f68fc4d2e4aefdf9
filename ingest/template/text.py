"""Text from the shapes, made fit for a workbook."""

import re
from typing import Final

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST_CELL: Final = 32_767


def fit(text: str, longest: int = _LONGEST_CELL) -> str:
    """The text without characters that XML has no place for, and not longer than ``longest``."""
    clean = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def cell_text(text: str) -> str:
    """The text of a cell: what looks like an escape (``_x0041_``) is kept as it is written."""
    return fit(_ESCAPE.sub("_x005F_", text))


def one_line(text: str) -> str:
    """The text with its lines joined by spaces."""
    return " ".join(text.split())


def lines_of(text: str, width: float) -> int:
    """How many lines the text takes, wrapped, in a column of so many characters."""
    usable = max(1, int(width))
    return sum(max(1, -(-len(line) // usable)) for line in text.split("\n"))
