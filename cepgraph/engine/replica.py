"""The engine's copy of the graph, in memory: the newest snapshot, and the log after it.

The store on disk belongs to the writer and is never opened here.
"""

from pathlib import Path

from pyoxigraph import RdfFormat, Store

from cepgraph.errors import NotFound
from cepgraph.history import Entry, History, read_snapshot
from cepgraph.quads import Written

REBUILD_ABOVE = 10_000


class Replica:
    """Follows the log of the data folder ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._history = History(folder)
        self._removed = 0
        self.store = Store()
        self.version = 0

    def load(self) -> None:
        """Read the newest snapshot and what came after it; called once.

        Raises:
            LogDamaged: an entry cannot be read.
        """
        newest = self._history.snapshot()
        if newest is not None:
            self.version, path = newest
            self.store.bulk_extend(read_snapshot(path))
        self.follow()

    def follow(self) -> bool:
        """Apply what is new in the log; whether there was anything. Costs one look when not.

        Raises:
            LogDamaged: an entry cannot be read.
        """
        if self._history.head() <= self.version:
            return False
        for entry in self._history.entries(self.version):
            self._apply(entry)
        self._compact()
        return True

    def recall(self, version: int) -> None:
        """Go back to an earlier version; for a worker of its own, which shares this by copying.

        Either what was changed since is taken back, newest first, or, where that is more than the
        graph holds, the log is read again up to there.

        Raises:
            NotFound: there is no such version.
            LogDamaged: an entry or a snapshot cannot be read.
        """
        if not 0 <= version <= self.version:
            raise NotFound("version", str(version))
        since = [self._history.entry(number) for number in range(self.version, version, -1)]
        changed = sum(entry.added_count + entry.removed_count for entry in since)
        if changed > max(REBUILD_ABOVE, len(self.store)):
            self.store, self.version = Store(), 0
            snapshot = self._history.snapshot(at_most=version)
            if snapshot is not None:
                self.version = snapshot[0]
                self.store.bulk_extend(read_snapshot(snapshot[1]))
            for number in range(self.version + 1, version + 1):
                self._apply(self._history.entry(number))
        for entry in since if self.version > version else ():
            added, removed = entry.quads()
            for quad in added:
                self.store.remove(quad)
            self.store.extend(removed)
        self.version = version

    def _apply(self, entry: Entry) -> None:
        added, removed = entry.quads()
        for quad in removed:
            self.store.remove(quad)
        if isinstance(added, Written):
            for part in added.nquads():
                self.store.bulk_load(part, format=RdfFormat.N_QUADS, lenient=True)
        else:
            self.store.extend(added)
        self.version = entry.version
        self._removed += entry.removed_count

    def _compact(self) -> None:
        """Write the store anew when what was removed is half as much as what is there.

        A store in memory keeps removed quads for ever, and slows down with them.
        """
        if self._removed > max(REBUILD_ABOVE, len(self.store) // 2):
            fresh = Store()
            fresh.bulk_extend(self.store)
            self.store, self._removed = fresh, 0
