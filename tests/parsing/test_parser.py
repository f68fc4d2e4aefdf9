"""The parser process: started when asked, killed when slow, started again."""

import asyncio
import os
import resource
import signal
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cepgraph.errors import EngineBusy, EngineDown
from cepgraph.parsing import Parser, Pattern
from cepgraph.parsing import parser as module
from tests.engine.support import PATIENCE_S, children_of, is_alive, until

pytestmark = pytest.mark.anyio

QUERY = "SELECT * { ?s <urn:p> ?o }"
PATTERNS = (Pattern(None, "<urn:p>", None),)
SLOW = f"SELECT * {{ {' '.join(f'?s <urn:p{number}> ?o .' for number in range(1000))} }}"


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    """A parser with time enough."""
    async with Parser(deadline_s=PATIENCE_S) as made:
        yield made


def processes() -> set[int]:
    """The parser processes that are children of this one."""
    return {
        child
        for child in children_of(os.getpid())
        if b"cepgraph.parsing" in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def open_descriptors(process: int) -> set[str]:
    """The numbers of what a process has open."""
    return {entry.name for entry in Path(f"/proc/{process}/fd").iterdir()}


async def test_process_is_started_by_the_first_question(parser: Parser) -> None:
    before = processes()
    assert await parser.patterns_of(QUERY) == PATTERNS
    (process,) = processes() - before
    assert await parser.patterns_of(QUERY) == PATTERNS
    assert processes() - before == {process}
    await parser.close()
    assert not is_alive(process)


async def test_process_is_started_again_when_it_died(parser: Parser) -> None:
    before = processes()
    await parser.patterns_of(QUERY)
    (process,) = processes() - before
    os.kill(process, signal.SIGKILL)
    await until(lambda: not is_alive(process))
    assert await parser.patterns_of(QUERY) is None
    assert await parser.patterns_of(QUERY) == PATTERNS


async def test_relative_iris_are_those_below_the_base(parser: Parser) -> None:
    query = "SELECT * { ?s <p> <http://example.org/o> }"
    assert await parser.patterns_of(query) is None
    found = await parser.patterns_of(query, "urn:x:")
    assert found == (Pattern(None, "<urn:p>", "<http://example.org/o>"),)
    asked = await parser.services_of("ASK { SERVICE <p> { ?s <q> ?o } }", "http://example.org/")
    (service,) = asked.services
    assert service.endpoint == "http://example.org/p"
    assert service.query == "BASE <http://example.org/>\nSELECT * WHERE { ?s <q> ?o }"
    assert asked.answered(["{}"]) == "BASE <http://example.org/> ASK {  {}  }"


async def test_slow_query_is_given_up_and_the_next_is_read() -> None:
    async with Parser(deadline_s=0.2) as parser:
        before = processes()
        assert await parser.patterns_of(SLOW) is None
        await until(lambda: processes() == before)
    async with Parser(deadline_s=PATIENCE_S) as parser:
        assert await parser.patterns_of(SLOW)


async def test_long_query_is_not_read() -> None:
    async with Parser() as parser:
        before = processes()
        assert await parser.patterns_of(QUERY + " " * module.LONGEST) is None
        assert processes() == before


async def test_query_that_is_no_unicode_is_not_read(parser: Parser) -> None:
    assert await parser.patterns_of("ASK { ?s ?p '\ud800' }") is None


async def test_questions_at_the_same_time_get_their_own_answers(parser: Parser) -> None:
    answers = await asyncio.gather(
        *[parser.patterns_of(f"SELECT * {{ ?s <urn:p{number}> ?o }}") for number in range(20)]
    )
    assert answers == [(Pattern(None, f"<urn:p{number}>", None),) for number in range(20)]


async def test_no_more_wait_than_may() -> None:
    async with Parser(deadline_s=PATIENCE_S, queue=2) as parser:
        asked = [asyncio.create_task(parser.patterns_of(QUERY)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(EngineBusy, match="wait to be read"):
            await parser.patterns_of(QUERY)
        assert await asyncio.gather(*asked) == [PATTERNS] * 3


async def test_question_that_is_called_off_leaves_no_answer_to_the_next(parser: Parser) -> None:
    await parser.patterns_of(QUERY)
    asked = asyncio.create_task(parser.patterns_of(SLOW))
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await parser.patterns_of(QUERY) == PATTERNS


async def test_process_that_does_not_start_is_a_fault_and_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.sys, "executable", "/bin/false")
    async with Parser() as parser:
        with pytest.raises(EngineDown, match="does not start"):
            await parser.patterns_of(QUERY)


async def test_query_that_needs_too_much_memory_ends_the_process_alone() -> None:
    async with Parser(deadline_s=PATIENCE_S, memory_mb=8) as parser:
        assert await parser.patterns_of(SLOW) is None
        assert await parser.patterns_of(QUERY) == PATTERNS


async def test_process_that_grew_is_replaced(
    parser: Parser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = processes()
    await parser.patterns_of(QUERY)
    (first,) = processes() - before
    monkeypatch.setattr(module, "SPENT_BYTES", 1 << 20)
    rows = ",".join(['{"a":{"type":"literal","value":"x"}}'] * 100_000)
    result = f'{{"head":{{"vars":["a"]}},"results":{{"bindings":[{rows}]}}}}'
    values = await parser.values_of(["a"], result.encode())
    assert values.count('("x")') == 100_000
    assert not is_alive(first)
    assert await parser.patterns_of(QUERY) == PATTERNS


async def test_process_can_open_nothing(parser: Parser) -> None:
    before = processes()
    await parser.patterns_of(QUERY)
    (process,) = processes() - before
    assert open_descriptors(process) == {"0", "1", "2", "3"}
    assert resource.prlimit(process, resource.RLIMIT_NOFILE) == (4, 4)


async def test_nothing_that_a_query_names_is_fetched(parser: Parser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(0)
        url = f"http://127.0.0.1:{port}/"
        for query in (
            f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
            f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"BASE <{url}> SELECT * FROM NAMED <> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        ):
            assert await parser.patterns_of(query) is not None
        with pytest.raises(BlockingIOError):
            server.accept()


def test_parallel_threads_do_not_matter() -> None:
    answers = []

    def ask() -> None:
        async def asking() -> None:
            async with Parser(deadline_s=PATIENCE_S) as parser:
                answers.append(await parser.patterns_of(QUERY))

        asyncio.run(asking())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [PATTERNS] * 3
