"""The page at a permalink: everything that its template shows."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from pyoxigraph import BlankNode, Literal, NamedNode

from api.citations.canonical import FIRST, Terms
from api.citations.citation import Citation
from api.citations.document import Places, names_of
from api.citations.standing import SHOWN, Standing
from api.citations.wording import Wording, day
from api.html import Pages, Shown
from api.links import is_ours, link
from api.sparql import PATH as SPARQL
from cepgraph.terms import BASE, ID, XSD, shorten

TEMPLATE: Final = "citation.html"
LONGEST: Final = 600
"""Characters of a value that a table shows."""

_LABELS: Final = {
    "csv": "CSV",
    "tsv": "TSV",
    "srj": "JSON",
    "srx": "XML",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
}
_PLAIN: Final = (XSD + "string", XSD + "integer", XSD + "decimal", XSD + "date", XSD + "boolean")


def page(
    pages: Pages, citation: Citation, standing: Standing, root: str, origin: str, now: datetime
) -> bytes:
    """The page; ``root`` and ``origin`` as a ``Reading`` has them."""
    outcome, catalogue = citation.outcome, citation.asked.catalogue
    places = Places(origin, citation)
    here = Places(root, citation)
    opened = {"version": citation.asked.version, "query": citation.asked.query}
    fragment = urlencode(opened, quote_via=quote, safe="")
    columns = ("subject", "predicate", "object") if outcome.form == "graph" else outcome.columns
    return pages.render(
        TEMPLATE,
        root,
        title=citation.title,
        citation=citation,
        asked=citation.asked,
        outcome=outcome,
        standing=standing,
        places=places,
        here=here,
        wording=Wording(citation, places.page, now),
        day=day,
        cited=day(citation.cited),
        made=day(citation.version_made) if citation.version_made else "",
        graphs=[
            {
                "name": _iri(graph.id, root, graph.title),
                "publishers": [_iri(body.id, root, body.name) for body in graph.publishers],
                "licences": [
                    *(_iri(licence, root, _licence(licence)) for licence in graph.licences),
                    *(Shown(statement) for statement in graph.licence_statements),
                ],
            }
            for graph in citation.graphs
        ],
        columns=columns,
        rows=_rows(standing.first, root),
        names=names_of(citation),
        gone=_rows(standing.gone.first if standing.gone else None, root),
        new=_rows(standing.new.first if standing.new else None, root),
        first=FIRST,
        some=SHOWN,
        boolean=standing.first[0][0] if outcome.form == "ask" and standing.first else "",
        results=[(_LABELS[ending], address) for ending, address in here.results.items()],
        editor=f"{root}{SPARQL}#{fragment}",
        newest=[(_LABELS[ending], address) for ending, address in here.newest.items()],
        parameters=urlencode(catalogue.parameters) if catalogue else "",
    )


def _rows(rows: tuple[Terms, ...] | None, root: str) -> list[list[Shown | None]] | None:
    if rows is None:
        return None
    return [[_shown(term, root) for term in terms] for terms in rows]


def _shown(term: Any, root: str) -> Shown | None:
    match term:
        case NamedNode():
            return _iri(term.value, root)
        case Literal():
            plain = term.language or term.datatype.value in _PLAIN
            note = "" if plain else shorten(term.datatype.value)
            return Shown(_short(term.value), note=note, language=term.language or "")
        case BlankNode():
            return Shown(str(term))
        case None:
            return None
    return Shown(str(term))


def _iri(iri: str, root: str, name: str = "") -> Shown:
    href = link(iri, root)
    elsewhere = href is not None and not is_ours(iri)
    return Shown(name or _short(_named(iri)), href, elsewhere=elsewhere)


def _named(iri: str) -> str:
    """``challenge/pl-t-15`` of a thing of the graph's own, otherwise with a prefix or in full."""
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    short = shorten(iri)
    return iri.removeprefix(BASE) if short == iri and iri.startswith(BASE) else short


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _licence(iri: str) -> str:
    """``CC BY 4.0`` of the address of a Creative Commons licence, otherwise the address."""
    parts = iri.rstrip("/").split("creativecommons.org/licenses/")
    kind, _, version = parts[-1].partition("/")
    if len(parts) == 2 and kind and version:
        return f"CC {kind.upper()} {version.replace('/', ' ').upper()}"
    return iri
