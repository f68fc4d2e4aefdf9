"""Citations made by hand, and a log with graphs that describe themselves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.citations.citation import Asked, Citation, GraphUsed, Outcome, Publisher
from cepgraph.terms import CEP, DCTERMS, GRAPH, RDFS_LABEL
from tests.engine.support import Log

PATH = "/api/v1/citations"
BY = "https://creativecommons.org/licenses/by/4.0/"
PETS = GRAPH + "arts-connect/pets"
CLUBS = GRAPH + "a-new-direction/clubs"
NAMES = "SELECT ?thing ?name { ?thing <urn:name> ?name }"
WHEN = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)


def begin(folder: Path) -> Log:
    """Two graphs, of two publishers and under two kinds of licence, at version 1."""
    log = Log(folder)
    log.publish(
        f"""
        <{PETS}> <{RDFS_LABEL.value}> "Pets" <{PETS}>
        <{PETS}> <{DCTERMS}publisher> <urn:arts-connect> <{PETS}>
        <{PETS}> <{DCTERMS}license> <{BY}> <{PETS}>
        <urn:arts-connect> <{RDFS_LABEL.value}> "Arts Connect" <{PETS}>
        <urn:rex> <urn:name> "Rex" <{PETS}>
        <urn:tom> <urn:name> "Tom" <{PETS}>
        <{CLUBS}> <{RDFS_LABEL.value}> "Clubs" <{CLUBS}>
        <{CLUBS}> <{DCTERMS}publisher> <urn:a-new-direction> <{CLUBS}>
        <{CLUBS}> <{CEP}licenceStatement> "not stated" <{CLUBS}>
        <urn:club> <urn:takes> <urn:rex> <{CLUBS}>
        """
    )
    return log


def citation(**fields: Any) -> Citation:
    """A citation of two rows from one graph; ``fields`` are of the citation or of what it asks."""
    asked = {"query": NAMES, "version": 3, "title": "Names of pets", "note": ""}
    asked |= {name: fields.pop(name) for name in tuple(fields) if name in Asked.model_fields}
    made: dict[str, Any] = {
        "asked": Asked(**asked),
        "cited": WHEN,
        "version_made": datetime(2026, 4, 1, 12, 0, tzinfo=UTC),
        "outcome": Outcome(
            form="select", columns=("thing", "name"), count=2, hash=f"sha256:{'0' * 64}"
        ),
        "graphs": (
            GraphUsed(
                id=PETS,
                title="Pets",
                publishers=(Publisher(id="urn:arts-connect", name="Arts Connect"),),
                licences=(BY,),
            ),
        ),
        "basis": "needed",
        "order_matters": False,
        "software": "cepgraph 1 with pyoxigraph 2",
    }
    return Citation(**{**made, **fields})
