"""The project's own classes, and a toy world that templates are made for without any Python."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.schema import ClassSchema
from ingest.columns import Column, columns_of
from ingest.lists import Lists
from ingest.template.page import version_of
from ingest.template.workbook import workbook
from tests import mini

_TOYS = """
<https://w3id.org/cepgraph/shapes> a owl:Ontology ; owl:versionInfo "9.8.7" .
ceps:Dataset sh:property ceps:Dataset-note .
ceps:Dataset-note a sh:PropertyShape ; sh:path cep:tag ; sh:order 10 ; sh:name "Terms" ;
    sh:description "On what terms." ; sh:datatype xsd:string ; sh:maxCount 1 .
ceps:Toy a sh:NodeShape ; sh:targetClass cep:Toy ; rdfs:label "Toy" ;
    rdfs:comment "Something to play with." ; ceps:kind "toy" ; ceps:collection "toys" ;
    sh:property ceps:Toy-code, ceps:Toy-bought, ceps:Toy-since, ceps:Toy-parts, ceps:Toy-price,
        ceps:Toy-weight,
        ceps:Toy-loud, ceps:Toy-size, ceps:Toy-colour, ceps:Toy-colours, ceps:Toy-owner,
        ceps:Toy-page, ceps:Toy-page-recommended, ceps:Toy-odd, ceps:Toy-formula .
ceps:Toy-code a sh:PropertyShape ; sh:path cep:tag ; sh:order 10 ; sh:name "Code" ;
    sh:description "Its code." ; ceps:example "007" ; sh:datatype xsd:string ; sh:minCount 1 ;
    sh:maxCount 1 .
ceps:Toy-bought a sh:PropertyShape ; sh:path cep:born ; sh:order 11 ; sh:name "Bought" ;
    ceps:field "bought" ; ceps:example "2024-07-03" ; sh:datatype xsd:date ; sh:maxCount 1 .
ceps:Toy-since a sh:PropertyShape ; sh:path cep:died ; sh:order 12 ; sh:name "Since" ;
    ceps:field "since" ; ceps:example "2024-07" ; sh:maxCount 1 ;
    sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] ) .
ceps:Toy-parts a sh:PropertyShape ; sh:path cep:parts ; sh:order 13 ; sh:name "Parts" ;
    ceps:example "4" ; sh:datatype xsd:integer ; sh:maxCount 1 .
ceps:Toy-price a sh:PropertyShape ; sh:path cep:price ; sh:order 14 ; sh:name "Price" ;
    ceps:example "3300.00" ; sh:datatype xsd:decimal ; sh:maxCount 1 .
ceps:Toy-weight a sh:PropertyShape ; sh:path cep:weight ; sh:order 14.5 ; sh:name "Weight" ;
    ceps:example "120" ; sh:maxCount 1 ;
    sh:or ( [ sh:datatype xsd:decimal ] [ sh:datatype xsd:integer ] ) .
ceps:Toy-loud a sh:PropertyShape ; sh:path cep:loud ; sh:order 15 ; sh:name "Loud" ;
    ceps:example "false" ; sh:datatype xsd:boolean ; sh:maxCount 1 .
ceps:Toy-size a sh:PropertyShape ; sh:path cep:size ; sh:order 16 ; sh:name "Size" ;
    ceps:example "large" ; sh:in ( "small" "large" ) ; sh:maxCount 1 .
ceps:Toy-colour a sh:PropertyShape ; sh:path cep:colour ; sh:order 17 ; sh:name "Colour" ;
    ceps:field "colour" ; ceps:example "red" ; sh:maxCount 1 ;
    ceps:scheme <https://w3id.org/cepgraph/concept/colour> .
ceps:Toy-colours a sh:PropertyShape ; sh:path cep:colours ; sh:order 18 ; sh:name "Other colours" ;
    ceps:scheme <https://w3id.org/cepgraph/concept/colour> .
ceps:Toy-owner a sh:PropertyShape ; sh:path cep:owner ; sh:order 19 ; sh:name "Owner" ;
    ceps:example "owner/ann" ; sh:class cep:Owner .
