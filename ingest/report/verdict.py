"""What became of a submission, or would become of it: the remarks, and the change."""

from dataclasses import dataclass

from cepgraph.graph import Outcome
from ingest.report.remark import Remarks


@dataclass(frozen=True)
class SentFile:
    """A file of a submission: its name as the sender gave it, and its bytes as a hash."""

    name: str
    sha256: str
    form: str
    """``csv``, ``xlsx``, ``turtle``, … as it was read."""


@dataclass(frozen=True)
class Verdict:
    """The answer to a submission.

    Attributes:
        published: whether it was written; a dry run, a refusal, and a submission that changes
            nothing write nothing.
        remarks: everything that is to be said, at its place in the files.
        outcome: the change, where the files could be made into one; without it nothing is known
            of what would change.
        graphs: IRIs of the named graphs that it is for.
        things: how many things the rows described.
    """

    files: tuple[SentFile, ...]
    remarks: Remarks
    outcome: Outcome | None = None
    graphs: tuple[str, ...] = ()
    things: int = 0
    published: bool = False

    @property
    def conforms(self) -> bool:
        """Whether nothing keeps it out."""
        return self.remarks.conforms and self.outcome is not None

    @property
    def changed(self) -> bool:
        """Whether it differs from what the graphs hold already."""
        return self.outcome is not None and self.outcome.changed
