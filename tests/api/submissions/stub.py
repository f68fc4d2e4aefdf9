"""An ingest process that does what the file of a submission says, instead of reading tables."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode

from api.submissions import worker
from cepgraph.errors import BadInput, Forbidden
from cepgraph.graph import KnowledgeGraph, Outcome, Submission
from cepgraph.history import Provenance
from cepgraph.validation import Report
from ingest import submission
from ingest.report.remark import Place, Remark, Remarks
from ingest.report.verdict import SentFile, Verdict
from ingest.sent import Progress, Sent
from ingest.sheets.sheet import Limits
from tests import mini

FAULT = Remark(
    "violation", "no-owner", "Name its owner.", Place("pets.csv", row=2, column="Owner"), "Nobody"
)


def run(graph: KnowledgeGraph, sent: Sent, progress: Progress, *, wanted: bool) -> Verdict:
    """Follow the words of the first file, one after the other."""
    words = Path(sent.files[0].path).read_text().split()
    name = NamedNode(sent.graph)
    sent.refuse_foreign(name)
    files = tuple(SentFile(upload.name, "0" * 64, "csv") for upload in sent.files)
    verdict = Verdict(files, Remarks(), Outcome(graph.version, Report()), (sent.graph,))
    for word in words:
        verdict = _do(word, graph, name, sent, progress, verdict, wanted)
    return verdict


def _do(
    word: str,
    graph: KnowledgeGraph,
    name: NamedNode,
    sent: Sent,
    progress: Progress,
    verdict: Verdict,
    wanted: bool,
) -> Verdict:
    progress(word, 7)
    match word:
        case "wrong":
            return Verdict(verdict.files, Remarks([FAULT]), verdict.outcome, verdict.graphs)
        case "pet":
            triples = mini.described(name, mini.turtle(_pet(sent)))
            source = Provenance(sent.who, sent.why, sent.files[0].name, token=sent.token)
            sending = Submission({name: triples}, source)
            outcome = graph.publish(sending) if wanted else graph.check(sending)
            written = outcome.entry is not None
            return Verdict(verdict.files, Remarks(), outcome, verdict.graphs, 1, written)
        case "spread":
            graphs = tuple(f"{sent.graph}-{number}" for number in range(30_000))
            return replace(verdict, graphs=graphs)
        case "wait":
            time.sleep(0.3)
        case "hang":
            time.sleep(3600)
        case "chatter":
            print("this is not for the web process", flush=True)
            os.write(1, b"nor is this\n")
        case "greedy":
            held = [bytearray(1 << 26) for _ in range(1000)]
            raise AssertionError(len(held))
        case "abort":
            os.abort()
        case "crash":
            raise RuntimeError("a fault of ours")
        case "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        case "unreadable":
            raise BadInput("this is no table", file="pets.csv", row=3, column="Owner")
        case "foreign":
            raise Forbidden("urn:other", ("urn:own",))
    return verdict


def _pet(sent: Sent) -> str:
    owner = 'id:ann a cep:Owner ; rdfs:label "Ann" .'
    return f'id:rex a cep:Pet ; rdfs:label "{sent.why or "Rex"}" ; cep:owner id:ann .\n{owner}'


def _check(graph: KnowledgeGraph, sent: Sent, _limits: Limits, progress: Progress) -> Verdict:
    return run(graph, sent, progress, wanted=False)


def _publish(graph: KnowledgeGraph, sent: Sent, _limits: Limits, progress: Progress) -> Verdict:
    return run(graph, sent, progress, wanted=True)


if __name__ == "__main__":
    submission.check = _check
    submission.publish = _publish
    worker.main()
