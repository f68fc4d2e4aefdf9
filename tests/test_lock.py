"""One writer at a time, also across processes; a dead one holds nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cepgraph.errors import StoreBusy
from cepgraph.lock import WriterLock

ROOT = Path(__file__).resolve().parents[1]
_HOLD = """
import sys
from pathlib import Path
from cepgraph.lock import WriterLock
with WriterLock(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(folder: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_lock_makes_the_folder_and_names_its_holder(tmp_path: Path) -> None:
    with WriterLock(tmp_path / "a" / "b", 0):
        assert (tmp_path / "a" / "b" / "lock").read_text() == f"{os.getpid()}\n"


def test_lock_can_be_taken_again_when_it_was_let_go(tmp_path: Path) -> None:
    for _ in range(2):
        with WriterLock(tmp_path, 0):
            pass


def test_lock_is_let_go_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), WriterLock(tmp_path, 0):
        raise ZeroDivisionError
    with WriterLock(tmp_path, 0):
        pass


def test_second_writer_of_one_process_is_refused(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0), pytest.raises(StoreBusy), WriterLock(tmp_path, 0):
        pass


def test_writer_of_another_process_is_named(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        with pytest.raises(StoreBusy) as told, WriterLock(tmp_path, 0):
            pass
        process.kill()
    assert told.value.holder == str(process.pid)
    assert told.value.folder == str(tmp_path)


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
    with WriterLock(tmp_path, 0):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_waiting_writer_goes_on_when_the_lock_is_let_go(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.close()
        with WriterLock(tmp_path, 60.0):
            pass


def test_lock_without_a_name_in_it_is_told_as_unknown(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0):
        (tmp_path / "lock").write_text("")
        with pytest.raises(StoreBusy, match="process unknown"), WriterLock(tmp_path, 0):
            pass


def test_lock_is_not_handed_on_to_children(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0):
        files = subprocess.run(
            ["/bin/ls", "-l", "/proc/self/fd"], capture_output=True, close_fds=False, check=True
        )
    assert str(tmp_path / "lock").encode() not in files.stdout
