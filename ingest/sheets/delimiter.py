"""What stands between the cells of a line of text."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

Known = Callable[[str], bool] | Collection[str]
"""The headers that somebody looks for, in lower case, of letters and digits alone."""

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_RECORDS: Final = 50
_NO_LETTER: Final = re.compile(r"[\W_]+")


def squashed(header: str) -> str:
    """A header in lower case, of letters and digits alone: how headers are compared."""
    return _NO_LETTER.sub("", header.casefold())


def delimiter_of(lines: Sequence[str], known: Known | None, usual: str) -> str:
    """The delimiter of a text, by its first lines.

    It is the one that gives the most headers of ``known`` in one line; without these, the one that
    cuts the most lines into the same number of cells. ``usual`` wins where nothing tells.
    """
    records = {delimiter: _records(lines, delimiter) for delimiter in DELIMITERS}
    order = sorted(DELIMITERS, key=lambda delimiter: delimiter != usual)
    if known is not None:
        is_known = known if callable(known) else known.__contains__
        hits = {d: max((_hits(r, is_known) for r in records[d]), default=0) for d in order}
        best = max(order, key=lambda delimiter: hits[delimiter])
        if hits[best]:
            return best
    best = max(order, key=lambda delimiter: _consistency(records[delimiter]))
    return best if _consistency(records[best]) > (0, 0) else usual


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for record in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if any(map(str.strip, record)):
                found.append(record)
                if len(found) == _RECORDS:
                    break
    except csv.Error:
        # the last of the lines may be cut within quotation marks
        pass
    return found


def _hits(record: list[str], is_known: Callable[[str], bool]) -> int:
    return sum(1 for cell in record if cell and is_known(squashed(cell)))


def _consistency(records: list[list[str]]) -> tuple[float, int]:
    """The share of records that have the most usual width, where that is above one; and it."""
    widths = Counter(len(record) for record in records)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (count / len(records), width) if width > 1 else (0, 0)
