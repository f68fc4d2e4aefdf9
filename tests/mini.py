"""A small world for kernel tests: four classes, every kind of constraint and inference.

People's things: an ``Owner`` has ``Pet``s; a ``Tie`` says which pet belongs to which club.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from cepgraph.content import Content
from cepgraph.graph import Amendment, KnowledgeGraph, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import CEP, GRAPH, ID, PREFIXES

ONTOLOGY = """
cep:Dataset a owl:Class .
cep:Entity a owl:Class .
cep:Animal a owl:Class ; rdfs:subClassOf cep:Entity .
cep:Pet a owl:Class ; rdfs:subClassOf cep:Animal .
cep:Owner a owl:Class ; rdfs:subClassOf cep:Entity .
cep:Club a owl:Class ; rdfs:subClassOf cep:Entity .
cep:Tie a owl:Class ; rdfs:subClassOf cep:Entity .
cep:owner a owl:ObjectProperty ; rdfs:subPropertyOf cep:related .
cep:related a owl:ObjectProperty .
cep:pet a owl:ObjectProperty ; owl:inverseOf cep:owner .
cep:friend a owl:ObjectProperty, owl:SymmetricProperty .
cep:club a owl:ObjectProperty .
cep:animal a owl:ObjectProperty .
cep:hasMember a owl:ObjectProperty ; owl:inverseOf cep:memberOf ;
    owl:propertyChainAxiom ( [ owl:inverseOf cep:club ] cep:animal ) .
cep:memberOf a owl:ObjectProperty .
cep:tag a owl:DatatypeProperty .
cep:born a owl:DatatypeProperty .
cep:died a owl:DatatypeProperty .
cep:limit a owl:DatatypeProperty .
"""

SHAPES = """
ceps:Dataset a sh:NodeShape ; sh:targetClass cep:Dataset ; rdfs:label "Dataset" ;
    ceps:kind "dataset" ; ceps:collection "datasets" ;
    sh:property ceps:Dataset-publisher .
ceps:Dataset-publisher a sh:PropertyShape ; sh:path dcterms:publisher ; sh:minCount 1 ;
    sh:severity sh:Violation ; sh:message "Say who publishes the graph." .

ceps:Entity a sh:NodeShape ; sh:targetClass cep:Entity ; rdfs:label "Entity" ;
    sh:property ceps:Entity-label .
ceps:Entity-label a sh:PropertyShape ; sh:path rdfs:label ; sh:order 1 ; sh:name "Label" ;
    ceps:field "label" ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
    sh:severity sh:Violation ; sh:message "Give one label." .

ceps:Animal a sh:NodeShape ; sh:targetClass cep:Animal ; rdfs:label "Animal" ;
    ceps:kind "animal" ; ceps:collection "animals" ;
    sh:property ceps:Animal-tag, ceps:Animal-dates .
ceps:Animal-tag a sh:PropertyShape ; sh:path ( cep:tag [ sh:inversePath cep:tag ] ) ;
    sh:maxCount 1 ; sh:severity sh:Violation ; sh:message "Another animal has this tag." .
ceps:Animal-dates a sh:PropertyShape ; sh:path cep:born ; sh:lessThanOrEquals cep:died ;
    sh:severity sh:Violation ; sh:message "Born after it died." .

ceps:Pet a sh:NodeShape ; sh:targetClass cep:Pet ; rdfs:label "Pet" ;
    rdfs:comment "An animal that somebody keeps." ;
    ceps:kind "pet" ; ceps:collection "pets" ;
    sh:not [ sh:class cep:Owner ] ; sh:severity sh:Violation ; sh:message "A pet is no owner." ;
    sh:property ceps:Pet-owner, ceps:Pet-friend, ceps:Pet-club .
ceps:Pet-owner a sh:PropertyShape ; sh:path cep:owner ; sh:order 10 ; sh:name "Owner" ;
    sh:minCount 1 ; sh:class cep:Owner ; sh:node ceps:named ;
    sh:severity sh:Violation ; sh:message "Name its owner." .
ceps:Pet-friend a sh:PropertyShape ; sh:path cep:friend ; sh:order 11 ; sh:name "Friend" ;
    sh:or ( [ sh:class cep:Pet ] [ sh:class cep:Owner ] ) ;
    sh:severity sh:Warning ; sh:message "Friends are pets or owners." .
ceps:Pet-club a sh:PropertyShape ; sh:path ( [ sh:inversePath cep:animal ] cep:club ) ;
    sh:maxCount 2 ; sh:severity sh:Warning ; sh:message "A pet in more than two clubs." .
ceps:named a sh:NodeShape ; sh:property ceps:named-label .
ceps:named-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minLength 2 ;
    sh:severity sh:Violation ; sh:message "Two letters at least." .

