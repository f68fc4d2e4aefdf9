"""One writer at a time for a data folder, also across processes."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from cepgraph.errors import StoreBusy

_PAUSE_S = 0.02


class WriterLock:
    """Held from ``with`` to its end; the system lets go of it when the process dies.

    Raises:
        StoreBusy: another process kept it for longer than ``wait_s``.
    """

    def __init__(self, folder: Path, wait_s: float) -> None:
        self._folder = folder
        self._wait_s = wait_s
        self._descriptor: int | None = None

    def __enter__(self) -> "WriterLock":
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + self._wait_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
                    os.close(descriptor)
                    raise StoreBusy(str(self._folder), holder or "unknown") from None
                time.sleep(_PAUSE_S)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
