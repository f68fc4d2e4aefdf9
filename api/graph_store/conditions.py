"""Conditional requests (RFC 9110, 13): a write rests on what its sender has seen.

An entity tag is ``"{version}-{format}-{digest}"``: the version at which the graph was last written
to, and one representation of it. A write is compared by the version alone, whichever form its
sender has seen; it is compared again by the process that writes, while nobody else can.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from api.graph_store.changes import Changed
from cepgraph.errors import PreconditionFailed

_TAG: Final = re.compile(r'\s*(W/)?("([0-9]{1,18})-([a-z0-9]+)-[0-9a-f]+")\s*')


@dataclass(frozen=True)
class Condition:
    """What must hold of the graph: unchanged since a version, there, or not there."""

    base: int | None = None
    exists: bool | None = None


def tag_of(changed: int, form: str, digest: str) -> str:
    """The entity tag of a representation of a graph that was last written to at a version."""
    return f'"{changed}-{form}-{digest}"'


def http_date(when: datetime) -> str:
    """A time as HTTP writes it."""
    return format_datetime(when.astimezone(UTC), usegmt=True)


def condition_of(headers: Mapping[str, str], changed: Changed | None) -> Condition:
    """The condition that a write's headers make; ``changed`` is when the graph was last written to.

    Raises:
        PreconditionFailed: it cannot hold.
    """
    match, none_match = headers.get("if-match"), headers.get("if-none-match")
    exists, base = None, None
    if match is not None:
        exists = True
        if match.strip() != "*":
            seen = _versions(match, weak=False)
            if not seen:
                raise PreconditionFailed("If-Match names no state of this graph")
            # a higher number would be that of another graph, or of another service
            if changed is None or changed.version not in seen:
                problem = f"the graph is not as it was at version {max(seen)}"
                raise PreconditionFailed(problem)
            base = changed.version
    elif (since := _date(headers.get("if-unmodified-since"))) is not None:
        if changed is not None and changed.when > since:
            raise PreconditionFailed(f"the graph was written to at {http_date(changed.when)}")
        base = changed.version if changed is not None else None
    if none_match is not None:
        if none_match.strip() == "*":
            if exists:
                raise PreconditionFailed("If-Match and If-None-Match cannot hold both")
            exists = False
        elif changed is not None and changed.version in _versions(none_match, weak=True):
            raise PreconditionFailed("the graph is as If-None-Match says that it must not be")
    return Condition(base, exists)


def fresh_tag(headers: Mapping[str, str], changed: int, form: str) -> str | None:
    """The tag of what the client of a GET has already, if that holds still."""
    for part in headers.get("if-none-match", "").split(","):
        tag = _TAG.fullmatch(part)
        if tag is not None and (int(tag[3]), tag[4]) == (changed, form):
            return tag[2]
    return None


def is_fresh(headers: Mapping[str, str], tag: str, when: datetime | None) -> bool:
    """Whether the client of a GET has the representation with this tag, or one as new, already."""
    tags = headers.get("if-none-match")
    if tags is not None:
        known = {known.strip().removeprefix("W/") for known in tags.split(",")}
        return bool(known & {tag, "*"})
    since = _date(headers.get("if-modified-since"))
    return since is not None and when is not None and when <= since


def _versions(header: str, *, weak: bool) -> set[int]:
    found = (_TAG.fullmatch(part) for part in header.split(","))
    return {int(tag[3]) for tag in found if tag is not None and (weak or not tag[1])}


def _date(text: str | None) -> datetime | None:
    """A date of HTTP; one that is none is ignored, as HTTP has it."""
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
