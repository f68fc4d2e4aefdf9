"""Documents as self-contained JSON-LD, and as triples.

A plain document leaves two things unsaid that JSON-LD needs: a number with a fraction would be read
as a float, and values that graphs disagree about stand beside the field instead of in it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import orjson
from pyoxigraph import RdfFormat, Triple, parse

from cepgraph.resources.document import Document
from cepgraph.resources.vocabulary import DECIMAL, Definition, Vocabulary

CONTEXT: Final = "@context"


def json_ld(vocabulary: Vocabulary, document: Document) -> Document:
    """A document with as much of the context as it uses.

    A JSON-LD processor reads exactly the asserted triples in it, without fetching anything. The
    document is that of one thing, or a page that has several in ``results``.
    """
    if "results" in document:
        whole = {**document, "results": [_exact(result) for result in document["results"]]}
    else:
        whole = _exact(document)
    used = {"@version", *_names(whole)}
    context: Definition = {
        name: definition for name, definition in vocabulary.context.items() if name in used
    }
    own = whole.pop(CONTEXT, None)
    return {CONTEXT: context if own is None else [context, own], **whole}


def triples(vocabulary: Vocabulary, documents: Sequence[Document]) -> list[Triple]:
    """The triples that documents tell, each once."""
    text = orjson.dumps(json_ld(vocabulary, {"results": documents}))
    quads = parse(text, format=RdfFormat.JSON_LD)
    return list(dict.fromkeys(quad.triple for quad in quads))


def _exact(document: Document) -> Document:
    """A copy in which fractions are decimals and every graph's value stands in its field."""
    alternatives = document.get("alternatives", {})
    made = {
        key: _fractions(value)
        for key, value in document.items()
        if key not in ("alternatives", CONTEXT)
    }
    for name, given in alternatives.items():
        values: list[Any] = []
        for alternative in given:
            value = _fractions(alternative["value"])
            if value not in values:
                values.append(value)
        made[name] = values
    return {CONTEXT: document[CONTEXT], **made} if CONTEXT in document else made


def _fractions(value: Any) -> Any:
    if isinstance(value, float):
        return {"@value": format(Decimal(repr(value)), "f"), "@type": DECIMAL}
    if isinstance(value, list):
        return [_fractions(item) for item in value]
    return value


def _names(value: Any) -> Iterator[str]:
    """Keys, and names of classes, that a document uses."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key == "type" and isinstance(inner, str):
                yield inner
            elif key == "types":
                yield from inner
            elif key != CONTEXT:
                yield from _names(inner)
