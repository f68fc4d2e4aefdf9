"""Any view of the log catches up in the same way: the newest usable snapshot, then the entries."""

from pyoxigraph import NamedNode, Triple

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import History, read_snapshot
from cepgraph.store import OxigraphStore, Store


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
        store.apply(entry.added, entry.removed, number, entry.identifier)
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
    """What one graph held at ``version``, worked out backwards from what it holds now.

    Raises:
        NotFound: the log has no such version.
    """
    head = history.head()
    if not 0 <= version <= head:
        raise NotFound("version", str(version))
    triples = {quad.triple for quad in store.graph(graph)}
    for number in range(head, version, -1):
        entry = history.entry(number)
        if graph.value in entry.graphs:
            triples -= {quad.triple for quad in entry.added if quad.graph_name == graph}
            triples |= {quad.triple for quad in entry.removed if quad.graph_name == graph}
    return triples
