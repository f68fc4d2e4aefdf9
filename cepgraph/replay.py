"""Any view of the log catches up in the same way: the newest usable snapshot, then the entries."""

from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import Entry, History, Origin, read_snapshot
from cepgraph.store import OxigraphStore, Store
from cepgraph.terms import is_entailed_graph


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
    """Where all that the asserted graphs say of a thing comes from, newest entries first."""
    open_: dict[NamedNode, set[Triple]] = {}
    for quad in store.outgoing([thing]):
        if isinstance(quad.graph_name, NamedNode) and not is_entailed_graph(quad.graph_name):
            open_.setdefault(quad.graph_name, set()).add(quad.triple)
    found: list[Traced] = []
    for number in range(history.head(), 0, -1):
        graphs = {name for name, triples in open_.items() if triples}
        if not graphs:
            break
        entry = history.entry(number)
        if not graphs & {NamedNode(name) for name in entry.graphs} or not entry.speaks_of(thing):
            continue
        added = {quad for quad in entry.added if quad.subject == thing}
        for graph in sorted(graphs, key=lambda name: name.value):
            told = {quad.triple for quad in added if quad.graph_name == graph} & open_[graph]
            if told:
                open_[graph] -= told
                rows = tuple(o for o in entry.origins() if o.iri == thing.value)
                found.append(Traced(graph, entry, tuple(sorted(told, key=str)), rows))
    return found
