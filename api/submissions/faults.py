"""How a submission can end without a verdict."""

from cepgraph.errors import CepgraphError


class SubmissionFault(CepgraphError):
    """The root; never raised itself. ``written`` is the version that was written all the same."""

    def __init__(self, problem: str, written: int | None = None) -> None:
        super().__init__(problem, written)
        self.problem = problem
        self.written = written

    def detail(self) -> str:
        if self.written is None:
            return f"{self.problem}; nothing was written"
        return f"{self.problem}; it was published before that, as version {self.written}"


class SubmissionTimeout(SubmissionFault):
    """Ended at its deadline."""

    title = "The submission ran out of time"
    status = 504


class SubmissionTooLarge(SubmissionFault):
    """Ended because it needed more memory than a submission may have."""

    title = "The submission needed too much memory"
    status = 413


class SubmissionDropped(SubmissionFault):
    """The process that read it ended: a fault of the service."""

    title = "The submission was not finished"
    status = 500


class SubmissionLost(SubmissionFault):
    """What became of it cannot be told: a fault of the service."""

    title = "The submission was lost"
    status = 500

    def detail(self) -> str:
        return f"what became of it is not known, and {self.problem}; look before you send it again"


class IngestDown(SubmissionFault):
    """The process that reads submissions does not start, or is being stopped."""

    title = "Submissions cannot be read at present"
    status = 503


class SubmissionForgotten(SubmissionFault):
    """Its sender deleted it."""

    title = "The submission was deleted"
    status = 410
