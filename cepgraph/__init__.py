"""The kernel of cepgraph: what is written, how it is checked, and how it is read."""

__version__ = "0.1.0"
