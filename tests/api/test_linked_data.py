"""Linked data: addresses of things lead to documents, in HTML to read and in RDF to process."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from cepgraph.model import Model
from cepgraph.terms import ID
from ingest.seed import seed
from tests.api.site import Site
from tests.memory import MemoryGraph, project_model
from tests.test_resources import TOY_DATA, toy_content

TRIG = r"""
graph:network/notes {
  graph:network/notes a cep:Dataset ; rdfs:label "Notes of the network" ;
      dcterms:publisher id:organisation/network ;
      dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
      dcterms:source id:source/minutes .
  id:organisation/network a cep:Organisation ; rdfs:label "Network" .
  id:source/minutes a cep:Source ; rdfs:label "Minutes" .
  id:challenge/late-data a cep:Challenge ; rdfs:label "Late data" ;
      dcterms:description "Figures come late." ; cep:statement "Data is late." ;
      cep:theme concept:theme/evaluation ; dcterms:source id:source/minutes .
  id:idea/shared-office a cep:Idea ; rdfs:label "Shared office" ;
      cep:addresses id:challenge/late-data .
}
graph:cepgraph/schemes {
  concept:theme a skos:ConceptScheme ; skos:prefLabel "Themes"@en .
  concept:theme/evaluation a skos:Concept ; skos:prefLabel "Evaluation"@en ;
      skos:inScheme concept:theme .
  id:challenge/late-data a cep:Challenge ; rdfs:label "Data that is late" .
}
"""
EVIL = r"""
graph:evil/one {
  graph:evil/one a cep:Dataset ; rdfs:label "<b>graph</b>" ;
      cep:licenceStatement "</p><script>alert(1)</script>" .
  id:organisation/evil a cep:Organisation ; rdfs:label "<script>alert('x')</script>" ;
      dcterms:description "\" onmouseover=\"alert(1)" ;
      skos:altLabel "\u202Eright to left", "مرحبا", "🎭", "{{ 7 * 7 }}" ;
      foaf:homepage <javascript:alert(1)>, <JavaScript:alert(2)>, <https://example.org/?a=%22&b> ;
      owl:sameAs <data:text/html,x>, <vbscript:x> ;
      <javascript:property> "<i>value</i>" ; ex:link <javascript:alert(3)> .
  <javascript:thing> a cep:Idea ; rdfs:label "Thing" ; dcterms:source id:organisation/evil .
}
"""


class Page(HTMLParser):
    """What a browser would find: links, elements, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part of the parser."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Part of the parser."""
        self.text += data

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [attributes.get("href") or "" for tag, attributes in self.elements if tag == "a"]


@pytest.fixture(scope="module")
def model() -> Model:
    return project_model()


@pytest.fixture
def client(model: Model) -> Site:
    return Site(MemoryGraph(model, TRIG), model)


@pytest.fixture
def evil(model: Model) -> Site:
    return Site(MemoryGraph(model, EVIL), model)


# -- addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "document"),
    [
        ("/id/challenge/late-data", "/doc/challenge/late-data"),
        ("/concept/theme/evaluation", "/doc/concept/theme/evaluation"),
        ("/concept/theme", "/doc/concept/theme"),
        ("/graph/network/notes", "/doc/graph/network/notes"),
    ],
)
def test_address_of_a_thing_sees_other(client: Site, address: str, document: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.headers["location"] == document
    assert client.get(document).status_code == 200


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("application/n-triples", "application/n-triples"),
        ("text/turtle;q=0.2, application/ld+json;q=0.9", "application/ld+json"),
    ],
)
def test_document_comes_in_the_form_that_is_asked_for(
    client: Site, accept: str, media_type: str
) -> None:
    answer = client.get("/doc/challenge/late-data", accept=accept)
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["vary"] == "Accept"
    place = answer.headers["content-location"]
    assert client.get(place, accept="image/png").content == answer.content


def test_all_forms_tell_the_same_triples(client: Site) -> None:
    forms = {
        ".ttl": RdfFormat.TURTLE,
        ".nt": RdfFormat.N_TRIPLES,
        ".jsonld": RdfFormat.JSON_LD,
    }
    told = [
        {
            quad.triple
            for quad in pyoxigraph.parse(
                client.get(f"/doc/challenge/late-data{ending}").content, format=form
            )
        }
        for ending, form in forms.items()
    ]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) > 5


def test_other_forms_are_linked(client: Site) -> None:
    header = client.get("/doc/challenge/late-data").headers["link"]
    assert '</doc/challenge/late-data.ttl>; rel="alternate"; type="text/turtle"' in header


