"""The engine process: holds the graph, forks workers, follows the log.

It has one thread, so that forking is safe, and does what the web process tells it over the control
socket: ``spawn`` (fork workers at the present version), ``recall`` (fork one at an earlier
version), ``reap`` (a worker's end was seen), and ``nudge`` (look at the log now). It tells
``ready``, ``version``, ``worker`` (with the worker's socket) and ``failed``. When the other end
closes, it kills its workers and exits.
"""

import gc
import os
import select
import signal
import socket
import traceback
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from cepgraph.engine import walls, worker
from cepgraph.engine.replica import Replica
from cepgraph.errors import CepgraphError

MESSAGE_SIZE: Final = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What a worker may use."""

    memory_mb: int
    result_mb: int


@dataclass
class Engine:
    """The state of the engine process."""

    control: socket.socket
    replica: Replica
    limits: Limits
    poll_s: float
    children: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Load, then serve until the other end of the control socket closes."""
        isolated = walls.leave_network()
        try:
            self.replica.load()
        except (CepgraphError, OSError, SyntaxError, ValueError) as error:
            self.tell("failed", problem=str(error))
            raise
        self.settle()
        self.tell("ready", version=self.replica.version, isolated=isolated)
        while self.wait():
            if self.replica.follow():
                self.settle()
                self.tell("version", version=self.replica.version)
            self.bury()

    def wait(self) -> bool:
        """Wait for a command, at most ``poll_s``; false when the other end has closed."""
        readable, _, _ = select.select([self.control], [], [], self.poll_s)
        if readable:
            message = self.control.recv(MESSAGE_SIZE)
            if not message:
                return False
            command = orjson.loads(message)
            match command["do"]:
                case "spawn":
                    for _ in range(command["count"]):
                        self.spawn()
                case "recall":
                    self.spawn(command["version"], command["ticket"])
                case "reap":
                    self.ended.add(command["pid"])
        return True

    def settle(self) -> None:
        """Put the living objects out of the collector's reach: its marks would copy their pages."""
        gc.collect()
        gc.freeze()

    def spawn(self, version: int | None = None, ticket: int | None = None) -> None:
        """Fork a worker and hand its socket to the web process.

        One at an earlier ``version`` carries the ``ticket`` that it was asked for with; it finds
        its way back by itself, and says a word when it is there.
        """
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self.become_worker(theirs, parent, version)
        theirs.close()
        self.children.add(pid)
        at = self.replica.version if version is None else version
        head = {"event": "worker", "pid": pid, "version": at, "ticket": ticket}
        socket.send_fds(self.control, [orjson.dumps(head)], [ours.fileno()])
        ours.close()

    def become_worker(self, connection: socket.socket, parent: int, version: int | None) -> None:
        """Raise the walls and answer questions; never returns."""
        status = 1
        try:
            walls.die_with_parent(parent)
            gc.disable()
            if version is not None and not worker.announce(
                connection, self.replica.recall, version
            ):
                os._exit(0)
            walls.bound_memory(self.limits.memory_mb)
            kept = walls.keep_only(connection)
            worker.serve(kept, self.replica.store, self.replica.version, self.limits.result_mb)
            status = 0
        except (BrokenPipeError, ConnectionResetError):
            status = 0
        finally:
            # nothing may leave this function: above it are the engine's own frames
            if status:
                traceback.print_exc()
            os._exit(status)

    def bury(self) -> None:
        """Take note of the end of workers whose end the web process has seen.

        Only then is their process id free for others, so the web process never kills a stranger.
        """
        for pid in tuple(self.ended & self.children):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.children.discard(pid)
                self.ended.discard(pid)

    def close(self) -> None:
        """Kill what is left."""
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
        for pid in self.children:
            os.waitpid(pid, 0)

    def tell(self, event: str, **fields: Any) -> None:
        """Send an event to the web process."""
        self.control.send(orjson.dumps({"event": event, **fields}))
