"""The elements of an XML part, one after the other, without a tree in memory."""

from collections.abc import Callable, Iterable
from typing import Final
from xml.parsers import expat

from cepgraph.errors import BadInput

_TOO_LONG: Final = 1 << 16
"""Characters of one text that are kept, or some more."""
_LONGEST_TAG: Final = 4 << 20


class Elements:
    """Walks through a part; names of elements come without their prefix.

    ``begin`` is called for every element with its attributes, ``end`` for every end.
    """

    def __init__(
        self,
        name: str,
        begin: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
    ) -> None:
        self._name = name
        self._begin = begin
        self._end = end
        self._depth = 0
        self._text: list[str] = []
        self._length = 0
        self._then: Callable[[str], None] | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._began
        self._parser.EndElementHandler = self._ended if end is not None else None

    def read(self, chunks: Iterable[bytes]) -> None:
        """Walk through.

        Raises:
            BadInput: no well-formed XML, or with a document type.
        """
        given = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
                given += len(chunk)
                # each chunk makes the parser begin anew with a tag that has not ended
                if given - self._parser.CurrentByteIndex > _LONGEST_TAG:
                    raise BadInput("the file is damaged: a tag in it has no end", file=self._name)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            problem = "the file is damaged: a part of it is no well-formed XML; save it again"
            raise BadInput(problem, file=self._name) from error

    def listen(self, then: Callable[[str], None]) -> None:
        """Hand the text of the element that begins here to ``then``, when the element ends."""
        if self._then is None:
            self._text, self._depth, self._then = [], 0, then
            self._length = 0
            self._parser.CharacterDataHandler = self._gather
            self._parser.EndElementHandler = self._ended

    def _gather(self, text: str) -> None:
        if self._length < _TOO_LONG:
            self._length += len(text)
            self._text.append(text)

    def _document_type(self, *_: object) -> None:
        problem = "a document type (DOCTYPE) and its entities are not accepted in a workbook"
        raise BadInput(problem, file=self._name)

    def _began(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._begin(tag.rpartition(":")[2] if ":" in tag else tag, attributes)

    def _ended(self, tag: str) -> None:
        if self._then is not None:
            self._depth -= 1
            if self._depth < 0:
                then, self._then = self._then, None
                self._parser.CharacterDataHandler = None
                self._parser.EndElementHandler = self._ended if self._end is not None else None
                then("".join(self._text))
        if self._end is not None:
            self._end(tag.rpartition(":")[2] if ":" in tag else tag)


def local(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their names without prefix."""
    return {key.rpartition(":")[2]: value for key, value in attributes.items()}
