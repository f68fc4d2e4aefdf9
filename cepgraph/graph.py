"""The knowledge graph: the one door through which anything is written."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from pyoxigraph import BlankNode, NamedNode, Triple

from cepgraph.change import Change, is_empty, with_entailments
from cepgraph.door import settle, settle_beside
from cepgraph.errors import BadInput, BadParameter, GateRefused, LogDamaged, NotFound, StaleVersion
from cepgraph.history import Entry, History, Origin, Provenance
from cepgraph.lock import WriterLock
from cepgraph.model import Model
from cepgraph.replay import catch_up
from cepgraph.store import OxigraphStore, Store
from cepgraph.terms import asserted_graph, entailed_graph, is_entailed_graph
from cepgraph.validation import Report


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's search for cycles is put off: it would go through all triples again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Submission:
    """Triples that are to become the whole content of one or more named graphs.

    ``origins`` tells, when it is called, which row of a table each thing was described by.
    """

    graphs: Mapping[NamedNode, set[Triple]]
    provenance: Provenance
    origins: Callable[[], Iterable[Origin]] | None = None


@dataclass(frozen=True)
class Amendment:
    """Triples to add to, and to remove from, one or more named graphs; the rest of them stays."""

    added: Mapping[NamedNode, set[Triple]]
    removed: Mapping[NamedNode, set[Triple]]
    provenance: Provenance


@dataclass(frozen=True)
class Outcome:
    """What a submission did, or would do.

    ``version`` is that of the graph afterwards. ``subjects_*`` count things, ``triples_*`` asserted
    triples; entailed ones are not counted. ``graphs_added`` are those that held nothing before.
    """

    version: int
    report: Report
    entry: Entry | None = None
    triples_added: int = 0
    triples_removed: int = 0
    subjects_added: tuple[str, ...] = ()
    subjects_removed: tuple[str, ...] = ()
    subjects_changed: tuple[str, ...] = ()
    graphs_added: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was different from what the graph held already."""
        return bool(self.triples_added or self.triples_removed)


