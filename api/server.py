"""Runs the service: one web process under granian, and the engine process beside it."""

import asyncio
import ctypes
import gc
import signal
import socket

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from api.app import create_app
from api.rsgi import RsgiService
from api.submissions.form import OVERHEAD_BYTES
from api.submissions.jobs import Jobs
from cepgraph.engine import Pool
from cepgraph.errors import CepgraphError
from cepgraph.settings import Settings

BACKLOG = 1024
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
LARGE_BLOCK = 128 << 10
"""Bytes of a block that is large."""
GRACE_S = 3.0
"""Seconds that queries under way have when the service is told to stop; connections, twice that."""


class AddressTaken(CepgraphError):
    """Something else listens there already, or the address is not this machine's."""

    title = "Cannot listen"

    def __init__(self, host: str, port: int, problem: str) -> None:
        super().__init__(host, port, problem)
        self.host = host
        self.port = port
        self.problem = problem

    def detail(self) -> str:
        return f"{self.host}:{self.port}: {self.problem}"


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is under way and leave no process behind.

    Raises:
        AddressTaken: the port is in use.
    """
    check_free(settings.host, settings.port)
    give_memory_back()
    uvloop.run(serve(settings))


def give_memory_back() -> None:
    """Have large blocks returned to the system as soon as they are free.

    Left alone, glibc keeps ever larger blocks once it has seen one: after a few bodies of some
    megabytes this process would stay large for good (``man mallopt``). Elsewhere nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
            mallopt(option, LARGE_BLOCK)


async def serve(settings: Settings) -> None:
    """The same, on the running event loop."""
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:
        most = (settings.input_max_mb << 20) + OVERHEAD_BYTES
        service = RsgiService(app, app.state.sparql, most, state)
        server = Server(
            service,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            backlog=BACKLOG,
            websockets=False,
            log_level=LogLevels.error,
        )
        # a request makes garbage that the collector need not look for in all that was imported
        gc.collect()
        gc.freeze()
        await _until_told(server, app.state.pool, app.state.submissions.jobs)


async def _until_told(server: Server, pool: Pool, jobs: Jobs) -> None:
    """Run the server until a signal, and then for as long as grace allows."""
    loop = asyncio.get_running_loop()
    serving = loop.create_task(server.serve())
    patience = loop.create_future()

    def stop() -> None:
        server.stop()  # type: ignore[no-untyped-call]
        loop.call_later(GRACE_S, lambda: loop.create_task(end()))
        loop.call_later(2 * GRACE_S, give_up)

    async def end() -> None:
        await jobs.stop()
        await pool.stop()

    def give_up() -> None:
        # granian complains of the connections that it is left with
        loop.set_exception_handler(lambda *_: None)
        patience.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.wait({serving, patience}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving


def check_free(host: str, port: int) -> None:
    """Granian shares its port with whoever asks, so a second service would go unnoticed.

    Raises:
        AddressTaken: the port is in use, or the host is not one of this machine's.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise AddressTaken(host, port, error.strerror or str(error)) from error
