"""A reader that asks SPARQL."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Protocol

import orjson
from cachetools import LRUCache

from cepgraph.errors import EngineBusy
from cepgraph.resources import questions
from cepgraph.resources.document import document, documents, reference
from cepgraph.resources.facts import Facts
from cepgraph.resources.questions import PathSteps
from cepgraph.resources.reader import Account, Item, Listing, Mention
from cepgraph.resources.vocabulary import Vocabulary
from cepgraph.schema import ClassSchema

JSON: Final = "application/sparql-results+json"
TSV: Final = "text/tab-separated-values"

TRIES: Final = 5
"""How often an answer of several queries is begun again because the graph changed between them."""
KEPT_IRIS: Final = 1_000_000
"""How many IRIs of ordered collections are kept in memory, all collections together."""
MOST_COMPARED: Final = 2_000
"""Collections larger than this have no suggestions for a mistyped key."""
MOST_MENTIONS: Final = 1_000
"""How many of the things that refer to a thing are counted."""
SHOWN_MENTIONS: Final = 25
"""How many of them are shown by each property."""


class Rows(Protocol):
    """A query's serialised result, and the version that it holds for."""

    @property
    def version(self) -> int: ...

    @property
    def body(self) -> bytes: ...


Ask = Callable[[str, str], Awaitable[Rows]]
"""Evaluates a query over the union of all graphs; the second argument is the media type."""


@dataclass(frozen=True)
class _Order:
    version: int
    iris: tuple[str, ...]