class KnowledgeGraph:
    """The writer's side of a data folder, from ``with`` to its end.

    Opening it takes the writer's lock and brings the store up to the log, whatever happened to the
    process before. Readers do not need it: they follow the log.
    """

    def __init__(
        self,
        folder: Path,
        model: Model,
        *,
        lock_wait_s: float = 10.0,
        snapshot_every: int = 50,
        in_memory: bool = False,
    ) -> None:
        self.model = model
        self.history = History(folder)
        self._folder = folder
        self._lock_wait_s = lock_wait_s
        self._snapshot_every = snapshot_every
        self._in_memory = in_memory
        self._stack = ExitStack()
        self._store: Store | None = None

    def __enter__(self) -> "KnowledgeGraph":
        with ExitStack() as stack:
            stack.enter_context(WriterLock(self._folder, self._lock_wait_s))
            store = OxigraphStore(None if self._in_memory else self._folder / "store")
            stack.callback(store.close)
            self._store = store
            self.history.sweep()
            self._recover()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store = None
        self._stack.close()

    @property
    def store(self) -> Store:
        """The quads, as they stand at ``version``."""
        if self._store is None:
            raise LogDamaged(str(self._folder), "the graph is not open")
        return self._store

    @property
    def version(self) -> int:
        """Number of accepted changes so far."""
        return self.history.head()

    @_uncollected()
    def check(self, submission: Submission) -> Outcome:
        """What ``publish`` would do; writes nothing and refuses nothing."""
        self._catch_up()
        change = self._replacing(submission)
        whole = with_entailments(change, self.model.rules, self.store)
        return self._outcome(change, self.model.gate.judge(whole, self.store))

    @_uncollected()
    def publish(self, submission: Submission) -> Outcome:
        """Make each of the submission's graphs hold exactly its triples: all of them, or nothing.

        A submission that changes nothing writes no entry.

        Raises:
            GateRefused: the graph would not conform; carries the report.
            BadParameter: a graph name that cannot be written to.
        """
        self._catch_up()
        change = self._replacing(submission)
        return self._commit(change, submission.provenance, submission.origins)

    @_uncollected()
    def amend(self, amendment: Amendment, *, base: int | None = None) -> Outcome:
        """Add and remove single triples; the same door as ``publish``, at the cost of the change.

        Triples that the graphs hold already are not added, and absent ones not removed.

        Raises:
            GateRefused, BadParameter: as ``publish``.
            StaleVersion: something was written since version ``base``.
            BadInput: a blank node is to be removed; nothing ties it to what the graphs hold.
        """
        self._catch_up()
        if base is not None:
            self.refuse_stale(base)
        self._refuse_companions([*amendment.added, *amendment.removed])
        gone = [triple for triples in amendment.removed.values() for triple in triples]
        if any(isinstance(n, BlankNode) for t in gone for n in (t.subject, t.object)):
            raise BadInput("a blank node cannot be removed; use the IRI that stands for it")
        added = settle_beside(amendment.added)
        removed = settle_beside(amendment.removed)
        present = self._present(added, removed)
        change = Change()
        for graph, triples in added.items():
            change.add(graph, triples - present[graph])
        for graph, triples in removed.items():
            change.remove(graph, (triples & present[graph]) - added.get(graph, set()))
        return self._commit(change, amendment.provenance)

    def refuse_stale(self, base: int, graph: NamedNode | None = None) -> None:
        """Refuse a writer who has seen version ``base``, and not what was written since.

        With ``graph`` only what was written to that one counts.

        Raises:
            StaleVersion: something was, or may have been in a part of the log that is not there.
        """
        if base > self.version:
            raise StaleVersion(base, self.version)
        try:
            for entry in self.history.entries(base):
                if graph is None or graph.value in entry.graphs:
                    raise StaleVersion(base, entry.version)
        except NotFound as error:
            raise StaleVersion(base, self.version) from error

    def refresh(self, provenance: Provenance) -> Outcome:
        """Make every companion graph what the present ontology entails; for a changed ontology.

        Raises:
            GateRefused: what is then entailed does not conform.
        """
        self._catch_up()
        change = Change()
        for graph in {asserted_graph(name) for name in self.store.graphs()}:
            companion = entailed_graph(graph)
            wanted = self.model.rules.closure(quad.triple for quad in self.store.graph(graph))
            present = {quad.triple for quad in self.store.graph(companion)}
            change.add(companion, wanted - present)
            change.remove(companion, present - wanted)
        return self._commit(change, provenance)

    def maintain(self) -> int | None:
        """Take a snapshot when enough has been logged since the last; its version, if one was."""
        newest = self.history.snapshot()
        if self.version - (newest[0] if newest else 0) < self._snapshot_every:
            return None
        self.history.write_snapshot(self.version, self.store.dump)
        return self.version

    def _commit(
        self,
        change: Change,
        provenance: Provenance,
        origins: Callable[[], Iterable[Origin]] | None = None,
    ) -> Outcome:
        if not change:
            return Outcome(self.version, Report())
        whole = with_entailments(change, self.model.rules, self.store)
        report = self.model.gate.judge(whole, self.store)
        if not report.conforms:
            raise GateRefused(report)
        outcome = self._outcome(change, report)
        graphs = tuple(graph.value for graph in change.graphs)
        added, removed = whole.added_quads(), whole.removed_quads()
        rows = _of_added(change, origins()) if origins else ()
        entry = self.history.append(added, removed, provenance, graphs, rows)
        del whole, added, removed  # the file holds the same, in less memory
        self.store.apply(*entry.written, entry.version, entry.identifier)
        return replace(outcome, version=entry.version, entry=entry)

    def _present(self, *sides: Mapping[NamedNode, set[Triple]]) -> dict[object, set[Triple]]:
        """What the graphs of these triples say of their subjects."""
        subjects = {
            triple.subject
            for side in sides
            for triples in side.values()
            for triple in triples
            if isinstance(triple.subject, NamedNode)
        }
        found: dict[object, set[Triple]] = {graph: set() for side in sides for graph in side}
        for quad in self.store.outgoing(subjects):
            if quad.graph_name in found:
                found[quad.graph_name].add(quad.triple)
        return found

    def _replacing(self, submission: Submission) -> Change:
        self._refuse_companions(submission.graphs)
        settled = {graph: settle(graph, ts) for graph, ts in submission.graphs.items()}
        return Change.replacing(self.store, settled)

    def _refuse_companions(self, graphs: Iterable[NamedNode]) -> None:
        for graph in graphs:
            if is_entailed_graph(graph):
                raise BadParameter("graph", "this graph is derived; publish the one it is of")

    def _outcome(self, change: Change, report: Report) -> Outcome:
        added, removed, changed = set(), set(), set()
        fresh_graphs = {graph for graph in change.graphs if is_empty(self.store, graph)}
        for graph in change.graphs:
            fresh = change.index(graph).by_subject
            touched = fresh.keys() | change.index(graph, added=False).by_subject.keys()
            gone = change.removed.get(graph, set())
            stored = () if graph in fresh_graphs else self.store.outgoing(touched)
            before = [quad for quad in stored if quad.graph_name == graph]
            old = {quad.subject for quad in before}
            new = {quad.subject for quad in before if quad.triple not in gone} | fresh.keys()
            added |= {node.value for node in touched - old}
            removed |= {node.value for node in touched - new}
            changed |= {node.value for node in touched & old & new}
        return Outcome(
            version=self.version,
            report=report,
            triples_added=sum(len(triples) for triples in change.added.values()),
            triples_removed=sum(len(triples) for triples in change.removed.values()),
            subjects_added=tuple(sorted(added)),
            subjects_removed=tuple(sorted(removed)),
            subjects_changed=tuple(sorted(changed)),
            graphs_added=tuple(sorted(graph.value for graph in fresh_graphs)),
        )

    def _recover(self) -> None:
        """Bring the store to the head of the log, if it is a view of this log."""
        head, stands = self.history.head(), self.store.version()
        if stands > head:
            raise LogDamaged(
                str(self._folder), f"the store stands at version {stands}, the log ends at {head}"
            )
        mark, entry = self.store.entry(), self.history.identifier(stands)
        if mark and entry and mark != entry:
            raise LogDamaged(
                str(self._folder),
                f"the store's version {stands} is not the log's; remove the folder 'store', it is "
                "made again from the log",
            )
        self._catch_up()

    def _catch_up(self) -> None:
        """After a failure to apply an entry, the store is behind the log, and must not stay so."""
        if self.store.version() < self.history.head():
            catch_up(self.store, self.history, self.history.head())


def _of_added(change: Change, origins: Iterable[Origin]) -> Iterator[Origin]:
    """The rows of things to which the change adds something; earlier entries tell the others."""
    added = {
        triple.subject.value
        for triples in change.added.values()
        for triple in triples
        if isinstance(triple.subject, NamedNode)
    }
    return (origin for origin in origins if origin.iri in added)
