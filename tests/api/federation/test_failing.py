"""An endpoint that fails is a problem that names it, and never a part of an answer."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from api.federation import AT_ONCE, MOST_SERVICES, PER_CLIENT, Federation, Places
from cepgraph.engine import Question
from cepgraph.errors import EngineBusy, QueryTimeout, TooMany
from cepgraph.parsing import Asked, Parser, Service
from tests.api.federation.conftest import DEADLINE_S, Ask
from tests.api.federation.elsewhere import BAD, LATE, Elsewhere

pytestmark = pytest.mark.anyio


def problem_of(response: httpx.Response, status: int) -> str:
    """The detail of a problem with this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    return str(response.json()["detail"])


SAID = {
    "error": "status 500",
    "nothing": "status 204",
    "missing": "status 404",
    "redirect": "status 307",
    "hangup": "cannot be asked",
    "refused": "cannot be asked",
    "html": "text/html",
    "packed": "packed",
    "garbled": "cannot be read",
    "latin": "not UTF-8",
    "boolean": "boolean",
    "triple": "a triple",
    "injected": "cannot be read",
    "huge": "more than 8 MB",
}


@pytest.mark.parametrize("path", BAD)
async def test_bad_answer_is_a_problem_of_the_gateway(
    ask: Ask, elsewhere: Elsewhere, path: str
) -> None:
    url = elsewhere.url(f"/{path}")
    before = len(elsewhere.asked)
    response = await ask(f"SELECT * {{ ?s :p ?o SERVICE <{url}> {{ ?s :label ?l }} }}")
    detail = problem_of(response, 502)
    assert url in detail
    assert SAID[path] in detail
    assert response.json()["endpoint"] == url
    # a redirect is not followed, and nobody is asked twice
    assert [asked.path for asked in elsewhere.asked[before:]] == [f"/{path}"]


@pytest.mark.parametrize("path", LATE)
async def test_late_answer_is_a_timeout_of_the_gateway(
    ask: Ask, elsewhere: Elsewhere, path: str
) -> None:
    url = elsewhere.url(f"/{path}")
    response = await ask(f"SELECT * {{ ?s :p ?o SERVICE <{url}> {{ ?s :label ?l }} }}")
    assert url in problem_of(response, 504)


async def test_endpoint_that_is_not_there(ask: Ask) -> None:
    response = await ask("SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s :label ?l } }")
    assert "cannot be asked (ConnectError)" in problem_of(response, 502)


@pytest.mark.parametrize("path", [*BAD, LATE[0]])
async def test_silent_service_that_fails_has_one_solution_that_binds_nothing(
    ask: Ask, elsewhere: Elsewhere, path: str
) -> None:
    url = elsewhere.url(f"/{path}")
    response = await ask(
        f"SELECT * {{ ?s :p ?o SERVICE SILENT <{url}> {{ ?s :label ?l }} }} ORDER BY ?o"
    )
    assert response.status_code == 200, response.text
    head, *rows = response.text.splitlines()
    columns = head.split(",")
    assert set(columns) == {"s", "o", "l"}
    found = [dict(zip(columns, row.split(","), strict=True)) for row in rows]
    assert found == [
        {"s": "urn:s", "o": "one", "l": ""},
        {"s": "urn:t", "o": "two", "l": ""},
    ]


async def test_silent_service_that_answers_is_as_any_other(ask: Ask, elsewhere: Elsewhere) -> None:
    response = await ask(f"SELECT ?l {{ SERVICE SILENT <{elsewhere.url()}> {{ :t :label ?l }} }}")
    assert response.text == "l\r\nT\r\n"


