"""What is sent to make a citation: a JSON object or a form, read into what is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from pyoxigraph import NamedNode

from api.citations.citation import LONGEST_NOTE, LONGEST_QUERY, LONGEST_TITLE, MOST_GRAPHS
from api.problems import HttpProblem
from cepgraph.errors import BadInput, BadParameter

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
ACCEPTED: Final = f"{JSON}, {FORM}"
MOST_FIELDS: Final = 2 * MOST_GRAPHS + 10
MOST_BYTES: Final = 1 << 20
"""A body; IRIs of graphs and escapes in a form take more than the query."""


@dataclass(frozen=True)
class Sent:
    """The fields as they were sent, each of its type; either ``query`` or ``name`` is given."""

    query: str = ""
    name: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    title: str = ""
    note: str = ""


def sent(content_type: str, body: bytes) -> Sent:
    """What a request's body asks for.

    Raises:
        HttpProblem: 415, neither JSON nor a form.
        BadInput: it cannot be read.
        BadParameter: a field that is unknown, missing, or not of its type.
    """
    message = Message()
    message["content-type"] = content_type or "none/none"
    kind, charset = message.get_content_type(), message.get_content_charset("utf-8")
    if kind not in (JSON, FORM):
        raise HttpProblem(415, f"send {JSON} or {FORM}", {"accept": ACCEPTED})
    if charset not in ("utf-8", "us-ascii"):
        raise HttpProblem(415, f"the character set {charset} is not read; use utf-8")
    given = _from_json(body) if kind == JSON else _from_form(body)
    for name in given:
        if name not in _READERS:
            known = ", ".join(_READERS)
            raise BadParameter(name[:80], f"there is no such field; known are {known}")
    read = {_NAMES.get(name, name): _READERS[name](name, value) for name, value in given.items()}
    made = Sent(**{name: value for name, value in read.items() if value is not None})
    if bool(made.query) == bool(made.name):
        raise BadParameter("query", "give a query, or the name of one of the catalogue")
    if made.parameters and not made.name:
        raise BadParameter("parameters", "only a query of the catalogue, by its name, has any")
    if made.name and (made.default_graphs is not None or made.named_graphs is not None):
        raise BadParameter("name", "a query of the catalogue is asked of all graphs")
    return made


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(error.msg, line=error.lineno, column=error.colno) from error
    if not isinstance(given, dict):
        raise BadInput("send a JSON object")
    return given


def _from_form(body: bytes) -> dict[str, Any]:
    try:
        given = parse_qs(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError as error:
        raise BadInput("the form is not UTF-8") from error
    except ValueError as error:
        raise BadInput(f"the form has more than {MOST_FIELDS} fields") from error
    lists = ("default-graph-uri", "named-graph-uri")
    return {
        name: values if name in lists else _once(name, values) for name, values in given.items()
    }


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise BadParameter(name[:80], "it is given more than once")
    return values[0]


def _text(most: int, lines: bool) -> Callable[[str, Any], str | None]:
    """A reader of plain text of at most ``most`` characters, in one line or several."""

    def read(name: str, value: Any) -> str | None:
        if value is None:
            return None
        text = _string(name, value).replace("\r\n", "\n").strip()
        if len(text) > most:
            raise BadParameter(name, f"it may have {most} characters, and has {len(text):,}")
        allowed = "\n" if lines else ""
        if not all(character.isprintable() or character in allowed for character in text):
            raise BadParameter(name, f"give plain text{'' if lines else ' in one line'}")
        return text

    return read


def _query(name: str, value: Any) -> str | None:
    if value is None:
        return None
    text = _string(name, value)
    size = len(text.encode())
    if size > LONGEST_QUERY:
        most = LONGEST_QUERY >> 10
        raise BadParameter(name, f"a query that is cited may have {most} kB, and has {size:,} B")
    return text if text.strip() else None


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadParameter(name, "give text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadParameter(name, "half a surrogate pair is no text") from error
    return value


def _version(name: str, value: Any) -> int | None:
    if value in (None, ""):
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise BadParameter(name, "write the number of a version")


def _graphs(name: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or len(values) > MOST_GRAPHS:
        raise BadParameter(name, f"give an IRI, or a list of at most {MOST_GRAPHS}")
    try:
        return tuple(NamedNode(_string(name, iri)).value for iri in values)
    except ValueError as error:
        raise BadParameter(name, "an IRI cannot be read") from error


def _parameters(name: str, value: Any) -> dict[str, str] | None:
    """An object of texts and numbers; in a form, a query string of its own."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        value = {part: _once(part, values) for part, values in parse_qs(value).items()}
    if not isinstance(value, Mapping):
        raise BadParameter(name, "give an object of names and values")
    made = {}
    for part, given in value.items():
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise BadParameter(part[:80], "give text or a number")
        made[part] = _string(part, str(given))
    return made


_READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "query": _query,
    "name": _text(LONGEST_TITLE, lines=False),
    "parameters": _parameters,
    "version": _version,
    "default-graph-uri": _graphs,
    "named-graph-uri": _graphs,
    "title": _text(LONGEST_TITLE, lines=False),
    "note": _text(LONGEST_NOTE, lines=True),
}
_NAMES: Final = {"default-graph-uri": "default_graphs", "named-graph-uri": "named_graphs"}
