"""Writes that rest on what their sender has seen, and reads that need not be repeated."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from api.graph_store.changes import Changed
from api.graph_store.conditions import Condition, condition_of, fresh_tag, http_date, is_fresh
from cepgraph.errors import PreconditionFailed
from tests.protocol.world import Place, club, described, turtle

pytestmark = pytest.mark.anyio

WHEN = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
NOW = Changed(7, WHEN)
EARLIER, LATER = (http_date(WHEN + timedelta(hours=hours)) for hours in (-1, 1))


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({}, Condition()),
        ({"if-match": "*"}, Condition(exists=True)),
        ({"if-match": '"7-turtle-ab"'}, Condition(7, True)),
        ({"if-match": '"3-turtle-ab", "7-jsonld-cd"'}, Condition(7, True)),
        ({"if-none-match": "*"}, Condition(exists=False)),
        ({"if-none-match": '"6-turtle-ab"'}, Condition()),
        ({"if-unmodified-since": LATER}, Condition(7)),
        ({"if-unmodified-since": http_date(WHEN)}, Condition(7)),
        ({"if-unmodified-since": "the day before"}, Condition()),
        ({"if-unmodified-since": EARLIER, "if-match": '"7-turtle-ab"'}, Condition(7, True)),
    ],
)
def test_headers_make_a_condition(headers: dict[str, str], condition: Condition) -> None:
    assert condition_of(headers, NOW) == condition


@pytest.mark.parametrize(
    "headers",
    [
        {"if-match": 'W/"7-turtle-ab"'},
        {"if-match": '"of another service"'},
        {"if-match": ""},
        {"if-match": '"6-turtle-ab"'},
        {"if-match": '"8-turtle-ab"'},
        {"if-match": '"6-turtle-ab", "99-turtle-ab"'},
        {"if-none-match": '"7-turtle-ab"'},
        {"if-none-match": 'W/"7-turtle-ab"'},
        {"if-match": "*", "if-none-match": "*"},
        {"if-unmodified-since": EARLIER},
    ],
)
def test_condition_that_cannot_hold_is_refused_at_once(headers: dict[str, str]) -> None:
    with pytest.raises(PreconditionFailed):
        condition_of(headers, NOW)


def test_graph_that_never_was_has_no_state_to_match() -> None:
    with pytest.raises(PreconditionFailed):
        condition_of({"if-match": '"7-turtle-ab"'}, None)


def test_tag_is_fresh_for_its_version_and_format_alone() -> None:
    headers = {"if-none-match": '"x", W/"7-turtle-ab"'}
    assert fresh_tag(headers, 7, "turtle") == '"7-turtle-ab"'
    assert fresh_tag(headers, 8, "turtle") is None
    assert fresh_tag(headers, 7, "jsonld") is None


def test_tags_count_before_dates() -> None:
    headers = {"if-none-match": '"x"', "if-modified-since": LATER}
    assert not is_fresh(headers, '"7-turtle-ab"', WHEN)
    assert is_fresh({"if-modified-since": LATER}, '"7-turtle-ab"', WHEN)
    assert not is_fresh({"if-modified-since": EARLIER}, '"7-turtle-ab"', WHEN)


async def test_write_from_what_was_seen_is_made(kept: Place) -> None:
    tag = (await kept.get()).headers["etag"]
    body = described(kept.iri, club("seen"))
    assert (await kept.put(body, if_match=tag)).status_code == 204


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_update_of_another_is_not_lost(kept: Place, method: str) -> None:
    tag = (await kept.get()).headers["etag"]
    await kept.post(club("of-another"))
    before = kept.store.head
    body = described(kept.iri, club("late")) if method != "DELETE" else b""
    kind = "text/turtle"
    answer = await kept.store.ask(method, kept.address, body, if_match=tag, content_type=kind)
    assert answer.status_code == 412
    assert f"at version {tag[1:].partition('-')[0]}" in answer.json()["detail"]
    assert kept.store.head == before
    assert "of-another" in (await kept.get()).text


async def test_of_two_that_saw_the_same_one_writes(kept: Place) -> None:
    tag = (await kept.get()).headers["etag"]
    bodies = [described(kept.iri, club(key)) for key in ("first", "second")]
    answers = await asyncio.gather(*(kept.put(body, if_match=tag) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [204, 412]


async def test_tag_of_any_form_will_do(kept: Place) -> None:
    tag = (await kept.get(accept="application/ld+json")).headers["etag"]
    assert tag != (await kept.get()).headers["etag"]
    assert (await kept.put(described(kept.iri, club("form")), if_match=tag)).status_code == 204


async def test_write_to_another_graph_leaves_the_tag_as_it_is(kept: Place) -> None:
    tag = (await kept.get()).headers["etag"]
    await kept.store.new().keep()
    answer = await kept.get(if_none_match=tag)
    assert answer.status_code == 304
    assert answer.headers["cepgraph-version"] == str(kept.store.head)
    assert (await kept.put(described(kept.iri, club("alone")), if_match=tag)).status_code == 204


async def test_graph_is_made_once_where_it_must_not_be_there(graph: Place) -> None:
    body = described(graph.iri, club("once"))
    assert (await graph.put(body, if_none_match="*")).status_code == 201
    answer = await graph.put(described(graph.iri, club("twice")), if_none_match="*")
    assert answer.status_code == 412
    assert "there already" in answer.json()["detail"]


async def test_graph_that_must_be_there_is_not_made(graph: Place) -> None:
    answer = await graph.put(described(graph.iri, club("made")), if_match="*")
    assert answer.status_code == 412
    assert (await graph.get()).status_code == 404


async def test_graph_that_was_written_to_since_a_day_is_left_alone(kept: Place) -> None:
    day = http_date(datetime.now(UTC) - timedelta(days=1))
    answer = await kept.post(turtle(""), if_unmodified_since=day)
    assert answer.status_code == 412


async def test_earlier_version_keeps_its_tag(kept: Place) -> None:
    first = await kept.get()
    version = first.headers["cepgraph-version"]
    await kept.put(described(kept.iri, club("newer")))
    then = await kept.get(f"{kept.address}?version={version}")
    assert then.headers["etag"].split("-")[0] == first.headers["etag"].split("-")[0]
    assert then.headers["last-modified"] == first.headers["last-modified"]
    again = await kept.get(f"{kept.address}?version={version}", if_none_match=then.headers["etag"])
    assert again.status_code == 304
    assert again.headers["cepgraph-version"] == version
