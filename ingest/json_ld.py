"""What JSON-LD would lose in silence: keys without a term, relative addresses, malformed ones.

Its algorithms drop them; a sender would see an accepted file and miss half of it. So the document
is read a second time, with terms of our own in every gap, which are then looked for.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from cepgraph.errors import BadInput

_NO_TERM = "x-no-term:"
_RELATIVE = "x-relative:"


def refuse_losses(content: bytes, name: str) -> None:
    """Refuse a well-formed document of which something would not become triples.

    Raises:
        BadInput: with the key or address, and the line on which it is first written.
    """
    marked = orjson.dumps(_with_vocabulary(orjson.loads(content)))
    seen: set[str] = set()
    quads = parse(marked, format=RdfFormat.JSON_LD, base_iri=f"{_RELATIVE}//here/", lenient=True)
    for quad in quads:
        for term in _terms(quad):
            if isinstance(term, NamedNode) and term.value not in seen:
                seen.add(term.value)
                _check_address(term.value, content, name)
            elif isinstance(term, Literal) and term.language and term.language not in seen:
                seen.add(term.language)
                _check_language(term.language, content, name)


def _with_vocabulary(document: Any) -> Any:
    """The document with a vocabulary behind its own context, for keys that stand for nothing."""
    for node in document if isinstance(document, list) else [document]:
        if isinstance(node, dict):
            context = node.get("@context", [])
            own = context if isinstance(context, list) else [context]
            node["@context"] = [{"@vocab": _NO_TERM}, *own]
    return document


def _terms(quad: Quad) -> Iterator[object]:
    yield from (quad.subject, quad.predicate, quad.object, quad.graph_name)
    if isinstance(quad.object, Literal):
        yield quad.object.datatype


def _check_address(iri: str, content: bytes, name: str) -> None:
    if iri.startswith(_NO_TERM):
        word = iri.removeprefix(_NO_TERM)
        raise _loss("the @context gives this word no meaning", word, content, name)
    if iri.startswith(_RELATIVE):
        written = iri.removeprefix(f"{_RELATIVE}//here/").removeprefix(_RELATIVE)
        raise _loss("this address is relative; write it in full", written, content, name)
    try:
        NamedNode(iri)
    except ValueError as error:
        raise _loss(f"this is no address: {error}", iri, content, name) from error


def _check_language(tag: str, content: bytes, name: str) -> None:
    try:
        Literal("", language=tag)
    except ValueError as error:
        raise _loss(f"this is no language tag: {error}", tag, content, name) from error


def _loss(problem: str, written: str, content: bytes, name: str) -> BadInput:
    at = content.find(written.encode())
    line = content.count(b"\n", 0, at) + 1 if at >= 0 else None
    return BadInput(problem, file=name, line=line, value=written)
