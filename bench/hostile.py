"""What two hundred hostile queries do to everybody else, with the limits that are usual.

Four addresses send the corpus of ``tests/hostile`` to a service over a generated graph; meanwhile
another asks a light query, never seen before, every 50 ms. Printed: how long those took, how long
the first took after the last attack, and the memory of all processes before and after.

    python -m bench.hostile [--quads 100000] [--deadline 10]
"""

import argparse
import itertools
import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from bench.http import free_port, started
from bench.publish import fill
from cepgraph.content import Content
from cepgraph.model import Model
from tests.hostile.conftest import family_of, memory_of
from tests.hostile.corpus import hostile

ATTACKERS = 4
EVERY_S = 0.05
SETTLED_S = 3.0
"""Seconds after which memory is looked at again."""

_numbers = itertools.count()


def main() -> None:
    """Build, attack, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--deadline", type=float, default=10.0)
    options = parser.parse_args()
    os.environ["CEPGRAPH_QUERY_DEADLINE_S"] = str(options.deadline)
    os.environ["CEPGRAPH_PROXIES"] = "1"
    os.environ["CEPGRAPH_RESULT_CACHE_MB"] = "1"
    with tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root:
        folder, port = Path(root) / "data", free_port()
        quads = fill(folder, Model(Content.default()), options.quads)
        arguments = ["cli", "serve", "--port", str(port), "--data", str(folder)]
        first = "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201"
        with started(arguments, folder, port, first) as process:
            attack(f"http://127.0.0.1:{port}", process, quads)


def attack(url: str, process: int, quads: int) -> None:
    """Send everything, and watch."""
    alone = [light(url) for _ in range(100)]
    memory, processes = memory_of(process), len(family_of(process))
    queries = iter(list(hostile(free_port())))
    lock, statuses, over = threading.Lock(), Counter[int](), threading.Event()

    def send(address: str) -> None:
        with httpx.Client(timeout=60, headers={"x-forwarded-for": address}) as client:
            while True:
                with lock:
                    _, query = next(queries, ("", None))
                if query is None:
                    return
                answer = client.post(f"{url}/sparql", data={"query": query})
                with lock:
                    statuses[answer.status_code] += 1

    beside: list[float] = []

    def watch() -> None:
        while not over.is_set():
            beside.append(light(url))
            time.sleep(EVERY_S)

    began = time.perf_counter()
    threads = [threading.Thread(target=send, args=(f"198.51.100.{n}",)) for n in range(ATTACKERS)]
    watcher = threading.Thread(target=watch)
    for thread in (watcher, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()
    after = light(url)
    took = time.perf_counter() - began
    time.sleep(SETTLED_S)
    print(f"{quads:,} quads; {sum(statuses.values())} hostile queries in {took:,.0f} s:", end=" ")
    print(", ".join(f"{status} {n}" for status, n in sorted(statuses.items())))
    print(f"light queries alone    {shown(alone)}")
    print(f"light queries meanwhile {shown(beside)}")
    print(f"the first afterwards   {after * 1e3:.1f} ms")
    print(f"memory before {memory} MB, after {memory_of(process)} MB;", end=" ")
    print(f"processes before {processes}, after {len(family_of(process))}")


def light(url: str) -> float:
    """Seconds that a light query took."""
    query = f"SELECT ?s {{ ?s a <https://w3id.org/cepgraph/ontology#Region> }} # {next(_numbers)}"
    began = time.perf_counter()
    answer = httpx.get(
        f"{url}/sparql", params={"query": query}, headers={"x-forwarded-for": "192.0.2.1"}
    )
    answer.raise_for_status()
    return time.perf_counter() - began


def shown(took: list[float]) -> str:
    """The middle one and the slow ones, in milliseconds."""
    slow = statistics.quantiles(took, n=100)[98]
    middle = statistics.median(took)
    return f"median {middle * 1e3:.1f} ms, p99 {slow * 1e3:.1f} ms, worst {max(took) * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
