"""Writes that are no submission of a whole: single triples, a graph more, a graph less.

They go through the door of ``submission``: only the sender's graphs, judged whole, all or nothing.
What the sender relies on is looked at while nobody else can write.
"""

import dataclasses
import hashlib
from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from cepgraph.change import is_empty
from cepgraph.door import settle_beside
from cepgraph.errors import BadInput, NotFound, PreconditionFailed, StaleVersion, UnsupportedFormat
from cepgraph.formats import N_QUADS, RDF_FORMATS, by_ending
from cepgraph.graph import Amendment, KnowledgeGraph, Submission
from cepgraph.history import Provenance
from cepgraph.terms import PROJECT_GRAPHS
from ingest import submission
from ingest.description import described
from ingest.octets import load
from ingest.rdf import read_bytes
from ingest.reading import graph_named
from ingest.report.verdict import SentFile, Verdict
from ingest.sent import Progress, Sent, Upload
from ingest.sheets.sheet import Limits

Graphs = dict[NamedNode, set[Triple]]


def amend(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """Add and remove single triples, in any of the sender's graphs.

    The files are two of N-Quads: what is added, and what is removed. Either may be empty.

    Raises:
        BadInput: a file that cannot be read, or a triple in no named graph.
        StaleVersion: something was written since the version that the sender has seen.
        Forbidden, BadParameter: a graph that is not the sender's, or that nobody may write to.
    """
    progress("reading", 0)
    added, removed = (_quads_of(upload, sent, limits) for upload in sent.files)
    names = sorted({*added, *removed}, key=lambda name: name.value)
    submission.refuse_foreign(names, sent)
    _refuse_own(names, sent)
    progress("checking", 0)
    amendment = Amendment(added, removed, _provenance(sent))
    return submission.verdict_on(graph, lambda: graph.amend(amendment, base=sent.base), names)


def replace(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """Make a file the whole content of a graph, if the graph is as the sender has seen it.

    Raises:
        as ``submission.publish``.
        BadInput: the file holds another graph too.
        PreconditionFailed: the graph is not as the sender relies on.
    """
    name = graph_named(sent.graph)
    _refuse_other(graph, name, sent)
    return submission.publish(graph, _only(name, sent), limits, progress)


def merge(graph: KnowledgeGraph, sent: Sent, limits: Limits, progress: Progress) -> Verdict:
    """Add what the files say to a graph; blank nodes in them are new things.

    What is said beside the files describes the graph where it does not describe itself.

    Raises:
        as ``replace``.
    """
    name = graph_named(sent.graph)
    submission.refuse_foreign([name], sent)
    _refuse_other(graph, name, sent)
    progress("reading", 0)
    triples: set[Triple] = set()
    files = []
    for upload in sent.files:
        form = by_ending(upload.name)
        if form is None:
            known = ", ".join(f".{ending}" for f in RDF_FORMATS for ending in f.endings)
            problem = f"the ending says no RDF format; known are {known}"
            raise UnsupportedFormat(problem, file=upload.name)
        raw = load(upload.path, limits.bytes)
        read = read_bytes(raw, form, name, name=upload.name, who=sent.who, why=sent.why)
        submission.refuse_foreign(read.graphs, _only(name, sent))
        triples |= settle_beside({name: set(read.graphs[name])})[name]
        files.append(SentFile(upload.name, hashlib.sha256(raw).hexdigest(), form.name))
    _refuse_own([name], sent)
    progress("checking", 0)
    own = {quad.triple for quad in graph.store.outgoing([name]) if quad.graph_name == name}
    provenance = _provenance(sent, tuple(files))
    whole = described(Submission({name: triples | own}, provenance), sent.description, graph.store)
    amendment = Amendment({name: set(whole.graphs[name])}, {}, provenance)
    return submission.verdict_on(graph, lambda: graph.amend(amendment), [name], tuple(files))


def remove(graph: KnowledgeGraph, sent: Sent, _limits: Limits, progress: Progress) -> Verdict:
    """Take a graph away.

    Raises:
        NotFound: there is none.
        as ``replace``.
    """
    name = graph_named(sent.graph)
    submission.refuse_foreign([name], sent)
    _refuse_own([name], sent)
    _refuse_other(graph, name, sent)
    if is_empty(graph.store, name):
        raise NotFound("graph", name.value)
    progress("checking", 0)
    nothing = Submission({name: set()}, _provenance(sent))
    return submission.verdict_on(graph, lambda: graph.publish(nothing), [name])


def _refuse_other(graph: KnowledgeGraph, name: NamedNode, sent: Sent) -> None:
    """Refuse to write to a graph that is not as its sender relies on."""
    if sent.exists is not None and sent.exists == is_empty(graph.store, name):
        problem = "is not there" if sent.exists else "is there already"
        raise PreconditionFailed(f"the graph {name.value} {problem}")
    if sent.base is not None:
        try:
            graph.refuse_stale(sent.base, name)
        except StaleVersion as error:
            problem = f"the graph {name.value} has changed since version {error.base}"
            raise PreconditionFailed(problem) from error


def _only(name: NamedNode, sent: Sent) -> Sent:
    """The same, of which nothing may be for another graph than this one."""

    def refuse(graph: NamedNode) -> None:
        if graph != name:
            problem = f"this is for the graph {name.value} alone, and the file names another"
            raise BadInput(problem, value=graph.value)
        sent.refuse_foreign(graph)

    return dataclasses.replace(sent, refuse_foreign=refuse)


def _refuse_own(names: Iterable[NamedNode], sent: Sent) -> None:
    for name in names:
        if sent.seeded and name.value.startswith(PROJECT_GRAPHS):
            raise submission.project_graph(name)


def _quads_of(upload: Upload, sent: Sent, limits: Limits) -> Graphs:
    raw = load(upload.path, limits.bytes)
    if not raw:
        return {}
    read = read_bytes(raw, N_QUADS, None, name=upload.name, who=sent.who, why=sent.why)
    return {graph: set(triples) for graph, triples in read.graphs.items()}


def _provenance(sent: Sent, files: tuple[SentFile, ...] = ()) -> Provenance:
    hashes = " ".join(f"sha256:{file.sha256}" for file in files)
    return Provenance(sent.who, sent.why, sent.way, sent.digest or hashes, sent.token)
