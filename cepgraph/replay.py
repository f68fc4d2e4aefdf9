"""Any view of the log catches up in the same way: the newest usable snapshot, then the entries."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import Entry, History, Origin, read_snapshot
from cepgraph.store import OxigraphStore, Store
from cepgraph.terms import asserted_graph, is_entailed_graph


def catch_up(store: Store, history: History, version: int) -> None:
    """Bring a store from where it stands to ``version``; a snapshot is used for an empty store.

    Raises:
        LogDamaged: an entry on the way is missing, cannot be read, or follows upon another one
            than the store stands at.
    """
    stands = store.version()
    snapshot = history.snapshot(at_most=version)
    if stands == 0 and snapshot is not None:
        stands = snapshot[0]
        store.apply(read_snapshot(snapshot[1]), (), stands, history.identifier(stands))
    last = store.entry()
    for number in range(stands + 1, version + 1):
        try:
            entry = history.entry(number)
        except NotFound as error:
            raise LogDamaged(f"version {number}", "its entry is missing from the log") from error
        if last and entry.previous != last:
            raise LogDamaged(f"version {number}", "its entry does not follow upon the one before")
        store.apply(*entry.quads(), number, entry.identifier)
        last = entry.identifier


def state_at(history: History, version: int) -> OxigraphStore:
    """The graph as it stood at ``version``, rebuilt in memory.

    Raises:
        NotFound: the log has no such version.
    """
    if not 0 <= version <= history.head():
        raise NotFound("version", str(version))
    store = OxigraphStore()
    catch_up(store, history, version)
    return store


def graph_at(store: Store, history: History, graph: NamedNode, version: int) -> set[Triple]:
    """What one graph held at ``version``, worked out from what it holds in the store.

    Raises:
        NotFound: the log has no such version, or has lost an entry on the way to it.
    """
    if not 0 <= version <= history.head():
        raise NotFound("version", str(version))
    triples = {quad.triple for quad in store.graph(graph)}
    stands = store.version()
    for number in range(stands, version, -1):
        added, removed = _of_graph(history.entry(number), graph)
        triples.difference_update(added)
        triples.update(removed)
    for number in range(stands + 1, version + 1):
        added, removed = _of_graph(history.entry(number), graph)
        triples.difference_update(removed)
        triples.update(added)
    return triples


def _of_graph(entry: Entry, graph: NamedNode) -> tuple[Iterator[Triple], Iterator[Triple]]:
    """What an entry added to one graph, and what it removed from it."""
    if asserted_graph(graph).value not in entry.graphs:
        return iter(()), iter(())
    added, removed = entry.quads()
    return (
        (quad.triple for quad in added if quad.graph_name == graph),
        (quad.triple for quad in removed if quad.graph_name == graph),
    )


@dataclass(frozen=True)
class Traced:
    """An entry of the log that added something which is said of a thing now.

    ``graph`` is where it is said; ``triples`` what it added and still stands; ``origins`` the rows
    that it came from, where it came from tables.
    """

    graph: NamedNode
    entry: Entry
    triples: tuple[Triple, ...]
    origins: tuple[Origin, ...]


def traced(store: Store, history: History, thing: NamedNode) -> list[Traced]:
    """Where all that the asserted graphs say of a thing comes from, newest entries first.

    What came with an entry that the log no longer has is left out.
    """
    open_: dict[NamedNode, set[Triple]] = {}
    for quad in store.outgoing([thing]):
        if isinstance(quad.graph_name, NamedNode) and not is_entailed_graph(quad.graph_name):
            open_.setdefault(quad.graph_name, set()).add(quad.triple)
    found: list[Traced] = []
    for number in range(store.version(), 0, -1):
        if not open_:
            break
        try:
            entry = history.entry(number)
        except NotFound:
            break
        graphs = [name for name in open_ if name.value in entry.graphs]
        added = entry.about(thing) if graphs else []
        origins = tuple(entry.origins(thing.value)) if added else ()
        for graph in sorted(graphs, key=lambda name: name.value):
            told = {quad.triple for quad in added if quad.graph_name == graph} & open_[graph]
            if told:
                open_[graph] -= told
                found.append(Traced(graph, entry, tuple(sorted(told, key=str)), origins))
            if not open_[graph]:
                del open_[graph]
    return found
