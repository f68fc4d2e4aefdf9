"""Standard output and standard error: people read them on a terminal, programs by a pipe."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from rich.console import Console
from rich.text import Text

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, which steer a terminal, and marks that turn the direction of text."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def out() -> Console:
    """Standard output."""
    return _Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Standard error."""
    return _Console(stderr=True, highlight=False, soft_wrap=True)


def is_terminal() -> bool:
    """Whether a person is likely to read standard output."""
    return sys.stdout.isatty()


def plain(text: str, style: str = "", *, most: int = 0) -> Text:
    """Text from outside, made harmless: no control characters, no markup, no half characters.

    ``most`` is the number of characters above which it is cut.
    """
    return Text(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", whole(cut(text, most))), style)


def cut(text: str, most: int) -> str:
    """The text, or its beginning where it is longer than ``most`` (0: however long)."""
    return text[:most] + "…" if most and len(text) > most else text


def whole(text: str) -> str:
    """The text with half characters replaced: arguments that were no UTF-8 arrive with them."""
    return text.encode("utf-8", "replace").decode()


Part = str | Text | tuple[str, str]
"""A piece of a line: our own words, also with their style, or ``plain`` text from outside."""


def line(*parts: Part) -> Text:
    """Parts of a line, one after the other."""
    return Text.assemble(*parts)


def print_json(value: object) -> None:
    """One JSON document on standard output, in UTF-8 whatever the terminal speaks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()


def note(*parts: Part) -> None:
    """Something that the reader should know, beside the answer."""
    err().print(line(*parts))


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on a terminal; nothing elsewhere."""
    console = err()
    if not console.is_terminal:
        yield
        return
    with console.status(plain(what)):
        yield
