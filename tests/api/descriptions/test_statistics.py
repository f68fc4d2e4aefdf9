"""Counts: asked for once, one after the other, and left out where they cannot be had."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from api.descriptions.facts import Facts
from api.descriptions.releases import Releases
from api.descriptions.statistics import Counting, Counts
from api.descriptions.survey import OncePerVersion, Row
from cepgraph.errors import EngineBusy, EngineDown, QueryError, QueryTimeout, QueryTooLarge
from cepgraph.history import History

pytestmark = pytest.mark.anyio

ROWS: dict[str, list[Row]] = {
    "graphs": [
        {"graph": "urn:b", "triples": "3", "subjects": "2", "objects": "3", "properties": "2"},
        {"graph": "urn:a", "triples": "1", "subjects": "1", "objects": "1", "properties": "1"},
    ],
    "triples": [{"triples": "3"}],
    "classes-of-graphs": [{"graph": "urn:b", "classes": "1"}],
    "entities-of-graphs": [{"graph": "urn:b", "entities": "2"}],
    "classes": [{"class": "urn:C", "entities": "2", "example": "urn:s"}],
    "properties": [{"property": "urn:p", "triples": "3", "subjects": "2", "objects": "3"}],
    "nodes": [{"subjects": "2", "objects": "3"}],
    "entities": [{"kind": "id", "things": "2"}, {"kind": "graph", "things": "1"}],
    "links": [{"property": "urn:p", "space": "https://x.example/", "triples": "1"}],
}


class Graph:
    """Answers questions by their names; ``errors`` says which it cannot answer."""

    def __init__(self, **errors: QueryError) -> None:
        self.errors = {name.replace("_", "-"): error for name, error in errors.items()}
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, name: str, *_: object, **_bound: object) -> list[Row]:
        self.asked.append(name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if name in self.errors:
            raise self.errors[name]
        return ROWS[name]


def facts_of(graph: Graph, version: int | None = 1) -> Facts:
    """Facts about a graph."""
    return Facts(graph, Releases(History(Path("none"))), lambda: version)


async def test_everything_is_counted_one_question_after_the_other() -> None:
    graph = Graph()
    told = await facts_of(graph).statistics(1)
    assert told.whole == Counts(3, 2, 3, 1, 1, 2)
    assert told.documents == 3
    assert list(told.graphs.items()) == [
        ("urn:a", Counts(1, 1, 1, 1)),
        ("urn:b", Counts(3, 2, 3, 2, 1, 2)),
    ]
    assert sorted(graph.asked) == sorted(ROWS)
    assert graph.most_at_once == 1


async def test_who_asks_at_the_same_time_shares_the_answer() -> None:
    graph = Graph()
    facts = facts_of(graph)
    first, *others = await asyncio.gather(*(facts.statistics(1) for _ in range(20)))
    assert all(other is first for other in others)
    assert await facts.statistics(1) is first
    assert len(graph.asked) == len(ROWS)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("properties", "properties"),
        ("classes", "classes"),
        ("triples", "triples"),
        ("nodes", "subjects"),
        ("entities", "entities"),
    ],
)
@pytest.mark.parametrize("error", [QueryTimeout("too long"), QueryTooLarge("too much")])
async def test_a_count_that_needs_too_much_is_left_out(
    name: str, missing: str, error: QueryError
) -> None:
    told = await facts_of(Graph(**{name: error})).statistics(1)
    assert getattr(told.whole, missing) is None
    assert sum(value is None for value in vars(told.whole).values()) == 1 + (name == "nodes")
    assert (told.documents is None) == (name == "entities")


async def test_what_is_no_matter_of_size_is_an_error_and_tried_again() -> None:
    graph = Graph(classes=EngineBusy("later"))
    facts = facts_of(graph)
    with pytest.raises(EngineBusy):
        await facts.statistics(1)
    graph.errors.clear()
    assert (await facts.statistics(1)).whole.classes == 1


async def test_without_a_version_there_is_nothing_to_say() -> None:
    with pytest.raises(EngineDown):
        facts_of(Graph(), None).newest()


async def test_one_graph_is_counted_alone() -> None:
    asked: list[tuple[str, Mapping[str, str] | None]] = []

    async def ask(name: str, version: int, bound: Mapping[str, str] | None = None) -> list[Row]:
        asked.append((name, bound))
        known = {"classes-of-graph": "classes", "properties-of-graph": "properties"}
        return ROWS[known.get(name, name)][:1]

    contents = await Counting(ask).contents("urn:b", 1)
    assert contents.counts == Counts(3, 2, 3, 2, 1, 2)
    assert {bound["graph"] for _, bound in asked if bound} == {"urn:b"}
    assert len(asked) == 5


async def test_a_newer_version_is_worked_out_anew_and_the_older_forgotten() -> None:
    made: list[int] = []

    async def make(version: int) -> int:
        made.append(version)
        await asyncio.sleep(0)
        return version

    kept = OncePerVersion(make)
    assert [await kept.get(version) for version in (1, 1, 2, 2)] == [1, 1, 2, 2]
    assert made == [1, 2]
    assert list(kept._tasks) == [2]


async def test_who_goes_away_takes_nothing_from_the_others() -> None:
    begun = asyncio.Event()
    go = asyncio.Event()

    async def make(version: int) -> int:
        begun.set()
        await go.wait()
        return version

    kept = OncePerVersion(make)
    leaving = asyncio.create_task(kept.get(1))
    staying = asyncio.create_task(kept.get(1))
    await begun.wait()
    leaving.cancel()
    go.set()
    assert await staying == 1


async def test_what_fails_after_a_later_version_was_worked_out_says_why() -> None:
    asked: dict[int, asyncio.Event] = {1: asyncio.Event(), 2: asyncio.Event()}

    async def make(version: int) -> int:
        await asked[version].wait()
        if version == 1:
            raise QueryTimeout("it was ended after 1 s")
        return version

    kept = OncePerVersion(make)
    first, second = (asyncio.create_task(kept.get(version)) for version in (1, 2))
    await asyncio.sleep(0)
    asked[2].set()
    assert await second == 2
    asked[1].set()
    with pytest.raises(QueryTimeout):
        await first