async def test_one_of_two_that_fails_is_a_failure_of_the_whole(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    good, bad = elsewhere.url(), elsewhere.url("/error")
    response = await ask(
        f"SELECT * {{ {{ SERVICE <{good}> {{ ?s :label ?l }} }}"
        f" UNION {{ SERVICE <{bad}> {{ ?s :label ?l }} }} }}"
    )
    assert bad in problem_of(response, 502)


async def test_failure_does_not_wait_for_the_others(ask: Ask, elsewhere: Elsewhere) -> None:
    slow, bad = elsewhere.url("/slow"), elsewhere.url("/error")
    response = await ask(
        f"ASK {{ SERVICE <{slow}> {{ ?s :label ?l }} SERVICE <{bad}> {{ ?s :label ?l }} }}"
    )
    assert bad in problem_of(response, 502)


async def test_answers_have_a_size_together(ask: Ask, elsewhere: Elsewhere) -> None:
    large = f"SERVICE <{elsewhere.url('/large')}> {{ ?s :label ?l }} "
    assert (await ask(f"ASK {{ {large} }}", "*/*")).status_code == 200
    response = await ask(f"ASK {{ {large} {large} }}")
    assert "more than 8 MB" in problem_of(response, 502)


async def test_no_more_services_than_may_be(ask: Ask, elsewhere: Elsewhere) -> None:
    before = elsewhere.connections
    services = f"SERVICE <{elsewhere.url()}> {{ ?s :label ?l }} " * (MOST_SERVICES + 1)
    response = await ask(f"ASK {{ {services} }}")
    assert f"more than {MOST_SERVICES}" in problem_of(response, 400)
    assert elsewhere.connections == before


async def test_client_has_so_many_queries_that_ask_others_and_others_still_have_theirs(
    client: httpx.AsyncClient, ask: Ask, elsewhere: Elsewhere
) -> None:
    query = f"ASK {{ SERVICE <{elsewhere.url('/slow')}> {{ ?s <urn:label> ?l }} }}"
    waiting = [asyncio.create_task(ask(query)) for _ in range(PER_CLIENT + 1)]
    answers = [await one for one in waiting]
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [429, *[504] * PER_CLIENT]
    (refused,) = [answer for answer in answers if answer.status_code == 429]
    assert refused.headers["retry-after"]
    assert PER_CLIENT < AT_ONCE
    # their places are free again
    good = await ask(f"ASK {{ SERVICE <{elsewhere.url()}> {{ ?s :label ?l }} }}", "text/csv")
    assert good.status_code == 200


async def test_evaluation_has_what_the_endpoints_left_of_the_deadline(
    ask: Ask, elsewhere: Elsewhere
) -> None:
    many = " ".join(str(number) for number in range(30))
    cross = " ".join(f"VALUES ?v{number} {{ {many} }}" for number in range(12))
    started = asyncio.get_running_loop().time()
    response = await ask(
        f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{elsewhere.url()}> {{ ?s :label ?l }} {cross} }}"
    )
    assert "ended after" in problem_of(response, 504)
    detail = response.json()["detail"]
    seconds = float(detail.removeprefix("it was ended after ").removesuffix(" s"))
    assert seconds < DEADLINE_S
    assert asyncio.get_running_loop().time() > started


class Stuck(Parser):
    """Reads the query, and never what the endpoint answers."""

    async def services_of(self, query: str, base: str | None = None) -> Asked:  # noqa: ARG002
        return Asked(query, (Service(0, 1, "http://a.example/", False, "ASK {}", ("x",)),))

    async def values_of(self, variables: Sequence[str], result: bytes) -> str:  # noqa: ARG002
        await asyncio.Event().wait()
        raise AssertionError


async def test_reading_what_endpoints_answer_ends_at_the_deadline_too() -> None:
    federation = Federation(("http://a.example/",), Stuck(), 0.2)
    federation.transport = httpx.MockTransport(
        lambda _: httpx.Response(
            200, stream=httpx.ByteStream(b"{}"), headers={"content-type": "application/json"}
        )
    )
    async with federation.lifespan():
        # in a task of its own, as every request is: Python 3.11 leaves on the task of a group
        # whose child failed, such as in other tests, that it was to be cancelled
        asked = asyncio.create_task(federation.resolve(Question("ASK {} # service"), "a"))
        with pytest.raises(QueryTimeout):
            await asked
        # the place is free again
        assert not federation._asking._taken


def test_place_that_is_left_is_free_again() -> None:
    places = Places(2, 3, "wait")

    def too_many(client: str, problem: str) -> None:
        with pytest.raises((TooMany, EngineBusy), match=problem), places.one(client):
            pass

    with places.one("a"), places.one("a"):
        too_many("a", "2 queries of this address wait already")
        with places.one("b"):
            too_many("c", "3 queries wait already")
        with places.one("c"):
            pass
    with places.one("a"):
        pass
