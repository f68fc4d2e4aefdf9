"""Which release of a series of statistics a file is, and so what its symbols mean."""

from typing import Final

from cepgraph.errors import BadInput, BadParameter
from ingest.foreign.binding import Found
from ingest.foreign.mapping import Release, Releases, Symbol
from ingest.rows.fault import Fault
from ingest.rows.numbers import read_decimal
from ingest.sheets.sheet import Cell, is_blank, shown

_UNKNOWN: Final = (
    "This is no figure, and no symbol that this release of the statistics declares. Nothing is "
    "taken from it. Correct the cell, or say which release it is with the name of the mapping."
)


class Symbols:
    """What stands in the place of figures in one release."""

    def __init__(self, release: Release | None) -> None:
        known = release.symbols if release else {}
        self._known = {symbol.lower(): meaning for symbol, meaning in known.items()}
        self.unknown = Fault("unknown-symbol", _UNKNOWN, tuple(known))

    def meaning(self, cell: Cell) -> Symbol | Fault | None:
        """What a symbol means; ``None`` for a figure, and for an empty cell."""
        if is_blank(cell) or isinstance(cell, tuple):
            return None
        if not isinstance(read_decimal(cell), Fault):
            return None
        return self._known.get(shown(cell).strip().lower(), self.unknown)


def release_of(releases: Releases | None, found: Found, named: str, mapping: str) -> Release | None:
    """The release that the sender names; else the one that the newest period in the file tells.

    Raises:
        BadParameter: the period tells none, so that a symbol could mean anything.
    """
    if releases is None:
        return None
    if named:
        return releases.known[named]
    index = found.index(releases.period, None)
    if index is None:
        raise BadInput("there is no column for the period", file=found.sheet.file)
    cells = (row.cells[index] for row in found.data() if index < len(row.cells))
    newest = max((shown(cell).strip() for cell in cells if not is_blank(cell)), default="")
    if not newest:
        return next(iter(releases.known.values()))
    fitting = [
        release
        for release in releases.known.values()
        if (release.from_ or release.until)
        and (not release.from_ or newest >= release.from_)
        and (not release.until or newest[: len(release.until)] <= release.until)
    ]
    if len(fitting) != 1:
        names = ", ".join(f"{mapping}/{name}" for name in releases.known)
        problem = f"what the symbols of this release mean is not known; name it: {names}"
        raise BadParameter("mapping", problem, newest)
    return fitting[0]
