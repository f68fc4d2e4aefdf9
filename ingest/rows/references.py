"""What a cell refers to: a value of a list, a thing of this submission, or one that is held."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import CEP, ID, OWL, PREFIXES
from ingest.lists import Entry, Lists
from ingest.rows.fault import Fault
from ingest.rows.names import Named, Names, nearest
from ingest.rows.register import Register
from ingest.rows.squash import squash

_KEY: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_KIND_AND_KEY: Final = re.compile(rf"[a-z][a-z-]*(?:/{_KEY})+")
_IN_BRACKETS: Final = re.compile(rf".*\(([a-z][a-z-]*(?:/{_KEY})+)\)", re.DOTALL)
"""As candidates are shown: ``Arena Theatre (cultural-organisation/arena-theatre)``."""
_MOST_CANDIDATES: Final = 3
_MOST_POOLED: Final = 20_000
"""Rows of the submission among which a name that is nearly right is looked for."""
_MOST_COMPARED: Final = 4_000_000
"""Pairs of names that are compared in one submission; later faults are told without candidates."""
_TERM: Final = re.compile(r"[a-z]+:[A-Za-z][\w-]*")

NOT_AN_ADDRESS: Final = Fault(
    "not-an-address", "A full web address is expected, beginning with https:// or http://."
)
_BAD_ADDRESS: Final = Fault(
    "not-an-address", "This address holds characters that no address may hold, such as spaces."
)
_NOT_IN_LIST: Final = "not-in-list"
_UNKNOWN: Final = "unknown-reference"
_AMBIGUOUS: Final = "ambiguous-reference"


class References:
    """Finds what cells refer to. Nothing is taken that two things could be meant by.

    Without a register, only among what is held already.
    """

    def __init__(
        self, schema: Schema, lists: Lists, names: Names, register: Register | None
    ) -> None:
        self._schema = schema
        self._lists = lists
        self._names = names
        self._register = register
        self._index: dict[str, dict[str, list[Entry]]] = {}
        self._pools: dict[tuple[NamedNode, ...], dict[str, Named]] = {}
        self._compared = 0
        self._identifying = [
            *{
                field.predicate: None
                for cls in schema.classes
                for field in cls.fields
                if field.identifies and field.predicate is not None and not field.is_iri
            }
        ]
        self._classes = {
            squash(name): cls.iri for cls in schema.classes for name in (cls.label, cls.name)
        }
        self._kinds = {cls.kind: cls for cls in schema.classes if cls.kind}

    def find(self, text: str, field: Field) -> NamedNode | Fault:
        """What the text means in a field whose values are not literals."""
        text = text.strip()
        if field.scheme:
            return self._entry(text, field.scheme)
        if field.pattern.startswith("^https?") or field.predicate == NamedNode(OWL + "sameAs"):
            return _address(text) if "://" in text or ":" in text else NOT_AN_ADDRESS
        return self._thing(text, field)

    def kind(self, text: str, kinds: Sequence[str]) -> str | Fault:
        """Which of the labels a kind is written by."""
        known = {squash(kind): kind for kind in kinds}
        found = known.get(squash(text)) or known.get(squash(text).removesuffix("s"))
        if found:
            return found
        return Fault(_NOT_IN_LIST, f"This is none of the kinds; choose one of: {', '.join(kinds)}.")

    def _entry(self, text: str, scheme: str) -> NamedNode | Fault:
        if text.startswith(("http://", "https://")):
            return _address(text)
        index = self._index.get(scheme)
        if index is None:
            index = self._index[scheme] = _index_of(self._lists.of(scheme))
        found = index.get(squash(text), [])
        if len(found) == 1:
            return found[0].iri
        if found:
            labels = tuple(entry.label for entry in found)
            return Fault(
                _AMBIGUOUS, "Several values of the list are called so; choose one.", labels
            )
        if not index:
            return _address(f"{scheme}/{text}") if re.fullmatch(_KEY, text) else _BAD_ADDRESS
        names = self._compare(text, index, limit=10)
        near = tuple(dict.fromkeys(entry.label for name in names for entry in index[name]))
        return Fault(
            _NOT_IN_LIST,
            "This is no value of the list; choose one that is.",
            near[:_MOST_CANDIDATES],
        )

    def _thing(self, text: str, field: Field) -> NamedNode | Fault:
        if "://" in text or text.startswith("urn:"):
            return _address(text)
        bracketed = _IN_BRACKETS.fullmatch(text)
        written = bracketed[1] if bracketed else text
        kind = written.partition("/")[0]
        if _KIND_AND_KEY.fullmatch(written) and (kind in self._kinds or not field.classes):
            cls = self._kinds.get(kind)
            return cls.iri_of(written.partition("/")[2]) if cls else NamedNode(ID + written)
        if not field.classes:
            return self._anything(text, field)
        return self.named(text, field.classes)

    def _anything(self, text: str, field: Field) -> NamedNode | Fault:
        """In a field that may point to anything: a thing, or a class where that is its example."""
        prefix, colon, name = text.partition(":")
        if colon and prefix in PREFIXES and _TERM.fullmatch(text):
            return NamedNode(PREFIXES[prefix] + name)
        cls = self._classes.get(squash(text))
        if cls is not None and field.example.startswith(CEP):
            return cls
        found = self.named(text, [cls.iri for cls in self._schema.classes if cls.collection])
        if cls is not None and isinstance(found, Fault) and found.code == _UNKNOWN:
            return cls
        return found

    def named(self, text: str, classes: Sequence[NamedNode]) -> NamedNode | Fault:
        """A thing of one of the classes, by key, identifier or name; the nearest answer counts.

        What this submission itself describes comes before what is held already, and the very name
        before one that only looks like it.
        """
        steps = (
            self._here,
            self._by_key,
            self._by_identifier,
            self._names.exactly,
            self._names.alike,
        )
        for step in steps:
            found = {named.iri: named for named in step(text, classes)}
            if len(found) == 1:
                return next(iter(found))
            if found:
                message = "Several things are called so; write the one that is meant by its key."
                return Fault(_AMBIGUOUS, message, tuple(map(self._typed, found.values())))
        near = tuple(map(self._typed, self._nearest(text, classes)))
        return Fault(
            _UNKNOWN,
            "Nothing of this name is described here or held already. Write the name, the "
            "identifier or the key of something that is, or describe it on a sheet of its own.",
            near,
        )

    def _nearest(self, text: str, classes: Sequence[NamedNode]) -> list[Named]:
        """Things with the most similar names, those of the submission among them."""
        pool = self._pool(tuple(classes))
        return [pool[name] for name in self._compare(text, pool)]

    def _pool(self, classes: tuple[NamedNode, ...]) -> dict[str, Named]:
        """What may be meant in a field, by its name as it is compared."""
        if classes not in self._pools:
            pool: dict[str, Named] = {}
            for cls in classes:
                for named in self._names.all_of(cls):
                    pool.setdefault(squash(named.label), named)
            rows = () if self._register is None else self._register
            for row in islice(rows, _MOST_POOLED):
                if self._fits(row.cls, classes):
                    pool.setdefault(squash(row.label), Named(NamedNode(row.iri), row.label))
            self._pools[classes] = pool
        return self._pools[classes]

    def _compare(
        self, text: str, squashed: Collection[str], limit: int = _MOST_CANDIDATES
    ) -> list[str]:
        """The nearest names; none any more once very many were compared, as that takes long."""
        if self._compared >= _MOST_COMPARED:
            return []
        self._compared += len(squashed)
        return nearest(text, squashed, limit)

    def _here(self, text: str, classes: Sequence[NamedNode]) -> list[Named]:
        if self._register is None:
            return []
        found = [r for r in self._register.named(text) if self._fits(r.cls, classes)]
        if not found and re.fullmatch(_KEY, text):
            iris = {cls.iri_of(text).value: None for cls in self._below(classes)}
            found = [r for iri in iris for r in self._register.of(iri)]
        return [Named(NamedNode(r.iri), r.label) for r in found]

    def _by_key(self, text: str, classes: Sequence[NamedNode]) -> list[Named]:
        if not re.fullmatch(_KEY, text):
            return []
        things = [cls.iri_of(text) for cls in self._below(classes)]
        held = [thing for thing in things if self._names.holds(thing)]
        return [Named(thing, text) for thing in self._names.of_classes(held, classes)]

    def _by_identifier(self, text: str, classes: Sequence[NamedNode]) -> list[Named]:
        found = self._names.identified(Literal(text), self._identifying)
        return [Named(thing, text) for thing in self._names.of_classes(found, classes)]

    def _fits(self, cls: str, classes: Sequence[NamedNode]) -> bool:
        known = self._schema.by_iri.get(NamedNode(cls))
        superclasses = known.superclasses if known else ()
        return any(wanted.value == cls or wanted in superclasses for wanted in classes)

    def _below(self, classes: Iterable[NamedNode]) -> list[ClassSchema]:
        found: dict[NamedNode, ClassSchema] = {}
        for iri in classes:
            cls = self._schema.by_iri.get(iri)
            if cls is not None:
                found |= {c.iri: c for c in (cls, *self._schema.subclasses(cls)) if c.collection}
        return list(found.values())

    def _typed(self, named: Named) -> str:
        """A candidate as it can be typed again."""
        short = named.iri.value.removeprefix(ID)
        return f"{named.label} ({short})" if short != named.label else short


def _address(text: str) -> NamedNode | Fault:
    try:
        return NamedNode(text)
    except ValueError:
        return _BAD_ADDRESS


def _index_of(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by every name; a name that is one entry's own label or key is nobody else's."""
    index: dict[str, list[Entry]] = {}
    entries = list(entries)
    for entry in entries:
        for name in {squash(entry.label), squash(entry.key)}:
            index.setdefault(name, []).append(entry)
    own = set(index)
    for entry in entries:
        for name in {squash(other) for other in entry.names} - own:
            index.setdefault(name, []).append(entry)
    return index
