"""What the ontology entails: subclass, subproperty, inverse, symmetric, and chains of two steps.

Each conclusion follows from one asserted triple, or from two that share a node (a chain), and
from the ontology alone. So the entailments of a graph are a function of that graph, and when a
few triples change only the conclusions that they take part in need to be looked at again.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, parse

from cepgraph.paths import Step
from cepgraph.terms import OWL, RDF_FIRST, RDF_REST, RDF_TYPE, RDFS

_SUBCLASS = NamedNode(RDFS + "subClassOf")
_SUBPROPERTY = NamedNode(RDFS + "subPropertyOf")
_EQUIVALENT_CLASS = NamedNode(OWL + "equivalentClass")
_EQUIVALENT_PROPERTY = NamedNode(OWL + "equivalentProperty")
_INVERSE = NamedNode(OWL + "inverseOf")
_SYMMETRIC = NamedNode(OWL + "SymmetricProperty")
_CHAIN = NamedNode(OWL + "propertyChainAxiom")


Term = NamedNode | BlankNode | Literal | Triple


class Triples(Protocol):
    """Something that finds the triples of one graph by subject or by object."""

    def outgoing(self, node: NamedNode, predicate: NamedNode) -> Iterable[Triple]:
        """Triples ``node predicate ?``."""

    def incoming(self, node: object, predicate: NamedNode) -> Iterable[Triple]:
        """Triples ``? predicate node``."""


def as_they_lie(triples: Iterable[Triple]) -> list[Triple]:
    """The triples in the order in which they lie in memory.

    A set gives very many of them in an order that takes five times as long to go through.
    """
    return sorted(triples, key=id)


class TripleSet:
    """A set of triples with the two indexes that inference and validation walk by."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self._by_subject: dict[tuple[str, str], list[Triple]] = {}
        self._by_object: dict[tuple[str, str], list[Triple]] = {}
        self.triples: set[Triple] = set()
        for triple in triples:
            self.add(triple)

    def add(self, triple: Triple) -> None:
        """Add a triple; adding it twice changes nothing."""
        if triple in self.triples:
            return
        self.triples.add(triple)
        predicate = triple.predicate.value
        self._by_subject.setdefault((str(triple.subject), predicate), []).append(triple)
        self._by_object.setdefault((str(triple.object), predicate), []).append(triple)

    def outgoing(self, node: NamedNode, predicate: NamedNode) -> Iterable[Triple]:
        return self._by_subject.get((str(node), predicate.value), ())

    def incoming(self, node: object, predicate: NamedNode) -> Iterable[Triple]:
        return self._by_object.get((str(node), predicate.value), ())


