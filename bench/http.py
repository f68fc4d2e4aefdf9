"""Requests per second of the one-entity query: the service beside the least that Python can do.

Both sides serve the same generated graph on this machine in one run, driven by wrk in turns: the
service as people start it; and granian's RSGI with one function that evaluates in the web process,
or answers from a dictionary. A repeated query compares the service's cache with the dictionary;
queries never seen before compare its workers with evaluation in place, which no deadline could end.

    python -m bench.http [--quads 100000] [--rounds 5] [--seconds 4] [--connections 16]
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode

from bench.publish import fill
from cepgraph.content import Content
from cepgraph.engine.replica import Replica
from cepgraph.model import Model
from cepgraph.terms import CEP, RDF_TYPE

PATIENCE_S = 60.0
CHALLENGE = NamedNode(CEP + "Challenge")
LUA = """
local heads = {}
for line in io.lines("%s") do heads[#heads + 1] = line end
local n, began = 0, os.time()
request = function()
  n = n + 1
  return wrk.format("GET", heads[n %% #heads + 1] .. "%%23" .. began .. "-" .. n)
end
"""


@dataclass
class Row:
    """One side of one comparison, and what was measured."""

    name: str
    url: str
    process: int
    script: Path | None = None
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    failed: int = 0

    def measure(self, seconds: int, connections: int) -> None:
        """One round."""
        before = cpu_seconds(self.process)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
        if self.script is not None:
            command += ["-s", str(self.script)]
        out = subprocess.run(
            [*command, self.url], capture_output=True, text=True, check=True
        ).stdout
        self.rates.append(float(_number(r"Requests/sec:\s+([\d.]+)", out)))
        requests = int(_number(r"(\d+) requests in", out))
        self.cpu.append((cpu_seconds(self.process) - before) / requests * 1e6)
        amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()  # type: ignore[union-attr]
        self.slowest.append(float(amount) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit])
        self.failed += int(_number(r"Non-2xx or 3xx responses: (\d+)", out))


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "0"


def cpu_seconds(process: int) -> float:
    """What a process and its children have used of the processor."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    ticks = sum(int(ticks) for ticks in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(int(child)) for child in children)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def started(arguments: list[str], folder: Path, port: int, path: str) -> Iterator[int]:
    """A server process, from its first good answer on; its process id."""
    environment = {**os.environ, "BENCH_DATA": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until ``url`` answers with bindings."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as response:
                if b'"value"' not in response.read():
                    raise SystemExit(f"{url} gave an empty answer")
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise SystemExit(f"{url} was never answered")


def main() -> None:
    """Build, start, measure in turns, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed; it drives the servers (apt-get install wrk)")
    with tempfile.TemporaryDirectory(prefix="cepgraph-bench-") as root, ExitStack() as stack:
        folder = Path(root) / "data"
        quads = fill(folder, Model(Content.default()), options.quads)
        replica = Replica(folder)
        replica.load()
        entities = sorted(
            quad.subject.value  # type: ignore[union-attr]
            for quad in replica.store.quads_for_pattern(None, RDF_TYPE, CHALLENGE)
        )
        del replica
        paths = [
            f"/sparql?query={quote(f'SELECT ?p ?o {{ <{entity}> ?p ?o }}', safe='')}"
            for entity in entities
        ]
        heads = Path(root) / "paths"
        heads.write_text("\n".join(paths) + "\n")
        script = Path(root) / "unseen.lua"
        script.write_text(LUA % heads)
        rows = {}
        for name, module in (("ours", "cli"), ("cached", "granian"), ("inline", "granian")):
            port = free_port()
            arguments = (
                [module, "serve", "--port", str(port), "--data", str(folder)]
                if module == "cli"
                else [
                    *(module, "--interface", "rsgi", "--loop", "uvloop", "--no-ws"),
                    *("--port", str(port), f"bench.reference_http:{name}"),
                ]
            )
            process = stack.enter_context(started(arguments, folder, port, paths[0]))
            rows[name] = (f"http://127.0.0.1:{port}", process)
        (ours, our_process), cached, inline = rows["ours"], rows["cached"], rows["inline"]
        repeated = [
            Row("cepgraph serve, from its cache", ours + paths[0], our_process),
            Row("granian RSGI, from a dictionary", cached[0] + paths[0], cached[1]),
        ]
        unseen = [
            Row("cepgraph serve, in its workers", ours, our_process, script),
            Row("granian RSGI, in the web process", *inline, script),
        ]
        for turn in range(options.rounds):
            for pair in (repeated, unseen):
                for row in pair[:: -1 if turn % 2 else 1]:
                    row.measure(options.seconds, options.connections)
    print(f"{quads:,} quads; {options.connections} connections; medians of {options.rounds} rounds")
    show("the same one-entity query again and again", repeated)
    show("one-entity queries never seen before", unseen)


def show(title: str, rows: list[Row]) -> None:
    """Print one comparison; ratios are of the first row to the second, round by round."""
    print(f"\n{title}")
    for row in rows:
        print(
            f"  {row.name:33} {statistics.median(row.rates):>8,.0f} requests/s"
            f"   p99 {statistics.median(row.slowest):6.2f} ms"
            f"   processor {statistics.median(row.cpu):5.1f} us/request   failed {row.failed}"
        )
        print("    " + " ".join(f"{rate:,.0f}" for rate in row.rates))
    ours, theirs = rows
    rates = [a / b for a, b in zip(ours.rates, theirs.rates, strict=True)]
    cpu = [b / a for a, b in zip(ours.cpu, theirs.cpu, strict=True)]
    print(
        f"  ratio {statistics.median(rates):.2f} ({min(rates):.2f} to {max(rates):.2f});"
        f" by processor time {statistics.median(cpu):.2f}"
    )


if __name__ == "__main__":
    main()
