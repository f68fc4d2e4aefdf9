"""From the first start in an empty folder to the first answered query, and a start after that.

python -m bench.start [--rounds 5]
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

_QUERY = "SELECT (COUNT(*) AS ?n) { ?x a <http://www.w3.org/ns/org#Organization> }"
_LIMIT_S = 60


def until_answered(folder: Path) -> float:
    """Seconds from starting ``cepgraph serve`` to a correct answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/sparql?" + urllib.parse.urlencode({"query": _QUERY})
    request = urllib.request.Request(address, headers={"Accept": "text/csv"})
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--data", str(folder)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        while time.perf_counter() - began < _LIMIT_S:
            try:
                with urllib.request.urlopen(request, timeout=_LIMIT_S) as response:
                    count = int(response.read().split()[1])
            except urllib.error.URLError:
                time.sleep(0.01)
                continue
            if count < 300:
                raise SystemExit(f"wrong answer: {count} organisations")
            return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()
    raise SystemExit("no answer")


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    first, again = [], []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root:
            folder = Path(root) / "data"
            first.append(until_answered(folder))
            again.append(until_answered(folder))
    for name, seen in (("first start", first), ("later start", again)):
        shown = " ".join(f"{seconds:.2f}" for seconds in seen)
        print(f"{name} to first answer: median {statistics.median(seen):.2f} s   ({shown})")


if __name__ == "__main__":
    main()
