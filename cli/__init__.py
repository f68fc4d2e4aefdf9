"""The command line: ``cepgraph``."""

from cli.app import main

__all__ = ["main"]
