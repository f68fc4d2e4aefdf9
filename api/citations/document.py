"""What is told of a citation: as JSON, and as JSON-LD in the words of schema.org."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.citations.canonical import Terms
from api.citations.citation import Citation
from api.citations.files import CANONICAL
from api.citations.standing import Difference, Standing
from api.citations.wording import CONTAINER, Wording
from api.rest import PREFIX

Json = dict[str, Any]

API: Final = f"{PREFIX}/citations"
PERMALINK: Final = "/citation"
QUERY: Final = "query.rq"
RESULT: Final = "result"
NEWEST: Final = "newest"
RESULTS: Final = {
    "select": ("csv", "tsv", "srj", "srx"),
    "ask": ("srj", "srx"),
    "graph": ("ttl", "nt", "jsonld", "rdf"),
}
"""Endings of the results of each form."""


@dataclass(frozen=True)
class Places:
    """The addresses of a citation; ``start`` is what the service's addresses begin with."""

    start: str
    citation: Citation

    @property
    def page(self) -> str:
        """The permalink."""
        return f"{self.start}{PERMALINK}/{self.citation.id}"

    @property
    def api(self) -> str:
        """Where it is JSON, whatever is accepted."""
        return f"{self.start}{API}/{self.citation.id}"

    @property
    def crate(self) -> str:
        """The research object."""
        return f"{self.page}.crate.zip"

    @property
    def query(self) -> str:
        """The text of the query."""
        return f"{self.page}/{QUERY}"

    @property
    def version(self) -> str:
        """The page of the version that was asked."""
        return f"{self.start}/version/{self.citation.asked.version}"

    @property
    def results(self) -> dict[str, str]:
        """The answer of that version, by the endings of its forms."""
        return self._answers(RESULT)

    @property
    def newest(self) -> dict[str, str]:
        """The answer of the newest version, likewise."""
        return self._answers(NEWEST)

    @property
    def canonical(self) -> str:
        """The canonical form of the answer."""
        return f"{self.page}/{CANONICAL[self.citation.outcome.form][0]}"

    def _answers(self, name: str) -> dict[str, str]:
        endings = RESULTS[self.citation.outcome.form]
        return {ending: f"{self.page}/{name}.{ending}" for ending in endings}


def told(citation: Citation, standing: Standing, places: Places, now: datetime) -> Json:
    """The whole account; see ``description`` for its schema."""
    asked, outcome = citation.asked, citation.outcome
    wording = Wording(citation, places.page, now)
    return {
        "id": citation.id,
        "url": places.page,
        "title": citation.title,
        "note": asked.note,
        "query": asked.query,
        "catalogueQuery": asked.catalogue.model_dump() if asked.catalogue else None,
        "defaultGraphs": asked.default_graphs,
        "namedGraphs": asked.named_graphs,
        "version": asked.version,
        "versionMade": citation.version_made,
        "cited": citation.cited,
        "form": outcome.form,
        "columns": outcome.columns,
        "count": outcome.count,
        "resultHash": outcome.hash,
        "orderMatters": citation.order_matters,
        "software": citation.software,
        "graphs": [graph.model_dump(by_alias=True) for graph in citation.graphs],
        "graphsAreThose": citation.basis,
        "licences": citation.licences,
        "verified": standing.verified,
        "current": current(citation, standing),
        "trouble": standing.trouble or None,
        "citeAs": {
            "text": wording.sentence(),
            "bibtex": wording.bibtex(),
            "ris": wording.ris(),
            "csl": wording.csl(),
        },
        "links": {
            "self": places.api,
            "page": places.page,
            "jsonld": f"{places.page}.jsonld",
            "query": places.query,
            "results": places.results,
            "newest": places.newest,
            "canonical": places.canonical,
            "crate": places.crate,
            "version": places.version,
        },
    }


def current(citation: Citation, standing: Standing) -> Json:
    """How the newest version answers."""
    newest = standing.newest
    return {
        "version": standing.version,
        "same": standing.same,
        "resultHash": None if newest is None else newest.hash,
        "count": None if newest is None else newest.count,
        "gone": _difference(citation, standing.gone),
        "new": _difference(citation, standing.new),
        "changes": [{"version": c.version, "when": c.when} for c in standing.changes],
    }


def names_of(citation: Citation) -> tuple[str, ...]:
    """What the terms of a difference are called, in their order."""
    if citation.outcome.form == "graph":
        return ("subject", "predicate", "object")
    return tuple(sorted(citation.outcome.columns))


def _difference(citation: Citation, difference: Difference | None) -> Json | None:
    if difference is None:
        return None
    names = names_of(citation)
    return {
        "count": difference.count,
        "first": [_row(names, terms) for terms in difference.first],
    }


def _row(names: tuple[str, ...], terms: Terms) -> Json:
    return {name: str(term) for name, term in zip(names, terms, strict=True) if term is not None}


def json_ld(citation: Citation, places: Places, now: datetime) -> Json:
    """The citation in the words of schema.org; what changes with the newest version is left out."""
    made = citation.version_made
    return {
        "@context": {"@vocab": "https://schema.org/"},
        "@id": places.page,
        "@type": "Dataset",
        "name": citation.title,
        **({"description": citation.asked.note} if citation.asked.note else {}),
        "url": {"@id": places.page},
        "identifier": citation.outcome.hash,
        "version": str(citation.asked.version),
        "dateCreated": citation.cited.isoformat(),
        **({"dateModified": made.isoformat()} if made else {}),
        "license": [{"@id": licence} for licence in citation.licences],
        "creditText": Wording(citation, places.page, now).sentence(),
        "isPartOf": {"@id": places.version, "@type": "Dataset", "name": CONTAINER},
        "isBasedOn": [
            {
                "@id": graph.id,
                "@type": "Dataset",
                "name": graph.title or graph.id,
                "license": [
                    *({"@id": licence} for licence in graph.licences),
                    *graph.licence_statements,
                ],
                "publisher": [
                    {"@id": body.id, "@type": "Organization", "name": body.name or body.id}
                    for body in graph.publishers
                ],
            }
            for graph in citation.graphs
        ],
        "subjectOf": {
            "@id": places.query,
            "@type": "SoftwareSourceCode",
            "programmingLanguage": "SPARQL",
            "text": citation.asked.standalone,
        },
        "distribution": [
            {"@type": "DataDownload", "contentUrl": {"@id": address}}
            for address in (*places.results.values(), places.crate)
        ],
    }