def test_form_that_is_not_there_is_406(client: Site) -> None:
    answer = client.get("/doc/challenge/late-data", accept="application/pdf")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_thing_is_404_with_near_ones(client: Site) -> None:
    answer = client.get("/doc/challenge/late-dta")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == ["challenge/late-data"]


@pytest.mark.parametrize("path", ["nonsense", "a/b/c", "challenge/%3Cscript%3E", "%22", "id"])
def test_address_of_nothing_is_404(client: Site, path: str) -> None:
    answer = client.get(f"/doc/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_address_that_is_no_iri_is_404(client: Site) -> None:
    assert client.get("/id/a%20b").status_code == 404
    assert client.get("/id/").status_code == 404


def test_redirect_stays_on_this_host(client: Site) -> None:
    for odd in ("/id//example.org/x", "/id/%2F%2Fexample.org", "/id/challenge/%0d%0aX:1"):
        answer = client.get(odd)
        location = answer.headers.get("location", "/doc/")
        assert location.startswith("/doc/")
        assert "\n" not in location


# -- pages -----------------------------------------------------------------------------------------


def test_page_shows_label_class_description_and_properties_in_order(client: Site) -> None:
    page = Page(client.get("/doc/challenge/late-data").text)
    order = ["Challenge", "Late data", "Figures come late.", "Statement", "Theme", "Source"]
    places = [page.text.index(text, page.text.index("Skip")) for text in order]
    assert places == sorted(places)
    assert "/doc/concept/theme/evaluation" in page.links
    assert "/doc/idea/shared-office" in page.links


def test_page_says_which_graphs_say_it_under_which_licence(client: Site) -> None:
    page = Page(client.get("/doc/challenge/late-data").text)
    for place in (
        "/doc/graph/network/notes",
        "/doc/organisation/network",
        "https://creativecommons.org/licenses/by/4.0/",
        "/doc/source/minutes",
    ):
        assert place in page.links


def test_page_shows_where_graphs_differ(client: Site) -> None:
    text = Page(client.get("/doc/challenge/late-data").text).text
    assert "Graphs differ" in text
    assert "Data that is late" in text


def test_page_shows_what_points_here_counted(client: Site) -> None:
    page = Page(client.get("/doc/source/minutes").text)
    assert re.search(r"under “Source”\s*2", page.text)
    assert "/doc/challenge/late-data" in page.links


def test_what_points_here_is_bounded(model: Model) -> None:
    ideas = "\n".join(
        f'id:idea/i{n} a cep:Idea ; rdfs:label "I {n}" ; dcterms:source id:source/s .'
        for n in range(1200)
    )
    trig = f'graph:a/b {{ id:source/s a cep:Source ; rdfs:label "S" . {ideas} }}'
    answer = Site(MemoryGraph(model, trig), model).get("/doc/source/s")
    assert "or more" in Page(answer.text).text
    assert len(answer.content) < 50_000


def test_scheme_has_a_page_with_its_concepts(client: Site) -> None:
    page = Page(client.get("/doc/concept/theme").text)
    assert "Themes" in page.text
    assert "/doc/concept/theme/evaluation" in page.links


def test_pages_of_a_class_list_its_things(client: Site) -> None:
    index = Page(client.get("/doc/").text)
    assert "/doc/challenge/" in index.links
    assert "/doc/challenge/late-data" in Page(client.get("/doc/challenge/").text).links
    assert client.get("/doc/challenge/?page=x").status_code == 422


def test_home_leads_to_the_index(client: Site) -> None:
    assert client.get("/").headers["location"] == "/doc/"


def test_every_page_has_a_strict_policy_and_only_things_of_its_own(client: Site) -> None:
    for place in ("/doc/", "/doc/challenge/", "/doc/challenge/late-data", "/ontology", "/shapes"):
        answer = client.get(place)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "script-src" not in policy
        page = Page(answer.text)
        assert not [tag for tag, _ in page.elements if tag in ("script", "iframe", "img", "form")]
        assert not [a for _, attributes in page.elements for a in attributes if a == "style"]
        for tag, attributes in page.elements:
            if tag == "link" and attributes.get("rel") in ("stylesheet", "icon"):
                assert client.get(attributes["href"] or "").status_code == 200


def test_page_is_readable_without_seeing_it(client: Site) -> None:
    page = Page(client.get("/doc/challenge/late-data").text)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == 1
    assert {"main", "nav", "header", "footer"} <= set(tags)
    assert dict(page.elements)["html"] == {"lang": "en-GB"}
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


# -- hostile values --------------------------------------------------------------------------------


def test_hostile_text_is_only_text(evil: Site) -> None:
    answer = evil.get("/doc/organisation/evil")
    page = Page(answer.text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "b", "i", "img"}
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]
    for text in ("<script>alert('x')</script>", '" onmouseover="alert(1)', "{{ 7 * 7 }}", "🎭"):
        assert text in page.text


