"""The service description: what a client learns when it asks ``/sparql`` nothing.

https://www.w3.org/TR/sparql11-service-description/
"""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from api.descriptions.extensions import FUNCTIONS, LANGUAGE
from api.descriptions.facts import Facts
from api.descriptions.statements import RDF, Statements, english, nodes
from api.descriptions.statistics import Statistics
from api.descriptions.void import count
from api.messages import Reply
from api.reading import Reading, representation
from api.sparql import PATH
from cepgraph.formats import GRAPH_FORMATS, RDF_FORMATS, RESULT_FORMATS, Format
from cepgraph.inference import Rules
from cepgraph.terms import (
    DCAT,
    DCTERMS,
    ENTAILMENT,
    FORMATS,
    RDFS,
    RDFS_LABEL,
    REGIMES,
    SD,
    VERSION_IRI,
    VOID,
    WHOLE,
    asserted_graph,
    is_entailed_graph,
)

UPDATE: Final = "/update"
GRAPHS: Final = "/graphs"
SIMPLE: Final = NamedNode(REGIMES + "Simple")
LABEL: Final = RDFS_LABEL.value
COMMENT: Final = RDFS + "comment"


@dataclass(frozen=True)
class Abilities:
    """What the settings and the application make of the service."""

    update: bool = False
    federation: bool = False


class ServiceDescription:
    """``/sparql`` without a query, for those who want RDF."""

    def __init__(self, facts: Facts, rules: Rules, abilities: Abilities) -> None:
        self._facts = facts
        self._rules = rules
        self._abilities = abilities

    async def reply(self, reading: Reading) -> Reply:
        """The description, in the form of ``Accept``."""
        media_type = reading.accepted(RDF)
        statistics = await self._facts.statistics(self._facts.newest())
        said = description(reading.origin, statistics, self._rules, self._abilities)
        return representation(said.written(media_type), media_type, statistics.version)


def description(
    origin: str, statistics: Statistics, rules: Rules, abilities: Abilities
) -> Statements:
    """Everything about the services at ``origin``."""
    said = Statements()
    endpoint = NamedNode(origin + PATH)
    service = NamedNode(f"{origin}{PATH}#service")
    dataset = NamedNode(f"{origin}{PATH}#dataset")
    said.a(service, SD + "Service", DCAT + "DataService")
    said.say(service, LABEL, english("SPARQL queries over all graphs"))
    said.say(service, SD + "endpoint", endpoint)
    said.say(service, DCAT + "endpointURL", endpoint)
    said.say(service, DCAT + "servesDataset", WHOLE)
    languages = ("SPARQL10Query", "SPARQL11Query")
    said.say(service, SD + "supportedLanguage", *nodes(SD + name for name in languages))
    said.say(service, SD + "languageExtension", *LANGUAGE)
    said.say(service, SD + "feature", NamedNode(SD + "UnionDefaultGraph"))
    if abilities.federation:
        said.say(service, SD + "feature", NamedNode(SD + "BasicFederatedQuery"))
    said.say(service, SD + "resultFormat", *map(format_of, (*RESULT_FORMATS, *GRAPH_FORMATS)))
    said.say(service, SD + "extensionFunction", *nodes(FUNCTIONS))
    said.say(service, SD + "defaultEntailmentRegime", ENTAILMENT)
    said.say(service, SD + "defaultDataset", dataset)
    said.say(service, SD + "availableGraphs", dataset)
    if abilities.update:
        _update(said, origin, dataset)
    _dataset(said, dataset, statistics)
    _entailment(said, rules)
    for extension, label in LANGUAGE.items():
        said.a(extension, SD + "Feature")
        said.say(extension, LABEL, english(label))
    for function in nodes(FUNCTIONS):
        said.a(function, SD + "Function")
        said.say(function, LABEL, function.value.replace("#", "/").rpartition("/")[2])
    return said


