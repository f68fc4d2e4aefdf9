"""A temporary folder for what is sent; nothing of it outlives the service for long."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from api.submissions.job import UPLOADS

PREFIX: Final = "cepgraph-submissions-"
_LOCK: Final = "lock"


class Scratch:
    """A folder that only this user can read, gone after ``close``.

    A service that was killed could not remove its own: the next one does, knowing it by its lock,
    which the system lets go of when its holder ends.
    """

    def __init__(self) -> None:
        _sweep(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(
            self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
        )
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def new(self) -> Path:
        """A new folder in it, with one for files."""
        made = Path(tempfile.mkdtemp(dir=self.folder))
        (made / UPLOADS).mkdir(mode=0o700)
        return made

    def close(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def _sweep(place: Path) -> None:
    """Remove the folders of services that are gone."""
    for folder in place.glob(f"{PREFIX}*"):
        try:
            if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
