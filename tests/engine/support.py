"""What tests of the reading side share: a log to write to, endless queries, a look at processes."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from cepgraph.engine import Pool
from cepgraph.history import History, Provenance

MakePool = Callable[..., Awaitable[Pool]]

_MANY = " ".join(str(number) for number in range(100))
ENDLESS = (
    "SELECT (COUNT(*) AS ?c) { "
    + " ".join(f"VALUES ?v{number} {{ {_MANY} }}" for number in range(9))
    + " }"
)
"""A cross join that would take years, in little memory."""

GREEDY = ENDLESS.replace("(COUNT(*) AS ?c)", "*") + " ORDER BY ?v0"
"""The same with all its rows in memory."""

PATIENCE_S = 60.0
"""How long a test waits for what must happen; never reached when all is well."""


@dataclass
class Log:
    """A data folder with nothing in it but its log."""

    folder: Path
    history: History = field(init=False)

    def __post_init__(self) -> None:
        self.history = History(self.folder)

    def publish(self, added: str = "", removed: str = "") -> int:
        """Append a change; its version."""
        entry = self.history.append(
            quads(added), quads(removed), Provenance("a test", "to see"), ("urn:g",)
        )
        return entry.version


def begin(folder: Path) -> Log:
    """A log with two graphs at version 1."""
    log = Log(folder)
    log.publish('x:s x:p "one" x:g .\nx:t x:p "two" x:h .')
    return log


def quads(text: str) -> list[Quad]:
    """Lines like ``x:s x:p "o" x:g .`` as quads."""
    whole = "@prefix x: <urn:> .\n" + "".join(
        f"{graph} {{ {triple} }}\n"
        for line in text.strip().splitlines()
        for triple, graph in [line.strip().removesuffix(" .").rsplit(" ", 1)]
    )
    return list(parse(whole, format=RdfFormat.TRIG))


def children_of(process: int) -> set[int]:
    """Process ids of the living children of a process."""
    path = Path(f"/proc/{process}/task/{process}/children")
    try:
        return {int(child) for child in path.read_text().split() if is_alive(int(child))}
    except (FileNotFoundError, ProcessLookupError):
        return set()


def is_alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what must happen soon."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - processes tell nobody when they end
            await asyncio.sleep(0.01)


class Listener:
    """A server on the loopback that counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.connections = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
