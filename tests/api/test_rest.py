"""REST: collections and items of every class, from the schema alone."""

import json
import re
from typing import Any
from urllib.parse import quote

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat

from cepgraph.model import Model
from cepgraph.terms import CEP, GRAPH, ID
from tests.api.site import Site
from tests.memory import MemoryGraph, project_model
from tests.test_resources import TOY_DATA, toy_content

TRIG = """
graph:network/notes {
  graph:network/notes a cep:Dataset ; rdfs:label "Notes" ; cep:licenceStatement "not stated" .
  id:challenge/late-data a cep:Challenge ; rdfs:label "Late data" ; cep:statement "Data is late." .
  id:idea/shared-office a cep:Idea ; rdfs:label "a shared office" ;
      cep:addresses id:challenge/late-data .
  id:insight/patience a cep:Insight ; rdfs:label "Patience" .
  id:funding-award/f a cep:FundingAward ; rdfs:label "Award" ; cep:amount 1234.56 ;
      cep:currency "GBP" ; cep:awardDate "2024"^^xsd:gYear .
  <https://data.example.org/body/7> a cep:Organisation ; rdfs:label "From elsewhere" .
}
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return project_model()


@pytest.fixture
def graph(model: Model) -> MemoryGraph:
    return MemoryGraph(model, TRIG)


@pytest.fixture
def client(graph: MemoryGraph, model: Model) -> Site:
    return Site(graph, model)


def links(header: str) -> dict[str, str]:
    return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def triples(text: bytes, form: RdfFormat) -> set[pyoxigraph.Triple]:
    return {quad.triple for quad in pyoxigraph.parse(text, format=form)}


# -- collections -----------------------------------------------------------------------------------


def test_index_names_every_collection_and_each_of_them_answers(client: Site, model: Model) -> None:
    index = client.json("/api/v1/")
    assert [c["name"] for c in index["collections"]] == list(model.schema.collections)
    for collection in index["collections"]:
        answer = client.get(collection["href"])
        assert answer.status_code == 200, collection["name"]
        assert set(answer.json()) == {"@context", "results", "paging", "facets"}


def test_collection_is_ordered_by_label_whatever_its_case(client: Site) -> None:
    answer = client.json("/api/v1/findings")
    assert [made["label"] for made in answer["results"]] == [
        "a shared office",
        "Late data",
        "Patience",
    ]


def test_page_tells_where_it_stands(client: Site) -> None:
    answer = client.get("/api/v1/findings?page=2&pageSize=2")
    assert answer.json()["paging"] == {
        "page": 2,
        "pageSize": 2,
        "totalResults": 3,
        "totalPages": 2,
    }
    assert [made["label"] for made in answer.json()["results"]] == ["Patience"]
    assert answer.json()["facets"] == {}


def test_pages_are_linked(client: Site) -> None:
    first = links(client.get("/api/v1/findings?pageSize=1").headers["link"])
    assert set(first) == {"first", "next", "last"}
    middle = links(client.get(first["next"]).headers["link"])
    assert set(middle) == {"first", "prev", "next", "last"}
    last = links(client.get(first["last"]).headers["link"])
    assert set(last) == {"first", "prev", "last"}


def test_following_next_visits_everything_once(client: Site) -> None:
    seen = []
    place: str | None = "/api/v1/findings?pageSize=1"
    while place:
        answer = client.get(place)
        seen += [made["id"] for made in answer.json()["results"]]
        place = links(answer.headers["link"]).get("next")
    assert len(seen) == len(set(seen)) == 3


def test_page_after_the_last_is_empty(client: Site) -> None:
    answer = client.get("/api/v1/findings?page=9")
    assert answer.status_code == 200
    assert answer.json()["results"] == []
    assert links(answer.headers["link"])["prev"].startswith("/api/v1/findings?page=1&")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=", "page"),
        ("page=%D9%A1", "page"),
        ("page=99999999999999999999", "page"),
        ("pageSize=101", "pageSize"),
        ("pageSize=1e1", "pageSize"),
        ("page=1&page=2", "page"),
        ("pagesize=10", "pagesize"),
    ],
)
def test_wrong_parameter_is_named(client: Site, query: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/findings?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_unknown_collection_is_404_with_near_names(client: Site) -> None:
    answer = client.get("/api/v1/virtual-school")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "virtual-schools" in answer.json()["nearest"]


# -- items -----------------------------------------------------------------------------------------


def test_item_has_its_fields(client: Site) -> None:
    made = client.json("/api/v1/challenges/late-data")
    assert made["@context"] == "/api/v1/context.jsonld"
    assert made["id"] == ID + "challenge/late-data"
    assert made["statement"] == "Data is late."
    assert made["solutions"] == [
        {"id": ID + "idea/shared-office", "label": "a shared office", "type": "Idea"}
    ]
    assert made["graphs"] == [{"id": GRAPH + "network/notes", "label": "Notes"}]


def test_key_may_contain_slashes(client: Site) -> None:
    made = client.json("/api/v1/datasets/network/notes")
    assert made["id"] == GRAPH + "network/notes"


def test_instance_of_a_subclass_is_found_under_the_superclass(client: Site) -> None:
    answer = client.get("/api/v1/findings/late-data")
    assert answer.json()["type"] == "Challenge"
    assert answer.headers["content-location"] == "/api/v1/challenges/late-data"


def test_thing_from_elsewhere_has_its_iri_as_key(client: Site) -> None:
    listed = client.json("/api/v1/organisations")["results"]
    assert client.json(f"/api/v1/organisations/{listed[0]['id']}")["label"] == ("From elsewhere")


def test_unknown_key_is_404_with_near_keys(client: Site) -> None:
    answer = client.get("/api/v1/challenges/late-dat")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == ["late-data"]


@pytest.mark.parametrize(
    "key", ["a b", "<script>", '"', "\\", "{}", "%00", "a|b", "é", "x" * 5000, "`", "^"]
)
def test_key_of_nothing_is_404_however_odd(client: Site, key: str) -> None:
    answer = client.get(f"/api/v1/challenges/{quote(key, safe='')}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_thing_of_another_class_is_404(client: Site) -> None:
    assert client.get(f"/api/v1/challenges/{ID}idea/shared-office").status_code == 404


# -- formats ---------------------------------------------------------------------------------------


def test_json_is_what_comes_unless_something_else_is_asked_for(client: Site) -> None:
    for accept in ("*/*", "application/*", "text/html,*/*;q=0.5"):
        answer = client.get("/api/v1/findings", accept=accept)
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("place", ["/api/v1/funding-awards/f", "/api/v1/funding-awards"])
def test_json_ld_and_turtle_tell_the_same_triples(
    client: Site, graph: MemoryGraph, place: str
) -> None:
    json_ld = client.get(place, accept="application/ld+json")
    turtle = client.get(place, accept="text/turtle")
    assert json_ld.headers["content-type"] == "application/ld+json"
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    told = triples(turtle.content, RdfFormat.TURTLE)
    assert triples(json_ld.content, RdfFormat.JSON_LD) == told
    award = f"<{ID}funding-award/f>"
    assert {t for t in told if str(t.subject) == award} == graph.asserted(ID + "funding-award/f")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of rdflib by rdflib
def test_plain_json_with_its_context_is_json_ld(client: Site) -> None:
    made = client.json("/api/v1/challenges/late-data")
    made["@context"] = client.json(made["@context"])["@context"]
    told = rdflib.Graph()
    told.parse(data=json.dumps(made), format="json-ld")
    statement = rdflib.URIRef(ID + "challenge/late-data"), rdflib.URIRef(CEP + "statement")
    assert told.value(*statement) == rdflib.Literal("Data is late.")


def test_context_is_cacheable_and_has_an_entity_tag(client: Site) -> None:
    answer = client.get("/api/v1/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert "max-age" in answer.headers["cache-control"]
    again = client.get("/api/v1/context.jsonld", if_none_match=answer.headers["etag"])
    assert again.status_code == 304


def test_format_that_is_not_there_is_406(client: Site) -> None:
    answer = client.get("/api/v1/findings", accept="application/pdf")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/turtle" in answer.json()["detail"]


# -- HTTP ------------------------------------------------------------------------------------------


def test_answer_tells_version_and_what_it_varies_by(client: Site, graph: MemoryGraph) -> None:
    headers = client.get("/api/v1/challenges/late-data").headers
    assert headers["cepgraph-version"] == str(graph.version)
    assert headers["vary"] == "Accept"
    assert headers["access-control-allow-origin"] == "*"
    assert re.fullmatch(r'"[0-9a-f]+"', headers["etag"])


def test_entity_tag_holds_for_one_form_and_while_nothing_changes(
    client: Site, graph: MemoryGraph
) -> None:
    place = "/api/v1/challenges/late-data"
    tag = client.get(place).headers["etag"]
    assert client.get(place, if_none_match=tag).status_code == 304
    turtle = client.get(place, accept="text/turtle", if_none_match=tag)
    assert turtle.status_code == 200
    graph.load('graph:other/one { id:idea/x a cep:Idea ; rdfs:label "X" . }')
    unchanged = client.get(place, if_none_match=tag)
    assert unchanged.status_code == 304
    assert unchanged.headers["cepgraph-version"] == str(graph.version)
    graph.load('graph:other/two { id:challenge/late-data skos:altLabel "Data gap" . }')
    changed = client.get(place, if_none_match=tag)
    assert changed.status_code == 200
    assert changed.json()["altLabel"] == ["Data gap"]


def test_repeated_request_asks_the_graph_once(client: Site, graph: MemoryGraph) -> None:
    client.get("/api/v1/challenges/late-data")
    asked = graph.asked
    client.get("/api/v1/challenges/late-data")
    assert graph.asked == asked


def test_head_has_the_headers_of_get_and_no_body(client: Site) -> None:
    got = client.get("/api/v1/findings")
    head = client.request("HEAD", "/api/v1/findings")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == got.headers


def test_options_answers_a_preflight(client: Site) -> None:
    answer = client.request("OPTIONS", "/api/v1/findings")
    assert answer.status_code == 204
    assert "GET" in answer.headers["access-control-allow-methods"]


def test_other_methods_are_405_and_told_what_is_allowed(client: Site) -> None:
    answer = client.request("POST", "/api/v1/findings")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["content-type"] == "application/problem+json"


def test_links_keep_the_root_under_which_a_proxy_serves(model: Model, graph: MemoryGraph) -> None:
    client = Site(graph, model, root="/cep")
    answer = client.get("/cep/api/v1/findings?pageSize=1")
    assert links(answer.headers["link"])["next"].startswith("/cep/api/v1/findings?page=2")
    assert answer.json()["@context"] == "/cep/api/v1/context.jsonld"


def test_hostile_values_are_json(model: Model) -> None:
    graph = MemoryGraph(
        model,
        r"""
        graph:e/v { id:organisation/e a cep:Organisation ; rdfs:label "</script>\u0000\u202E\"" ;
            skos:altLabel "🎭", "مرحبا" ; foaf:homepage <javascript:alert(1)> . }
        """.replace(r"\u0000", r"\u0001"),
    )
    made = Site(graph, model).get("/api/v1/organisations/e").json()
    assert made["label"] == '</script>\x01\u202e"'
    assert set(made["altLabel"]) == {"🎭", "مرحبا"}


# -- OpenAPI ---------------------------------------------------------------------------------------


def test_openapi_has_every_collection_with_its_own_schema(client: Site, model: Model) -> None:
    told = client.json("/openapi.json")
    for name, cls in model.schema.collections.items():
        listing = told["paths"][f"/api/v1/{name}"]["get"]
        content = listing["responses"]["200"]["content"]["application/json"]
        assert content["schema"]["$ref"].endswith(f"/{cls.name}Page")
        properties = told["components"]["schemas"][cls.name]["properties"]
        assert {field.name for field in cls.fields} <= set(properties)
        assert f"/api/v1/{name}/{{key}}" in told["paths"]


def test_openapi_refers_only_to_what_it_defines(client: Site) -> None:
    told = client.json("/openapi.json")

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for value in node.values() for ref in references(value)]
        if isinstance(node, list):
            return [ref for value in node for ref in references(value)]
        return []

    for reference in set(references(told)):
        place = told
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    operations = [
        operation["operationId"]
        for methods in told["paths"].values()
        for operation in methods.values()
    ]
    assert len(operations) == len(set(operations))


def test_fields_have_the_descriptions_of_the_shapes(client: Site, model: Model) -> None:
    told = client.json("/openapi.json")["components"]["schemas"]["VirtualSchool"]
    field = model.schema.collections["virtual-schools"].field("localAuthority")
    assert told["properties"]["localAuthority"]["title"] == field.label
    assert field.description in told["properties"]["localAuthority"]["description"]
    assert told["properties"]["localAuthority"]["type"] == "array"
    assert told["examples"][0]["type"] == "VirtualSchool"


def test_documentation_loads_nothing_from_another_host(client: Site) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "//" not in re.sub(r"<!.*?>", "", page.text)
    # these ask the engine, which is no part of this site
    for place in set(re.findall(r'(?:src|href)="([^"]+)"', page.text)) - {"/sparql", "/datasets"}:
        assert client.get(place).status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# -- a class more ----------------------------------------------------------------------------------


def test_new_class_has_collection_item_and_openapi_without_new_code(tmp_path: Any) -> None:
    model = Model(toy_content(tmp_path))
    client = Site(MemoryGraph(model, TOY_DATA), model)
    assert client.json("/api/v1/puppets")["results"][0]["strings"] == 3
    assert client.json("/api/v1/puppets/punch")["label"] == "Punch"
    told = client.json("/openapi.json")
    assert "/api/v1/puppets" in told["paths"]
    strings = told["components"]["schemas"]["Puppet"]["properties"]["strings"]
    assert strings["title"] == "Strings"
    assert strings["anyOf"] == [{"type": "integer"}, {"type": "null"}]
    assert "<h1" in client.get("/doc/puppet/punch").text
    assert client.get("/id/puppet/punch").headers["location"] == "/doc/puppet/punch"
