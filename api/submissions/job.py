"""A submission under way, as the web process knows it. Its report lies in its folder."""

import asyncio
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from api import problems
from api.submissions.faults import IngestDown, SubmissionFault, SubmissionLost
from api.submissions.task import Task
from cepgraph.errors import CepgraphError, LogDamaged
from cepgraph.history import History
from cepgraph.tokens import Token

Status = Literal["receiving", "queued", "running", "done", "failed"]
REPORT: Final = "report.json"
PAGE: Final = "report.html"
UPLOADS: Final = "files"
WHY: Final = "whoever runs this service is told why"
RETRY_AFTER_S: Final = 10
"""When to send again what could not be read at present."""


@dataclass(frozen=True)
class Facts:
    """What became of a submission; its report says why."""

    conforms: bool
    changed: bool
    published: bool
    version: int | None
    graphs: tuple[str, ...]
    graphs_added: tuple[str, ...] = ()
    """Those that held nothing before."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Facts":
        """As the ingest process tells them."""
        lists = {name: tuple(told[name]) for name in ("graphs", "graphs_added")}
        return cls(**{**told, **lists})


@dataclass(frozen=True)
class Failure:
    """A problem document, and the header that belongs to it."""

    document: dict[str, Any]
    retry_after_s: int | None = None

    @classmethod
    def of(cls, error: CepgraphError) -> "Failure":
        """That of an error."""
        after = RETRY_AFTER_S if isinstance(error, IngestDown) else None
        return cls(problems.document(error), after)


@dataclass(eq=False)
class Job:
    """One submission; only its publisher sees it."""

    token: Token
    folder: Path
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    since: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    status: Status = "receiving"
    task: Task | None = None
    step: str = ""
    rows: int = 0
    facts: Facts | None = None
    failure: Failure | None = None
    workbooks: dict[str, str] = field(default_factory=dict)
    """Marked copies: the sender's name of each file, and ours in the folder."""
    marking: bool = False
    """Whether more of them may still come."""
    before: int | None = None
    """Version at which its turn came."""
    begun: bool = False
    """Whether the ingest process has taken it up."""
    changes: int = 0
    """How often something was told; who looks away between two looks misses none."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        """Whether a report or a failure is there."""
        return self.status in ("done", "failed")

    def tell(self, **changes: Any) -> None:
        """Set attributes, and wake whoever waits for a change."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.changes += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def fail(self, failure: Failure) -> None:
        """End without a report, unless it is over."""
        if not self.over:
            self.tell(status="failed", failure=failure, marking=False)

    def fault(self, kind: type[SubmissionFault], problem: str, history: History) -> SubmissionFault:
        """A fault that says whether the change was written before its process ended."""
        if self.before is None or self.task is None or self.task.action == "check":
            return kind(problem)
        try:
            for entry in history.entries(self.before):
                if entry.provenance.token == self.token.id:
                    return kind(problem, entry.version)
        except LogDamaged as error:
            print(error, file=sys.stderr)
            return SubmissionLost(WHY)
        return kind(problem)

    async def change(self, seen: int, within_s: float) -> bool:
        """Wait until there were more than ``seen`` changes; whether that was so in time."""
        return await self._until(lambda: self.changes > seen, within_s)

    async def end(self, within_s: float) -> bool:
        """Wait until it is over; whether that was so in time."""
        return await self._until(lambda: self.over, within_s)

    async def marked(self, within_s: float) -> bool:
        """Wait until all marked copies are there; whether that was so in time."""
        return await self._until(lambda: not self.marking, within_s)

    async def _until(self, holds: Callable[[], bool], within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                while not holds():
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def drop_uploads(self) -> None:
        """Remove what was sent; the report stays."""
        shutil.rmtree(self.folder / UPLOADS, ignore_errors=True)
