"""Writes that answer when they are done: whose they are, what they rest on, what the log keeps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from api.problems import Relayed
from api.submissions.faults import IngestDown
from api.submissions.jobs import Jobs
from api.submissions.link import IngestProcess
from api.submissions.options import WORKER
from api.submissions.writing import WriteRefused, Writing
from cepgraph.errors import NotAuthenticated, StaleVersion, TooLarge, TooMany
from cepgraph.history import Entry, History
from cepgraph.model import Model
from cepgraph.terms import CEP, DCTERMS, GRAPH, ID, RDF, RDFS
from cepgraph.tokens import Token
from tests.api.submissions.conftest import Open, Service, serving
from tests.engine.support import PATIENCE_S

pytestmark = pytest.mark.anyio

PETS = GRAPH + "arts-connect/pets"
OTHERS = GRAPH + "others/pets"


def quad(subject: str, predicate: str, target: str, graph: str = PETS) -> str:
    """One line of N-Quads."""
    return f"<{subject}> <{predicate}> {target} <{graph}> .\n"


def described(graph: str = PETS) -> str:
    """What a graph must say of itself."""
    return quad(graph, RDF + "type", f"<{CEP}Dataset>", graph) + quad(
        graph, DCTERMS + "publisher", f"<{ID}organisation/arts-connect>", graph
    )


def club(key: str, graph: str = PETS) -> str:
    """A thing that conforms."""
    return quad(ID + key, RDF + "type", f"<{CEP}Club>", graph) + quad(
        ID + key, RDFS + "label", f'"{key}"', graph
    )


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens within the tests' patience."""
    for _ in range(int(PATIENCE_S / 0.001)):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError(condition)


@dataclass
class Writer:
    """The service's writing, with a token of a test's own."""

    service: Service
    writing: Writing
    token: Token

    @property
    def head(self) -> int:
        """Version of the log."""
        return self.service.head

    def entry(self) -> Entry:
        """The newest entry of the log."""
        return History(self.service.data).entry(self.head)

    async def amend(
        self, added: str = "", removed: str = "", base: int | None = None, **more: bytes
    ) -> int:
        """Amend, and give the version."""
        raw = (added.encode(), removed.encode())
        return (await self.writing.amend(self.token, *raw, base, "to see", **more)).version  # type: ignore[arg-type]


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, world: Model) -> AsyncIterator[Service]:
    """A service with the ingest process that it has in earnest."""
    root = tmp_path_factory.mktemp("house")
    async with serving(root, world, submission_per_minute=10_000, submission_queue=100) as made:
        made.jobs.ingest = replace(made.jobs.ingest, program=WORKER)
        yield made


@pytest.fixture
def writer(house: Service) -> Writer:
    token, _ = house.tokens.create("arts-connect")
    writing = Writing(house.jobs, house.tokens)
    return Writer(replace(house, token=token), writing, token)


async def test_added_quads_are_in_the_log_and_seen_by_queries(writer: Writer) -> None:
    before = writer.head
    made = await writer.writing.amend(
        writer.token, (described() + club("a")).encode(), b"", None, "to see"
    )
    assert (made.version, made.changed, made.graphs) == (before + 1, True, (PETS,))
    assert (made.triples_added, made.triples_removed) == (4, 0)
    query = f"ASK {{ GRAPH <{PETS}> {{ <{ID}a> a <{CEP}Club> }} }}"
    answer = await writer.service.client.get("/sparql", params={"query": query})
    assert answer.json()["boolean"]
    assert answer.headers["cepgraph-version"] == str(made.version)


async def test_removed_quads_are_gone_and_absent_ones_do_not_matter(writer: Writer) -> None:
    await writer.amend(described() + club("b"))
    version = await writer.amend("", club("b") + club("never-there"))
    assert writer.head == version
    assert {q.subject.value for q in writer.entry().removed} == {ID + "b"}  # type: ignore[union-attr]


async def test_what_changes_nothing_writes_no_entry(writer: Writer) -> None:
    version = await writer.amend(described() + club("c"))
    made = await writer.writing.amend(writer.token, club("c").encode(), b"", None, "again")
    assert not made.changed
    assert made.version == writer.head == version


