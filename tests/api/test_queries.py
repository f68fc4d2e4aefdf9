"""The catalogue as an interface: addresses that answer, typed parameters, forms, errors."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from cepgraph.terms import BASE, CONCEPT, ID
from tests.api.site import Site
from tests.api.toy_queries import QUERIES, toy_site

API = "/api/v1/queries"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return toy_site(tmp_path_factory.mktemp("content"))


# -- the list --------------------------------------------------------------------------------------


def test_list_tells_each_query_with_its_parameters(site: Site) -> None:
    answer = site.json(API)
    assert [query["name"] for query in answer["queries"]] == sorted(QUERIES)
    assert answer["tags"] == ["counts", "graphs", "puppets"]
    puppets = answer["queries"][1]
    assert puppets["summary"] == "Puppets and their strings"
    assert puppets["description"] == "All puppets that are known."
    assert puppets["row"] == "one puppet"
    assert puppets["tags"] == ["puppets", "counts"]
    assert puppets["id"] == BASE + "query/puppets"
    assert puppets["columns"][:2] == ["puppet", "puppetLabel"]
    assert puppets["parameters"][2] == {
        "name": "strings",
        "type": "integer",
        "description": "Only with so many.",
        "example": "3",
        "required": False,
        "default": None,
    }


def test_every_link_of_the_list_leads_somewhere(site: Site) -> None:
    for query in site.json(API)["queries"]:
        assert query["links"].pop("template").startswith(query["links"]["run"] + "{?puppet,")
        example = urlsplit(query["links"].pop("example"))
        if query["name"] == "puppet-known":
            assert query["links"].pop("run")
            assert example.query == "puppet=punch"
        for link in (*query["links"].values(), example.geturl()):
            assert site.get(link).status_code == 200, link


def test_list_is_narrowed_by_a_tag(site: Site) -> None:
    assert [q["name"] for q in site.json(f"{API}?tag=graphs")["queries"]] == ["puppets-as-graph"]
    answer = site.get(f"{API}?tag=graph")
    assert answer.status_code == 422
    assert answer.json()["parameter"] == "tag"
    assert "graphs" in answer.json()["detail"]


def test_address_with_a_slash_at_its_end_is_the_list_too(site: Site) -> None:
    assert site.json(API + "/") == site.json(API)


def test_index_of_the_interface_names_the_catalogue(site: Site) -> None:
    assert site.json("/api/v1/")["queries"] == API


# -- JSON ------------------------------------------------------------------------------------------


def test_answer_says_what_was_asked_and_what_came_of_it(site: Site) -> None:
    answer = site.json(f"{API}/puppets?puppet=punch")
    assert answer["query"] == "puppets"
    assert answer["parameters"] == {"puppet": ID + "puppet/punch"}
    assert answer["version"] == 1
    assert list(answer["results"][0]) == answer["columns"]


def test_values_are_those_of_json(site: Site) -> None:
    judy, punch = site.json(f"{API}/puppets")["results"]
    assert punch == {
        "puppet": ID + "puppet/punch",
        "puppetLabel": "Punch",
        "name": "Punch",
        "strings": 3,
        "theme": CONCEPT + "theme/funding",
        "born": "1662",
        "weight": 1.5,
        "works": True,
        "note": None,
    }
    assert judy["puppetLabel"] == "Judy"
    assert judy["works"] is False
    assert judy["theme"] is None


def test_question_for_yes_or_no_has_a_boolean(site: Site) -> None:
    assert site.json(f"{API}/puppet-known?puppet=punch")["boolean"] is True
    answer = site.json(f"{API}/puppet-known?puppet=toby")
    assert answer["boolean"] is False
    assert "results" not in answer


# -- parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("", ["Judy", "Punch"]),
        ("puppet=punch", ["Punch"]),
        (f"puppet={ID}puppet/judy", ["Judy"]),
        ("name=Judy", ["Judy"]),
        ("strings=3", ["Punch"]),
        ("strings=4", []),
        ("theme=funding&strings=3", ["Punch"]),
        ("born=1662", ["Punch"]),
        ("weight=1.50", ["Punch"]),
        ("puppet=&name=&strings=&version=&format=", ["Judy", "Punch"]),
    ],
)
def test_parameters_narrow_the_answer(site: Site, given: str, names: list[str]) -> None:
    rows = site.json(f"{API}/puppets?{given}")["results"]
    assert [row["name"] for row in rows] == names


def test_default_is_told_among_the_parameters(site: Site) -> None:
    answer = site.get(f"{API}/puppets-as-graph", accept="text/turtle")
    told = {str(quad.subject) for quad in parse(answer.content, format=RdfFormat.TURTLE)}
    assert told == {f"<{ID}puppet/punch>"}


@pytest.mark.parametrize(
    ("place", "parameter"),
    [
        ("puppets?strngs=3", "strngs"),
        ("puppets?strings=three", "strings"),
        ("puppets?strings=3&strings=5", "strings"),
        ("puppets?weight=heavy", "weight"),
        ("puppets?born=yesterday", "born"),
        ("puppets?theme=Funding%20and%20money", "theme"),
        ("puppets?puppet=%3Curn:x%3E", "puppet"),
        ("puppets?name=" + "x" * 2001, "name"),
        ("puppets?version=-1", "version"),
        ("puppets?version=newest", "version"),
        ("puppets?version=1234567890", "version"),
        ("puppets?format=pdf", "format"),
        ("puppets?format=turtle", "format"),
        ("puppets-as-graph?format=csv", "format"),
        ("puppets?tag=puppets", "tag"),
        ("puppet-known", "puppet"),
        ("puppet-known?puppet=", "puppet"),
        ("puppets.rq?strings=three", "strings"),
        ("puppets.rq?x=1", "x"),
    ],
)
def test_wrong_parameter_gets_422_that_names_it(site: Site, place: str, parameter: str) -> None:
    answer = site.get(f"{API}/{place}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter
    assert len(answer.text) < 1000


@pytest.mark.parametrize("place", ["puppet", "puppets/", "puppet.rq", "puppets/punch", "Puppets"])
def test_missing_query_gets_404_with_near_names(site: Site, place: str) -> None:
    answer = site.get(f"{API}/{place}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "puppets" in answer.json()["nearest"]


def test_version_that_is_not_there_gets_404(site: Site) -> None:
    answer = site.get(f"{API}/puppets?version=2")
    assert answer.status_code == 404
    assert "version" in answer.json()["detail"]


# -- the SPARQL behind an answer -------------------------------------------------------------------


def test_text_of_the_query_is_the_file(site: Site) -> None:
    answer = site.get(f"{API}/puppets.rq")
    assert answer.text == QUERIES["puppets"]
    assert answer.headers["content-type"] == "application/sparql-query"


def test_text_with_parameters_is_that_of_the_answer(site: Site) -> None:
    text = site.get(f"{API}/puppets.rq?strings=3").text
    assert text == site.json(f"{API}/puppets?strings=3")["sparql"]
    assert 'VALUES ?strings { "3"^^<http://www.w3.org/2001/XMLSchema#integer> }' in text


def test_links_hold_the_text_and_the_version(site: Site) -> None:
    answer = site.json(f"{API}/puppets?name=Punch%20%26%20Judy&strings=3")
    links = answer["links"]
    sparql = urlsplit(links["sparql"])
    assert sparql.path == "/sparql"
    assert parse_qs(sparql.query) == {"query": [answer["sparql"]], "version": ["1"]}
    editor = urlsplit(links["editor"])
    assert (editor.path, editor.query) == ("/sparql", "")
    assert parse_qs(editor.fragment) == {"query": [answer["sparql"]]}
    permanent = site.json(links["permanent"])
    assert permanent["parameters"] == answer["parameters"]
    assert "version=1" in links["permanent"]
    assert "version" not in links["newest"]
    assert site.get(links["csv"]).headers["content-type"] == "text/csv; charset=utf-8"
    assert site.get(links["page"]).status_code == 200


def test_link_header_leads_to_the_same_answer_and_to_its_text(site: Site) -> None:
    answer = site.get(f"{API}/puppets?strings=3", accept="text/csv")
    permanent, text = (part.split(">")[0].strip(" <") for part in answer.headers["link"].split(","))
    assert 'rel="bookmark"' in answer.headers["link"]
    assert site.get(permanent, accept="text/csv").content == answer.content
    assert "VALUES ?strings" in site.get(text).text


def test_headers_stay_short_whatever_is_asked(site: Site) -> None:
    assert "link" in site.get(f"{API}/puppets?name={'x' * 500}").headers
    long = site.get(f"{API}/puppets?name={'x' * 2000}")
    assert "link" not in long.headers
    assert len(long.json()["links"]["permanent"]) > 2000


# -- forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "form", "media_type"),
    [
        ("*/*", "", "application/json"),
        ("application/json", "", "application/json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("application/sparql-results+json", "", "application/sparql-results+json"),
        ("application/sparql-results+xml", "", "application/sparql-results+xml"),
        ("text/tab-separated-values", "", "text/tab-separated-values; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", "text/html; charset=utf-8"),
        ("application/json;q=0.1, text/csv", "", "text/csv; charset=utf-8"),
        ("text/html", "json", "application/json"),
        ("application/json", "csv", "text/csv; charset=utf-8"),
        ("application/json", "srj", "application/sparql-results+json"),
        ("application/json", "tsv", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "xml", "application/sparql-results+xml"),
        ("application/json", "html", "text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("name", ["puppets?", "puppet-known?puppet=punch&"])
def test_form_is_chosen_by_accept_or_by_name(
    site: Site, name: str, accept: str, form: str, media_type: str
) -> None:
    answer = site.get(f"{API}/{name}format={form}", accept=accept)
    assert answer.headers["content-type"] == media_type
    assert "Accept" in answer.headers["vary"]


def test_tables_in_all_forms_say_the_same(site: Site) -> None:
    rows = site.json(f"{API}/puppets")["results"]
    for form, parsed in (
        ("srj", QueryResultsFormat.JSON),
        ("xml", QueryResultsFormat.XML),
        ("tsv", QueryResultsFormat.TSV),
    ):
        body = site.get(f"{API}/puppets?format={form}").content
        found = parse_query_results(body, format=parsed)
        assert isinstance(found, QuerySolutions)
        assert [solution["puppet"].value for solution in found] == [  # type: ignore[union-attr]
            row["puppet"] for row in rows
        ]
    read = csv.DictReader(io.StringIO(site.get(f"{API}/puppets?format=csv").text))
    assert [row["puppet"] for row in read] == [row["puppet"] for row in rows]


def test_cell_of_csv_is_the_value_as_it_is(site: Site) -> None:
    answer = site.get(f"{API}/puppets?puppet=judy&format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["note"] == '=HYPERLINK("x", "y")'
    assert answer.headers["content-disposition"] == 'attachment; filename="puppets.csv"'


def test_boolean_comes_as_sparql_results_too(site: Site) -> None:
    body = site.get(f"{API}/puppet-known?puppet=punch&format=srj").content
    found = parse_query_results(body, format=QueryResultsFormat.JSON)
    assert isinstance(found, QueryBoolean)
    assert bool(found)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("", "text/turtle; charset=utf-8"),
        ("ntriples", "application/n-triples"),
        ("jsonld", "application/ld+json"),
        ("json", "application/ld+json"),
        ("rdfxml", "application/rdf+xml"),
    ],
)
def test_graph_comes_as_rdf(site: Site, form: str, media_type: str) -> None:
    answer = site.get(f"{API}/puppets-as-graph?format={form}")
    assert answer.headers["content-type"] == media_type
    rdf_format = RdfFormat.from_media_type(media_type.partition(";")[0])
    assert rdf_format is not None
    told = {str(quad.subject) for quad in parse(answer.content, format=rdf_format)}
    assert told == {f"<{ID}puppet/punch>"}


def test_form_that_is_not_there_gets_406(site: Site) -> None:
    answer = site.get(f"{API}/puppets", accept="application/pdf")
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]
    assert site.get(f"{API}/puppets-as-graph", accept="text/csv").status_code == 406


# -- HTTP ------------------------------------------------------------------------------------------


def test_answer_has_version_and_entity_tag(site: Site) -> None:
    answer = site.get(f"{API}/puppets")
    assert answer.headers["cepgraph-version"] == "1"
    assert answer.headers["access-control-allow-origin"] == "*"
    again = site.get(f"{API}/puppets", if_none_match=answer.headers["etag"])
    assert again.status_code == 304
    assert again.headers["link"] == answer.headers["link"]
    assert site.get(f"{API}/puppets?format=csv").headers["etag"] != answer.headers["etag"]


def test_head_has_the_headers_and_no_body(site: Site) -> None:
    answer = site.request("HEAD", f"{API}/puppets")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(site.get(f"{API}/puppets").content))


def test_pages_of_any_site_may_ask_and_nobody_may_write(site: Site) -> None:
    options = site.request("OPTIONS", f"{API}/puppets")
    assert options.status_code == 204
    assert options.headers["access-control-allow-origin"] == "*"
    assert site.request("POST", f"{API}/puppets").status_code == 405


def test_repeated_question_is_answered_from_memory_until_the_graph_changes(tmp_path: Any) -> None:
    site = toy_site(tmp_path)
    graph = site.graph
    first = site.get(f"{API}/puppets?format=csv")
    asked = graph.asked
    assert site.get(f"{API}/puppets?format=csv").content == first.content
    assert graph.asked == asked
    graph.load('graph:theatre/more { id:puppet/judy rdfs:comment "Toby\'s friend" . }')
    later = site.get(f"{API}/puppets?format=csv")
    assert "Toby" in later.text
    assert later.headers["cepgraph-version"] == "2"


def test_body_is_one_json_document_however_many_rows(tmp_path: Any) -> None:
    many = " ".join(map(str, range(6000)))
    text = QUERIES["puppets"].replace("?note\n", "?note ?number\n")
    text = text.replace("WHERE {", f"WHERE {{\n  VALUES ?number {{ {many} }}")
    answer = toy_site(tmp_path, {"puppets": text}).get(f"{API}/puppets?puppet=punch")
    assert len(answer.content) > 1 << 18
    found = {row["number"] for row in json.loads(answer.content)["results"]}
    assert found == set(range(6000))
