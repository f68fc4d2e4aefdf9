"""The SHACL gate: which nodes a change can affect, what to read for them, and the verdict."""

from cepgraph.validation.gate import Gate
from cepgraph.validation.report import Report, Result

__all__ = ["Gate", "Report", "Result"]
