"""Short questions to one graph of the seed."""

from collections import Counter

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from cepgraph.terms import GRAPH, ID, PREFIXES

FAQ = "arts-connect/collaborate-innovate-faq"
PR = "arts-connect/collaborate-innovate-press-release-2024-10"
AC = "arts-connect/virtual-schools-programme"
AND = "a-new-direction/cep-faq"
PL = "peer-learning-programme/session-1-feedback"
INFERRED = "cepgraph/inferences"


def ask(seed: Store, graph: str, pattern: str) -> bool:
    """Whether a pattern holds in one graph; relative IRIs are instances (``<programme/…>``)."""
    text = f"BASE <{ID}> ASK {{ GRAPH <{GRAPH}{graph}> {{ {pattern} }} }}"
    return bool(seed.query(text, prefixes=PREFIXES))


def column(seed: Store, graph: str, variable: str, pattern: str) -> Counter[str]:
    """How often each value of a variable occurs among the solutions of a pattern in one graph."""
    text = f"BASE <{ID}> SELECT ?{variable} WHERE {{ GRAPH <{GRAPH}{graph}> {{ {pattern} }} }}"
    found = seed.query(text, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    values = (solution[variable] for solution in found)
    return Counter(v.value for v in values if isinstance(v, NamedNode | Literal))
