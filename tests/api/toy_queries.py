"""A content folder with three questions of its own, and a graph to ask them of."""

from pathlib import Path

from cepgraph.content import Content
from cepgraph.model import Model
from tests.api.site import Site
from tests.memory import MemoryGraph
from tests.test_resources import toy_content

PUPPETS = """\
#+ summary: Puppets and their strings
#+ description: All puppets that are known.
#+ row: one puppet
#+ tags: [puppets, counts]
#+ parameters:
#+   - {name: puppet, type: Puppet, description: Only this one., example: punch}
#+   - {name: name, type: string, description: Only of this name., example: Punch}
#+   - {name: strings, type: integer, description: Only with so many., example: 3}
#+   - {name: theme, type: 'concept:theme', description: Only on this., example: funding}
#+   - {name: born, type: date, description: Only of this year., example: 1662}
#+   - {name: weight, type: decimal, description: Only of this weight., example: 1.5}
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?puppet ?puppetLabel ?name ?strings ?theme ?born ?weight ?works ?note
WHERE {
  ?puppet a cep:Puppet ; rdfs:label ?puppetLabel ; cep:nick ?name ; cep:strings ?strings ;
    cep:born ?born ; cep:weight ?weight ; cep:works ?works .
  OPTIONAL { ?puppet cep:theme ?theme . ?theme a ?themed }
  OPTIONAL { ?puppet rdfs:comment ?note }
  FILTER (!BOUND(?theme) || BOUND(?themed))
}
ORDER BY ?puppetLabel
"""
KNOWN = """\
#+ summary: Whether a puppet is known
#+ description: Yes where it is.
#+ row: the answer
#+ tags: [puppets]
#+ parameters:
#+   - {name: puppet, type: Puppet, description: Which one., example: punch, required: true}
PREFIX cep: <https://w3id.org/cepgraph/ontology#>

ASK { ?puppet a cep:Puppet }
"""
AS_GRAPH = """\
#+ summary: Puppets as a graph
#+ description: What is said of puppets.
#+ row: one statement
#+ tags: [graphs]
#+ parameters:
#+   - {name: puppet, type: Puppet, description: Only this one., example: punch, default: punch}
PREFIX cep: <https://w3id.org/cepgraph/ontology#>

CONSTRUCT { ?puppet ?p ?o } WHERE { ?puppet a cep:Puppet ; ?p ?o }
"""
QUERIES = {"puppets": PUPPETS, "puppet-known": KNOWN, "puppets-as-graph": AS_GRAPH}

DATA = """
graph:theatre/stock {
  id:puppet/judy a cep:Puppet ; rdfs:label "Judy"@en ; cep:strings 5 ; cep:works false ;
      cep:nick "Judy" ; cep:weight 2 ; cep:born "1818"^^xsd:gYear ;
      rdfs:comment '=HYPERLINK("x", "y")' .
  id:puppet/punch a cep:Puppet ; rdfs:label "Punch" ; cep:strings 3 ; cep:works true ;
      cep:nick "Punch" ; cep:weight 1.50 ; cep:born "1662"^^xsd:gYear ;
      cep:theme concept:theme/funding .
  concept:theme/funding a skos:Concept .
}
"""


def toy_site(folder: Path, queries: dict[str, str] | None = None, root: str = "") -> Site:
    """A service whose content has these questions."""
    model = Model(content_with(folder, queries or QUERIES))
    return Site(MemoryGraph(model, DATA), model, root)


def content_with(folder: Path, queries: dict[str, str]) -> Content:
    """The project's ontology and shapes with a toy class and these questions."""
    content = toy_content(folder)
    (folder / "queries").mkdir()
    for name, text in queries.items():
        (folder / "queries" / f"{name}.rq").write_text(text, encoding="utf-8")
    return content
