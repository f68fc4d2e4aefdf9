"""How long does one large graph take, and how much memory?

Publishes graphs of cultural organisations, seven triples each, into a seeded folder: all new; the
same again with 100 of them changed; the same once more, unchanged. Each size runs in a process of
its own, since the most memory that a process ever had does not go down again. Prints seconds, CPU
seconds and that memory, and at last the ratios of the largest size to the smallest.

    python -m bench.large [--sizes 10000 100000]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.content import Content
from cepgraph.graph import KnowledgeGraph, Outcome, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import CEP, CONCEPT, DATASET, DCTERMS, GRAPH, ID, RDF_TYPE, RDFS_LABEL
from ingest.seed import seed

_GRAPH = NamedNode(GRAPH + "bench/organisations")
_SOURCE = Triple(
    _GRAPH, NamedNode(DCTERMS + "source"), NamedNode(ID + "source/upper-tier-authorities-england")
)
_CHANGED = 100


def submission(size: int, changed: int = 0) -> Submission:
    """A graph of ``size`` organisations, of which ``changed`` have another name than they had."""
    return Submission({_GRAPH: set(_triples(size, changed))}, Provenance("bench", "large"))


def _triples(size: int, changed: int) -> Iterator[Triple]:
    shared = [
        (RDF_TYPE, NamedNode(CEP + "CulturalOrganisation")),
        (NamedNode(CEP + "artform"), NamedNode(CONCEPT + "artform/music")),
        (NamedNode(CEP + "organisationKind"), NamedNode(CONCEPT + "organisation-kind/charity")),
        (NamedNode(CEP + "localAuthority"), NamedNode(ID + "local-authority/E08000025")),
        (_SOURCE.predicate, _SOURCE.object),
    ]
    code = NamedNode(CEP + "orgId")
    for number in range(size):
        thing = NamedNode(f"{ID}cultural-organisation/bench-{number}")
        name = f"Organisation {number}" + (" renamed" if number < changed else "")
        yield Triple(thing, RDFS_LABEL, Literal(name))
        yield Triple(thing, code, Literal(f"GB-CHC-{1_000_000 + number}"))
        for predicate, target in shared:
            yield Triple(thing, predicate, target)
    yield Triple(_GRAPH, RDF_TYPE, DATASET)
    yield Triple(_GRAPH, RDFS_LABEL, Literal("Organisations"))
    yield Triple(_GRAPH, NamedNode(DCTERMS + "publisher"), NamedNode(ID + "organisation/cepgraph"))
    yield Triple(_GRAPH, NamedNode(CEP + "licenceStatement"), Literal("not stated"))
    yield _SOURCE


def _run(size: int) -> None:
    """One size, here; prints what was measured as JSON."""
    model = Model(Content.default())
    measured = {}
    with (
        tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root,
        KnowledgeGraph(Path(root), model, snapshot_every=10**9) as graph,
    ):
        graph.publish(seed(model))
        for name, changed in (("new", 0), ("changed", _CHANGED), ("unchanged", _CHANGED)):
            wanted = submission(size, changed)
            began, cpu = time.perf_counter(), time.process_time()
            outcome = graph.publish(wanted)
            measured[name] = (
                time.perf_counter() - began,
                time.process_time() - cpu,
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            )
            _expect(name, size, outcome)
    print(json.dumps(measured))


def _expect(name: str, size: int, outcome: Outcome) -> None:
    seen = len(outcome.subjects_added), len(outcome.subjects_changed), outcome.changed
    wanted = {"new": (size + 1, 0, True), "changed": (0, _CHANGED, True)}
    if seen != wanted.get(name, (0, 0, False)) or outcome.report.results:
        raise SystemExit(f"{name}: {seen}, {outcome.report.summary()}")


def main() -> None:
    """Measure each size, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--here", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        _run(options.here)
        return
    results = []
    for size in options.sizes:
        command = [sys.executable, "-m", "bench.large", "--here", str(size)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        results.append(json.loads(output))
        for name, (seconds, cpu, memory) in results[-1].items():
            print(
                f"{size:>9,} things, {name:<9}: {seconds:6.2f} s, {cpu:6.2f} s CPU, "
                f"{memory:,.0f} MB at most so far",
                flush=True,
            )
    for name, (_, most, _) in results[-1].items():
        ratio = most / results[0][name][1]
        print(f"ratio of CPU, largest to smallest, {name}: {ratio:.1f}")


if __name__ == "__main__":
    main()