class SparqlReader:
    """Asks for the facts, and makes the documents."""

    def __init__(self, vocabulary: Vocabulary, ask: Ask, version: Callable[[], int | None]) -> None:
        self.vocabulary = vocabulary
        self._ask = ask
        self._version = version
        self._orders: LRUCache[Hashable, _Order] = LRUCache(
            KEPT_IRIS, getsizeof=lambda order: len(order.iris) + 1
        )
        self._sorting: dict[Hashable, asyncio.Task[_Order]] = {}
        self._derived = {
            cls.iri.value: self._derived_paths(cls) for cls in vocabulary.schema.classes
        }

    @property
    def version(self) -> int | None:
        """The version that answers are at now."""
        return self._version()

    async def listing(self, collection: ClassSchema, page: int, size: int) -> Listing:
        """A page of a collection; see ``ResourceReader``."""
        for _ in range(TRIES):
            order = await self._order(collection)
            iris = order.iris[(page - 1) * size : page * size]
            if not iris:
                return Listing(order.version, len(order.iris), [])
            version, facts = await self._facts(iris, self._derived[collection.iri.value])
            if version == order.version:
                made = documents(self.vocabulary, facts, iris)
                return Listing(version, len(order.iris), made)
        raise _changing()

    async def item(self, collection: ClassSchema, iri: str) -> Item | None:
        """One thing, if it is of this class."""
        version, facts = await self._facts([iri], self._derived[collection.iri.value])
        if iri not in facts or not self._is_a(facts, iri, collection):
            return None
        return Item(version, document(self.vocabulary, facts, iri))

    async def thing(self, iri: str) -> Item | None:
        """One thing, whatever it is."""
        expected = self._class_by_address(iri)
        for _ in range(TRIES):
            derived = self._derived[expected] if expected is not None else ()
            version, facts = await self._facts([iri], derived)
            if iri not in facts:
                return None
            plan = self.vocabulary.plan(facts.classes(iri))
            found = plan.schema.iri.value if plan is not None and plan.schema else None
            if found is None or set(self._derived[found]) <= set(derived):
                return Item(version, document(self.vocabulary, facts, iri))
            expected = found
        raise _changing()

    async def account(self, iri: str) -> Account | None:
        """One thing with who says so, and what refers to it."""
        for _ in range(TRIES):
            item = await self.thing(iri)
            if item is None:
                return None
            graphs = [graph["id"] for graph in item.document["graphs"]]
            versions = {item.version}
            version, about_graphs = await self._facts(graphs, ())
            versions.add(version)
            rows = await self._ask(questions.mentions(iri, MOST_MENTIONS + 1), JSON)
            versions.add(rows.version)
            by_property = _by_property(_bindings(rows))
            shown = {s for subjects in by_property.values() for s in subjects[:SHOWN_MENTIONS]}
            version, names = await self._named(shown)
            versions.add(version if shown else item.version)
            if len(versions) == 1:
                return Account(
                    version=item.version,
                    document=item.document,
                    graphs=tuple(documents(self.vocabulary, about_graphs, graphs)),
                    mentions=tuple(
                        self._mention(predicate, subjects, names)
                        for predicate, subjects in sorted(by_property.items())
                    ),
                    bounded=sum(map(len, by_property.values())) > MOST_MENTIONS,
                )
        raise _changing()

    async def nearest(self, collection: ClassSchema, key: str) -> tuple[str, ...]:
        """Keys in the collection that look like ``key``."""
        order = await self._order(collection)
        if len(order.iris) > MOST_COMPARED or len(key) > 200:
            return ()
        keys = [collection.key_of(iri) for iri in order.iris]
        return tuple(get_close_matches(key, keys, n=3))

    async def _facts(self, iris: Sequence[str], derived: Sequence[PathSteps]) -> tuple[int, Facts]:
        rows = await self._ask(questions.things(iris, derived), JSON)
        return rows.version, Facts.from_rows(_bindings(rows))

    async def _named(self, iris: set[str]) -> tuple[int, Facts]:
        if not iris:
            return 0, Facts(())
        rows = await self._ask(questions.labels(sorted(iris)), JSON)
        return rows.version, Facts.from_rows(_bindings(rows))

    async def _order(self, collection: ClassSchema) -> _Order:
        """The IRIs of a collection at the current version; sorted once for all who ask."""
        key = (self.version, collection.iri)
        kept = self._orders.get(key)
        if kept is not None:
            return kept
        task = self._sorting.get(key)
        if task is None:
            task = asyncio.create_task(self._sort(collection))
            self._sorting[key] = task
            task.add_done_callback(lambda _task: self._sorting.pop(key, None))
        return await asyncio.shield(task)

    async def _sort(self, collection: ClassSchema) -> _Order:
        rows = await self._ask(questions.order(collection.iri), TSV)
        _head, *lines = rows.body.decode().split("\n")
        order = _Order(rows.version, tuple([line[1:-1] for line in lines if line[:1] == "<"]))
        if len(order.iris) < KEPT_IRIS:
            self._orders[order.version, collection.iri] = order
        return order

    def _mention(self, predicate: str, subjects: list[str], names: Facts) -> Mention:
        shown = [reference(self.vocabulary, names, iri) for iri in subjects[:SHOWN_MENTIONS]]
        shown.sort(key=lambda made: (str(made.get("label", "")).casefold(), made["id"]))
        return Mention(predicate, len(subjects), tuple(shown))

    def _is_a(self, facts: Facts, iri: str, collection: ClassSchema) -> bool:
        known = self.vocabulary.superclasses
        return any(collection.iri.value in known.get(c, {c}) for c in facts.classes(iri))

    def _class_by_address(self, iri: str) -> str | None:
        found = [c for c in self.vocabulary.schema.classes if iri.startswith(c.iri_prefix)]
        return max(found, key=lambda c: len(c.iri_prefix)).iri.value if found else None

    def _derived_paths(self, cls: ClassSchema) -> tuple[PathSteps, ...]:
        """Paths of the derived fields of a class and its subclasses."""
        plans = self.vocabulary.plans.items()
        return tuple(
            dict.fromkeys(
                field.path
                for iri, plan in plans
                if cls.iri.value in self.vocabulary.superclasses[iri]
                for field in plan.fields
                if not field.predicate
            )
        )


def _bindings(rows: Rows) -> list[dict[str, Any]]:
    bindings: list[dict[str, Any]] = orjson.loads(rows.body)["results"]["bindings"]
    return bindings


def _by_property(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["p"]["value"], []).append(row["s"]["value"])
    return {predicate: sorted(subjects) for predicate, subjects in found.items()}


def _changing() -> EngineBusy:
    return EngineBusy("the graph is changing faster than it can be read; try again")