ceps:Owner a sh:NodeShape ; sh:targetClass cep:Owner ; rdfs:label "Owner" ;
    ceps:kind "owner" ; ceps:collection "owners" ; sh:property ceps:Owner-pets .
ceps:Owner-pets a sh:PropertyShape ; sh:path [ sh:inversePath cep:owner ] ; sh:order 10 ;
    sh:name "Pets" ; ceps:field "pets" ; sh:maxCount 3 ;
    sh:severity sh:Violation ; sh:message "More than three pets." .

ceps:Club a sh:NodeShape ; sh:targetClass cep:Club ; rdfs:label "Club" ;
    ceps:kind "club" ; ceps:collection "clubs" ; sh:sparql ceps:Club-limit .
ceps:Club-limit a sh:SPARQLConstraint ;
    sh:message "More members than the club's limit." ;
    ceps:reads ( [ sh:inversePath cep:club ] cep:animal ), cep:limit ;
    sh:select \"\"\"
        SELECT $this WHERE {
            $this <https://w3id.org/cepgraph/ontology#limit> ?limit .
            { SELECT $this (COUNT(DISTINCT ?animal) AS ?members) WHERE {
                ?tie <https://w3id.org/cepgraph/ontology#club> $this ;
                     <https://w3id.org/cepgraph/ontology#animal> ?animal .
            } GROUP BY $this }
            FILTER (?members > ?limit)
        }\"\"\" .

ceps:Tie a sh:NodeShape ; sh:targetClass cep:Tie ; rdfs:label "Tie" ;
    ceps:kind "tie" ; ceps:collection "ties" ; sh:property ceps:Tie-club, ceps:Tie-animal .
ceps:Tie-club a sh:PropertyShape ; sh:path cep:club ; sh:order 10 ; sh:name "Club" ;
    sh:minCount 1 ; sh:maxCount 1 ; sh:class cep:Club ; sh:severity sh:Violation ;
    sh:message "Name one club." .
ceps:Tie-animal a sh:PropertyShape ; sh:path cep:animal ; sh:order 11 ; sh:name "Animal" ;
    sh:minCount 1 ; sh:class cep:Animal ; sh:severity sh:Violation ; sh:message "Name an animal." .
"""

_PREFIXES = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
_NAMES = f"@prefix id: <{ID}> .\n"

HOME = NamedNode(GRAPH + "test/home")
AWAY = NamedNode(GRAPH + "test/away")


def write_content(root: Path, *, ontology: str = ONTOLOGY, shapes: str = SHAPES) -> Content:
    """A content folder of this small world, with empty queries and data."""
    for room in ("ontology/schemes", "shapes", "queries", "data/documents", "data/reference"):
        (root / room).mkdir(parents=True, exist_ok=True)
    (root / "ontology" / "core.ttl").write_text(_PREFIXES + ontology)
    (root / "shapes" / "all.ttl").write_text(_PREFIXES + shapes)
    return Content(root)


def open_graph(root: Path, model: Model, **options: object) -> KnowledgeGraph:
    """A knowledge graph in ``root/data``."""
    return KnowledgeGraph(root / "data", model, **options)  # type: ignore[arg-type]


def turtle(text: str) -> set[Triple]:
    """Triples of Turtle text, with our prefixes and ``id:``."""
    quads = parse(_PREFIXES + _NAMES + text, format=RdfFormat.TURTLE)
    return {quad.triple for quad in quads}


def described(graph: NamedNode, triples: Iterable[Triple]) -> set[Triple]:
    """The triples, with the least description that the graph needs."""
    return set(triples) | turtle(f"<{graph.value}> a cep:Dataset ; dcterms:publisher id:tester .")


def submission(text: str, graph: NamedNode = HOME) -> Submission:
    """A submission of one described graph."""
    return Submission({graph: described(graph, turtle(text))}, Provenance("tester", "test"))


def amendment(
    added: Mapping[NamedNode, str], removed: Mapping[NamedNode, str] | None = None
) -> Amendment:
    """An amendment of graphs, as Turtle text."""
    return Amendment(
        {graph: turtle(text) for graph, text in added.items()},
        {graph: turtle(text) for graph, text in (removed or {}).items()},
        Provenance("tester", "amend"),
    )


def thing(name: str) -> NamedNode:
    """``id:{name}``."""
    return NamedNode(ID + name)


def term(name: str) -> NamedNode:
    """``cep:{name}``."""
    return NamedNode(CEP + name)


def quads_of(graph: KnowledgeGraph, name: NamedNode) -> set[Quad]:
    """What the store holds in a graph."""
    return set(graph.store.graph(name))


def text(value: str) -> Literal:
    """A plain string."""
    return Literal(value)


def quad(triple: Triple, graph: NamedNode) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
