"""The parser's complaint, made fit for the person who wrote the query."""

import re
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 24
"""How much of the query an error shows from its place on."""

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?")
_CHARACTER_CLASS: Final = re.compile(r"\['.*?'\](?=, |$)|\[_\]|<unreported>", re.DOTALL)
_KEYWORD: Final = re.compile(r"[A-Z]{2,}")
_SENTENCE: Final = re.compile(r"[A-Za-z]+ .*[a-z]")


@dataclass(frozen=True)
class Complaint:
    """What is wrong, and where; ``line`` and ``column`` count from 1."""

    problem: str
    line: int | None = None
    column: int | None = None


def complaint(query: str, error: SyntaxError, kind: str = "query") -> Complaint:
    """The complaint in an error that the engine raised for ``query``, which is to be a ``kind``."""
    message = str(error.msg or error)
    match = _PLACE.match(message)
    if match is None:
        return Complaint(message)
    line, column = int(match[1]), int(match[2])
    expected = [
        item for item in _CHARACTER_CLASS.sub("", message[match.end() :]).split(", ") if item
    ]
    lengths = {len(item) if _KEYWORD.fullmatch(item) else 0 for item in expected}
    if len(lengths) == 1:
        # The parser counts a keyword that it looked for as read: step back over it.
        column = max(1, column - lengths.pop())
    sentences = [item for item in expected if _SENTENCE.match(item)]
    said = "; ".join(sentences) or "not understood"
    return Complaint(f"{said}, {_near(query, line, column, kind)}", line, column)


def _near(query: str, line: int, column: int, kind: str) -> str:
    lines = query.split("\n")
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if not rest.strip():
        return f"at the end of the {kind}" if line >= len(lines) else f"at the end of line {line}"
    shown = rest[:SHOWN] + ("…" if len(rest) > SHOWN else "")
    return f"at {shown!r}"
