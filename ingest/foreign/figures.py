"""Which release of a series of statistics a file is, and so what its symbols mean."""

from cepgraph.errors import BadInput, BadParameter
from ingest.foreign.binding import Found
from ingest.foreign.mapping import Release, Releases
from ingest.sheets.sheet import is_blank, shown


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
