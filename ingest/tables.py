"""All the tables of a submission, read together: a row may refer to one of another sheet."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, starmap

from pyoxigraph import NamedNode, Quad, Triple

from cepgraph.history import Origin
from cepgraph.model import Model
from cepgraph.store import Store
from cepgraph.terms import DATASET, GRAPH
from ingest.lists import Lists
from ingest.report.remark import Place, Remark, Remarks
from ingest.rows.duplicates import likely_duplicates, other_names
from ingest.rows.header import Header
from ingest.rows.joined import Joined
from ingest.rows.keys import Keys
from ingest.rows.mapper import Mapper, Statement, Tools
from ingest.rows.names import Names
from ingest.rows.references import References
from ingest.rows.register import Register
from ingest.sheets.sheet import Limits, Sheet

_REPEATED = (
    "An earlier row describes the same thing. If the two are one, join the rows; if not, give each "
    "a key of its own."
)
_NO_ROWS = (
    "No row below the headings describes anything. Published like this, the graph would hold "
    "nothing but its own description."
)
_LIKELY = (
    "This looks like something that is there already. If it is the same, write the key of that in "
    "the column Key; if it is another, leave it as it is."
)


_OTHER = (
    "Others describe this very thing already, by its key or identifier, and call it otherwise. If "
    "it is another, correct the key or the identifier; if it is the same, leave it as it is."
)


class Tables:
    """The sheets of a submission with their headers; ``close`` it when the verdict stands."""

    def __init__(self, model: Model, store: Store, limits: Limits, remarks: Remarks) -> None:
        self.headers: list[Header] = []
        self._model = model
        self._limits = limits
        self._remarks = remarks
        self._names = Names(store)
        self._register = Register()
        self._joined = Joined()
        self._mappers: list[Mapper] = []
        self._home: NamedNode | None = None

    def close(self) -> None:
        """Let go of the temporary file with the register."""
        self._register.close()

    def look_through(self, graph: NamedNode, progress: Callable[[int], None]) -> None:
        """The first walk over all rows: which things there are. ``graph`` is where they go."""
        self._home = graph
        publisher = graph.value.removeprefix(GRAPH).partition("/")[0]
        schema = self._model.schema
        lists = Lists(self._model.content)
        tools = Tools(
            schema=schema,
            references=References(schema, lists, self._names, self._register),
            keys=Keys(publisher if graph.value.startswith(GRAPH) else "", self._names),
            register=self._register,
            remarks=self._remarks,
            characters=self._limits.characters,
            joined=self._joined,
        )
        self._mappers = [
            Mapper(header, number, tools, progress) for number, header in enumerate(self.headers)
        ]
        rows = [mapper.register() for mapper in self._mappers]
        if not any(n for n, h in zip(rows, self.headers, strict=True) if h.cls.iri != DATASET):
            self._remarks.add(
                Remark("warning", "no-rows", _NO_ROWS, Place(self.headers[0].sheet.file))
            )
        self._tell_repeated()

    def triples(self) -> Iterator[Triple]:
        """The second walk: what the rows say. Remarks are complete when it has ended."""
        return starmap(Triple, self._statements())

    def quads(self, graph: NamedNode) -> Iterator[Quad]:
        """The same, said in a graph."""
        return starmap(partial(Quad, graph_name=graph), self._statements())

    def _statements(self) -> Iterator[Statement]:
        return chain.from_iterable(mapper.statements() for mapper in self._mappers)

    def tell_duplicates(self) -> None:
        """Remarks on rows whose thing seems to be there under another key."""
        for row, label, key in likely_duplicates(self._register, self._names, self._model.schema):
            header = self.headers[row.sheet]
            place = header.place(row.row, header.heading("label"))
            other = (f"{label} ({key})",)
            remark = Remark("warning", "likely-duplicate", _LIKELY, place, row.label, other)
            self._remarks.add(remark)
        for row, label, key in other_names(self._register, self._names, self._home):
            place = self.headers[row.sheet].place(row.row, self.headers[row.sheet].heading("label"))
            other = (f"{label} ({key})",)
            self._remarks.add(Remark("warning", "other-name-held", _OTHER, place, row.label, other))

    @property
    def things(self) -> int:
        """How many things the rows describe."""
        return len(self._register)

    @property
    def sheets(self) -> list[Sheet]:
        """The sheets that were read, each once."""
        return list({id(header.sheet): header.sheet for header in self.headers}.values())

    def place(self, iri: str) -> Place | None:
        """The row that describes a thing: the first, where several do."""
        found = self._register.of(iri)
        return self.headers[found[0].sheet].place(found[0].row) if found else None

    def column(self, iri: str, field: str) -> tuple[str, str] | None:
        """Header and letter of the column that fills a field, on the sheet of a thing."""
        for row in self._register.of(iri):
            header = self.headers[row.sheet]
            heading = header.heading(field)
            if heading is not None:
                place = header.place(row.row, heading)
                return place.column, place.letter
        return None

    def origins(self) -> Iterator[Origin]:
        """The rows that each thing was described by."""
        for row in self._register:
            sheet = self.headers[row.sheet].sheet
            yield Origin(row.iri, sheet.file, sheet.name, row.row)

    def _tell_repeated(self) -> None:
        """Of rows that describe one thing, all but the first are left out and told."""
        left_out: dict[int, set[tuple[str, int]]] = {}
        for first, *others in self._register.repeated():
            for row in others:
                header = self.headers[row.sheet]
                if header.joins and self.headers[first.sheet].joins:
                    self._joined.add(row.iri)
                    continue
                left_out.setdefault(row.sheet, set()).add((row.iri, row.row))
                here = self.headers[first.sheet]
                place = header.place(row.row, header.heading("key") or header.heading("label"))
                earlier = f"{here.sheet.unit} {first.row}"
                if here.sheet.name != header.sheet.name or here.sheet.file != header.sheet.file:
                    earlier = str(here.place(first.row))
                value = f"{row.label or row.iri} ({earlier} has it too)"
                self._remarks.add(Remark("violation", "repeated-thing", _REPEATED, place, value))
        for number, rows in left_out.items():
            self._mappers[number].leave_out(frozenset(rows))
