"""A data folder as the commands use it: opened, filled when empty, read and written."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
    Variable,
    serialize,
)

from cepgraph.content import Content
from cepgraph.errors import BadParameter, NotFound
from cepgraph.formats import RDF_FORMATS, by_name
from cepgraph.graph import KnowledgeGraph, Submission
from cepgraph.history import Entry, History
from cepgraph.model import Model
from cepgraph.replay import state_at
from cepgraph.settings import Settings
from cepgraph.store import OxigraphStore
from cepgraph.terms import asserted_graph, is_entailed_graph
from cli import show
from ingest.description import Description, described
from ingest.rdf import read_file
from ingest.seed import seed


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

    def prepare(self) -> None:
        """Fill an empty folder with the seed graph, and bring the store up to the log."""
        with self.writing():
            pass

    @contextmanager
    def writing(self) -> Iterator[KnowledgeGraph]:
        """The graph, opened for writing; seeded first when it is empty."""
        with self._open(self.settings.data) as graph:
            self._fill(graph)
            yield graph

    @contextmanager
    def reading(self) -> Iterator[KnowledgeGraph]:
        """The graph, for commands that write nothing: an empty folder stays empty.

        The seed graph then stands in for it, in a temporary place.
        """
        if self.version():
            with self._open(self.settings.data) as graph:
                yield graph
            return
        with tempfile.TemporaryDirectory(prefix="cepgraph-") as folder:
            with self._open(Path(folder), in_memory=True) as graph:
                self._fill(graph)
                yield graph

    def submission(
        self,
        graph: KnowledgeGraph,
        file: Path,
        name: str | None,
        description: Description | None = None,
        who: str = "command line",
        why: str = "",
    ) -> Submission:
        """A file as a submission, with the description of its graphs."""
        target = _graph_name(name) if name else None
        limit = self.settings.input_max_mb * 1024 * 1024
        read = read_file(file, target, who, why, limit)
        return described(read, description or Description(), graph.store)

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
        graph: NamedNode | None,
        form: str,
        *,
        entailed: bool,
        version: int | None,
        output: Path | None,
    ) -> None:
        """Write quads to a file or to standard output."""
        chosen = by_name(form, RDF_FORMATS)
        if chosen is None or chosen.rdf is None:
            known = ", ".join(f.name for f in RDF_FORMATS)
            raise BadParameter("format", f"known formats are {known}", form)
        if graph is None and not chosen.rdf.supports_datasets:
            raise BadParameter(
                "format", f"{chosen.name} holds one graph; name it with --graph", form
            )
        wanted = self.version() if version is None else version
        store = state_at(self.history, wanted)
        names = [
            n
            for n in store.graphs()
            if graph in (None, asserted_graph(n)) and (entailed or not is_entailed_graph(n))
        ]
        if graph is not None and not names:
            raise NotFound("graph", graph.value)
        quads = (quad for name in names for quad in store.graph(name))
        items = quads if chosen.rdf.supports_datasets else (quad.triple for quad in quads)
        if output is None:
            serialize(items, sys.stdout.buffer, format=chosen.rdf)
        else:
            serialize(items, str(output), format=chosen.rdf)

    def _open(self, folder: Path, *, in_memory: bool = False) -> KnowledgeGraph:
        return KnowledgeGraph(
            folder,
            self.model,
            lock_wait_s=self.settings.lock_wait_s,
            snapshot_every=self.settings.snapshot_every,
            in_memory=in_memory,
        )

    def _fill(self, graph: KnowledgeGraph) -> None:
        if self.settings.seed and graph.version == 0:
            with show.working("Filling the empty folder with the seed graph"):
                graph.publish(seed(self.model))


def _graph_name(text: str) -> NamedNode:
    try:
        return NamedNode(text)
    except ValueError as error:
        raise BadParameter("graph", "an absolute IRI is expected", text) from error
