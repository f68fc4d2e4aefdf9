"""The SPARQL endpoint beside ``oxigraph serve-read-only`` of the same version, in one run.

Both serve the same generated graph. Three comparisons, each in turns: one-entity queries again
and again, one-entity queries never seen before, and heavy queries (``bench/heavy``), each with a
comment that no query had before, so that no cache answers. Then, of our service alone, the slowest
in a hundred light queries while other clients keep heavy ones at work.

    python -m bench.sparql --oxigraph BINARY [--quads 1000000] [--rounds 5] [--seconds 4]
"""

import argparse
import http.client
import itertools
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.http import CHALLENGE, LUA, Row, free_port, show, started, wait_for
from bench.publish import fill
from cepgraph.content import Content
from cepgraph.engine.replica import Replica
from cepgraph.model import Model
from cepgraph.terms import RDF_TYPE

HEAVY = Path(__file__).parent / "heavy"
AT_ONCE = 2
"""Heavy queries at the same time: as many as there are processors."""
PATIENCE_S = 120.0


def main() -> None:
    """Build, start, measure in turns, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph"))
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    if shutil.which("wrk") is None or options.oxigraph is None:
        raise SystemExit("needs wrk (apt-get install wrk) and oxigraph (pip install oxigraph)")
    with tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root, ExitStack() as stack:
        folder = Path(root) / "data"
        quads = fill(folder, Model(Content.default()), options.quads)
        replica = Replica(folder)
        replica.load()
        dump = Path(root) / "all.nq"
        replica.store.dump(dump)
        entities = sorted(
            quad.subject.value  # type: ignore[union-attr]
            for quad in replica.store.quads_for_pattern(None, RDF_TYPE, CHALLENGE)
        )
        del replica
        queries = [quote(f"SELECT ?p ?o {{ <{entity}> ?p ?o }}", safe="") for entity in entities]
        ours = stack.enter_context(our_service(folder, queries[0]))
        theirs = stack.enter_context(their_service(options.oxigraph, Path(root), dump, queries[0]))
        repeated, unseen = [], []
        for name, (url, process) in (("cepgraph serve", ours), ("oxigraph", theirs)):
            heads = Path(root) / f"{name.split()[0]}.paths"
            heads.write_text(
                "\n".join(f"/{part_of(url)}?query={query}" for query in queries) + "\n"
            )
            script = Path(root) / f"{name.split()[0]}.lua"
            script.write_text(LUA % heads)
            repeated.append(Row(name, f"{url}?query={queries[0]}", process))
            unseen.append(Row(name, url, process, script))
        for turn in range(options.rounds):
            for pair in (repeated, unseen):
                for row in pair[:: -1 if turn % 2 else 1]:
                    row.measure(options.seconds, options.connections)
        print(f"{quads:,} quads; {options.connections} connections; {options.rounds} rounds")
        show("the same one-entity query again and again", repeated)
        show("one-entity queries never seen before", unseen)
        heavy_beside_heavy(ours[0], theirs[0], options.rounds)
        light_beside_heavy(ours, unseen[0], options)


@contextmanager
def our_service(folder: Path, query: str) -> Iterator[tuple[str, int]]:
    """The address of our endpoint, and its process."""
    port = free_port()
    arguments = ["cli", "serve", "--port", str(port), "--data", str(folder)]
    with started(arguments, folder, port, f"/sparql?query={query}") as process:
        yield f"http://127.0.0.1:{port}/sparql", process


@contextmanager
def their_service(binary: str, root: Path, dump: Path, query: str) -> Iterator[tuple[str, int]]:
    """The address of oxigraph's endpoint over the same quads, and its process."""
    location, port = root / "oxigraph", free_port()
    load = [binary, "load", "--location", str(location), "--file", str(dump)]
    subprocess.run(load, check=True, capture_output=True)
    process = subprocess.Popen(
        [
            *(binary, "serve-read-only", "--location", str(location), "--union-default-graph"),
            *("--bind", f"127.0.0.1:{port}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/query?query={query}", process)
        yield f"http://127.0.0.1:{port}/query", process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def part_of(url: str) -> str:
    """The path of an address, without its first slash."""
    return url.rpartition("/")[2]


def ask(url: str, query: str, source: str = "127.0.0.1") -> bytes:
    """The answer to a query, asked from an address."""
    host = url.removeprefix("http://").partition("/")[0]
    made = http.client.HTTPConnection(host, timeout=PATIENCE_S, source_address=(source, 0))
    made.request(
        "POST",
        f"/{part_of(url)}",
        urlencode({"query": query}),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/sparql-results+json",
        },
    )
    response = made.getresponse()
    body = response.read()
    made.close()
    if response.status != 200:
        raise SystemExit(f"{url}: {response.status} {body[:300]!r}")
    return body


_numbers = itertools.count()


def unlike_any(query: str) -> str:
    """The query with a comment that no other has."""
    return f"{query}# {os.getpid()} {next(_numbers)}"


def timed(url: str, query: str) -> float:
    """Seconds that ``AT_ONCE`` of the same query took, asked at the same time."""
    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(url, unlike_any(query))) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def heavy_beside_heavy(ours: str, theirs: str, rounds: int) -> None:
    """Each heavy query at both, in turns; their answers are compared too."""
    print(f"\nheavy queries, {AT_ONCE} at a time: medians of {rounds} rounds")
    for file in sorted(HEAVY.glob("*.rq")):
        query = file.read_text()
        sizes = {len(ask(url, query)) for url in (ours, theirs)}
        if max(sizes) - min(sizes) > 200:  # a link to the version, and spaces
            raise SystemExit(f"{file.name}: the answers differ")
        took: dict[str, list[float]] = {ours: [], theirs: []}
        for turn in range(rounds):
            for url in (ours, theirs)[:: -1 if turn % 2 else 1]:
                took[url].append(timed(url, query))
        mine, other = (statistics.median(took[url]) for url in (ours, theirs))
        print(
            f"  {file.stem:34} {mine * 1e3:8,.0f} ms, oxigraph {other * 1e3:8,.0f} ms:"
            f" {other / mine:5.2f} times as many"
        )


def light_beside_heavy(service: tuple[str, int], unseen: Row, options: argparse.Namespace) -> None:
    """The slowest in a hundred light queries, alone and while others ask heavy ones."""
    heavy = (HEAVY / "co-partnered-pairs.rq").read_text() + "# "
    alone = Row("light queries alone", unseen.url, unseen.process, unseen.script)
    beside = Row("beside heavy ones", unseen.url, unseen.process, unseen.script)
    for _ in range(options.rounds):
        alone.measure(options.seconds, options.connections)
        over = threading.Event()

        def keep_asking(source: str, over: threading.Event = over) -> None:
            while not over.is_set():
                ask(service[0], unlike_any(heavy), source)

        threads = [
            threading.Thread(target=keep_asking, args=(f"127.0.0.{n + 2}",)) for n in range(AT_ONCE)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        beside.measure(options.seconds, options.connections)
        over.set()
        for thread in threads:
            thread.join()
    show(f"light queries beside {AT_ONCE} heavy ones of other clients", [beside, alone])
    ratios = [a / b for a, b in zip(beside.slowest, alone.slowest, strict=True)]
    print(f"  p99 {statistics.median(ratios):.1f} times ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