def format_of(form: Format) -> NamedNode:
    """The IRI of a format (https://www.w3.org/ns/formats/)."""
    known = form.rdf or form.results
    assert known is not None
    return NamedNode(FORMATS + known.iri.rpartition("/")[2])


def _update(said: Statements, origin: str, dataset: NamedNode) -> None:
    service = NamedNode(f"{origin}{UPDATE}#service")
    said.a(service, SD + "Service")
    said.say(service, LABEL, english("SPARQL updates of a publisher's own graphs, with a token"))
    said.say(
        service,
        COMMENT,
        english(
            f"RDF is taken by the graph store at {GRAPHS}; LOAD fetches nothing and is refused."
        ),
    )
    said.say(service, SD + "endpoint", NamedNode(origin + UPDATE))
    said.say(service, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Update"))
    said.say(service, SD + "feature", NamedNode(SD + "UnionDefaultGraph"))
    said.say(service, SD + "inputFormat", *map(format_of, RDF_FORMATS))
    said.say(service, SD + "defaultEntailmentRegime", ENTAILMENT)
    said.say(service, SD + "defaultDataset", dataset)


def _dataset(said: Statements, dataset: NamedNode, statistics: Statistics) -> None:
    version = NamedNode(f"{VERSION_IRI}{statistics.version}")
    union = NamedNode(dataset.value.replace("#dataset", "#default-graph"))
    said.a(dataset, SD + "Dataset", SD + "GraphCollection")
    said.say(dataset, DCTERMS + "isVersionOf", WHOLE)
    said.say(dataset, DCAT + "version", str(statistics.version))
    said.say(dataset, RDFS + "seeAlso", version)
    said.say(dataset, SD + "defaultGraph", union)
    graphs = {name: said.blank() for name in statistics.graphs}
    said.say(dataset, SD + "namedGraph", *graphs.values())
    said.a(union, SD + "Graph", VOID + "Dataset")
    count(said, union, statistics.whole)
    for name, node in graphs.items():
        graph = NamedNode(name)
        said.a(node, SD + "NamedGraph")
        said.say(node, SD + "name", graph)
        said.say(node, SD + "entailmentRegime", SIMPLE)
        said.say(node, SD + "graph", graph)
        said.a(graph, SD + "Graph", VOID + "Dataset")
        if is_entailed_graph(graph):
            said.say(graph, LABEL, english("What the ontology entails from a graph"))
            said.say(graph, DCTERMS + "source", asserted_graph(graph))
        count(said, graph, statistics.graphs[name])


def _entailment(said: Statements, rules: Rules) -> None:
    """What is worked out of the ontology; see ``cepgraph.inference``."""
    said.a(ENTAILMENT, SD + "EntailmentRegime")
    said.say(ENTAILMENT, LABEL, english("Entailments of the cepgraph ontology"))
    superclasses = sum(map(len, rules.superclasses.values()))
    properties = sum(map(len, rules.implied.values()))
    chains = sum(map(len, rules.chains.values()))
    said.say(
        ENTAILMENT,
        COMMENT,
        english(
            "A part of RDFS and of OWL 2 RL, worked out when a graph is published: superclasses, "
            "superproperties, equivalent classes and properties, inverse and symmetric properties, "
            "and property chains of two steps. The axioms are those of the ontology alone; what a "
            "graph says of classes and properties entails nothing. Each graph is taken by itself, "
            "and its conclusions stand in a graph of their own, whose name ends in /entailed. The "
            "default graph is the union of all of them; a named graph alone holds what was said. "
            "Domains, ranges, owl:sameAs, keys, restrictions and inconsistencies are not looked "
            "at. "
            f"At present {superclasses} pairs of classes, {properties} pairs of properties and "
            f"{chains} chains are followed."
        ),
    )
    seen = ("RDFS", "OWL-RDF-Based")
    said.say(ENTAILMENT, RDFS + "seeAlso", *nodes(REGIMES + name for name in seen))
