"""Updates in a worker: what it tells, and that nothing is fetched."""

from contextlib import suppress

import pytest

from cepgraph.engine import Pool
from cepgraph.engine.update import (
    Difference,
    UpdateRequest,
    difference_of,
    update_head,
)
from cepgraph.errors import (
    Forbidden,
    QueryTimeout,
    QueryTooLarge,
    UpdateRefused,
    UpdateSyntax,
)
from tests.engine.support import ENDLESS, PATIENCE_S, Listener, Log, MakePool
from tests.engine.updates import OTHER, PATTERNS, PETS, PREFIXES, lines

pytestmark = pytest.mark.anyio


async def ask(pool: Pool, update: str, limit_s: float = PATIENCE_S, **more: object) -> Difference:
    """What a worker says of an update."""
    request = UpdateRequest(PREFIXES + update, PATTERNS, **more)  # type: ignore[arg-type]
    return difference_of(await pool.ask(update_head(request), limit_s), request)


@pytest.fixture
def filled(log: Log) -> Log:
    """A log with own and other graphs, at version 2."""
    log.publish(f"x:a x:p x:b <{PETS}> .\nx:b x:p x:c <{OTHER}> .")
    return log


@pytest.mark.anyio
async def test_worker_tells_the_version_and_changes_nothing_for_others(
    filled: Log, make_pool: MakePool
) -> None:
    pool = await make_pool(workers=1)
    update = "INSERT { GRAPH a:pets { ?s :q ?o } } WHERE { ?s :p/:p ?o }"
    told = await ask(pool, update)
    assert (told.version, lines(told.added)) == (2, [":a :q :c arts/pets"])
    again = await ask(pool, update)
    assert again == told
    assert pool.version == filled.history.head() == 2


@pytest.mark.anyio
async def test_errors_of_a_worker_are_told_as_what_they_are(
    filled: Log, make_pool: MakePool
) -> None:
    pool = await make_pool(workers=1)
    with pytest.raises(UpdateSyntax, match="at the end of the update") as syntax:
        await ask(pool, "INSERT DATA { GRAPH a:pets {")
    assert syntax.value.line == 1
    with pytest.raises(Forbidden) as forbidden:
        await ask(pool, "CLEAR GRAPH o:pets")
    assert (forbidden.value.graph, forbidden.value.allowed) == (OTHER, PATTERNS)
    with pytest.raises(UpdateRefused, match="does not exist"):
        await ask(pool, "DROP GRAPH a:nothing")
    with pytest.raises(QueryTimeout):
        await ask(pool, f"INSERT {{ GRAPH a:pets {{ :a :p ?c }} }} WHERE {{ {ENDLESS} }}", 0.3)
    with pytest.raises(QueryTooLarge):
        await ask(pool, "CLEAR ALL " + ";CLEAR ALL" * 20 + "; INSERT {} WHERE " + "{" * 100_000)
    assert (await ask(pool, "INSERT DATA { GRAPH a:pets { :x :p :y } }")).graphs[0].added == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "update",
    [
        "LOAD <URL>",
        "LOAD SILENT <URL> INTO GRAPH a:pets",
        "loadsilent<URL>intographa:pets",
        "BASE <URL> LOAD#\n<>",
        "PREFIX load: <URL> LOADload:",
        "CLEAR SILENT GRAPH a:x ; PREFIX x: <urn:x> LOAD <URL>",
        "INSERT DATA {} ; #\rLOAD SILENT <URL>",
        "INSERT { GRAPH a:pets { ?s ?p ?o } } WHERE { SERVICE <URL> { ?s ?p ?o } }",
        "WITH a:pets DELETE { ?s ?p ?o } WHERE { {}SERVICESILENT<URL>{ ?s ?p ?o } }",
        "INSERT { GRAPH a:pets { ?s ?p ?o } } WHERE { BIND(<URL> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    ],
)
async def test_load_and_service_are_refused_and_nothing_connects(
    shared_pool: Pool, listener: Listener, update: str
) -> None:
    with pytest.raises(UpdateRefused, match="is switched off"):
        await ask(shared_pool, update.replace("URL", listener.url))
    assert listener.connections == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    "update",
    [
        "\\u004cOAD <URL>",
        "LO\\u0041D SILENT <URL>",
        "#\\u000ALOAD <URL>",
        "INSERT DATA { GRAPH a:pets { :a :p '\\u0027 } } ; LOAD <URL> #' } }",
        "\u017fELECT * {} ; LOAD <URL>",
        "INSERT { GRAPH a:pets { ?s ?p ?o } } USING <URL> WHERE { ?s ?p ?o }",
        "INSERT { GRAPH a:pets { ?s ?p ?o } } WHERE { GRAPH <URL> { ?s ?p ?o } }",
        "COPY <URL> TO a:pets",
        "ADD SILENT <URL> TO a:pets",
    ],
)
async def test_other_disguises_connect_to_nothing_either(
    shared_pool: Pool, listener: Listener, update: str
) -> None:
    with suppress(UpdateSyntax, UpdateRefused):
        await ask(shared_pool, update.replace("URL", listener.url))
    assert listener.connections == 0


@pytest.mark.anyio
async def test_dataset_beside_the_update_is_not_fetched(
    shared_pool: Pool, listener: Listener
) -> None:
    update = "INSERT { GRAPH a:pets { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    assert not await ask(shared_pool, update, graphs=(listener.url,))
    assert listener.connections == 0
