"""Entry point of the engine process; started by ``Pool``, not by people."""

import argparse
import signal
import socket
from pathlib import Path

from cepgraph.engine.process import Engine, Limits
from cepgraph.engine.replica import Replica


def main() -> None:
    """Read the arguments and run until the web process goes away."""
    parser = argparse.ArgumentParser(prog="cepgraph.engine")
    parser.add_argument("--control", type=int, required=True, help="descriptor of the socket")
    parser.add_argument("--data", type=Path, required=True, help="data folder")
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--result-mb", type=int, required=True)
    parser.add_argument("--poll-s", type=float, required=True)
    given = parser.parse_args()
    # Ctrl-C reaches the whole process group; the web process decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine = Engine(
        control=socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=given.control),
        replica=Replica(given.data),
        limits=Limits(given.memory_mb, given.result_mb),
        poll_s=given.poll_s,
    )
    try:
        engine.run()
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        engine.close()


if __name__ == "__main__":
    main()
