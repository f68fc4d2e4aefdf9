"""The parser process; started by ``Parser``, not by people."""

import argparse
import os
import signal
import socket
import sys
from typing import Final

from cepgraph.engine import walls
from cepgraph.parsing import tasks, wire

DEEPEST: Final = 20_000
"""Calls within calls: the grammar goes some forty deep for each group within a group."""


def main() -> None:
    """Get ready, give up what a parser does not need, and answer until the other end closes."""
    given = argparse.ArgumentParser(prog="cepgraph.parsing")
    given.add_argument("--connection", type=int, required=True, help="descriptor of the socket")
    given.add_argument("--memory-mb", type=int, required=True)
    given.add_argument("--parent", type=int, required=True, help="process id of the web process")
    arguments = given.parse_args()
    walls.die_with_parent(arguments.parent)
    # Ctrl-C reaches the whole process group; the web process decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    walls.leave_network()
    sys.setrecursionlimit(DEEPEST)
    # what a library loads when it is first used must be loaded before files are out of reach
    tasks.warm()
    kept = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=arguments.connection)
    walls.bound_memory(arguments.memory_mb)
    connection = walls.keep_only(kept)
    connection.sendall(wire.pack({"ready": os.getpid()}))
    while (task := wire.wait_for_message(connection)) is not None:
        connection.sendall(wire.pack(tasks.do(task)))


if __name__ == "__main__":
    main()
