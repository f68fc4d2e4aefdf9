"""The triple patterns of a query: what of the data can matter for its answer.

A triple that fits none of them can be added or taken away, and the answer stays. Parts of a query
that reach further than triples do (the names of graphs, paths of no length, DESCRIBE of what a
variable finds) count as the pattern that everything fits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from rdflib import URIRef
from rdflib.plugins.sparql.parserutils import CompValue

from cepgraph.parsing import grammar
from cepgraph.parsing.grammar import Tree, inside
from cepgraph.parsing.terms import Terms, is_variable
from cepgraph.parsing.wire import Pattern

ANYTHING: Final = Pattern(None, None, None)

Variables = frozenset[Any]

_OPTIONAL_STEPS: Final = ("?", "*")
_REPEATED_STEPS: Final = ("*", "+")


@dataclass(frozen=True)
class _Triple:
    subject: Any
    verb: Any
    object: Any

    @property
    def ends(self) -> tuple[Any, Any]:
        return self.subject, self.object


def patterns_of(tree: Tree) -> tuple[Pattern, ...]:
    """All triple patterns of a query, each once; see ``Pattern``.

    Raises:
        SyntaxError: a prefix is not declared, or an IRI is none.
        ValueError: rdflib's tree makes no sense.
    """
    terms = Terms(tree.prologue)
    noted = dict.fromkeys(_Walk(terms).query(tree.query))
    resolved = terms.resolved()
    return tuple(
        dict.fromkeys(
            Pattern(*[part if part is None else resolved[part] for part in pattern])
            for pattern in noted
        )
    )


class _Walk:
    """Goes through a tree; terms are named, not resolved yet."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def query(self, query: CompValue) -> Iterator[Pattern]:
        if query.name == "DescribeQuery":
            # a description is all that is said of a thing
            targets = query.var or [None]
            yield from (Pattern(self._terms.note(term), None, None) for term in targets)
        for name, part in query.items():
            # what a template makes is looked for nowhere
            if name not in ("template", "var"):
                yield from self.part(part, frozenset())

    def part(self, part: Any, known: Variables) -> Iterator[Pattern]:
        """The patterns of any part.

        ``known`` are the variables that can only have nodes of the graph in question, because
        triples around this part say so.
        """
        name = part.name if isinstance(part, CompValue) else None
        match name:
            case "GroupGraphPatternSub" | "FakeGroupGraphPatten":
                yield from self.group(part, known)
            case "SubSelect":
                for inner in inside(part):
                    yield from self.part(inner, frozenset())
            case "GraphGraphPattern":
                if not _needs_a_triple(part.graph):
                    # it holds of graphs, whatever they say
                    yield ANYTHING
                yield from self.part(part.graph, frozenset())
            case grammar.SERVICE:
                # looked for elsewhere
                return
            case _:
                for inner in inside(part):
                    yield from self.part(inner, known)

    def group(self, group: CompValue, known: Variables) -> Iterator[Pattern]:
        parts = group.part or []
        triples = [triple for part in parts for triple in _triples(part)]
        known = _grown(triples, known)
        for triple in triples:
            yield from self.triple(triple, known)
        for part in parts:
            if part.name != "TriplesBlock":
                yield from self.part(part, known)

    def triple(self, triple: _Triple, known: Variables) -> Iterator[Pattern]:
        subject, object_ = map(self._terms.note, triple.ends)
        if is_variable(triple.verb):
            yield Pattern(subject, None, object_)
            return
        if _may_be_empty(triple.verb):
            yield from self.nodes(triple, known)
        yield from self.path(triple.verb, subject, object_)

    def nodes(self, triple: _Triple, known: Variables) -> Iterator[Pattern]:
        """What makes a node of an end of a path that may be empty: any node leads to itself."""
        constants = [end for end in triple.ends if not is_variable(end)]
        for noted in map(self._terms.note, constants):
            yield Pattern(noted, None, None)
            yield Pattern(None, None, noted)
        if not constants and not known.intersection(triple.ends):
            yield ANYTHING

    def path(self, path: Any, start: str | None, end: str | None) -> Iterator[Pattern]:
        """The triples of which a path may be made."""
        if isinstance(path, URIRef):
            yield Pattern(start, self._terms.note(path), end)
            return
        match path.name:
            case "pname":
                yield Pattern(start, self._terms.note(path), end)
            case "PathAlternative":
                for part in path.part:
                    yield from self.path(part, start, end)
            case "PathSequence":
                last = len(path.part) - 1
                for number, part in enumerate(path.part):
                    first_start = start if number == 0 else None
                    yield from self.path(part, first_start, end if number == last else None)
            case "PathEltOrInverse":
                yield from self.path(path.part, end, start)
            case "PathElt" if path.mod in _REPEATED_STEPS:
                yield from self.path(path.part, None, None)
            case "PathElt":
                yield from self.path(path.part, start, end)
            case _:
                yield ANYTHING


def _triples(part: CompValue) -> Iterator[_Triple]:
    """The triples of a block; rdflib has them as lists of terms, one after the other."""
    if part.name != "TriplesBlock":
        return
    for same_subject in part.triples:
        flat = list(same_subject)
        if len(flat) % 3:
            raise ValueError("a triple has three parts")
        for place in range(0, len(flat), 3):
            yield _Triple(*flat[place : place + 3])


def _grown(triples: Iterable[_Triple], known: Variables) -> Variables:
    """The variables of ``known``, and those that these triples tie to nodes of the graph."""
    found = set(known)
    loose = []
    for triple in triples:
        if is_variable(triple.verb) or not _may_be_empty(triple.verb):
            found.update(filter(is_variable, triple.ends))
        else:
            loose.append(triple)
    while True:
        before = len(found)
        for triple in loose:
            # where one end is a node, so is what the path leads to
            if any(not is_variable(end) or end in found for end in triple.ends):
                found.update(filter(is_variable, triple.ends))
        if len(found) == before:
            return frozenset(found)


def _may_be_empty(path: Any) -> bool:
    """Whether a path may lead from a node to itself without any triple."""
    if not isinstance(path, CompValue):
        return False
    match path.name:
        case "PathAlternative":
            return any(map(_may_be_empty, path.part))
        case "PathSequence":
            return all(map(_may_be_empty, path.part))
        case "PathElt":
            return path.mod in _OPTIONAL_STEPS or _may_be_empty(path.part)
        case "PathEltOrInverse":
            return _may_be_empty(path.part)
        case other:
            return other not in ("PathNegatedPropertySet", "pname")


def _needs_a_triple(group: CompValue) -> bool:
    """Whether a group has no solution where nothing matches its triples."""
    if group.name != "GroupGraphPatternSub":
        return False
    for part in group.part or []:
        if part.name == "GroupOrUnionGraphPattern" and all(map(_needs_a_triple, part.graph)):
            return True
        for triple in _triples(part):
            if is_variable(triple.verb) or not _may_be_empty(triple.verb):
                return True
    return False
