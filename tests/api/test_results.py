"""What the cache of results keeps, and what it lets go."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages import Reply
from api.results import LARGEST_SHARE, OVERHEAD, ResultCache, repeatable


def test_a_reply_is_found_under_its_key_both_ways() -> None:
    cache = ResultCache(1 << 20)
    reply = Reply(200, [("a", "b")], b"body")
    cache.put(("q", "*/*"), 1, reply)
    assert cache.get(("q", "*/*")) == reply
    assert cache.quick[("q", "*/*")] == (tuple(reply.headers), b"body")
    assert cache.get(("q", "text/csv")) is None


def test_a_reply_above_its_share_is_not_kept() -> None:
    cache = ResultCache(LARGEST_SHARE << 16)
    cache.put("large", 0, Reply(200, [], b"x" * (1 << 16)))
    cache.put("long query", 1 << 16, Reply(200, [], b""))
    assert len(cache) == 0


def test_nothing_is_kept_without_room() -> None:
    cache = ResultCache(0)
    cache.put("q", 0, Reply(200, [], b""))
    assert len(cache) == len(cache.quick) == 0


def test_a_new_version_empties_it() -> None:
    cache = ResultCache(1 << 20)
    cache.put("q", 0, Reply(200, [], b""))
    cache.clear()
    assert len(cache) == len(cache.quick) == 0


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4000)), max_size=200))
def test_it_never_holds_more_than_its_bytes(puts: list[tuple[int, int]]) -> None:
    most = LARGEST_SHARE * 4096
    cache = ResultCache(most)
    for key, size in puts:
        cache.put(key, 0, Reply(200, [], b"x" * size))
        held = sum(len(body) + OVERHEAD for _, body in cache.quick.values())
        assert held <= most
        assert len(cache) == len(cache.quick)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?t) {}",
        "SELECT (now () AS ?t) {}",
        "SELECT (rand() AS ?r) {}",
        "SELECT (STRUUID() AS ?u) {}",
        "SELECT * { BIND(UUID#\n() AS ?u) }",
        "SELECT (BNODE() AS ?b) {}",
        "SELECT * { ?s ?p ?o } ORDER BYRAND()",
    ],
)
def test_queries_that_ask_for_time_or_chance_are_not_repeatable(query: str) -> None:
    assert not repeatable(query)


@pytest.mark.parametrize(
    "query",
    ["SELECT * { ?s foaf:knows ?o }", "SELECT ?now { ?now ?p ?o }", "SELECT * { ?s x:rand () }"],
)
def test_names_like_them_are_repeatable(query: str) -> None:
    assert repeatable(query)


def test_the_collector_has_nothing_to_go_through_in_what_is_kept() -> None:
    cache = ResultCache(1 << 20)
    headers = [("content-type", "text/csv"), ("etag", f'"{len("x")}"')]
    cache.put(("query", "*/*"), 0, Reply(200, headers, b"body"))
    # it lets go of a tuple when it has let go of all that is in it
    for _ in range(3):
        gc.collect()
    assert not any(gc.is_tracked(kept) for kept in cache.quick.values())
    assert not any(gc.is_tracked(kept) for kept in cache._replies.values())
