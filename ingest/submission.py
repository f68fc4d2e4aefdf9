"""From files to a verdict: read, judge, and publish when that is wanted.

The command line and the service call the same functions, with an open ``KnowledgeGraph``.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from cepgraph.door import settle
from cepgraph.errors import BadParameter, GateRefused, NotFound
from cepgraph.graph import KnowledgeGraph, Outcome, Submission
from cepgraph.history import Provenance
from cepgraph.replay import graph_at
from cepgraph.terms import PROJECT_GRAPHS
from ingest.description import described
from ingest.reading import Reading
from ingest.report.placing import placed, without_consequences
from ingest.report.remark import Remarks
from ingest.report.verdict import Verdict
from ingest.sent import Progress, Sent, Upload
from ingest.sheets.sheet import Limits

__all__ = ["Progress", "Sent", "Upload", "Verdict", "check", "publish", "restore"]


def check(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """What publishing would do; writes nothing.

    Raises:
        BadInput, UnsupportedFormat: a file that cannot be read at all; with its place.
        BadParameter: no graph, an unknown class or mapping.
        Forbidden: a graph that is not the sender's.
    """
    return _verdict(graph, sent, limits, progress, wanted=False)


def publish(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """Make the files the whole content of their graphs: all of it, or nothing.

    Raises:
        as ``check``. A submission that does not conform is a verdict, no error.
    """
    return _verdict(graph, sent, limits, progress, wanted=True)


def restore(graph: KnowledgeGraph, name: NamedNode, version: int | None, sent: Sent) -> Verdict:
    """Publish a graph as it stood at ``version``; without one, as before its newest change.

    Raises:
        NotFound: the log has no such version, or no change of this graph.
        Forbidden: the graph is not the sender's.
    """
    _refuse_foreign([name], sent)
    if version is None:
        version = _before_newest(graph, name)
    content = graph_at(graph.store, graph.history, name, version)
    why = sent.why or f"as it stood at version {version}"
    submission = Submission({name: content}, Provenance(sent.who, why, token=sent.token))
    _refuse_own(submission, graph, sent)
    outcome, published = _published(graph, submission, wanted=True)
    found = placed(
        outcome.report,
        lambda _iri: None,
        lambda _iri, _field: None,
        graph.model.schema,
        [name.value],
    )
    remarks = Remarks(found)
    return Verdict((), remarks, outcome, (name.value,), 0, published)


def _verdict(
    graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress, *, wanted: bool
) -> Verdict:
    with Reading(sent, graph.model, graph.store, limits, progress) as reading:
        _refuse_foreign(reading.graphs, sent)
        triples = reading.triples()
        progress("checking", 0)
        submission = Submission(
            triples,
            _provenance(sent, reading),
            reading.tables.origins if reading.tables.headers else None,
        )
        submission = described(submission, sent.description, graph.store)
        submission = described(submission, reading.description, graph.store)
        _refuse_own(submission, graph, sent)
        outcome, published = _published(
            graph, submission, wanted=wanted and reading.remarks.conforms
        )
        found = placed(
            outcome.report,
            reading.place,
            reading.tables.column,
            graph.model.schema,
            [name.value for name in reading.graphs],
        )
        reading.remarks.extend(list(without_consequences(reading.remarks, found)))
        return Verdict(
            files=reading.files,
            remarks=reading.remarks,
            outcome=outcome,
            graphs=tuple(name.value for name in reading.graphs),
            things=reading.tables.things,
            published=published,
        )


def _published(
    graph: KnowledgeGraph, submission: Submission, *, wanted: bool
) -> tuple[Outcome, bool]:
    """The change, made when it is wanted and conforms; and whether it was."""
    if not wanted:
        return graph.check(submission), False
    try:
        outcome = graph.publish(submission)
    except GateRefused as refused:
        return Outcome(graph.version, refused.report), False
    graph.maintain()
    return outcome, outcome.entry is not None


def _provenance(sent: Sent, reading: Reading) -> Provenance:
    names = ", ".join(file.name for file in reading.files)
    hashes = " ".join(f"sha256:{file.sha256}" for file in reading.files)
    return Provenance(sent.who, sent.why, names, hashes, sent.token)


def _refuse_foreign(graphs: Iterable[NamedNode], sent: Sent) -> None:
    for name in graphs:
        sent.refuse_foreign(name)


def _refuse_own(submission: Submission, graph: KnowledgeGraph, sent: Sent) -> None:
    """Where the seed keeps the project's own graphs, they can only be sent as they stand."""
    for name, triples in submission.graphs.items():
        if sent.seeded and name.value.startswith(PROJECT_GRAPHS):
            standing = {quad.triple for quad in graph.store.graph(name)}
            if settle(name, triples) != standing:
                problem = "this graph is made from the project's own files; choose another name"
                raise BadParameter("graph", problem, name.value)


def _before_newest(graph: KnowledgeGraph, name: NamedNode) -> int:
    for version in range(graph.version, 0, -1):
        if name.value in graph.history.entry(version).graphs:
            return version - 1
    raise NotFound("change of the graph", name.value)
