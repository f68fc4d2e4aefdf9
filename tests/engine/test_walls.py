"""No query reaches the network, in whatever disguise; and if one got past the first wall, it would
stand before the second."""

import os
import resource
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, Store

from cepgraph.engine import Pool, Question, walls
from cepgraph.engine.guard import SERVICE, may_use
from cepgraph.errors import QueryRefused, QuerySyntax
from tests.engine.support import Listener

SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE\tSILENT\n<URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE#SILENT\n<URL>{ ?s ?p ?o } }",
    "SELECT * { {}SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x {1}SERVICESILENT<URL>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE SILENT<URL>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p true SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { #\rSERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o LATERAL { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { { SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } } } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT (EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } AS ?e) {}",
    "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS { SERVICE <URL> { ?s ?p ?o } })",
    "SELECT * { GRAPH ?g { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "ASK { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { SERVICE : { ?s ?p ?o } }",
    "PREFIX service: <URL> SELECT * { SERVICE SILENT service: { ?s ?p ?o } }",
    "PREFIX : <URL> PREFIX service: <URL> SELECT * { ?a ?b ?c . service:x { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
]

NO_SERVICES = [
    "SELECT ?service { ?s ?p ?service }",
    "SELECT * { ?s ?p 'SERVICE <urn:x> {}' }",
    'SELECT * { ?s ?p """\nSERVICE "" <urn:x>""" }',
    "SELECT * { ?s <urn:service> ?o } # SERVICE <urn:x> { }",
    "PREFIX service: <urn:service/> SELECT * { service:service service:SERVICE _:service }",
    "PREFIX x: <urn:x> SELECT * { ?s x:local-authority-service ?o }",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT ?service ?qqqqqqx ?qqqqqqz { ?service ?qqqqqqx ?qqqqqqz }",
    "PREFIX service: <urn:f> ASK { FILTER(1 = 1 || service:f(1)) }",
]


@pytest.mark.anyio
@pytest.mark.parametrize("query", SERVICES)
async def test_service_is_refused_and_nothing_connects(
    shared_pool: Pool, listener: Listener, query: str
) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is switched off"):
        await shared_pool.query(Question(query.replace("URL", listener.url)))
    assert listener.connections == 0


@pytest.mark.anyio
@pytest.mark.parametrize("form", ["SELECT *", "ASK", "DESCRIBE ?s", "CONSTRUCT { ?s ?p ?o } WHERE"])
async def test_service_at_a_secure_address_is_refused_as_any_other(
    shared_pool: Pool, form: str
) -> None:
    query = f"{form} {{ SERVICE <https://127.0.0.1:1/sparql> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryRefused, match="SERVICE is switched off"):
        await shared_pool.query(Question(query))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { S\\u0045RVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { \\U00000053ERVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { #\\u000ASERVICE SILENT <URL> { ?s ?p ?o }\n }",
        "SELECT * { ?s ?p '\\u0027 SERVICE SILENT <URL> { ?s ?p ?o } #' }",
        "SELECT * { \u017fERVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "LOAD <URL>",
        "SELECT * {} ; LOAD <URL>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    ],
)
async def test_other_disguises_connect_to_nothing_either(
    shared_pool: Pool, listener: Listener, query: str
) -> None:
    with suppress(QuerySyntax, QueryRefused):
        await shared_pool.query(Question(query.replace("URL", listener.url)))
    assert listener.connections == 0


@pytest.mark.anyio
async def test_dataset_beside_the_query_is_not_fetched(
    shared_pool: Pool, listener: Listener
) -> None:
    question = Question(
        "SELECT * { ?s ?p ?o }",
        results=("text/csv",),
        default_graphs=(listener.url,),
        named_graphs=(listener.url,),
    )
    assert (await shared_pool.query(question)).body == b"o,p,s\r\n"
    assert listener.connections == 0


@pytest.mark.parametrize("query", SERVICES)
def test_guard_sees_every_service(query: str) -> None:
    assert may_use(SERVICE, query.replace("URL", "http://127.0.0.1:1/"))


@pytest.mark.parametrize("query", NO_SERVICES)
def test_guard_lets_names_strings_and_comments_pass(query: str) -> None:
    assert not may_use(SERVICE, query)


_PIECES = st.sampled_from(
    [
        *("SERVICE", "service", "SILENT", "<urn:a>", "?v", "{", "}", "{ ?s ?p ?o }", "'", '"', "#"),
        *("\n", "\\", " ", ".", ";", "1", "true", "@en", "x:a", "x:", "_:b", "FILTER", "OPTIONAL"),
        *("?s ?p ", "(", ")", "EXISTS", "UNION", "VALUES ?x {1}", "GRAPH", "'''", '"""', "^^"),
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_no_text_that_the_guard_passes_evaluates_a_service(middle: str) -> None:
    query = "PREFIX x: <urn:> PREFIX service: <urn:> SELECT * { " + middle + " }"
    if may_use(SERVICE, query):
        return
    # were there a SERVICE in it, it would fail to connect and say so
    assert "error sending" not in outcome(query.replace("<urn:a>", "<http://127.0.0.1:1/>"))


def outcome(query: str) -> str:
    """What becomes of a query on an empty store in this process."""
    try:
        results = Store().query(query)
        results.serialize(format=QueryResultsFormat.JSON)  # type: ignore[call-overload]
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        return str(error)
    return ""


def test_behind_the_second_wall_service_connects_to_nothing(listener: Listener) -> None:
    queries = [
        query.replace("URL", place)
        for query in SERVICES[:3] + SERVICES[18:19]
        for place in (listener.url, listener.url.replace("127.0.0.1", "localhost"))
    ]
    assert [outcome(query) for query in queries] != [""] * len(queries)
    tried = listener.connections
    assert tried >= len(queries) // 2

    def walled(kept: socket.socket) -> None:
        connection = walls.keep_only(kept)
        for query in queries:
            outcome(query)
        connection.sendall(b"done")

    assert in_child(walled) == b"done"
    assert listener.connections == tried


def test_a_process_that_left_the_network_reaches_no_listener(listener: Listener) -> None:
    address = listener.url.removeprefix("http://").rstrip("/").split(":")

    def walled(kept: socket.socket) -> None:
        left = walls.leave_network()
        with socket.socket() as tried:
            reached = tried.connect_ex((address[0], int(address[1]))) == 0
        kept.sendall(f"{left} {reached}".encode())

    # whether the system lets a process leave is the system's affair
    assert in_child(walled) in (b"True False", b"False True")


def test_behind_the_wall_no_file_can_be_opened() -> None:
    def walled(kept: socket.socket) -> None:
        connection = walls.keep_only(kept)
        try:
            os.open("/etc/passwd", os.O_RDONLY)
        except OSError as error:
            connection.sendall(os.strerror(error.errno).encode())

    assert in_child(walled) == b"Too many open files"


def test_a_process_that_could_still_open_a_socket_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)

    def walled(kept: socket.socket) -> None:
        walls.keep_only(kept).sendall(b"open")

    assert in_child(walled) == b""


def test_memory_is_bounded_above_what_is_mapped() -> None:
    def walled(kept: socket.socket) -> None:
        walls.bound_memory(64)
        bytearray(16 << 20)
        try:
            bytearray(128 << 20)
        except MemoryError:
            kept.sendall(b"bounded")

    assert in_child(walled) == b"bounded"


def in_child(work: Callable[[socket.socket], None]) -> bytes:
    """What ``work`` sends from a forked process."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            work(theirs)
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        sent = ours.recv(100)
    os.waitpid(pid, 0)
    return sent