ceps:Toy-page a sh:PropertyShape ; sh:path foaf:homepage ; sh:order 20 ; sh:name "Page" ;
    ceps:example "https://example.org/" ; sh:nodeKind sh:IRI ; sh:maxCount 1 .
ceps:Toy-page-recommended a sh:PropertyShape ; sh:path foaf:homepage ; sh:minCount 1 ;
    sh:severity sh:Warning .
ceps:Toy-odd a sh:PropertyShape ; sh:path cep:odd ; sh:order 21 ; sh:name "Odd <&> \\u0001 one" ;
    sh:description "]]> <b>&amp; \\u0001\\u000B\\uFFFE _x0041_ \\U0001F3AD" ;
    ceps:example "a\\u0002b" ; sh:datatype xsd:string .
ceps:Toy-formula a sh:PropertyShape ; sh:path cep:formula ; sh:order 22 ; sh:name "=1+1" ;
    ceps:field "formula" ; ceps:example "=HYPERLINK(\\"https://example.org/\\")" ;
    sh:description "=cmd()" ; sh:datatype xsd:string .
ceps:Doll a sh:NodeShape ; sh:targetClass cep:Doll ; rdfs:label "Doll" ; ceps:kind "doll" ;
    ceps:collection "dolls" ; sh:property ceps:Doll-hair .
ceps:Doll-hair a sh:PropertyShape ; sh:path cep:hair ; sh:order 30 ; sh:name "Hair" ;
    ceps:field "hair" ; ceps:example "curly" ; sh:datatype xsd:string ; sh:minCount 1 .
ceps:Ball a sh:NodeShape ; sh:targetClass cep:Ball ; rdfs:label "Ball" ; ceps:kind "ball" ;
    ceps:collection "balls" .
"""
_ONTOLOGY = """
cep:Toy a owl:Class ; rdfs:subClassOf cep:Entity .
cep:Doll a owl:Class ; rdfs:subClassOf cep:Toy .
cep:Ball a owl:Class ; rdfs:subClassOf cep:Toy .
"""
_COLOURS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix colour: <https://w3id.org/cepgraph/concept/colour/> .
<https://w3id.org/cepgraph/concept/colour> a skos:ConceptScheme ; skos:prefLabel "Colours"@en .
colour:red skos:inScheme <https://w3id.org/cepgraph/concept/colour> ;
    skos:prefLabel "Bright red"@en ; skos:definition "As a pillar box."@en .
colour:blue skos:inScheme <https://w3id.org/cepgraph/concept/colour> ;
    skos:prefLabel "Blue, dark"@en .
"""


@dataclass(frozen=True)
class World:
    """A content folder, compiled."""

    model: Model
    lists: Lists

    def cls(self, name: str) -> ClassSchema:
        return self.model.schema.collection(name)

    def columns(self, name: str) -> dict[str, Column]:
        return {c.name: c for c in columns_of(self.cls(name), self.model.schema)}

    def bytes(self, *names: str) -> bytes:
        """A workbook of some classes."""
        classes = [self.cls(name) for name in names]
        version = version_of(self.model.shapes)
        return workbook(classes, self.model.schema, self.lists, version)


def opened(made: bytes) -> Workbook:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(BytesIO(made))


@pytest.fixture(scope="session")
def real() -> World:
    """The project's own content."""
    content = Content.default()
    return World(Model(content), Lists(content))


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., World]:
    """``make(shapes)`` is the small world with more shapes."""

    def made(shapes: str = "", ontology: str = "", schemes: str = "") -> World:
        root: Path = tmp_path_factory.mktemp("content")
        content = mini.write_content(
            root, ontology=mini.ONTOLOGY + ontology, shapes=mini.SHAPES + shapes
        )
        (root / "ontology" / "schemes" / "colour.ttl").write_text(schemes)
        return World(Model(content), Lists(content))

    return made


@pytest.fixture(scope="session")
def toys(make: Callable[..., World]) -> World:
    """A world with toys, and graphs that are described."""
    graphs = 'ceps:Dataset ceps:iriPrefix "https://w3id.org/cepgraph/graph/" .\n'
    return make(graphs + _TOYS, _ONTOLOGY, _COLOURS)
