"""What a large table costs: rows to N-Quads alone, and the whole way to a published graph.

Each case runs in a process of its own, so that its peak memory is its own. Beside it, in the same
run, the same triples written by a bare loop that knows the one file. A start of the program is in
all of them; the rate between the two sizes leaves it out.

    python -m bench.ingest [--rows 100000] [--publish]
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from cepgraph.settings import Settings
from cepgraph.terms import CEP, CONCEPT, DCTERMS, ID, RDF_TYPE, RDFS_LABEL
from ingest.description import Description
from ingest.reading import graph_named
from ingest.sent import Sent, Upload

HEADER = ("Label", "Art form", "Kind of organisation", "Local authority", "Organisation identifier")
GRAPH = "bench/organisations"
SOURCE = "source/upper-tier-authorities-england"
PUBLISHER = "organisation/cepgraph"


def write(path: Path, rows: int) -> None:
    """A CSV of ``rows`` cultural organisations."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER, "Source"])
        for n in range(rows):
            number = f"GB-CHC-{1_000_000 + n}"
            writer.writerow([f"Organisation {n}", "Music", "Charity", "Birmingham", number, SOURCE])


def bare(path: Path, _data: Path) -> None:
    """The same triples, by a loop that knows the file."""
    graph = graph_named(GRAPH)
    kind, cls = NamedNode(CEP + "organisationKind"), NamedNode(CEP + "CulturalOrganisation")
    art, authority = NamedNode(CEP + "artform"), NamedNode(CEP + "localAuthority")
    identifier, source = NamedNode(CEP + "orgId"), NamedNode(DCTERMS + "source")
    with path.open(newline="", encoding="utf-8") as file, Path(os.devnull).open("wb") as output:

        def quads() -> object:
            rows = csv.reader(file)
            next(rows)
            for row in rows:
                thing = NamedNode(f"{ID}cultural-organisation/{row[4]}")
                yield Quad(thing, RDF_TYPE, cls, graph)
                yield Quad(thing, RDFS_LABEL, Literal(row[0]), graph)
                yield Quad(thing, art, NamedNode(CONCEPT + "artform/music"), graph)
                yield Quad(thing, kind, NamedNode(CONCEPT + "organisation-kind/charity"), graph)
                yield Quad(thing, authority, NamedNode(ID + "local-authority/E08000025"), graph)
                yield Quad(thing, identifier, Literal(row[4]), graph)
                yield Quad(thing, source, NamedNode(ID + row[5]), graph)

        serialize(quads(), output, format=RdfFormat.N_QUADS)  # type: ignore[arg-type]


def convert(path: Path, data: Path) -> None:
    """Rows to N-Quads."""
    from cli.home import Home

    with Path(os.devnull).open("wb") as output:
        remarks = Home(Settings(data=data)).convert(_sent(path), output)
    assert remarks.conforms, remarks.summary()


def publish(path: Path, data: Path) -> None:
    """The whole way: read, judged, logged, stored."""
    from cli.home import Home

    verdict = Home(Settings(data=data)).publish(_sent(path))
    assert verdict.published, verdict.remarks.summary()


CASES: dict[str, Callable[[Path, Path], None]] = {
    case.__name__: case for case in (bare, convert, publish)
}


def _sent(path: Path) -> Sent:
    said = Description("Organisations", PUBLISHER, "not stated", SOURCE)
    return Sent((Upload(path, "cultural-organisations.csv"),), GRAPH, said)


def measure(case: str, path: Path, data: Path) -> dict[str, float]:
    """Run a case in a process of its own: seconds, processor seconds, peak MB."""
    command = [sys.executable, "-m", "bench.ingest", "--case", case, str(path), str(data)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(told.stdout))


def run_case(case: str, path: Path, data: Path) -> None:
    """In the process of its own."""
    began, worked = time.perf_counter(), time.process_time()
    CASES[case](path, data)
    figures = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - worked,
        "megabytes": peak_kilobytes() / 1024,
    }
    print(json.dumps(figures))


def peak_kilobytes() -> int:
    """The most memory that this process had; ``ru_maxrss`` would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--publish", action="store_true", help="the whole way as well")
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        run_case(given.case[0], Path(given.case[1]), Path(given.case[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        from cli.home import Home

        Home(Settings(data=home / "data")).prepare()
        cases = ["bare", "convert", *(["publish"] if given.publish else [])]
        smaller: dict[str, dict[str, float]] = {}
        for rows in (given.rows // 4, given.rows):
            path = home / f"{rows}.csv"
            write(path, rows)
            for case in cases:
                if case == "publish" and rows != given.rows:
                    continue
                figures = measure(case, path, home / "data")
                print(
                    f"{rows:>9,} rows  {case:8} {figures['seconds']:7.1f} s "
                    f"{figures['processor']:7.1f} s of processor {figures['megabytes']:7.0f} MB"
                )
                if case in smaller:
                    more = figures["processor"] - smaller[case]["processor"]
                    print(f"{'':14}{case:8} {0.75 * rows / more:,.0f} rows a second of processor")
                smaller[case] = figures


if __name__ == "__main__":
    main()
