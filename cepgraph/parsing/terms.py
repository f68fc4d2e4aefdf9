"""Terms as a query writes them, made N-Triples by the engine's own reader.

Prefixes, base, and escapes in names are resolved by pyoxigraph's Turtle parser, which has the same
rules for terms as its SPARQL parser.
"""

from collections.abc import Iterable
from typing import Any, Final

from pyoxigraph import Literal, RdfFormat, parse
from rdflib import BNode, URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

_LINE: Final = "<urn:x:s> <urn:x:p> {} .\n"


def header(prologue: Iterable[CompValue], base: str = "BASE", prefix: str = "PREFIX") -> str:
    """The declarations of a query, in their order, a line each; Turtle takes them too."""
    lines = [
        f"{base} <{one.iri}>" if one.name == "Base" else f"{prefix} {one.prefix or ''}: <{one.iri}>"
        for one in prologue
    ]
    return "".join(f"{line}\n" for line in lines)


def is_variable(term: Any) -> bool:
    """Whether a term stands for any: a variable, or a blank node."""
    return isinstance(term, Variable | BNode)


class Terms:
    """Collects IRIs of a query, and resolves them all at once."""

    def __init__(self, prologue: Iterable[CompValue]) -> None:
        self._header = header(prologue)
        self._written: dict[str, str] = {}

    def note(self, term: Any) -> str | None:
        """A name for a term until it is resolved, or ``None`` for one that may be any.

        The engine compares literals with a datatype by their value, and a line end in a literal may
        have been changed for rdflib's sake: those may be any.
        """
        if isinstance(term, URIRef):
            return self._keep(f"<{term}>")
        if not isinstance(term, CompValue):
            return None
        if term.name == "pname":
            return self._keep(f"{term.prefix or ''}:{term.localname or ''}")
        if term.name == "literal" and not term.datatype and "\n" not in term.string:
            literal = Literal(str(term.string), language=term.lang and str(term.lang))
            return self._keep(str(literal))
        return None

    def _keep(self, written: str) -> str:
        return self._written.setdefault(written, written)

    def resolved(self) -> dict[str, str]:
        """From the name of each term to the term in N-Triples syntax.

        Raises:
            SyntaxError: one cannot be resolved; the engine does not take the query either.
        """
        text = self._header + "".join(map(_LINE.format, self._written))
        quads = parse(text, format=RdfFormat.TURTLE)
        return {
            written: str(quad.object) for written, quad in zip(self._written, quads, strict=True)
        }
