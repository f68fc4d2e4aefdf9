"""An update request, divided into its operations, and where the dataset of each is named.

As in ``guard``, the engine's own parser is the judge: a text is cut where what comes before the cut
is an update by itself. Expressions only say where it is worth asking.
https://www.w3.org/TR/sparql11-update/#updateLanguage
"""

import re
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from cepgraph.engine.guard import stand_in

MOST_PARSED: Final = 128 << 20
"""Characters that are parsed for one request, all its trials together; some 4 s."""

_NEVER: Final = "DROP GRAPH <urn:x-cepgraph:nothing> ; "
"""An operation that fails in an empty store, so that none after it begins."""
_JUNK: Final = "]"
"""What nothing may be followed by, except a comment that it becomes part of."""

_GAP: Final = r"(?:[ \t\r\n]|#[^\r\n]*+(?:[\r\n]|\Z))"
_PROLOGUE: Final = re.compile(
    rf"(?:{_GAP}|BASE{_GAP}*+<[^<>\s]*+>|PREFIX{_GAP}*+[^\s:<>#]*+:{_GAP}*+<[^<>\s]*+>"
    rf"|VERSION{_GAP}*+(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'))*+",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(rf"PREFIX{_GAP}*+([^\s:<>#]*+):{_GAP}*+<([^<>\s]*+)>", re.IGNORECASE)
_DATA: Final = re.compile(rf"(?:INSERT|DELETE){_GAP}*+DATA", re.IGNORECASE)
_BEFORE_A_GRAPH: Final = r"\b(?:GRAPH|WITH|USING|NAMED|SILENT|TO|ADD|MOVE|COPY)"
_LATER_PROLOGUE: Final = rf";(?={_GAP}*+(?:PREFIX|BASE|VERSION))"
_END: Final = re.compile(rf"\}}{_GAP}*+(?=;)|(?={_LATER_PROLOGUE})", re.IGNORECASE)
_WHERE: Final = re.compile(r"(?<=[\s}>)*])WHERE(?=[\s{#])", re.IGNORECASE | re.ASCII)
_NOT_A_LINE_END: Final = re.compile(r"[^\r\n]")


class TooIntricate(Exception):
    """A request that it would take too long to divide."""


class UpdateParser:
    """The engine's parser. Nothing that it is given is done.

    Raises, whatever it is asked:
        TooIntricate: it was asked for too much.
    """

    def __init__(self, base: str | None = None, most: int = MOST_PARSED) -> None:
        self.base = base
        self._left = most

    def parses(self, text: str) -> bool:
        """Whether a text is an update."""
        self._left -= len(text)
        if self._left < 0:
            raise TooIntricate
        start = len(prologue_of(text))
        try:
            Store().update(text[:start] + _NEVER + text[start:], base_iri=self.base)
        except (SyntaxError, ValueError):
            return False
        except RuntimeError:
            return True
        return True

    def error(self, text: str) -> SyntaxError | None:
        """What the parser says against a text that is no update; only for use behind the walls."""
        try:
            Store().update(text, base_iri=self.base)
        except SyntaxError as error:
            return error
        except (RuntimeError, ValueError, OSError):
            return None
        return None


class NoUpdate(Exception):
    """A text that is no update; ``error`` has the parser's words, ``text`` is what it read."""

    def __init__(self, text: str, error: SyntaxError | None) -> None:
        super().__init__(error)
        self.text = text
        self.error = error


def prologue_of(text: str) -> str:
    """The declarations at the start of an update, and what stands between them."""
    found = _PROLOGUE.match(text)
    return found[0] if found else ""


def operations(text: str, parser: UpdateParser) -> list[str]:
    """The operations of a request, one by one, each with the declarations that hold for it.

    Those that only name graphs, such as CLEAR, may stay together with the next. A request may have
    declarations between its operations, which Oxigraph does not read.

    Raises:
        NoUpdate: it is none.
        TooIntricate: it would take too long to tell.
    """
    if not parser.parses(text) and not re.search(_LATER_PROLOGUE, text, re.IGNORECASE):
        raise NoUpdate(text, parser.error(text))
    parts: list[str] = []
    declared = shown = ""
    start = 0
    for found in _END.finditer(text):
        part = declared + text[start : found.end()]
        if parser.parses(part) and not parser.parses(part + _JUNK):
            parts.append(part)
            more = prologue_of(part)[len(declared) :]
            declared += more
            done = text[start + len(more) : found.end() + 1]
            shown += more + _NOT_A_LINE_END.sub(" ", done)
            start = found.end() + 1
    last = declared + text[start:]
    if parts and not parser.parses(last):
        shown += text[start:]
        raise NoUpdate(shown, parser.error(shown))
    return [part for part in (*parts, last) if len(prologue_of(part)) < len(part)]


def with_dataset(operation: str, clauses: str, parser: UpdateParser) -> str:
    """An operation with USING clauses before its WHERE, where it is one that may have them."""
    place = _first_where(operation, parser)
    if place is None:
        return operation
    changed = f"{operation[:place]}{clauses} {operation[place:]}"
    # DELETE WHERE has none
    return changed if parser.parses(changed) else operation


def using(graphs: Iterable[NamedNode], named: Iterable[NamedNode]) -> str:
    """USING clauses for a default graph and for named graphs."""
    return " ".join([*(f"USING {g}" for g in graphs), *(f"USING NAMED {g}" for g in named)])


def graphs_of_data(
    operation: str, base: str | None
) -> set[NamedNode | BlankNode | DefaultGraph] | None:
    """The graphs that INSERT DATA or DELETE DATA names; ``None`` for other operations."""
    start = len(prologue_of(operation))
    found = _DATA.match(operation, start)
    if found is None:
        return None
    said = Store()
    said.update(f"{operation[:start]}INSERT DATA{operation[found.end() :]}", base_iri=base)
    return {quad.graph_name for quad in said}


def seems_to_name(operation: str, graph: NamedNode, base: str | None) -> bool:
    """Whether an operation has a graph's name where graphs are named, in a usual spelling.

    True as well where a comment or string reads so.
    """
    iri = graph.value
    declared = _PREFIX.findall(prologue_of(operation))
    spelt = [
        f"<{iri}>",
        *(f"{name}:{iri[len(ns) :]}" for name, ns in declared if iri.startswith(ns)),
    ]
    if base is not None and iri.startswith(base):
        spelt.append(f"<{iri.removeprefix(base)}>")
    names = "|".join(map(re.escape, spelt))
    return (
        re.search(rf"{_BEFORE_A_GRAPH}{_GAP}*+(?:{names})(?![\w:%-])", operation, re.IGNORECASE)
        is not None
    )


def _first_where(operation: str, parser: UpdateParser) -> int | None:
    """Where the first WHERE stands that is a keyword; it belongs to the operation itself."""
    places = [found.start() for found in _WHERE.finditer(operation)]
    if not places or parser.parses(_without(places, operation)):
        return None
    # swapping the first few is harmless until a keyword is among them
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high) // 2
        if parser.parses(_without(places[: middle + 1], operation)):
            low = middle + 1
        else:
            high = middle
    return places[low]


def _without(places: list[int], text: str) -> str:
    letters = stand_in("where", text)
    pieces = []
    start = 0
    for place in places:
        pieces += [text[start:place], letters]
        start = place + len("where")
    return "".join([*pieces, text[start:]])
