"""Does the cost of publishing a change follow the change, or the graph?

Builds graphs of the wanted sizes, publishes the same kind of change of 100 subjects into each, in
turns, and prints medians and their ratio. All of a publish is timed: opening the folder, reading
the graph that is replaced, entailments, gate, log, store.

    python -m bench.publish [--sizes 100000 1000000] [--rounds 7]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.generate import publisher_graph, small_graph
from cepgraph.change import Change, with_entailments
from cepgraph.content import Content
from cepgraph.door import settle
from cepgraph.graph import KnowledgeGraph
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import ID
from ingest.seed import seed


def fill(folder: Path, model: Model, size: int) -> int:
    """A folder with the seed and publishers' graphs of about ``size`` quads; the size reached.

    The publishers' graphs do not pass the gate here; one of them is checked to conform.
    """
    codes = authorities(model)
    with KnowledgeGraph(folder, model, snapshot_every=10**9) as graph:
        graph.publish(seed(model))
        verdict = graph.check(publisher_graph(0, codes)).report
        if verdict.results:
            raise SystemExit(f"the generated data does not conform: {verdict.results[:3]}")
        quads, number = sum(1 for g in graph.store.graphs() for _ in graph.store.graph(g)), 0
        while quads < size:
            change = Change()
            for _ in range(20):
                for name, triples in publisher_graph(number, codes).graphs.items():
                    change.add(name, settle(name, triples))
                number += 1
            whole = with_entailments(change, model.rules, graph.store)
            added = whole.added_quads()
            entry = graph.history.append(added, [], Provenance("bench", "fill"), ("bench",))
            graph.store.apply(added, [], entry.version)
            quads += len(added)
    return quads


def authorities(model: Model) -> list[str]:
    """The GSS codes of the reference tables."""
    prefix = ID + "local-authority/"
    subjects = {str(t.subject)[1:-1] for triples in seed(model).graphs.values() for t in triples}
    return sorted(s.removeprefix(prefix) for s in subjects if s.startswith(prefix))


def publish_once(folder: Path, model: Model, codes: list[str], edition: int) -> float:
    """Seconds for one change of 100 subjects."""
    submission = small_graph(1, codes, 100, edition)
    began = time.perf_counter()
    with KnowledgeGraph(folder, model, snapshot_every=10**9) as graph:
        outcome = graph.publish(submission)
    seconds = time.perf_counter() - began
    if len(outcome.subjects_added) + len(outcome.subjects_changed) < 100:
        raise SystemExit(f"expected 100 changed subjects, saw {outcome}")
    return seconds


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    model = Model(Content.default())
    codes = authorities(model)
    with tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root:
        folders = {}
        for size in options.sizes:
            folder = Path(root) / str(size)
            began = time.perf_counter()
            quads = fill(folder, model, size)
            print(f"{quads:>9,} quads filled in {time.perf_counter() - began:.1f} s", flush=True)
            folders[folder] = quads
        times: dict[Path, list[float]] = {folder: [] for folder in folders}
        for edition in range(options.rounds + 1):
            for folder in folders:
                seconds = publish_once(folder, model, codes, edition)
                if edition > 0:  # the first is the warm-up
                    times[folder].append(seconds)
        medians = {folder: statistics.median(seen) for folder, seen in times.items()}
        for folder, quads in folders.items():
            shown = " ".join(f"{seconds:.3f}" for seconds in times[folder])
            print(f"{quads:>9,} quads: median {medians[folder]:.3f} s   ({shown})")
        first, *_, last = medians.values()
        print(f"ratio largest to smallest: {last / first:.2f}")


if __name__ == "__main__":
    main()
