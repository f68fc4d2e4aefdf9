"""From files to a verdict: read, judge, and publish when that is wanted.

The command line and the service call the same functions, with an open ``KnowledgeGraph``.
"""

from collections.abc import Callable, Iterable

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
from ingest.report.verdict import SentFile, Verdict
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
    refuse_foreign([name], sent)
    if version is None:
        version = _before_newest(graph, name)
    content = graph_at(graph.store, graph.history, name, version)
    why = sent.why or f"as it stood at version {version}"
    submission = Submission({name: content}, Provenance(sent.who, why, token=sent.token))
    _refuse_own(submission, graph, sent)
    return verdict_on(graph, lambda: graph.publish(submission), [name])


def verdict_on(
    graph: KnowledgeGraph,
    write: Callable[[], Outcome],
    names: Iterable[NamedNode],
    files: tuple[SentFile, ...] = (),
) -> Verdict:
    """What became of a change to the graphs ``names`` that no table stands behind.

    Raises:
        as ``write``, unless the change does not conform.
    """
    outcome, published = _attempted(graph, write)
    graphs = tuple(name.value for name in names)
    schema = graph.model.schema
    found = placed(outcome.report, lambda _iri: None, lambda _iri, _field: None, schema, graphs)
    return Verdict(files, Remarks(found), outcome, graphs, 0, published)


def _verdict(
    graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress, *, wanted: bool
) -> Verdict:
    with Reading(sent, graph.model, graph.store, limits, progress) as reading:
        refuse_foreign(reading.graphs, sent)
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
        if wanted and reading.remarks.conforms:
            outcome, published = _attempted(graph, lambda: graph.publish(submission))
        else:
            outcome, published = graph.check(submission), False
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


def _attempted(graph: KnowledgeGraph, write: Callable[[], Outcome]) -> tuple[Outcome, bool]:
    """The change, made when it conforms; and whether it was."""
    try:
        outcome = write()
    except GateRefused as refused:
        return Outcome(graph.version, refused.report), False
    graph.maintain()
    return outcome, outcome.entry is not None


def _provenance(sent: Sent, reading: Reading) -> Provenance:
    names = ", ".join(file.name for file in reading.files)
    hashes = " ".join(f"sha256:{file.sha256}" for file in reading.files)
    return Provenance(sent.who, sent.why, sent.way or names, hashes, sent.token)


def refuse_foreign(graphs: Iterable[NamedNode], sent: Sent) -> None:
    """Refuse what is sent for graphs that are not the sender's.

    Raises:
        Forbidden: one is not.
    """
    for name in graphs:
        sent.refuse_foreign(name)


def _refuse_own(submission: Submission, graph: KnowledgeGraph, sent: Sent) -> None:
    """Where the seed keeps the project's own graphs, they can only be sent as they stand."""
    for name, triples in submission.graphs.items():
        if sent.seeded and name.value.startswith(PROJECT_GRAPHS):
            standing = {quad.triple for quad in graph.store.graph(name)}
            if settle(name, triples) != standing:
                raise project_graph(name)


def project_graph(name: NamedNode) -> BadParameter:
    """The refusal of what would change one of the project's own graphs."""
    problem = "this graph is made from the project's own files; choose another name"
    return BadParameter("graph", problem, name.value)


def _before_newest(graph: KnowledgeGraph, name: NamedNode) -> int:
    for version in range(graph.version, 0, -1):
        if name.value in graph.history.entry(version).graphs:
            return version - 1
    raise NotFound("change of the graph", name.value)