async def test_several_graphs_change_in_one_entry(writer: Writer) -> None:
    more = PETS + "-more"
    await writer.amend(described() + club("d") + described(more) + club("e", more))
    assert writer.entry().graphs == (PETS, more)


async def test_graphs_that_were_not_there_before_are_told(writer: Writer) -> None:
    new = PETS + "-new"
    first = await writer.writing.amend(
        writer.token, (described(new) + club("f", new)).encode(), b"", None, "new"
    )
    second = await writer.writing.amend(writer.token, club("g", new).encode(), b"", None, "more")
    assert (first.graphs_added, second.graphs_added) == ((new,), ())


async def test_log_keeps_who_wrote_why_in_which_way_and_the_hash_of_what_was_sent(
    writer: Writer,
) -> None:
    await writer.amend(described() + club("h"), sent=b"INSERT DATA {}")
    told = writer.entry().provenance
    assert (told.who, told.token) == (writer.token.publisher, writer.token.id)
    assert (told.why, told.source) == ("to see", "SPARQL update")
    assert told.source_hash == f"sha256:{sha256(b'INSERT DATA {}').hexdigest()}"


async def test_change_that_follows_from_an_older_version_is_stale(writer: Writer) -> None:
    base = writer.head
    await writer.amend(described() + club("i"), base=base)
    with pytest.raises(StaleVersion) as refused:
        await writer.amend(club("j"), base=base)
    assert (refused.value.base, refused.value.newer) == (base, base + 1)
    assert writer.head == base + 1


async def test_of_two_changes_that_follow_from_one_version_one_is_made(writer: Writer) -> None:
    base = writer.head
    ends = await asyncio.gather(
        *(writer.amend(described() + club(key), base=base) for key in ("k1", "k2")),
        return_exceptions=True,
    )
    assert {type(end) for end in ends} == {int, StaleVersion}
    assert writer.head == base + 1


async def test_change_that_does_not_conform_is_refused_with_the_report(writer: Writer) -> None:
    before = writer.head
    with pytest.raises(WriteRefused) as refused:
        await writer.amend(described() + quad(ID + "l", RDF + "type", f"<{CEP}Club>"))
    assert writer.head == before
    report = refused.value.report
    assert not report["conforms"]
    assert report["groups"][0]["first"][0]["focus"] == ID + "l"
    assert refused.value.document["status"] == 422
    assert refused.value.document["type"].endswith("/submission-refused")


async def test_new_graph_that_does_not_describe_itself_is_refused(writer: Writer) -> None:
    bare = PETS + "-bare"
    with pytest.raises(WriteRefused) as refused:
        await writer.amend(club("m", bare))
    assert refused.value.report["groups"][0]["first"][0]["focus"] == bare


async def test_description_of_a_graph_that_keeps_its_things_cannot_be_removed(
    writer: Writer,
) -> None:
    await writer.amend(described() + club("n"))
    with pytest.raises(WriteRefused):
        await writer.amend("", described())


@pytest.mark.parametrize("side", ["added", "removed"])
async def test_graph_that_is_not_the_tokens_is_refused(writer: Writer, side: str) -> None:
    before = writer.head
    quads = described() + club("o") + club("o", OTHERS)
    with pytest.raises(Relayed) as refused:
        await writer.amend(**{side: quads})
    assert refused.value.document["status"] == 403
    assert OTHERS in refused.value.detail()
    assert writer.head == before


async def test_companion_graph_is_refused(writer: Writer) -> None:
    await writer.amend(described() + club("p"))
    with pytest.raises(Relayed) as refused:
        await writer.amend(club("p", PETS + "/entailed"))
    assert refused.value.document["status"] == 403


