"""Everything that can go wrong, as one tree.

An error carries fields; prose is made from them at the edge (terminal, HTTP). ``status`` is the
HTTP status that fits, ``exit_status`` the process's: 1 the data does not conform, 2 wrong use.

    CepgraphError
    +- ContentMissing          the installation lacks its content
    +- BadInput                a file or request body that cannot be read
    |  +- UnsupportedFormat
    |  +- TooLarge             more bytes or rows than a submission may have
    +- GateRefused             read, but it does not conform; carries the report
    +- NotFound                a graph, version, query or resource that is not there
    +- BadParameter            a parameter of a query or command
    +- NotAuthenticated        no token, or one that is not known or no longer holds
    +- Forbidden               a token that does not reach so far
    +- TooMany                 more submissions than one sender, or the service, may have under way
    +- StaleVersion            written from what the graph said, and it says something else by now
    +- PreconditionFailed      a graph is not as whoever writes to it has said that it must be
    +- StoreBusy               another process is writing
    +- LogDamaged              the log and a view disagree, or an entry cannot be read
    +- StoreDamaged            the store cannot be opened; the log can rebuild it
    +- QueryError
       +- QuerySyntax, QueryRefused, QueryTimeout, QueryTooLarge, NotAcceptable,
          EngineBusy, EngineDown; of updates UpdateSyntax, UpdateRefused
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cepgraph.validation.report import Report


class CepgraphError(Exception):
    """The root; never raised itself."""

    title = "Something went wrong"
    status = 500
    exit_status = 2

    def detail(self) -> str:
        """One sentence for a person, made from the fields."""
        return ", ".join(str(argument) for argument in self.args)

    def __str__(self) -> str:
        return f"{self.title}: {self.detail()}"


class ContentMissing(CepgraphError):
    """The installation lacks its content folders."""

    title = "Content is missing"

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(place, expected)
        self.place = place
        self.expected = expected

    def detail(self) -> str:
        return f"expected the folders {self.expected} at or beside {self.place}"


class BadInput(CepgraphError):
    """Something from outside that cannot be read; says where."""

    title = "Cannot be read"
    status = 400
    exit_status = 2

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        sheet: str | None = None,
        line: int | None = None,
        row: int | None = None,
        column: int | str | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = file
        self.sheet = sheet
        self.line = line
        self.row = row
        self.column = column
        self.value = value

    def place(self) -> str:
        """``findings.csv, line 3, column label``: as much as is known, or nothing."""
        parts = [
            self.file,
            f"sheet {self.sheet}" if self.sheet else None,
            f"line {self.line}" if self.line is not None else None,
            f"row {self.row}" if self.row is not None else None,
            f"column {self.column}" if self.column is not None else None,
        ]
        return ", ".join(part for part in parts if part)

    def detail(self) -> str:
        place = self.place()
        shown = f" (found {self.value!r})" if self.value is not None else ""
        return f"{place}: {self.problem}{shown}" if place else f"{self.problem}{shown}"


class UnsupportedFormat(BadInput):
    """A kind of file, or media type, that nothing here reads or writes."""

    title = "Format not supported"
    status = 415


class TooLarge(BadInput):
    """More bytes or rows than a submission may have."""

    title = "Too large"
    status = 413


class GateRefused(CepgraphError):
    """The change was read and does not conform; nothing was written."""

    title = "The data does not conform"
    status = 422
    exit_status = 1

    def __init__(self, report: "Report") -> None:
        super().__init__(report)
        self.report = report

    def detail(self) -> str:
        return self.report.summary()


class NotFound(CepgraphError):
    """A thing that was asked for by name and is not there."""

    title = "Not found"
    status = 404

    def __init__(self, kind: str, name: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(kind, name)
        self.kind = kind
        self.name = name
        self.nearest = nearest

    def detail(self) -> str:
        hint = f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"there is no {self.kind} {self.name!r}{hint}"


class BadParameter(CepgraphError):
    """A parameter that is unknown, missing, or not of its type."""

    title = "Wrong parameter"
    status = 422

    def __init__(self, parameter: str, problem: str, value: str | None = None) -> None:
        super().__init__(parameter, problem)
        self.parameter = parameter
        self.problem = problem
        self.value = value

    def detail(self) -> str:
        shown = f" (found {self.value!r})" if self.value is not None else ""
        return f"{self.parameter}: {self.problem}{shown}"


class NotAuthenticated(CepgraphError):
    """A write needs a token, and none came, or one that is unknown, expired or revoked.

    ``given`` says whether there was one.
    """

    title = "A token is needed"
    status = 401

    def __init__(self, problem: str, *, given: bool = True) -> None:
        super().__init__(problem)
        self.problem = problem
        self.given = given

    def detail(self) -> str:
        return self.problem


class Forbidden(CepgraphError):
    """The token is good, and not for this graph."""

    title = "Not yours to write"
    status = 403

    def __init__(self, graph: str, allowed: tuple[str, ...]) -> None:
        super().__init__(graph, allowed)
        self.graph = graph
        self.allowed = allowed

    def detail(self) -> str:
        return f"{self.graph} is not among the graphs of this token: {', '.join(self.allowed)}"


class TooMany(CepgraphError):
    """More at once than is allowed; ``retry_after_s`` says when to try again."""

    title = "Too many at once"
    status = 429

    def __init__(self, problem: str, retry_after_s: int) -> None:
        super().__init__(problem, retry_after_s)
        self.problem = problem
        self.retry_after_s = retry_after_s

    def detail(self) -> str:
        return self.problem


class StaleVersion(CepgraphError):
    """A change that follows from version ``base``, while the graph stands at ``newer``."""

    title = "The graph has changed meanwhile"
    status = 409

    def __init__(self, base: int, newer: int) -> None:
        super().__init__(base, newer)
        self.base = base
        self.newer = newer

    def detail(self) -> str:
        if self.newer < self.base:
            return f"there is no version {self.base} to follow from; nothing was written"
        return (
            f"this follows from version {self.base}, and version {self.newer} was written since; "
            "nothing was written"
        )


class PreconditionFailed(CepgraphError):
    """A write that was to be made under a condition, which does not hold."""

    title = "Not as it was expected"
    status = 412

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def detail(self) -> str:
        return f"{self.problem}; nothing was written"


class StoreBusy(CepgraphError):
    """Another process holds the writer's lock."""

    title = "Another process is writing"
    status = 503

    def __init__(self, folder: str, holder: str) -> None:
        super().__init__(folder, holder)
        self.folder = folder
        self.holder = holder

    def detail(self) -> str:
        return f"{self.folder} is locked by process {self.holder}; try again when it has finished"