def test_only_addresses_on_the_web_are_links(evil: Site) -> None:
    page = Page(evil.get("/doc/organisation/evil").text)
    assert "https://example.org/?a=%22&b" in page.links
    assert {link.split(":")[0] for link in page.links if ":" in link} <= {"https", "http"}
    assert "javascript:alert(1)" in page.text


def test_hostile_values_survive_every_form(evil: Site) -> None:
    for ending, form in ((".ttl", RdfFormat.TURTLE), (".jsonld", RdfFormat.JSON_LD)):
        text = evil.get(f"/doc/organisation/evil{ending}").content
        told = {
            quad.object.value
            for quad in pyoxigraph.parse(text, format=form)
            if isinstance(quad.object, pyoxigraph.Literal)
        }
        assert {"<script>alert('x')</script>", "مرحبا", "<i>value</i>"} <= told


def test_long_text_is_shown(model: Model) -> None:
    text = "long words " * 9000
    trig = f'graph:a/b {{ id:area/a a cep:Area ; rdfs:label "A" ; dcterms:description "{text}" . }}'
    answer = Site(MemoryGraph(model, trig), model).get("/doc/area/a")
    assert answer.status_code == 200
    assert text in answer.text


# -- ontology and shapes ---------------------------------------------------------------------------


def test_ontology_is_served_as_it_was_written(client: Site, model: Model) -> None:
    text = client.get("/ontology", accept="text/turtle").text
    for path in model.content.ontology():
        assert path.read_text("utf-8") in text
    told = {q.triple for q in pyoxigraph.parse(text, format=RdfFormat.TURTLE)}
    named = {q.triple for q in model.ontology if "_:" not in str(q)}
    assert named <= told


def test_shapes_are_served_in_every_form(client: Site, model: Model) -> None:
    sizes = set()
    for ending, form in (
        (".ttl", RdfFormat.TURTLE),
        (".nt", RdfFormat.N_TRIPLES),
        (".jsonld", RdfFormat.JSON_LD),
    ):
        quads = pyoxigraph.parse(client.get(f"/shapes{ending}").content, format=form)
        sizes.add(len({quad.triple for quad in quads}))
    assert sizes == {len(model.shapes)}


def test_no_file_of_the_ontology_or_shapes_names_a_blank_node(model: Model) -> None:
    for path in (*model.content.ontology(), *model.content.shapes()):
        assert not re.search(r"(?<![\w\"])_:\w", path.read_text("utf-8")), path.name


def test_every_term_of_ours_has_its_place_on_the_page(client: Site, model: Model) -> None:
    page = Page(client.get("/ontology").text)
    ids = {attributes.get("id") for _, attributes in page.elements}
    for cls in model.schema.classes:
        if cls.collection and cls.iri.value.startswith("https://w3id.org/cepgraph/"):
            assert cls.name in ids
    shapes = Page(client.get("/shapes").text)
    assert "localAuthority" in shapes.text
    named = {link.partition("#")[2] for link in shapes.links if link.startswith("/ontology#")}
    assert named
    assert named <= ids


# -- the whole of it -------------------------------------------------------------------------------


def test_every_link_of_every_kind_of_page_leads_somewhere(model: Model) -> None:
    graph = MemoryGraph(model)
    graph.add(
        pyoxigraph.Quad(t.subject, t.predicate, t.object, name)
        for name, content in seed(model).graphs.items()
        for t in content
    )
    site = Site(graph, model)
    places = [f"/doc/{cls.kind}/" for cls in model.schema.collections.values()]
    for listing in tuple(places):
        places += [p for p in Page(site.get(listing).text).links if p.startswith("/doc/")][-1:]
    found = {
        link.split("#")[0]
        for place in places
        for link in Page(site.get(place).text).links[:40]
        if link.startswith("/")
    }
    # these ask the engine, and have tests of their own
    found -= {"/sparql", "/datasets"}
    broken = [link for link in sorted(found) if site.get(link).status_code not in (200, 307)]
    assert broken == []


def test_new_class_has_its_page_without_new_code(tmp_path: Path) -> None:
    model = Model(toy_content(tmp_path))
    site = Site(MemoryGraph(model, TOY_DATA), model)
    page = Page(site.get("/doc/puppet/punch").text)
    assert "Punch" in page.text
    assert "Strings" in page.text
    assert "Puppet" in Page(site.get("/doc/").text).text
    assert ID + "puppet/punch" in page.text