class Rules:
    """The ontology, compiled.

    Attributes:
        superclasses: class to all its proper superclasses.
        implied: property to (property, whether subject and object change places).
        chains: property to the pairs of steps that lead to it.
    """

    def __init__(self, ontology: Iterable[Quad]) -> None:
        quads = list(ontology)
        self.superclasses = _closed_superclasses(quads)
        self.subclasses: dict[NamedNode, set[NamedNode]] = {}
        for narrow, wide in self.superclasses.items():
            for superclass in wide:
                self.subclasses.setdefault(superclass, set()).add(narrow)
        self.implied = _closed_properties(quads)
        self._premises: dict[NamedNode, set[tuple[NamedNode, bool]]] = {}
        for premise, conclusions in self.implied.items():
            for conclusion, turned in conclusions:
                self._premises.setdefault(conclusion, set()).add((premise, turned))
        self.chains = _chains(quads)
        self._chain_steps: dict[NamedNode, list[tuple[NamedNode, Step, Step]]] = {}
        for conclusion, pairs in self.chains.items():
            for first, second in pairs:
                for step in {first.predicate, second.predicate}:
                    self._chain_steps.setdefault(step, []).append((conclusion, first, second))
        self._premising = {RDF_TYPE, *self.implied, *self._chain_steps}

    @classmethod
    def from_files(cls, files: Iterable[Path]) -> "Rules":
        """Rules of Turtle files."""
        return cls(quad for file in files for quad in parse(path=str(file)))

    def closure(self, triples: Iterable[Triple]) -> set[Triple]:
        """All that the triples entail; may repeat some of them."""
        index = triples if isinstance(triples, TripleSet) else TripleSet(triples)
        return self._conclusions(index.triples, index)

    def revision(
        self,
        added: Iterable[Triple],
        removed: Iterable[Triple],
        before: Triples,
        after: Triples,
    ) -> tuple[set[Triple], set[Triple]]:
        """What a change adds to, and removes from, the entailments of its graph.

        Args:
            added, removed: asserted triples.
            before, after: the graph's asserted triples before and after the change.

        Returns:
            Conclusions that hold after the change and are touched by it, and conclusions that it
            took away. The first may hold some that were entailed before.
        """
        holding = self._conclusions(added, after)
        doubtful = self._conclusions(removed, before) - holding
        kept = {triple for triple in doubtful if self.entails(triple, after)}
        holding |= kept
        return holding, doubtful - kept

    def entails(self, triple: Triple, state: Triples) -> bool:
        """Whether the asserted triples of ``state`` entail ``triple``."""
        subject, target = triple.subject, triple.object
        if not isinstance(subject, NamedNode):
            return False
        if triple.predicate == RDF_TYPE:
            narrower = self.subclasses.get(target, set()) if isinstance(target, NamedNode) else ()
            return any(t.object in narrower for t in state.outgoing(subject, RDF_TYPE))
        if self._chain_holds(subject, triple.predicate, target, state):
            return True
        for premise, turned in self._premises.get(triple.predicate, ()):
            if turned and not isinstance(target, NamedNode):
                continue
            start, end = (target, subject) if turned else (subject, target)
            if end in _follow(start, Step(premise), state):
                return True
            if self._chain_holds(start, premise, end, state):
                return True
        return False

    def _conclusions(self, triples: Iterable[Triple], state: Triples) -> set[Triple]:
        """All that follows from each of the triples, together with others of ``state``."""
        found: set[Triple] = set()
        for triple in as_they_lie(triples):
            predicate = triple.predicate
            if predicate not in self._premising:
                continue
            found.update(self._single(triple))
            if predicate in self._chain_steps:
                for conclusion in self._chained(triple, state):
                    found.add(conclusion)
                    found.update(self._single(conclusion))
        return found

    def _single(self, triple: Triple) -> Iterator[Triple]:
        if triple.predicate == RDF_TYPE:
            subject, target = triple.subject, triple.object
            if isinstance(target, NamedNode):
                for superclass in self.superclasses.get(target, ()):
                    yield Triple(subject, RDF_TYPE, superclass)
            return
        for conclusion, turned in self.implied.get(triple.predicate, ()):
            if not turned:
                yield Triple(triple.subject, conclusion, triple.object)
            elif isinstance(triple.object, NamedNode | BlankNode):
                yield Triple(triple.object, conclusion, triple.subject)

    def _chained(self, triple: Triple, state: Triples) -> Iterator[Triple]:
        """Conclusions of chains in which ``triple`` is the first or the second step."""
        for conclusion, first, second in self._chain_steps.get(triple.predicate, ()):
            if first.predicate == triple.predicate:
                start, middle = _ends(triple, first)
                for end in _follow(middle, second, state):
                    if isinstance(start, NamedNode):
                        yield Triple(start, conclusion, end)
            if second.predicate == triple.predicate:
                middle, end = _ends(triple, second)
                for start in _follow(middle, Step(first.predicate, not first.inverse), state):
                    if isinstance(start, NamedNode):
                        yield Triple(start, conclusion, end)

    def _chain_holds(
        self, subject: Term, predicate: NamedNode, target: Term, state: Triples
    ) -> bool:
        return any(
            end == target
            for first, second in self.chains.get(predicate, ())
            for middle in _follow(subject, first, state)
            for end in _follow(middle, second, state)
        )


