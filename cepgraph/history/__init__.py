"""The append-only log of accepted changes, the rows they came from, and snapshots."""

from cepgraph.history.entry import Entry, Provenance
from cepgraph.history.log import History
from cepgraph.history.origin import Origin
from cepgraph.history.snapshot import read_snapshot

__all__ = ["Entry", "History", "Origin", "Provenance", "read_snapshot"]
