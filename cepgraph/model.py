"""The content, compiled: rules from the ontology, the gate and the schema from the shapes."""

from functools import cached_property

import rdflib
from pyoxigraph import Quad, parse

from cepgraph.catalogue import Catalogue
from cepgraph.content import Content
from cepgraph.inference import Rules
from cepgraph.schema import Schema
from cepgraph.validation import Gate


class Model:
    """Everything that is derived from the content, each part made when it is first needed."""

    def __init__(self, content: Content) -> None:
        self.content = content

    @cached_property
    def ontology(self) -> list[Quad]:
        """The ontology's own triples: core and alignments."""
        return [quad for path in self.content.ontology() for quad in parse(path=str(path))]

    @cached_property
    def rules(self) -> Rules:
        """What the ontology entails."""
        return Rules(self.ontology)

    @cached_property
    def gate(self) -> Gate:
        """The SHACL gate."""
        return Gate(self.shapes, self.ontology)

    @cached_property
    def shapes(self) -> rdflib.Graph:
        """All shapes, as one graph."""
        graph = rdflib.Graph()
        for path in self.content.shapes():
            graph.parse(path, format="turtle")
        return graph

    @cached_property
    def schema(self) -> Schema:
        """Classes and fields."""
        return Schema(self.shapes, self.rules)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The queries that come with the content."""
        return Catalogue.from_files(self.content.queries())
