"""The ingest process: reads submissions, judges them, publishes; one after another.

It has one thread of ours and does what the web process tells it over its standard input: a line of
JSON for each task. It tells ``ready``, and for each task ``progress``, then ``done`` or ``failed``,
perhaps ``workbook``, and ``idle``, as lines on what was its standard output. It opens the graph for
one task only, so that commands on the same folder have their turn. It ends with the web process.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
from pyoxigraph import NamedNode

from api import problems
from api.submissions import papers
from api.submissions.faults import IngestDown, SubmissionTooLarge
from api.submissions.job import Facts
from api.submissions.task import Task
from cepgraph.content import Content
from cepgraph.engine import walls
from cepgraph.errors import CepgraphError, LogDamaged, StoreBusy, StoreDamaged
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from ingest import amendment, submission
from ingest.report.verdict import Verdict
from ingest.sheets.sheet import Limits

PROGRESS_S: Final = 0.2
"""Progress is told no more often than this."""
SPENT_BYTES: Final = 1 << 30
"""A process that has been larger than this ends after its task; the next starts small."""
RETRY_AFTER_S: Final = 5
WRITES: Final = {
    "amend": amendment.amend,
    "replace": amendment.replace,
    "merge": amendment.merge,
    "remove": amendment.remove,
}


@dataclass
class Worker:
    """The state of the process."""

    wire: BinaryIO
    model: Model
    data: Path
    limits: Limits
    memory_mb: int
    lock_wait_s: float
    snapshot_every: int

    def serve(self, tasks: BinaryIO) -> None:
        """Do what comes, until the other end closes or this process has grown too large."""
        self.tell("ready")
        for line in tasks:
            self.do(Task.of_line(line))
            spent = most_held() > SPENT_BYTES
            self.tell("idle", spent=spent)
            if spent:
                return

    def do(self, task: Task) -> None:
        """Do one task. A fault of ours ends the process; the web process sees that."""
        self.tell("begun")
        written: int | None = None
        try:
            verdict = self.judge(task)
            if verdict.published and verdict.outcome is not None:
                written = verdict.outcome.version
            papers.write_report(verdict, task, self.model.schema)
            marking = task.is_submission and bool(papers.to_be_marked(verdict, task))
            self.tell("done", facts=asdict(facts_of(verdict)), marking=marking)
            if marking:
                self.mark(task, verdict)
        except (StoreBusy, LogDamaged, StoreDamaged) as error:
            self.fail(self.hidden(error), RETRY_AFTER_S)
        except CepgraphError as error:
            self.fail(error)
        except MemoryError:
            self.fail(SubmissionTooLarge(f"it needs more than {self.memory_mb} MB", written))
            raise
        except OSError as error:
            print(f"a submission was not finished: {error}", file=sys.stderr)
            problem = "the system refuses, and whoever runs this service is told why"
            self.fail(IngestDown(problem, written))

    def judge(self, task: Task) -> Verdict:
        """Open the graph for this task, and see it through."""
        progress = self.progress()
        with KnowledgeGraph(
            self.data,
            self.model,
            lock_wait_s=self.lock_wait_s,
            snapshot_every=self.snapshot_every,
        ) as graph:
            sent = task.sent()
            match task.action:
                case "check":
                    return submission.check(graph, sent, self.limits, progress)
                case "publish":
                    return submission.publish(graph, sent, self.limits, progress)
                case "restore":
                    progress("publishing", 0)
                    return submission.restore(graph, NamedNode(task.graph), task.version, sent)
                case direct:
                    return WRITES[direct](graph, sent, self.limits, progress)

    def mark(self, task: Task, verdict: Verdict) -> None:
        """Make the marked copies of what was sent; the report has been told already."""
        made = papers.write_workbooks(verdict, task, self.model.schema, self.limits)
        for name, path in made:
            self.tell("workbook", name=name, path=path)

    def progress(self) -> Callable[[str, int], None]:
        """Tells how far a task is, not too often."""
        told: tuple[str, float] = ("", 0.0)

        def tell(step: str, rows: int) -> None:
            nonlocal told
            now = time.monotonic()
            if step != told[0] or now - told[1] >= PROGRESS_S:
                told = (step, now)
                self.tell("progress", step=step, rows=rows)

        return tell

    def hidden(self, error: CepgraphError) -> CepgraphError:
        """An error that names places on this machine, for somebody elsewhere."""
        if isinstance(error, StoreBusy):
            return IngestDown("somebody else is publishing, try again")
        print(error, file=sys.stderr)
        return IngestDown("the graph cannot be opened, and whoever runs this service is told why")

    def fail(self, error: CepgraphError, retry_after_s: int | None = None) -> None:
        """Tell that there will be no verdict."""
        self.tell("failed", problem=problems.document(error), retry_after_s=retry_after_s)

    def tell(self, event: str, **fields: Any) -> None:
        """Send an event to the web process."""
        self.wire.write(orjson.dumps({"event": event, **fields}, option=orjson.OPT_APPEND_NEWLINE))
        self.wire.flush()


def most_held() -> int:
    """The most memory that this process has held, in bytes.

    ``getrusage`` would count what the web process held when it started this one.
    """
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def facts_of(verdict: Verdict) -> Facts:
    """What the web process needs to know of a verdict."""
    outcome = verdict.outcome
    return Facts(
        conforms=verdict.conforms,
        changed=verdict.changed,
        published=verdict.published,
        version=None if outcome is None else outcome.version,
        graphs=verdict.graphs,
        graphs_added=() if outcome is None else outcome.graphs_added,
    )


def main() -> None:
    """Read the arguments and serve until the web process goes away."""
    parser = argparse.ArgumentParser(prog="api.submissions.worker")
    parser.add_argument("--data", type=Path, required=True, help="data folder")
    parser.add_argument("--content", type=Path, required=True, help="folder of the content")
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--file-bytes", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--lock-wait-s", type=float, required=True)
    parser.add_argument("--snapshot-every", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True, help="process id of the web process")
    given = parser.parse_args()
    walls.die_with_parent(given.parent)
    # Ctrl-C reaches the whole process group; the web process decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = _take_standard_output()
    worker = Worker(
        wire=wire,
        model=_warm(Model(Content(given.content))),
        data=given.data,
        limits=Limits(bytes=given.file_bytes, rows=given.rows),
        memory_mb=given.memory_mb,
        lock_wait_s=given.lock_wait_s,
        snapshot_every=given.snapshot_every,
    )
    walls.bound_memory(given.memory_mb)
    try:
        worker.serve(sys.stdin.buffer)
    except BrokenPipeError:
        return


def _take_standard_output() -> BinaryIO:
    """The pipe to the web process; whatever a library prints goes to standard error."""
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return wire


def _warm(model: Model) -> Model:
    """Compile what every submission needs."""
    _ = (model.rules, model.gate, model.schema)
    return model


if __name__ == "__main__":
    main()
