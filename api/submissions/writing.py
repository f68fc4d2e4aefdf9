"""Writes that answer when they are done: SPARQL updates and the Graph Store Protocol.

They wait their turn among the submissions, in the same process, under the same limits and rules.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import orjson

from api.problems import Relayed, kind_of
from api.submissions.access import token_of
from api.submissions.faults import IngestDown, SubmissionLost
from api.submissions.job import REPORT, UPLOADS, WHY, Job
from api.submissions.jobs import START_S, Jobs
from api.submissions.task import Task, write_task
from cepgraph.errors import StaleVersion, TooLarge
from cepgraph.terms import BASE
from cepgraph.tokens import Token, Tokens

ADDED: Final = "added.nq"
REMOVED: Final = "removed.nq"


@dataclass(frozen=True)
class Written:
    """What was written, which queries see by now.

    ``version`` is that of the whole graph, ``graphs`` the IRIs of the named graphs it was meant
    for, ``graphs_added`` of those that held nothing before; triples are the asserted ones.
    """

    version: int
    changed: bool
    graphs: tuple[str, ...]
    graphs_added: tuple[str, ...] = ()
    triples_added: int = 0
    triples_removed: int = 0


class WriteRefused(Relayed):
    """The change does not conform, and nothing was written; carries the report."""

    def __init__(self, graphs: tuple[str, ...], report: Mapping[str, Any]) -> None:
        super().__init__(
            {
                "type": f"{BASE}problem/submission-refused",
                "title": "The data does not conform",
                "status": 422,
                "detail": "nothing was written; the report says what is wrong, and where",
                "graphs": list(graphs),
                "report": report,
            }
        )
        self.report = report


class Writing:
    """Writes for the rooms that answer when it is done."""

    def __init__(self, jobs: Jobs, tokens: Tokens) -> None:
        self._jobs = jobs
        self._tokens = tokens

    def token_of(self, headers: Mapping[str, str]) -> Token:
        """The token of a request; header names are in lower case.

        Raises:
            NotAuthenticated: none, or one that does not hold.
            HttpProblem: 503, when the file of tokens cannot be read.
        """
        return token_of(headers, self._tokens)

    @contextmanager
    def place(self, token: Token) -> Iterator[Job]:
        """A place among the submissions, with a folder for what is sent; gone afterwards.

        What is at work when its client goes away is seen through: that it was written may be told
        by the log alone.

        Raises:
            TooMany, IngestDown: as ``Jobs.admit``.
        """
        job = self._jobs.admit(token)
        try:
            yield job
        finally:
            if job.status != "running":
                self._jobs.forget(job)

    async def amend(
        self,
        token: Token,
        added: bytes,
        removed: bytes,
        base: int | None,
        why: str,
        *,
        way: str = "SPARQL update",
        sent: bytes = b"",
    ) -> Written:
        """Add and remove quads, in graphs of the token: all of them, or nothing.

        Args:
            added, removed: N-Quads, each in a named graph; either may be empty. Blank nodes that
                are added are new things; none can be removed.
            base: the version that the change follows from; ``None`` for any.
            why, way: for the log, with the hash of ``sent``, the bytes that asked for the change.

        Raises:
            StaleVersion: something was written since ``base``.
            WriteRefused: the graphs would not conform.
            Relayed: a problem of the ingest process: a graph that is not the token's, N-Quads that
                cannot be read, a deadline.
            TooMany, IngestDown, TooLarge: it was not taken.
        """
        with self.place(token) as job:
            return await self.amend_from(job, added, removed, base, why, way=way, sent=sent)

    async def amend_from(
        self,
        job: Job,
        added: bytes,
        removed: bytes,
        base: int | None,
        why: str,
        *,
        way: str = "SPARQL update",
        sent: bytes = b"",
    ) -> Written:
        """The same in a place that was taken before.

        Raises:
            as ``amend``.
        """
        if len(added) + len(removed) > self._jobs.ingest.file_bytes:
            most = self._jobs.ingest.file_bytes >> 20
            raise TooLarge(f"a change may have {most} MB of N-Quads")
        folder = job.folder / UPLOADS
        await asyncio.to_thread((folder / ADDED).write_bytes, added)
        await asyncio.to_thread((folder / REMOVED).write_bytes, removed)
        digest = hashlib.sha256(sent or added + removed).hexdigest()
        task = write_task(
            "amend",
            job.token,
            job.folder,
            files=[(folder / name, name) for name in (ADDED, REMOVED)],
            fields={"why": why},
            base=base,
            way=way,
            digest=f"sha256:{digest}",
        )
        return await self.done(job, task)

    async def done(self, job: Job, task: Task) -> Written:
        """See a task through, in the place that ``job`` has.

        Raises:
            as ``amend``.
        """
        self._jobs.submit(job, task)
        deadline_s = self._jobs.options.deadline_s
        if not await job.end(deadline_s) and job.status == "queued":
            raise IngestDown("its turn did not come in time")
        # at work now, which its own deadline ends
        if not await job.end(deadline_s + START_S):
            raise SubmissionLost(WHY)
        if job.failure is not None:
            problem = job.failure.document
            if problem["type"] == kind_of(StaleVersion):
                raise StaleVersion(problem["base"], problem["newer"])
            raise Relayed(problem, job.failure.retry_after_s)
        assert job.facts is not None
        report = orjson.loads(await asyncio.to_thread((job.folder / REPORT).read_bytes))
        if not job.facts.conforms or job.facts.version is None:
            raise WriteRefused(job.facts.graphs, report)
        return Written(
            version=job.facts.version,
            changed=job.facts.changed,
            graphs=job.facts.graphs,
            graphs_added=job.facts.graphs_added,
            triples_added=report["triplesAdded"],
            triples_removed=report["triplesRemoved"],
        )
