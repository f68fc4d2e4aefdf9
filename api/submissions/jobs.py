"""All submissions of a running service: who waits, which is at work, what is kept."""

import asyncio
import shutil
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from api.submissions.access import Rate
from api.submissions.faults import (
    IngestDown,
    SubmissionDropped,
    SubmissionFault,
    SubmissionForgotten,
    SubmissionLost,
    SubmissionTimeout,
    SubmissionTooLarge,
)
from api.submissions.job import RETRY_AFTER_S, WHY, Facts, Failure, Job
from api.submissions.link import IngestProcess
from api.submissions.options import IngestOptions, JobOptions
from api.submissions.scratch import Scratch
from api.submissions.task import Task
from cepgraph.errors import CepgraphError, NotAuthenticated, NotFound, TooMany
from cepgraph.history import History
from cepgraph.tokens import Token, Tokens, TokensDamaged

START_S: Final = 60.0
"""Seconds in which a new process must be ready."""
MOST_KEPT: Final = 200
"""Reports that are kept; the oldest go first."""
_TRIES: Final = 2
"""A process may have died since its last task: it does not begin the next, which another does."""
_BROKEN: Final = (-6, -9, -11)
"""Signals that end a process which runs out of memory: abort, kill, segmentation fault."""


class Jobs:
    """Runs submissions one after another, in one process beside this one.

    Use as an asynchronous context manager. ``seen`` waits until queries see a version.
    """

    def __init__(
        self,
        options: JobOptions,
        ingest: IngestOptions,
        tokens: Tokens,
        seen: Callable[[int], Awaitable[None]],
    ) -> None:
        self.options = options
        self.ingest = ingest
        self._tokens = tokens
        self._seen = seen
        self._rate = Rate(options.per_minute)
        self._jobs: dict[str, Job] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._running: Job | None = None
        self._process: IngestProcess | None = None
        self._scratch: Scratch | None = None
        self._worker: asyncio.Task[None] | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def __aenter__(self) -> Self:
        self._scratch = Scratch()
        self._begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """End the process and all submissions; nothing of them is left."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
        await self._end_process()
        for job in self._jobs.values():
            job.fail(Failure.of(self._fault(job, IngestDown, "the service is stopping")))
        for timer in self._timers.values():
            timer.cancel()
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            scratch.close()

    @property
    def process_id(self) -> int | None:
        """That of the ingest process; ``None`` while there is none."""
        return None if self._process is None else self._process.pid

    def admit(self, token: Token) -> Job:
        """A place for what a token is about to send.

        Raises:
            TooMany: it sends too many, or too many wait already.
            IngestDown: the service is stopping.
        """
        if self._scratch is None or self._worker is None:
            raise IngestDown("the service is stopping")
        self._rate.take(token.id)
        waiting = [job for job in self._jobs.values() if not job.over]
        own = sum(1 for job in waiting if job.token.id == token.id)
        if own >= self.options.per_token:
            raise TooMany(f"this token has {own} submissions under way already", RETRY_AFTER_S)
        if len(waiting) >= self.options.queue + 1:
            raise TooMany(f"{len(waiting)} submissions are under way already", RETRY_AFTER_S)
        job = Job(token, self._scratch.new())
        self._jobs[job.id] = job
        return job

    def submit(self, job: Job, task: Task) -> None:
        """Let an admitted job wait for its turn.

        Raises:
            IngestDown: the service is stopping.
        """
        if self._worker is None:
            raise IngestDown("the service is stopping")
        job.tell(task=task, status="queued")
        self._queue.put_nowait(job)

    def find(self, number: str, token: Token) -> Job:
        """A submission, for tokens of the publisher that sent it.

        Raises:
            NotFound: there is none, no longer, or it is somebody else's.
        """
        job = self._jobs.get(number)
        if job is None or job.status == "receiving" or job.token.publisher != token.publisher:
            raise NotFound("submission", number[:100])
        return job

    def position(self, job: Job) -> int:
        """How many are before it."""
        before = 0
        for other in self._jobs.values():
            if other is job:
                break
            before += other.status in ("queued", "running")
        return before

    def forget(self, job: Job) -> None:
        """Remove a submission and all that belongs to it; one at work is ended."""
        if self._jobs.pop(job.id, None) is None:
            return
        timer = self._timers.pop(job.id, None)
        if timer is not None:
            timer.cancel()
        # one that is over has nothing to end: its process is about to say that it is idle
        at_work = job is self._running and (job.marking or not job.over)
        if at_work and self._process is not None:
            self._process.kill()
        elif not job.over:
            job.fail(Failure.of(SubmissionForgotten("its sender deleted it")))
        if job is not self._running:
            shutil.rmtree(job.folder, ignore_errors=True)

    # -- at work ---------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._worker = asyncio.get_running_loop().create_task(self._work())
        self._worker.add_done_callback(self._again)

    def _again(self, worker: asyncio.Task[None]) -> None:
        """A fault of ours ends one submission, and not the queue."""
        if worker.cancelled() or worker is not self._worker:
            return
        error = worker.exception()
        if error is not None:
            print("a submission was not seen through:", file=sys.stderr)
            traceback.print_exception(error)
        for job in tuple(self._jobs.values()):
            if job.status == "running":
                job.fail(Failure.of(SubmissionLost(WHY)))
        self._begin()

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            if job.id not in self._jobs:
                continue
            self._running = job
            try:
                await self._run(job)
            except (CepgraphError, OSError, ValueError) as error:
                # those that wait have their turn all the same
                print(f"a submission was not seen through: {error!r}", file=sys.stderr)
                job.fail(Failure.of(SubmissionLost(WHY)))
                await self._end_process(kill=True)
            finally:
                self._running = None
                job.drop_uploads()
                if job.id not in self._jobs:
                    shutil.rmtree(job.folder, ignore_errors=True)
                job.tell(marking=False)
            self._keep(job)

    async def _run(self, job: Job) -> None:
        """See a job through; whatever happens, it is over afterwards."""
        refusal = self._refusal(job)
        if refusal is not None:
            job.fail(refusal)
            return
        job.before = History(self.ingest.data).head()
        overdue = False
        for _ in range(_TRIES):
            process = await self._ready()
            if job.id not in self._jobs:
                break
            if process is None:
                problem = "the process that reads submissions does not start"
                job.fail(Failure.of(IngestDown(problem)))
                return
            job.tell(status="running")
            try:
                async with asyncio.timeout(self.options.deadline_s):
                    if await self._follow(job, process):
                        return
            except TimeoutError:
                overdue = True
            await self._end_process(kill=True)
            if overdue or job.begun:
                break
        if job.facts is not None:
            job.tell(status="done")
            return
        if overdue:
            problem = f"it was ended after {self.options.deadline_s:g} s"
            fault = self._fault(job, SubmissionTimeout, problem)
        elif job.id not in self._jobs:
            fault = self._fault(job, SubmissionForgotten, "its sender deleted it")
        elif process is not None and process.status in _BROKEN:
            problem = (
                f"the process that read it was ended by signal {-process.status}: it may have "
                f"needed more than {self.ingest.memory_mb} MB"
            )
            fault = self._fault(job, SubmissionTooLarge, problem)
        else:
            problem = f"the process that read it ended, and {WHY}"
            fault = self._fault(job, SubmissionDropped, problem)
        job.fail(Failure.of(fault))

    async def _follow(self, job: Job, process: IngestProcess) -> bool:
        """Hear what becomes of a task; whether the process is ready for the next."""
        assert job.task is not None
        await process.send(job.task)
        while (event := await process.event()) is not None:
            if event["event"] == "idle":
                if event["spent"]:
                    await self._end_process()
                return True
            await self._take(job, event)
        if job.over:
            await self._end_process()
        return job.over

    async def _take(self, job: Job, event: dict[str, Any]) -> None:
        match event["event"]:
            case "begun":
                job.begun = True
            case "progress":
                job.tell(step=event["step"], rows=event["rows"])
            case "done":
                job.facts = Facts.of(event["facts"])
                job.marking = event["marking"]
                if job.facts.published and job.facts.version is not None:
                    # who is told a version can ask for it at once
                    await self._seen(job.facts.version)
                job.tell(status="done")
            case "failed":
                job.fail(Failure(event["problem"], event["retry_after_s"]))
            case "workbook":
                job.tell(workbooks={event["name"]: event["path"], **job.workbooks})

    async def _ready(self) -> IngestProcess | None:
        """The process, started when there is none."""
        if self._process is not None and self._process.status is not None:
            await self._end_process()
        if self._process is None:
            try:
                self._process = await IngestProcess.start(self.ingest)
            except OSError as error:
                print(
                    f"the process that reads submissions does not start: {error}", file=sys.stderr
                )
                return None
            event = None
            with suppress(TimeoutError):
                async with asyncio.timeout(START_S):
                    event = await self._process.event()
            if event is None:
                await self._end_process(kill=True)
        return self._process

    async def _end_process(self, *, kill: bool = False) -> None:
        process, self._process = self._process, None
        if process is not None:
            if kill:
                process.kill()
            await process.end()

    def _refusal(self, job: Job) -> Failure | None:
        """Why a job must not begin: its token may have ended while it waited."""
        try:
            holds = self._tokens.still_holds(job.token.id)
        except TokensDamaged:
            return Failure.of(IngestDown("tokens cannot be looked up at present"))
        return None if holds else Failure.of(NotAuthenticated("the token does not hold any more"))

    def _fault(self, job: Job, kind: type[SubmissionFault], problem: str) -> SubmissionFault:
        return job.fault(kind, problem, History(self.ingest.data))

    def _keep(self, job: Job) -> None:
        """For a while, and not more than can be kept."""
        if job.id not in self._jobs:
            return
        loop = asyncio.get_running_loop()
        self._timers[job.id] = loop.call_later(self.options.kept_s, self.forget, job)
        kept = [other for other in self._jobs.values() if other.over]
        for oldest in kept[: max(0, len(kept) - MOST_KEPT)]:
            self.forget(oldest)
