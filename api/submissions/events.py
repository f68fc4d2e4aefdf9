"""Server-sent events of a submission: ``progress`` until ``done``.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import orjson

from api.submissions.job import Job

MEDIA_TYPE: Final = "text/event-stream"
HEARTBEAT_S: Final = 15.0
"""A comment is sent when nothing was for so long, so that nobody on the way gives up."""


async def events_of(
    job: Job, told: Callable[[], dict[str, Any]], heartbeat_s: float = HEARTBEAT_S
) -> AsyncIterator[bytes]:
    """How a submission stands, now and at each change; ends when it is over."""
    seen = -1
    while not job.over:
        if job.changes > seen:
            seen = job.changes
            yield event("progress", told())
        elif not await job.change(seen, heartbeat_s):
            yield b": still there\n\n"
    yield event("done", told())


def event(name: str, data: dict[str, Any]) -> bytes:
    """One event; JSON has no line breaks of its own."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