class LogDamaged(CepgraphError):
    """The log cannot be read, or a view is ahead of it."""

    title = "The log is damaged"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def detail(self) -> str:
        return f"{self.place}: {self.problem}"


class StoreDamaged(CepgraphError):
    """The store's folder cannot be opened; what it holds is in the log too."""

    title = "The store is damaged"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def detail(self) -> str:
        return (
            f"{self.place}: {self.problem}; remove this folder, and it is made again from the log "
            "at the next start"
        )


class QueryError(CepgraphError):
    """A SPARQL query that was not answered."""

    title = "The query was not answered"
    status = 500

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def detail(self) -> str:
        return self.problem


class QuerySyntax(QueryError):
    """Not SPARQL; ``line`` and ``column`` count from 1 where the parser tells them."""

    title = "Not a SPARQL query"
    status = 400

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column


class QueryRefused(QueryError):
    """A query that asks for something switched off, such as SERVICE."""

    title = "The query was refused"
    status = 400


class UpdateSyntax(QuerySyntax):
    """Not a SPARQL update."""

    title = "Not a SPARQL update"


class UpdateRefused(QueryRefused):
    """An update that asks for something switched off, or that cannot be carried out."""

    title = "The update was refused"


class QueryTimeout(QueryError):
    """Ended at its deadline, with nothing sent."""

    title = "The query ran out of time"
    status = 504


class QueryTooLarge(QueryError):
    """Ended because it, or its result, needed more memory than a query may have."""

    title = "The query needed too much memory"
    status = 503


class NotAcceptable(QueryError):
    """No acceptable media type fits what the query gives."""

    title = "No acceptable format"
    status = 406


class EngineBusy(QueryError):
    """The queue is full."""

    title = "Too many queries are waiting"
    status = 503


class EngineDown(QueryError):
    """The engine is starting, or being started again."""

    title = "The engine is not ready"
    status = 503
