"""The forms that a document comes in: by the ending of its address, or by ``Accept``."""

from typing import Final

from api.reading import HTML, JSON, JSON_LD_TYPE, N_TRIPLES_TYPE, TURTLE_TYPE, Reading
from cepgraph.formats import RDF_XML

ENDINGS: Final = {
    ".html": HTML,
    ".ttl": TURTLE_TYPE,
    ".jsonld": JSON_LD_TYPE,
    ".json": JSON,
    ".nt": N_TRIPLES_TYPE,
    ".rdf": RDF_XML.media_type,
}
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: Final = [("content-security-policy", POLICY), ("referrer-policy", "no-referrer")]
"""Pages load nothing but their own stylesheet and icon, and run no scripts."""


def chosen(reading: Reading, offered: tuple[str, ...]) -> tuple[str, str]:
    """The path without its ending, and the media type that is asked for.

    Raises:
        HttpProblem: 406.
    """
    for ending, media_type in ENDINGS.items():
        if media_type in offered and reading.path.endswith(ending):
            return reading.path.removesuffix(ending), media_type
    return reading.path, reading.accepted(offered)


def alternates(here: str, offered: tuple[str, ...], asked: str) -> str:
    """The ``Link`` header that tells the other forms of a document."""
    return ", ".join(
        f'<{here}{ending}>; rel="alternate"; type="{media_type}"'
        for ending, media_type in ENDINGS.items()
        if media_type in offered and media_type != asked
    )
