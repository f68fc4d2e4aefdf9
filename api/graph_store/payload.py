"""What PUT and POST send: in which RDF format it is.

https://www.w3.org/TR/sparql11-http-rdf-update/#graph-management
"""

import re
from email.message import Message
from pathlib import Path
from typing import Final

from api.problems import HttpProblem
from api.submissions.form import MEDIA_TYPE as FORM
from api.submissions.form import Received
from cepgraph.formats import JSON_LD, RDF_FORMATS, RDF_XML, TURTLE, Format, by_ending

ACCEPTED: Final = ", ".join(form.media_type for form in RDF_FORMATS)
_OFFER: Final = {
    "accept": ACCEPTED,
    "accept-put": ACCEPTED,
    "accept-post": f"{ACCEPTED}, {FORM}",
}
_UNKNOWN: Final = "application/octet-stream"
_UTF_8: Final = (None, "utf-8", "us-ascii")
_SAMPLE: Final = 4096
_XML: Final = re.compile(rb"\s*<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z][\w.-]*(?::RDF\b|\s+xmlns))")
_JSON: Final = re.compile(rb"\s*(?:\{|\[\s*\{)")
_BOM: Final = b"\xef\xbb\xbf"


def kind_of(content_type: str) -> str:
    """The media type of a header, in lower case; empty where there is none.

    Raises:
        HttpProblem: 415, for a character set other than UTF-8.
    """
    message = Message()
    message["content-type"] = content_type
    charset = message.get_content_charset()
    if charset not in _UTF_8:
        raise HttpProblem(415, f"the character set {charset} is not read; use utf-8")
    # what is no media type would be given as text/plain
    return content_type.partition(";")[0].strip().lower()


def refuse_other_than_rdf(kind: str) -> Format | None:
    """The format of a media type; ``None`` where none is said.

    Raises:
        HttpProblem: 415.
    """
    if kind in ("", _UNKNOWN):
        return None
    for form in RDF_FORMATS:
        if kind in form.media_types:
            return form
    raise HttpProblem(415, f"a graph is sent as {ACCEPTED} (found {kind})", _OFFER)


def named(received: Received) -> tuple[Path, str]:
    """A file of a form, and a name whose ending says its format.

    Raises:
        HttpProblem: 415, for another format; 400, where nothing says which it is.
    """
    form = refuse_other_than_rdf(received.media_type) or by_ending(received.name)
    if form is None:
        problem = f"{received.name}: neither its type nor its ending says which format it is"
        raise HttpProblem(400, problem)
    fits = by_ending(received.name) == form
    return received.path, received.name if fits else f"{received.name}.{form.endings[0]}"


def guessed(path: Path) -> Format:
    """The format of a body that comes without a type: RDF/XML, unless it is clearly another."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE).removeprefix(_BOM)
    if _JSON.match(start):
        return JSON_LD
    return RDF_XML if not start.strip() or _XML.match(start) else TURTLE
