"""Where the quads are kept: the protocol, and the engines behind it."""

from cepgraph.store.base import Store
from cepgraph.store.oxigraph import OxigraphStore

__all__ = ["OxigraphStore", "Store"]
