"""The foreign tables of a file, opened: which mapping it is read by, and what comes of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from cepgraph.errors import BadInput
from cepgraph.model import Model
from cepgraph.store import Store
from cepgraph.terms import GRAPH
from ingest.description import Description
from ingest.foreign.binding import Found, bound, plain, top_of
from ingest.foreign.derived import Derivation
from ingest.foreign.mapping import Mapping
from ingest.foreign.shelf import known_mappings, mapping_named
from ingest.lists import Lists
from ingest.report.remark import Remark, Remarks
from ingest.rows.header import Header, Heading, place_of
from ingest.rows.names import Names
from ingest.rows.references import References
from ingest.sheets.book import Book
from ingest.sheets.sheet import Sheet

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NOT_READ: Final = (
    "The mapping of this list does not read this sheet; what stands in it was left out."
)
_NOTHING_IN_IT: Final = "This sheet holds nothing that the mapping of this list reads."

Usable = Callable[[Sheet, int, Sequence[Heading]], bool]
"""Whether a sheet can be read, whose headings are in this row; what keeps it out is told."""


@dataclass(frozen=True)
class Format:
    """A foreign format: the name of its mapping, the mapping, the release if the sender says it."""

    name: str
    mapping: Mapping
    release: str = ""


@dataclass(frozen=True)
class Opened:
    """What comes of the tables of a file, and what a graph of them says of itself by default."""

    headers: list[Header]
    description: Description


def format_of(book: Book, named: str = "") -> Format | None:
    """The format that the sender names, or that the headings of a file tell.

    Raises:
        BadParameter: no format is called so.
    """
    if named:
        return Format(*mapping_named(named))
    tops = [(sheet, top_of(sheet)) for sheet in book.sheets]
    for name, mapping in known_mappings().items():
        if any(bound(sheet, mapping, top) for sheet, top in tops):
            return Format(name, mapping)
    return None


def opened(
    book: Book,
    read_by: Format,
    *,
    graph: NamedNode | None,
    said: Description,
    model: Model,
    store: Store,
    first: int,
    remarks: Remarks,
    usable: Usable,
) -> Opened:
    """The derived sheets of a file; ``first`` is the number of the first in its submission.

    Raises:
        BadInput: no sheet has the headings of the format.
        BadParameter: the release of the statistics cannot be told.
    """
    mapping = read_by.mapping
    tables: list[Found] = []
    for sheet in book.sheets:
        found = bound(sheet, mapping)
        if found is None:
            _tell_left_out(sheet, mapping, remarks)
        elif usable(sheet, found.row, found.headings):
            tables.append(found)
    if not tables and remarks.conforms:
        headings = " and ".join(f"“{heading}”" for heading in mapping.mark[0])
        problem = f"no sheet has the headings of {mapping.title}, such as {headings}"
        raise BadInput(problem, file=book.sheets[0].file if book.sheets else None)
    references = References(model.schema, Lists(model.content), Names(store), None)
    headers: list[Header] = []
    about = mapping.graph
    described = Description(about.title, about.publisher, about.licence)
    for found in tables:
        derivation = Derivation(
            *(read_by.name, mapping, found, model.schema, references),
            given=_given(graph, said, described),
            release=read_by.release,
            first=first + len(headers),
        )
        derivation.tell(remarks)
        headers.extend(derivation.headers())
        described = Description(
            described.title, described.publisher, described.licence, derivation.source
        )
    return Opened(headers, described)


def _given(graph: NamedNode | None, said: Description, described: Description) -> dict[str, str]:
    name = graph.value.removeprefix(GRAPH) if graph is not None else ""
    return {
        "@graph": _UNFIT.sub("-", name).strip("-"),
        "@publisher": said.publisher or described.publisher,
        "@licence": said.licence or described.licence,
        "@title": said.title or described.title,
    }


def _tell_left_out(sheet: Sheet, mapping: Mapping, remarks: Remarks) -> None:
    """A sheet that only has headings needs no word; one with rows does."""
    if len(list(islice(sheet.rows(), 2))) < 2:
        return
    if plain(sheet.name) in map(plain, mapping.rest):
        remarks.add(Remark("note", "sheet-not-read", _NOTHING_IN_IT, place_of(sheet)))
    else:
        remarks.add(Remark("warning", "sheet-not-read", _NOT_READ, place_of(sheet)))
