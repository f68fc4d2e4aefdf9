"""The reader's queries, filled in.

IRIs come from the schema and from the engine's own results, or have passed through ``NamedNode``,
which takes nothing that could end an IRI in SPARQL; a list of them cannot be bound otherwise.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from cepgraph.paths import Step

NAMING: Final = "FILTER(?p IN (rdf:type, rdfs:label, skos:prefLabel, skos:notation))"
ASSERTED: Final = 'FILTER(!STRENDS(STR(?g), "/entailed"))'

PathSteps = tuple[Step, ...]


def things(iris: Iterable[str], derived: Sequence[PathSteps] = ()) -> str:
    """Asks for all that documents of these things need."""
    named = _values(iris)
    branches = [branch for path in derived for branch in _branches(path, named)]
    return _fill("things", THINGS=named, DERIVED="\n".join(f"UNION {{ {b} }}" for b in branches))


def order(cls: NamedNode) -> str:
    """Asks for all things of a class, in their order."""
    return _fill("order", CLASS=str(cls))


def mentions(iri: str, limit: int) -> str:
    """Asks what refers to a thing."""
    return _fill("mentions", THINGS=_values([iri]), LIMIT=str(limit))


def labels(iris: Iterable[str]) -> str:
    """Asks for what it takes to name things."""
    return _fill("labels", THINGS=_values(iris))


def _branches(path: PathSteps, named: str) -> list[str]:
    """The quads of each step of a path, and the names of what is at its end."""
    reached = _chain(path, [f"n{number}" for number in range(len(path))] + ["s"])
    ends = f"{{ SELECT DISTINCT ?s WHERE {{ VALUES ?n0 {{ {named} }} {reached} }} }}"
    branches = [f"{ends} GRAPH ?g {{ ?s ?p ?o }} {NAMING} {ASSERTED}"]
    for number, step in enumerate(path):
        nodes = [f"n{n}" for n in range(number)] + (["o", "s"] if step.inverse else ["s", "o"])
        before = _chain(path[:number], nodes)
        branches.append(
            f"VALUES ?{nodes[0]} {{ {named} }} {before} GRAPH ?g {{ ?s {step.predicate} ?o }} "
            f"BIND({step.predicate} AS ?p) {ASSERTED}"
        )
    return branches


def _chain(path: PathSteps, nodes: list[str]) -> str:
    """Patterns that walk ``path`` through the variables ``nodes``, each in any asserted graph."""
    patterns = []
    for number, step in enumerate(path):
        ends = (nodes[number + 1], nodes[number]) if step.inverse else nodes[number : number + 2]
        patterns.append(
            f"GRAPH ?h{number} {{ ?{ends[0]} {step.predicate} ?{ends[1]} }} "
            f'FILTER(!STRENDS(STR(?h{number}), "/entailed"))'
        )
    return " ".join(patterns)


def _values(iris: Iterable[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _fill(name: str, **places: str) -> str:
    text = _text(name)
    for place, filling in places.items():
        text = text.replace(f"%{place}%", filling)
    return text


@cache
def _text(name: str) -> str:
    lines = (Path(__file__).parent / f"{name}.rq").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("# ")) + "\n"
