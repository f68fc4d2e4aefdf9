"""A data folder as the commands use it: opened, filled when empty, read and written."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    Variable,
    serialize,
)

from cepgraph.content import Content
from cepgraph.errors import BadParameter, GateRefused, NotFound, TooLarge
from cepgraph.formats import RDF_FORMATS, by_name
from cepgraph.graph import KnowledgeGraph
from cepgraph.history import Entry, History
from cepgraph.model import Model
from cepgraph.replay import Traced, state_at, traced
from cepgraph.settings import Settings
from cepgraph.store import OxigraphStore, Store
from cepgraph.terms import ID, PREFIXES, asserted_graph, is_entailed_graph
from cli import show
from cli.terminal import working
from ingest import submission
from ingest.octets import refuse_other_than_files
from ingest.reading import Reading, graph_named
from ingest.report.remark import Remarks
from ingest.report.verdict import Verdict
from ingest.seed import seed
from ingest.sent import Progress, Sent, nothing
from ingest.sheets.sheet import Limits
from ingest.upgrade import bring_up_to_date, is_current


class Home:
    """The data folder of ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.history = History(settings.data)

    @classmethod
    def at(cls, folder: Path | None) -> "Home":
        """The folder given on the command line, or the one that the settings name."""
        return cls(Settings() if folder is None else Settings(data=folder))

    @cached_property
    def model(self) -> Model:
        """The content, compiled."""
        return Model(Content.default())

    def version(self) -> int:
        """Number of accepted changes."""
        return self.history.head()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever accepted."""
        return self.version() == 0

    def prepare(self) -> None:
        """Fill an empty folder with the seed graph, and bring the store up to the log."""
        with self.writing():
            pass

    @contextmanager
    def writing(self) -> Iterator[KnowledgeGraph]:
        """The graph, opened for writing; seeded first when it is empty."""
        with self._open(self.settings.data) as graph:
            if self.settings.seed and not is_current(graph, self.settings.data):
                self._bring_up_to_date(graph)
            yield graph

    @contextmanager
    def reading(self) -> Iterator[KnowledgeGraph]:
        """The graph, for commands that write nothing: an empty folder stays empty.

        The seed graph then stands in for it, in a temporary place.
        """
        if not self.is_empty:
            with self._open(self.settings.data) as graph:
                yield graph
            return
        with (
            tempfile.TemporaryDirectory(prefix="cepgraph-") as folder,
            self._open(Path(folder), in_memory=True) as graph,
        ):
            if self.settings.seed:
                graph.publish(seed(self.model))
            yield graph

    def _bring_up_to_date(self, graph: KnowledgeGraph) -> None:
        """Fill the folder; one that was filled before goes on with what it holds when it must."""
        filled = not self.is_empty
        try:
            with working("Filling the folder with the graph of this installation"):
                bring_up_to_date(graph, self.settings.data)
        except GateRefused as refused:
            if not filled:
                raise
            show.outdated(self.settings, refused.report)

    @property
    def limits(self) -> Limits:
        """What a file may be at the most."""
        return Limits(bytes=self.settings.input_max_mb << 20, rows=self.settings.submission_rows)

    def check(self, sent: Sent, progress: Progress = nothing) -> Verdict:
        """What ``publish`` would do; an empty folder stays empty."""
        self._look_at(sent)
        with self.reading() as graph:
            return submission.check(graph, self._whole(sent), self.limits, progress)

    def publish(self, sent: Sent, progress: Progress = nothing) -> Verdict:
        """Publish a submission; when it is refused nothing is written, not even the seed graph."""
        self._look_at(sent)
        if self.is_empty:
            foreseen = self.check(sent, progress)
            if not foreseen.conforms:
                return foreseen
        with self.writing() as graph:
            return submission.publish(graph, self._whole(sent), self.limits, progress)

    def restore(self, graph: str, version: int | None, sent: Sent) -> Verdict:
        """Publish a graph as it stood at a version, or before its newest change."""
        if self.is_empty:
            raise BadParameter("data", "nothing was published here yet", str(self.settings.data))
        with self.writing() as opened:
            return submission.restore(opened, graph_named(graph), version, self._whole(sent))

    def convert(self, sent: Sent, output: IO[bytes], progress: Progress = nothing) -> Remarks:
        """Write what the rows of tables say as N-Quads, without judging or keeping it.

        Raises:
            BadParameter: RDF, which needs no converting.
        """
        with (
            self.reading() as graph,
            Reading(sent, self.model, graph.store, self.limits, progress) as reading,
        ):
            if not reading.tables.headers:
                if not reading.remarks.conforms:
                    return reading.remarks
                raise BadParameter("file", "only tables are converted; this is RDF already")
            (name,) = reading.graphs
            serialize(reading.tables.quads(name), output, format=RdfFormat.N_QUADS)
            return reading.remarks

    def trace(self, iri: str) -> list[Traced]:
        """Which entries of the log added what is said of a thing now, and from which rows."""
        try:
            thing = NamedNode(iri if ":" in iri else ID + iri)
        except ValueError as error:
            raise BadParameter("thing", "write its IRI, or kind/key", iri) from error
        with self.reading() as graph:
            return traced(graph.store, graph.history, thing)

    def _look_at(self, sent: Sent) -> None:
        """Refuse what is no file or too large before the graph is opened, which takes a while."""
        for upload in sent.files:
            refuse_other_than_files(upload.path)
            if upload.path.stat().st_size > self.limits.bytes:
                problem = f"the file is larger than {self.limits.bytes >> 20} MB"
                raise TooLarge(problem, file=upload.name)

    def _whole(self, sent: Sent) -> Sent:
        return replace(sent, seeded=self.settings.seed)

    def run(
        self, graph: KnowledgeGraph, name: str, values: Mapping[str, str]
    ) -> QuerySolutions | QueryTriples | QueryBoolean:
        """Run a query of the catalogue with bound parameters."""
        query = self.model.catalogue.query(name)
        store = graph.store
        if not isinstance(store, OxigraphStore):
            raise BadParameter("store", "queries on the command line need the embedded store")
        bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {
            Variable(variable): term for variable, term in query.bind(values).items()
        }
        return store.engine.query(query.text, use_default_graph_as_union=True, substitutions=bound)

    def entries(self, graph: str | None, limit: int) -> list[Entry]:
        """The newest entries of the log, of one graph or of all."""
        numbers = range(self.version(), 0, -1)
        entries = (self.history.entry(number) for number in numbers)
        return list(islice((e for e in entries if graph is None or graph in e.graphs), limit))

    def export(
        self,
        graph: str | None,
        form: str,
        *,
        entailed: bool,
        version: int | None,
        output: Path | None,
    ) -> None:
        """Write quads to a file or to standard output.

        Raises:
            BadParameter: an unknown format, one that holds one graph only, or an empty folder.
            NotFound: no such version or graph.
        """
        chosen = by_name(form, RDF_FORMATS)
        if chosen is None or chosen.rdf is None:
            known = ", ".join(f.name for f in RDF_FORMATS)
            raise BadParameter("format", f"known formats are {known}", form)
        if graph is None and not chosen.rdf.supports_datasets:
            raise BadParameter(
                "format", f"{chosen.name} holds one graph; name it with --graph", form
            )
        if self.is_empty:
            raise BadParameter("data", "nothing was published here yet", str(self.settings.data))
        store = state_at(self.history, self.version() if version is None else version)
        names = _graphs(store, graph_named(graph) if graph else None)
        quads = (
            quad
            for name in names
            if entailed or not is_entailed_graph(name)
            for quad in store.graph(name)
        )
        items = quads if chosen.rdf.supports_datasets else (quad.triple for quad in quads)
        target = sys.stdout.buffer if output is None else str(output)
        serialize(items, target, format=chosen.rdf, prefixes=PREFIXES)

    def _open(self, folder: Path, *, in_memory: bool = False) -> KnowledgeGraph:
        return KnowledgeGraph(
            folder,
            self.model,
            lock_wait_s=self.settings.lock_wait_s,
            snapshot_every=self.settings.snapshot_every,
            in_memory=in_memory,
        )


def _graphs(store: Store, wanted: NamedNode | None) -> list[NamedNode]:
    """All graphs of the store, or one with its companion."""
    names = store.graphs()
    if wanted is None:
        return names
    found = [name for name in names if asserted_graph(name) == wanted]
    if not found:
        asserted = [name.value for name in names if not is_entailed_graph(name)]
        near = get_close_matches(wanted.value, asserted, n=2)
        raise NotFound("graph", wanted.value, tuple(near))
    return found
