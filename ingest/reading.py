"""Files become triples in named graphs, with all that is to be said of them.

Tables of whatever kind go the same way: sheets, headers, a first walk over the rows that registers
the things, a second that gives the triples. RDF goes past all that.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from types import TracebackType

from pyoxigraph import NamedNode, Triple

from cepgraph.errors import BadInput, BadParameter, UnsupportedFormat
from cepgraph.formats import RDF_FORMATS, by_ending
from cepgraph.model import Model
from cepgraph.store import Store
from cepgraph.terms import DATASET, GRAPH
from ingest.description import Description
from ingest.foreign.opening import Format, format_of, opened
from ingest.octets import load, refuse_other_than_files
from ingest.rdf import read_bytes
from ingest.report.remark import Place, Remark, Remarks
from ingest.report.verdict import SentFile
from ingest.rows.header import Header, Headers, Heading, key_cell, place_of
from ingest.rows.squash import squash
from ingest.sent import Progress, Sent, Upload
from ingest.sheets.book import Book
from ingest.sheets.reader import TABLE_ENDINGS, is_table, read_sheets
from ingest.sheets.sheet import Limits, Sheet
from ingest.tables import Tables

_NO_DATA = {"readme", "problems", "lists"}
"""Sheets of our own templates and reports."""


class Reading:
    """The files of a submission, opened; ``with`` it until the verdict stands.

    Attributes:
        remarks: what is to be said of the files.
        files: each file, as it was read.
        tables: the tables among them.
        description: what a foreign list is known to be, where nobody says it otherwise.

    Raises:
        BadInput, UnsupportedFormat: a file that cannot be read at all; with its place.
        BadParameter, NotFound: no graph for the rows, an unknown class or mapping.
    """

    def __init__(
        self, sent: Sent, model: Model, store: Store, limits: Limits, progress: Progress
    ) -> None:
        self.remarks = Remarks()
        self.files: tuple[SentFile, ...] = ()
        self.description = Description()
        self.tables = Tables(model, store, limits, self.remarks)
        self._sent = sent
        self._limits = limits
        self._model = model
        self._store = store
        self._progress = progress
        self._headers = Headers(model.schema)
        self._rdf: dict[NamedNode, set[Triple]] = {}
        self._file_of: dict[NamedNode, str] = {}
        self._graph = graph_named(sent.graph) if sent.graph else None
        try:
            self._open()
        except BaseException:
            self.tables.close()
            raise

    def __enter__(self) -> "Reading":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tables.close()

    @property
    def graphs(self) -> list[NamedNode]:
        """The named graphs that the files are for."""
        own = [self._graph] if self._graph is not None and self.tables.headers else []
        return list(dict.fromkeys([*self._rdf, *own]))

    def place(self, iri: str) -> Place | None:
        """Where a thing is described: a row, or an RDF file as a whole."""
        found = self.tables.place(iri)
        if found is None and iri in self._described:
            found = Place(file=self._described[iri])
        return found

    @cached_property
    def _described(self) -> dict[str, str]:
        """The file of each thing that RDF describes."""
        return {
            triple.subject.value: self._file_of[graph]
            for graph, triples in self._rdf.items()
            for triple in triples
            if isinstance(triple.subject, NamedNode)
        }

    def triples(self) -> dict[NamedNode, set[Triple]]:
        """All triples, by graph; afterwards the remarks are complete."""
        graphs = {graph: set(triples) for graph, triples in self._rdf.items()}
        if self._graph is not None and self.tables.headers:
            graphs.setdefault(self._graph, set()).update(self.tables.triples())
            self.tables.tell_duplicates()
        return graphs

    def _open(self) -> None:
        self._progress("reading", 0)
        for upload in self._sent.files:
            if is_table(upload.name):
                self._open_table(upload)
            else:
                self._open_rdf(upload)
        if self.tables.headers:
            self._graph = self._target()
            if self._graph in self._rdf:
                problem = "tables and RDF cannot be for the same graph; send them one by one"
                raise BadParameter("graph", problem, self._graph.value)
            self.tables.look_through(self._graph, lambda rows: self._progress("mapping", rows))

    def _open_table(self, upload: Upload) -> None:
        book = read_sheets(upload.path, upload.name, self._limits, self._headers.known())
        foreign = None if self._sent.collection else format_of(book, self._sent.mapping)
        if foreign is not None:
            self._open_foreign(upload, book, foreign)
            return
        # formulas are told by the rows that they stand in, where the column is read at all
        self.remarks.extend(r for r in book.remarks if r.code != "formula-without-value")
        found = [
            header for sheet in book.sheets if (header := self._header(sheet, len(book.sheets)))
        ]
        self.files += (SentFile(upload.name, book.sha256, book.form),)
        if not found and self.remarks.conforms and not self._left_out(book):
            raise BadInput(
                "no row was found whose headings belong to a class; make a template with "
                "“cepgraph template”, or name the class of the rows (collection)",
                file=upload.name,
            )
        for header in found:
            self.remarks.extend(self._headers.remarks(header))
            self.tables.headers.append(header)

    def _open_foreign(self, upload: Upload, book: Book, foreign: Format) -> None:
        if book.form == "json":
            book = read_sheets(upload.path, upload.name, self._limits, nested=True)
        self.remarks.extend(r for r in book.remarks if r.code != "formula-without-value")
        self.files += (SentFile(upload.name, book.sha256, book.form),)
        found = opened(
            book,
            foreign,
            graph=self._graph,
            said=self._sent.description,
            model=self._model,
            store=self._store,
            first=len(self.tables.headers),
            remarks=self.remarks,
            usable=self._is_usable,
        )
        self.tables.headers.extend(found.headers)
        self.description = found.description

    def _header(self, sheet: Sheet, sheets: int) -> Header | None:
        """The header of a sheet that is to be read; what is left out is told."""
        if squash(sheet.name) in _NO_DATA:
            return None
        collection = self._sent.collection if sheets == 1 else ""
        header = self._headers.find(sheet, collection)
        if header is None:
            explains = len(self._sent.files) > 1 and _explains(sheet)
            if not explains and not sheet.hidden and next(sheet.rows(), None) is not None:
                self._tell_no_header(sheet)
            return None
        return header if self._is_usable(sheet, header.row, header.headings) else None

    def _left_out(self, book: Book) -> bool:
        """Whether a file explains others that are sent with it; it is told that it was left out."""
        if len(self._sent.files) == 1 or not all(map(_explains, book.sheets)):
            return False
        text = "This file explains a template or a report; it was left out."
        self.remarks.extend(Remark("note", "no-data", text, place_of(s)) for s in book.sheets)
        return True

    def _tell_no_header(self, sheet: Sheet) -> None:
        rivals = self._headers.rivals(sheet)
        if rivals:
            text = (
                "The headings are those of several classes alike. Call the sheet, or the file of "
                "one table, after the one that is meant."
            )
            found = Remark("violation", "several-classes", text, place_of(sheet), "", rivals)
        else:
            text = "No row of this sheet has headings that belong to a class; it was left out."
            found = Remark("warning", "no-header", text, place_of(sheet))
        self.remarks.add(found)

    def _is_usable(self, sheet: Sheet, above: int, headings: Sequence[Heading]) -> bool:
        """Whether a sheet is shown; that it is not is told, and so are cells merged below."""
        place = place_of(sheet)
        if sheet.hidden:
            text = "This sheet is hidden. Show it, so that all see what is sent, or delete it."
            self.remarks.add(Remark("violation", "hidden-sheet", text, place))
            return False
        for merged in sheet.merged:
            if merged.last_row > above:
                text = "Cells are merged here. Part them, and write the value into each row."
                row = max(merged.first_row, above + 1)
                heading = next((h for h in headings if h.index == merged.first_column), None)
                place = place_of(sheet, row, heading)
                self.remarks.add(Remark("violation", "merged-cells", text, place))
        return True

    def _open_rdf(self, upload: Upload) -> None:
        refuse_other_than_files(upload.path)
        form = by_ending(upload.name)
        if form is None:
            known = [*TABLE_ENDINGS, *(ending for f in RDF_FORMATS for ending in f.endings)]
            endings = ", ".join(f".{ending.lstrip('.')}" for ending in known)
            problem = f"the ending says no format that is read here; known are {endings}"
            raise UnsupportedFormat(problem, file=upload.name)
        raw = load(upload.path, self._limits.bytes)
        sent = self._sent
        read = read_bytes(raw, form, self._graph, name=upload.name, who=sent.who, why=sent.why)
        for graph, triples in read.graphs.items():
            if graph in self._rdf:
                problem = "an earlier file is for the same graph"
                raise BadInput(problem, file=upload.name, value=graph.value)
            self._rdf[graph] = set(triples)
            self._file_of[graph] = upload.name
        digest = hashlib.sha256(raw).hexdigest()
        self.files += (SentFile(upload.name, digest, form.name),)

    def _target(self) -> NamedNode:
        """The graph for the rows: the one that is asked for, or that a sheet of datasets names."""
        named: dict[str, Header] = {}
        for header in self.tables.headers:
            if header.cls.iri == DATASET:
                for row in header.data():
                    key = key_cell(header, row)
                    if key and not key.startswith("("):
                        named.setdefault(key.removeprefix(GRAPH), header)
        if self._graph is not None:
            own = self._graph.value.removeprefix(GRAPH)
            for key, header in named.items():
                if key != own:
                    text = "The dataset is another one than the graph that this is sent to."
                    place = header.place(header.row, header.heading("key"))
                    self.remarks.add(Remark("violation", "other-dataset", text, place, key))
            return self._graph
        if len(named) == 1:
            return graph_named(GRAPH + next(iter(named)))
        problem = (
            f"name the graph that the rows are for, as {GRAPH}publisher/dataset, or fill the sheet "
            "“Dataset” of the template with one row"
        )
        raise BadParameter("graph", problem, ", ".join(named) or None)


def _explains(sheet: Sheet) -> bool:
    """Whether a file that is one table was such a sheet of ours, as in ``book-Read me.csv``."""
    stem = sheet.file.rpartition(".")[0]
    return not sheet.name and squash(re.split(r"[-_]", stem)[-1]) in _NO_DATA


def graph_named(text: str) -> NamedNode:
    """A graph by its IRI, or by ``publisher/dataset``.

    Raises:
        BadParameter: neither.
    """
    name = text if "://" in text or text.startswith("urn:") else GRAPH + text
    try:
        return NamedNode(name)
    except ValueError as error:
        problem = f"write it in full, such as {GRAPH}publisher/dataset"
        raise BadParameter("graph", problem, text) from error
