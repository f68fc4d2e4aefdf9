"""VoID: how much there is of what, and where to get it (https://www.w3.org/TR/void/)."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode

from api.descriptions.facts import Facts
from api.descriptions.statements import RDF, Statements, Value, english, nodes
from api.descriptions.statistics import Counts, Links, Part, Statistics
from api.messages import Reply
from api.reading import Reading, representation
from api.sparql import PATH
from api.variants import alternates, chosen
from cepgraph.errors import NotFound
from cepgraph.terms import (
    DCAT,
    DCTERMS,
    FOAF,
    ID,
    VOID,
    WHOLE,
)

ADDRESS: Final = "/.well-known/void"
TITLE: Final = "Cultural education partnerships in England"
SUMMARY: Final = (
    "A knowledge graph of cultural education partnerships in England: who works with whom, what it "
    "costs, what was found out, and which document says so."
)


class Void:
    """``/.well-known/void``."""

    def __init__(self, facts: Facts, examples: Iterable[NamedNode]) -> None:
        self._facts = facts
        self._classes = {cls.value for cls in examples}

    async def reply(self, reading: Reading) -> Reply:
        """The description, in the form of its ending or of ``Accept``."""
        reading.parameters()
        path, media_type = chosen(reading, RDF)
        if path:
            raise NotFound("page", ADDRESS.removeprefix("/") + path)
        statistics = await self._facts.statistics(self._facts.newest())
        said = description(reading.origin, statistics, self._classes)
        here = reading.root + ADDRESS
        headers = [("link", alternates(here, RDF, media_type))]
        body = said.written(media_type)
        return representation(body, media_type, statistics.version, headers)


def description(origin: str, statistics: Statistics, classes: set[str]) -> Statements:
    """All graphs together, each of them, and links; ``classes`` are those to give examples of."""
    said = Statements()
    document = NamedNode(origin + ADDRESS)
    said.a(document, VOID + "DatasetDescription")
    said.say(document, DCTERMS + "title", english(f"{TITLE}: what there is, counted"))
    said.say(document, FOAF + "primaryTopic", WHOLE)
    said.a(WHOLE, VOID + "Dataset", DCAT + "Dataset")
    said.say(WHOLE, DCTERMS + "title", english(TITLE))
    said.say(WHOLE, DCTERMS + "description", english(SUMMARY))
    said.say(WHOLE, DCAT + "version", str(statistics.version))
    said.say(WHOLE, FOAF + "homepage", NamedNode(origin + "/"))
    said.say(WHOLE, VOID + "uriSpace", ID)
    said.say(WHOLE, VOID + "sparqlEndpoint", NamedNode(origin + PATH))
    said.say(
        WHOLE,
        VOID + "dataDump",
        *nodes(f"{origin}/dumps/{statistics.version}.{form}.gz" for form in ("nq", "trig")),
    )
    said.say(WHOLE, VOID + "vocabulary", *nodes(_vocabularies(statistics)))
    count(said, WHOLE, statistics.whole)
    said.say(WHOLE, VOID + "documents", statistics.documents)
    said.say(WHOLE, VOID + "exampleResource", *nodes(_examples(statistics.classes, classes)))
    said.say(WHOLE, VOID + "subset", *nodes(statistics.graphs))
    partitions(said, WHOLE, statistics.classes, statistics.properties)
    for name, counts in statistics.graphs.items():
        graph = NamedNode(name)
        said.a(graph, VOID + "Dataset")
        count(said, graph, counts)
    for space in dict.fromkeys(links.space for links in statistics.links):
        _linked(said, space, [links for links in statistics.links if links.space == space])
    return said


def count(said: Statements, subject: NamedNode, counts: Counts) -> None:
    """What was counted, in the words of VoID."""
    said.say(subject, VOID + "triples", counts.triples)
    said.say(subject, VOID + "entities", counts.entities)
    said.say(subject, VOID + "classes", counts.classes)
    said.say(subject, VOID + "properties", counts.properties)
    said.say(subject, VOID + "distinctSubjects", counts.subjects)
    said.say(subject, VOID + "distinctObjects", counts.objects)


def partitions(
    said: Statements, dataset: NamedNode, classes: Iterable[Part], properties: Iterable[Part]
) -> None:
    """What there is of each class and property of a dataset."""
    for kind, parts in (("class", classes), ("property", properties)):
        for part in parts:
            node = said.blank()
            said.say(dataset, f"{VOID}{kind}Partition", node)
            said.say(node, VOID + kind, NamedNode(part.iri))
            counted: dict[str, Value | None] = {
                "entities": part.counts.entities,
                "triples": part.counts.triples,
                "distinctSubjects": part.counts.subjects,
                "distinctObjects": part.counts.objects,
            }
            for name, number in counted.items():
                said.say(node, VOID + name, number)


def namespace_of(iri: str) -> str:
    """What terms of one vocabulary begin with."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _vocabularies(statistics: Statistics) -> list[str]:
    terms = [part.iri for part in (*statistics.classes, *statistics.properties)]
    return sorted({namespace_of(term) for term in terms} - {""})


def _examples(parts: Iterable[Part], classes: set[str]) -> list[str]:
    found = [part.example for part in parts if part.iri in classes]
    return sorted({example for example in found if example.startswith(ID)})


def _linked(said: Statements, space: str, links: list[Links]) -> None:
    """Linksets to one other dataset."""
    target = said.blank()
    said.a(target, VOID + "Dataset")
    said.say(target, VOID + "uriSpace", space)
    for link in links:
        linkset = said.blank()
        said.a(linkset, VOID + "Linkset")
        said.say(linkset, VOID + "subjectsTarget", WHOLE)
        said.say(linkset, VOID + "objectsTarget", target)
        said.say(linkset, VOID + "linkPredicate", NamedNode(link.property))
        said.say(linkset, VOID + "triples", link.triples)
        said.say(WHOLE, VOID + "subset", linkset)
