"""What the settings say of submissions: how many, how large, for how long."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cepgraph.settings import Settings

WORKER: Final = ("-m", "api.submissions.worker")


@dataclass(frozen=True)
class JobOptions:
    """How many, for how long."""

    deadline_s: float = 300.0
    queue: int = 16
    per_token: int = 4
    per_minute: int = 30
    kept_s: float = 3600.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The options that ``settings`` name."""
        return cls(
            settings.submission_deadline_s,
            settings.submission_queue,
            settings.submission_per_token,
            settings.submission_per_minute,
            settings.submission_kept_s,
        )


@dataclass(frozen=True)
class IngestOptions:
    """The data folder, the content, and what a submission may be and take."""

    data: Path
    content: Path
    memory_mb: int = 4096
    file_bytes: int = 256 << 20
    rows: int = 1_000_000
    lock_wait_s: float = 10.0
    snapshot_every: int = 50
    program: tuple[str, ...] = WORKER
    """What Python runs."""

    @classmethod
    def from_settings(cls, settings: Settings, content: Path) -> Self:
        """The options for writing to the data folder of ``settings``."""
        return cls(
            data=settings.data.resolve(),
            content=content,
            memory_mb=settings.submission_memory_mb,
            file_bytes=settings.input_max_mb << 20,
            rows=settings.submission_rows,
            lock_wait_s=settings.lock_wait_s,
            snapshot_every=settings.snapshot_every,
            program=WORKER,
        )

    def arguments(self) -> list[str]:
        """As the program takes them."""
        return [
            *("--data", str(self.data)),
            *("--content", str(self.content)),
            *("--memory-mb", str(self.memory_mb)),
            *("--file-bytes", str(self.file_bytes)),
            *("--rows", str(self.rows)),
            *("--lock-wait-s", str(self.lock_wait_s)),
            *("--snapshot-every", str(self.snapshot_every)),
            *("--parent", str(os.getpid())),
        ]