def _ends(triple: Triple, step: Step) -> tuple[Term, Term]:
    ends = (triple.subject, triple.object)
    return (ends[1], ends[0]) if step.inverse else ends


def _follow(node: Term, step: Step, state: Triples) -> Iterator[Term]:
    if step.inverse:
        yield from (triple.subject for triple in state.incoming(node, step.predicate))
    elif isinstance(node, NamedNode):
        yield from (triple.object for triple in state.outgoing(node, step.predicate))


def _closed_superclasses(quads: list[Quad]) -> dict[NamedNode, frozenset[NamedNode]]:
    direct: dict[NamedNode, set[NamedNode]] = {}
    for quad in quads:
        narrow, wide = quad.subject, quad.object
        if not (isinstance(narrow, NamedNode) and isinstance(wide, NamedNode)):
            continue
        if quad.predicate in (_SUBCLASS, _EQUIVALENT_CLASS):
            direct.setdefault(narrow, set()).add(wide)
        if quad.predicate == _EQUIVALENT_CLASS:
            direct.setdefault(wide, set()).add(narrow)
    return {start: frozenset(_reach(start, direct) - {start}) for start in direct}


def _reach(start: NamedNode, edges: dict[NamedNode, set[NamedNode]]) -> set[NamedNode]:
    reached: set[NamedNode] = set()
    waiting = [start]
    while waiting:
        for following in edges.get(waiting.pop(), ()):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached


def _closed_properties(
    quads: list[Quad],
) -> dict[NamedNode, frozenset[tuple[NamedNode, bool]]]:
    direct: dict[NamedNode, set[tuple[NamedNode, bool]]] = {}
    for quad in quads:
        narrow, wide = quad.subject, quad.object
        if not (isinstance(narrow, NamedNode) and isinstance(wide, NamedNode)):
            continue
        if quad.predicate in (_SUBPROPERTY, _EQUIVALENT_PROPERTY):
            direct.setdefault(narrow, set()).add((wide, False))
        if quad.predicate == _EQUIVALENT_PROPERTY:
            direct.setdefault(wide, set()).add((narrow, False))
        if quad.predicate == _INVERSE:
            direct.setdefault(narrow, set()).add((wide, True))
            direct.setdefault(wide, set()).add((narrow, True))
        if quad.predicate == RDF_TYPE and wide == _SYMMETRIC:
            direct.setdefault(narrow, set()).add((narrow, True))
    closed = {}
    for start in direct:
        reached: set[tuple[NamedNode, bool]] = set()
        waiting = [(start, False)]
        while waiting:
            current, turned = waiting.pop()
            for following, turn in direct.get(current, ()):
                state = (following, turned != turn)
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        closed[start] = frozenset(reached - {(start, False)})
    return closed


def _chains(quads: list[Quad]) -> dict[NamedNode, list[tuple[Step, Step]]]:
    facts: dict[tuple[Term, NamedNode], Term] = {
        (quad.subject, quad.predicate): quad.object for quad in quads
    }
    chains: dict[NamedNode, list[tuple[Step, Step]]] = {}
    for quad in quads:
        if quad.predicate != _CHAIN or not isinstance(quad.subject, NamedNode):
            continue
        steps: list[Step] = []
        cell: Term | None = quad.object
        while cell is not None and (cell, RDF_FIRST) in facts:
            item = facts[(cell, RDF_FIRST)]
            inverse = facts.get((item, _INVERSE)) if isinstance(item, BlankNode) else None
            if isinstance(inverse, NamedNode):
                steps.append(Step(inverse, inverse=True))
            elif isinstance(item, NamedNode):
                steps.append(Step(item))
            cell = facts.get((cell, RDF_REST))
        if len(steps) == 2:
            chains.setdefault(quad.subject, []).append((steps[0], steps[1]))
    return chains
