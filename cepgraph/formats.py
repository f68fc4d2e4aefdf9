"""RDF and result formats: names, media types, file endings, and content negotiation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True)
class Format:
    """One way to write RDF or query results."""

    name: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]


TURTLE: Final = Format(
    "turtle",
    ("text/turtle", "application/x-turtle", "application/turtle"),
    ("ttl",),
    RdfFormat.TURTLE,
)
N_TRIPLES: Final = Format(
    "ntriples", ("application/n-triples", "text/plain"), ("nt",), RdfFormat.N_TRIPLES
)
JSON_LD: Final = Format(
    "jsonld",
    ("application/ld+json", "application/json", "application/x-json+ld"),
    ("jsonld",),
    RdfFormat.JSON_LD,
)
RDF_XML: Final = Format(
    "rdfxml",
    ("application/rdf+xml", "application/xml", "text/xml"),
    ("rdf", "owl", "xml"),
    RdfFormat.RDF_XML,
)
TRIG: Final = Format("trig", ("application/trig", "application/x-trig"), ("trig",), RdfFormat.TRIG)
N_QUADS: Final = Format(
    "nquads", ("application/n-quads", "text/x-nquads", "text/nquads"), ("nq",), RdfFormat.N_QUADS
)
N3: Final = Format("n3", ("text/n3", "text/rdf+n3", "application/n3"), ("n3",), RdfFormat.N3)

JSON_RESULTS: Final = Format(
    "json",
    ("application/sparql-results+json", "application/json"),
    ("srj", "json"),
    results=QueryResultsFormat.JSON,
)
XML_RESULTS: Final = Format(
    "xml",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    ("srx", "xml"),
    results=QueryResultsFormat.XML,
)
CSV_RESULTS: Final = Format("csv", ("text/csv",), ("csv",), results=QueryResultsFormat.CSV)
TSV_RESULTS: Final = Format(
    "tsv", ("text/tab-separated-values",), ("tsv",), results=QueryResultsFormat.TSV
)

RDF_FORMATS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
"""What is read and written."""
GRAPH_FORMATS: Final = (*RDF_FORMATS, N3)
"""What the graph that a query gives is written in: N3 too, of which Turtle is a part."""
RESULT_FORMATS: Final = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)


def by_ending(file_name: str) -> Format | None:
    """The RDF format that a file name's ending stands for."""
    ending = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    return next((f for f in RDF_FORMATS if ending in f.endings), None)


def by_name(name: str, formats: Sequence[Format]) -> Format | None:
    """The format called ``name``, by its short name, ending or media type.

    ``json-ld`` and ``rdf/xml`` are short names too. A media type may have parameters, and a space
    for the ``+`` that somebody wrote into a query string as it is.
    """
    wanted = name.partition(";")[0].strip().lower().replace(" ", "+")
    short = re.sub("[-+/]", "", wanted)
    for form in formats:
        if short == form.name or wanted in form.endings or wanted in form.media_types:
            return form
    return None


@dataclass(frozen=True)
class Preference:
    """One range of an ``Accept`` header."""

    media_range: str
    quality: float

    def match(self, media_type: str) -> int:
        """0 no match, 1 ``*/*``, 2 ``type/*``, 3 exact."""
        if self.media_range == media_type:
            return 3
        if self.media_range == "*/*":
            return 1
        kind, _, rest = self.media_range.partition("/")
        return 2 if rest == "*" and media_type.startswith(kind + "/") else 0


def parse_accept(accept: str | None) -> list[Preference]:
    """The ranges of an ``Accept`` header; a missing or empty one accepts everything."""
    if not accept or not accept.strip():
        return [Preference("*/*", 1.0)]
    preferences = []
    for part in accept.split(","):
        media_range, *parameters = [piece.strip() for piece in part.split(";")]
        if not media_range:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        preferences.append(Preference(media_range.lower(), quality))
    return preferences or [Preference("*/*", 1.0)]


def negotiate(accept: str | None, offered: Iterable[str]) -> list[str]:
    """The offered media types that are acceptable, best first (RFC 9110, 12.5.1).

    The most specific range that matches a type decides its quality; among equals the order of
    ``offered`` stands. An empty list means 406.
    """
    preferences = parse_accept(accept)
    ranked = []
    for position, media_type in enumerate(offered):
        matches = [(p.match(media_type), p.quality) for p in preferences if p.match(media_type)]
        if matches:
            quality = max(matches)[1]
            if quality > 0:
                ranked.append((-quality, position, media_type))
    return [media_type for _, _, media_type in sorted(ranked)]
