"""What the RDF parsers must not be given, found before they see it.

They keep one frame of their stack, or one copy of their state, for every level of nesting, and
expand every entity: a small file can end the process or occupy it for hours. No honest file is
nested so deep, and none of ours needs entities.
"""

import re
from xml.parsers import expat

import orjson

from cepgraph.errors import BadInput
from cepgraph.formats import JSON_LD, RDF_XML, Format
from ingest.octets import place_of

DEEPEST = 200
"""Levels of elements in RDF/XML. JSON has the 1,024 of its parser."""

_TURTLE_TOKEN = re.compile(
    rb'"""(?:[^"\\]++|\\.|""?(?!"))*+(?:""")?'
    rb"|'''(?:[^'\\]++|\\.|''?(?!'))*+(?:''')?"
    rb'|"(?:[^"\\\r\n]++|\\.)*+"?'
    rb"|'(?:[^'\\\r\n]++|\\.)*+'?"
    rb"|\#[^\r\n]*+"
    rb"|(?P<term><<)"
    rb"|<[^<>\s]*+",
    re.DOTALL,
)
"""Strings, comments and IRIs, closed or not, and what opens a triple term outside of them."""


def refuse_traps(content: bytes, form: Format, name: str) -> None:
    """Look for what would bring the parser of this format down.

    Raises:
        BadInput: declared entities, too deep nesting, triples inside triples, or no XML or JSON at
            all; says where.
    """
    if form == RDF_XML:
        _Elements(name).read(content)
    elif form == JSON_LD:
        _refuse_deep_json(content, name)
    elif b"<<" in content:
        _refuse_triple_terms(content, name)


class _Elements:
    """Walks the elements of an XML document; tells where it is not well formed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        # what the document says of its encoding does not count: it is UTF-8 by now
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._began
        self._parser.EndElementHandler = self._ended

    def read(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code) or "not well-formed"
            raise BadInput(
                f"no XML: {problem}", file=self._name, line=error.lineno, column=error.offset + 1
            ) from error

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise self._fault(f"the file calls itself {encoding}; save it as UTF-8")

    def _document_type(self, *_: object) -> None:
        raise self._fault(
            "a document type (DOCTYPE) and its entities are not accepted; write the text out"
        )

    def _began(self, *_: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(f"elements are nested more than {DEEPEST} levels deep")

    def _ended(self, _: str) -> None:
        self._depth -= 1

    def _fault(self, problem: str) -> BadInput:
        return BadInput(
            problem,
            file=self._name,
            line=self._parser.CurrentLineNumber,
            column=self._parser.CurrentColumnNumber + 1,
        )


def _refuse_deep_json(content: bytes, name: str) -> None:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadInput(
            f"no JSON: {error.msg}", file=name, line=error.lineno, column=error.colno
        ) from error


def _refuse_triple_terms(content: bytes, name: str) -> None:
    for token in _TURTLE_TOKEN.finditer(content):
        if token["term"]:
            line, column = place_of(content, token.start())
            raise BadInput(
                "a triple inside a triple (RDF 1.2) is not accepted",
                file=name,
                line=line,
                column=column,
            )
