"""The ``Prefer`` header: how long a client wants to wait (RFC 7240, 4.1 and 4.3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_S: Final = 60.0
"""A request waits no longer than this, whatever it prefers."""

_PREFERENCE: Final = re.compile(r'\s*([\w!#$%&\'*+.^`|~-]+)\s*(?:=\s*("[^"]*"|[^\s;,"]*))?\s*')


@dataclass(frozen=True)
class Wait:
    """How long to wait for the report, and which preferences that follows."""

    seconds: float
    applied: tuple[str, ...] = ()


def wait_of(headers: Iterable[str], usual_s: float) -> Wait:
    """What ``Prefer`` headers ask for; of a preference given twice the first counts."""
    given: dict[str, str] = {}
    for preference in ",".join(headers).split(","):
        found = _PREFERENCE.fullmatch(preference.partition(";")[0])
        if found is not None:
            given.setdefault(found[1].lower(), (found[2] or "").strip('"'))
    applied = ["respond-async"] if given.get("respond-async") == "" else []
    seconds = 0.0 if applied else usual_s
    wait = given.get("wait", "")
    if wait.isascii() and wait.isdecimal():
        seconds = min(float(wait[:9]), LONGEST_S)
        applied.append(f"wait={seconds:g}")
    return Wait(seconds, tuple(applied))
