"""What the web process decides about the engine when it starts it."""

from dataclasses import dataclass
from pathlib import Path

from cepgraph.settings import Settings


@dataclass(frozen=True)
class EngineOptions:
    """The data folder whose log the engine follows, and the limits of a query."""

    data: Path
    workers: int = 2
    deadline_s: float = 10.0
    """Seconds from the moment a worker takes a query until it is killed."""
    memory_mb: int = 1024
    """Address space that a query may add to its worker."""
    result_mb: int = 256
    """Largest result, in the form in which it is sent."""
    queue: int = 64
    """Queries that may wait for a worker."""
    heavy: int = 4
    """Queries that may take long at the same time, beside those that ``workers`` are for."""
    slow_after_s: float = 0.02
    """Seconds after which a query is no light one: another worker takes its place."""
    heavy_after_s: float = 0.25
    """Seconds after which it is a heavy one: others go first from then on."""
    past: int = 2
    """Earlier versions that are kept ready for queries at the same time."""
    past_idle_s: float = 300.0
    """Seconds for which an earlier version is kept ready when nobody asks it."""
    poll_s: float = 0.2
    """How often the engine looks for new versions."""

    @classmethod
    def from_settings(cls, settings: Settings) -> "EngineOptions":
        """The options for serving the data folder of ``settings``."""
        return cls(
            data=settings.data.resolve(),
            # one more, which the public never takes: pages and REST do not wait for heavy queries
            workers=settings.workers + 1,
            heavy=settings.query_heavy,
            past=settings.query_versions,
            deadline_s=settings.query_deadline_s,
            memory_mb=settings.query_memory_mb,
            result_mb=settings.query_result_mb,
            queue=settings.query_queue,
        )
