"""JSON that says one thing: no key twice, no number that is none, no half characters."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import orjson

from cepgraph.errors import BadInput
from ingest.octets import place_of

DEEPEST: Final = 64
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_TWICE: Final = "this key is there twice in one object; keep one of them"
_TOO_LARGE: Final = "this number is larger than any that is read"
_TOO_DEEP: Final = f"objects and lists are nested more than {DEEPEST} levels deep"


class _Faulty(Exception):
    """Something that a parser takes in silence."""


def parsed(content: bytes, name: str) -> Any:
    """The value of a JSON text in UTF-8.

    Raises:
        BadInput: no JSON, nested too deeply, a key twice in one object, a number that is none or
            too large; with line and column.
    """
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        infinite = "infinity" in error.msg
        problem = _TOO_LARGE if infinite else f"this is no JSON: {error.msg}"
        raise BadInput(problem, file=name, line=error.lineno, column=error.colno) from error
    try:
        document = json.loads(content, object_pairs_hook=_once)
        _refuse_deep(document)
    except (_Faulty, RecursionError) as error:
        raise _located(content, name) from error
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Faulty
    return made


def _refuse_deep(document: Any) -> None:
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _Faulty


def _inside(value: Any) -> Iterable[Any]:
    """The objects and lists directly in a value."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        return [one for one in inner if isinstance(one, dict | list)]
    return ()


def _located(content: bytes, name: str) -> BadInput:
    """The first fault of a text that is well formed, with its place."""
    seen: list[set[str] | None] = []
    expects_key = False
    for match in _TOKEN.finditer(content):
        token = match[0]
        problem = ""
        if token in (b"{", b"["):
            seen.append(set() if token == b"{" else None)
            problem = _TOO_DEEP if len(seen) > DEEPEST else ""
            expects_key = token == b"{"
        elif token in (b"}", b"]"):
            seen.pop()
        elif token == b",":
            expects_key = seen[-1] is not None
        elif token == b":":
            expects_key = False
        elif token.startswith(b'"'):
            keys = seen[-1] if seen else None
            if expects_key and keys is not None:
                key = orjson.loads(token)
                problem = _TWICE if key in keys else ""
                keys.add(key)
        if problem:
            line, column = place_of(content, match.start())
            value = token[:80].decode("utf-8", "replace")
            return BadInput(problem, file=name, line=line, column=column, value=value)
    return BadInput(_TOO_DEEP, file=name)
