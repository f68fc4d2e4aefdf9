"""What keeps a query inside its worker: no network, no files, bounded memory.

None of this needs a privilege, except the network namespace, which is taken where it is given.
"""

import ctypes
import errno
import os
import resource
import signal
import socket
from pathlib import Path
from typing import Final

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
PR_SET_PDEATHSIG: Final = 1
MB: Final = 1 << 20


def leave_network() -> bool:
    """Move this process, and those it forks, to a network namespace with nothing in it.

    Returns whether the system allowed it. Only for a process with one thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when ``parent`` ends, even by a crash."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def keep_only(kept: socket.socket) -> socket.socket:
    """Close every descriptor but the standard three and ``kept``, and allow no further one.

    With no free number below the limit, ``socket()`` and ``open()`` fail with EMFILE, for this
    process and for any library in it. A process that could still open one ends here.
    """
    number = 3
    if kept.fileno() != number:
        os.dup2(kept.fileno(), number, inheritable=False)
    os.closerange(number + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=number)
    kept.detach()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 1, number + 1))
    if _can_open_a_socket():
        os._exit(1)
    return connection


def _can_open_a_socket() -> bool:
    try:
        socket.socket().close()
    except OSError as error:
        return error.errno != errno.EMFILE
    return True


def bound_memory(extra_mb: int) -> None:
    """Let this process map ``extra_mb`` more than it has mapped now."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = mapped + extra_mb * MB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def peak_memory() -> int:
    """The most memory this process has had resident, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