@pytest.mark.parametrize(
    ("quads", "problem"),
    [
        (f"<{ID}a> <{RDFS}label> <a .", "line 1"),
        (f'<{ID}a> <{RDFS}label> "A" .', "no named graph"),
        (f'<{ID}a> <{RDFS}label> "A" _:g .', "blank node"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place(
    writer: Writer, quads: str, problem: str
) -> None:
    with pytest.raises(Relayed, match=problem) as refused:
        await writer.amend(quads)
    assert refused.value.document["status"] == 400
    assert refused.value.document["file"] == "added.nq"
    assert refused.value.document["line"] == 1


async def test_blank_nodes_of_several_graphs_are_named_and_stay_one_thing(writer: Writer) -> None:
    more = PETS + "-shared"
    node = f'_:c <{RDF}type> <{CEP}Club> <{{}}> .\n_:c <{RDFS}label> "C" <{{}}> .\n'
    both = "".join(described(graph) + node.format(graph, graph) for graph in (PETS, more))
    await writer.amend(both)
    clubs = {
        (q.subject.value, q.graph_name.value)  # type: ignore[union-attr]
        for q in writer.entry().added
        if q.predicate.value == RDFS + "label"
    }
    assert len({subject for subject, _ in clubs}) == 1
    assert {graph for _, graph in clubs} == {PETS, more}


async def test_token_that_ended_while_it_waited_writes_nothing(writer: Writer) -> None:
    writer.service.tokens.revoke(writer.token.id)
    with pytest.raises(Relayed) as refused:
        await writer.amend(described() + club("q"))
    assert refused.value.document["status"] == 401


async def test_token_is_that_of_the_header(writer: Writer) -> None:
    text = writer.service.text
    token = writer.writing.token_of({"authorization": f"Bearer {text}"})
    assert token.publisher == writer.token.publisher
    with pytest.raises(NotAuthenticated):
        writer.writing.token_of({})


async def test_nothing_is_left_of_a_write_but_the_log(writer: Writer) -> None:
    await writer.amend(described() + club("r"))
    scratch = writer.service.jobs._scratch
    assert scratch is not None
    assert [path for path in scratch.folder.iterdir() if path.is_dir()] == []


async def test_change_larger_than_a_file_may_be_is_refused(opened: Open) -> None:
    async with opened(input_max_mb=1) as service:
        writing = Writing(service.jobs, service.tokens)
        with pytest.raises(TooLarge, match="1 MB"):
            await writing.amend(service.token, bytes(1 << 20), b"+", None, "large")


async def test_writes_count_among_the_submissions_of_a_token(opened: Open) -> None:
    async with opened(submission_per_minute=1) as service:
        service.jobs.ingest = replace(service.jobs.ingest, program=WORKER)
        writing = Writing(service.jobs, service.tokens)
        await writing.amend(service.token, (described() + club("s")).encode(), b"", None, "one")
        with pytest.raises(TooMany):
            await writing.amend(service.token, club("t").encode(), b"", None, "two")


async def test_write_whose_turn_does_not_come_is_not_made(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_jobs: Jobs, _job: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Jobs, "_run", endless)
    async with opened(submission_deadline_s=0.2) as service:
        writing = Writing(service.jobs, service.tokens)
        with pytest.raises(IngestDown, match="nothing was written"):
            await writing.amend(service.token, (described() + club("u")).encode(), b"", None, "u")
        assert service.head == 1


async def test_write_whose_asker_gives_up_before_its_turn_is_not_made(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_jobs: Jobs, _job: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Jobs, "_run", endless)
    async with opened() as service:
        writing = Writing(service.jobs, service.tokens)
        quads = (described() + club("v")).encode()
        asking = asyncio.create_task(writing.amend(service.token, quads, b"", None, "v"))
        await until(lambda: service.jobs._running is not None)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert service.jobs._jobs == {}


async def test_write_that_was_begun_is_made_although_its_asker_gives_up(writer: Writer) -> None:
    before = writer.head
    jobs = writer.service.jobs
    asking = asyncio.create_task(writer.amend(described() + club("w")))
    await until(lambda: jobs._running is not None and jobs._running.status == "running")
    job = jobs._running
    assert job is not None
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await job.end(60)
    assert job.facts is not None
    assert job.facts.version == writer.head == before + 1
    jobs.forget(job)


async def test_the_process_of_a_write_that_is_done_does_the_next(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = writer.service.jobs
    await writer.amend(described() + club("first"))
    process, event = jobs.process_id, IngestProcess.event
    assert process is not None

    async def late(of: IngestProcess) -> dict[str, object] | None:
        told = await event(of)
        if told is not None and told["event"] == "idle":
            # whoever waited for the write has gone on by then
            await asyncio.sleep(0.2)
        return told

    monkeypatch.setattr(IngestProcess, "event", late)
    for key in ("second", "third"):
        await writer.amend(club(key))
    assert jobs.process_id == process
