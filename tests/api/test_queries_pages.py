"""The catalogue as pages that work without scripts, and as RDF that other editors read."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, parse

from cepgraph.terms import BASE, CEP
from tests.api.site import Site
from tests.api.toy_queries import QUERIES, toy_site

API = "/api/v1/queries"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return toy_site(tmp_path_factory.mktemp("content"))


def tags(page: str, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name."""
    return [
        {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', attributes)}
        for attributes in re.findall(rf"<{name}\b([^>]*)>", page)
    ]


# -- pages -----------------------------------------------------------------------------------------


def test_page_lists_every_question_once_with_its_form(site: Site) -> None:
    page = site.get("/queries", accept="text/html").text
    assert sorted(form["action"] for form in tags(page, "form")) == [
        f"{API}/{name}" for name in sorted(QUERIES)
    ]
    assert {form["method"] for form in tags(page, "form")} == {"get"}
    assert "<script" not in page.split("</head>")[1]


def test_page_is_narrowed_by_a_tag(site: Site) -> None:
    page = site.get("/queries?tag=graphs", accept="text/html").text
    assert [form["action"] for form in tags(page, "form")] == [f"{API}/puppets-as-graph"]
    assert site.get("/queries?tag=none", accept="text/html").status_code == 422


def test_field_has_label_help_example_and_choices(site: Site) -> None:
    page = site.get("/queries/puppets", accept="text/html").text
    fields = {field["name"]: field for field in tags(page, "input") + tags(page, "select")}
    assert set(fields) == {"puppet", "name", "strings", "theme", "born", "weight"}
    labels = {label["for"] for label in tags(page, "label")}
    for field in fields.values():
        assert field["id"] in labels
        assert f'id="{field["aria-describedby"]}"' in page
    assert fields["strings"]["placeholder"] == "3"
    assert "funding" in [option["value"] for option in tags(page, "option")]


def test_required_field_must_be_filled(site: Site) -> None:
    page = site.get("/queries/puppet-known", accept="text/html").text
    assert re.search(r'<input[^>]* name="puppet"[^>]* required>', page)


def test_form_that_is_sent_as_it_is_runs(site: Site) -> None:
    page = site.get("/queries/puppets", accept="text/html").text
    empty = {field["name"]: "" for field in tags(page, "input") + tags(page, "select")}
    answer = site.get(f"{API}/puppets?{urlencode(empty)}", accept="text/html,*/*;q=0.8")
    assert answer.status_code == 200
    assert "2 rows" in answer.text
    buttons = [b for b in tags(page, "button") if b.get("name") == "format"]
    assert [button["value"] for button in buttons] == ["csv", "tsv"]
    for button in buttons:
        given = urlencode({**empty, button["name"]: button["value"]})
        assert site.get(f"{API}/puppets?{given}").headers["content-type"].startswith("text/")


def test_page_keeps_what_was_filled_in(site: Site) -> None:
    place = "/queries/puppets?name=%22%3E%3Cb%3E&theme=funding&version=1"
    page = site.get(place, accept="text/html").text
    fields = {field["name"]: field for field in tags(page, "input")}
    assert fields["name"]["value"] == '"><b>'
    assert fields["version"]["value"] == "1"
    assert '<option value="funding" selected>' in page
    assert "<b>" not in page


def test_editor_opens_with_the_query_and_its_values(site: Site) -> None:
    page = site.get("/queries/puppets?strings=3", accept="text/html").text
    (editor,) = [a["href"] for a in tags(page, "a") if a.get("href", "").startswith("/sparql#")]
    (text,) = parse_qs(urlsplit(editor).fragment)["query"]
    assert text == site.get(f"{API}/puppets.rq?strings=3").text


def test_answer_shows_names_that_lead_to_the_things(site: Site) -> None:
    page = site.get(f"{API}/puppets?strings=3", accept="text/html").text
    assert re.search(r'<td><a href="/doc/puppet/punch"[^>]*>Punch</a></td>', page)
    assert "1 row, each one puppet" in page
    assert f'href="{API}/puppets?strings=3&amp;version=1"' in page
    columns = re.findall(r'<th scope="col">(\w+)</th>', page)
    assert "puppet" in columns
    assert "puppetLabel" not in columns


def test_answer_can_be_cited(site: Site) -> None:
    page = site.get(f"{API}/puppets?name=Punch%20%26%20co&strings=", accept="text/html").text
    assert ("post", "/api/v1/citations") in [(f["method"], f["action"]) for f in tags(page, "form")]
    hidden = {i["name"]: i["value"] for i in tags(page, "input") if i.get("type") == "hidden"}
    assert hidden == {"name": "puppets", "parameters": "name=Punch+%26+co", "version": "1"}


def test_answer_of_yes_or_no_is_a_word(site: Site) -> None:
    assert ">Yes.<" in site.get(f"{API}/puppet-known?puppet=punch", accept="text/html").text
    assert ">No.<" in site.get(f"{API}/puppet-known?puppet=x", accept="text/html").text


def test_long_answer_is_cut_on_the_page_and_says_so(tmp_path: Any) -> None:
    many = " ".join(map(str, range(400)))
    text = QUERIES["puppets"].replace("?note\n", "?note ?number\n")
    text = text.replace("WHERE {", f"WHERE {{\n  VALUES ?number {{ {many} }}")
    page = toy_site(tmp_path, {"puppets": text}).get(f"{API}/puppets", accept="text/html").text
    assert "800 rows" in page
    assert "The first 500 are shown" in page
    assert page.count("<tr>") == 501
    assert f'href="{API}/puppets?version=1&amp;format=csv"' in page


@pytest.mark.parametrize("place", ["/queries", "/queries/puppets", f"{API}/puppets?format=html"])
def test_page_is_well_formed_and_strict(site: Site, place: str) -> None:
    answer = site.get(place, accept="text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    body = re.sub(r"<(meta|link|input)\b([^>]*)>", r"<\1\2/>", answer.text.split("<main", 1)[1])
    main = "<main" + body.split("</main>")[0] + "</main>"
    main = re.sub(r" (required|selected)(?=[ />])", r' \1=""', main)
    fromstring(main.replace("&nbsp;", " "))


@pytest.mark.parametrize("place", ["/queries/none", "/queriesx", "/query/", "/query"])
def test_page_of_nothing_is_404(site: Site, place: str) -> None:
    assert site.get(place, accept="text/html").status_code == 404


def test_service_below_another_address_links_there(tmp_path: Any) -> None:
    site = toy_site(tmp_path, root="/graph")
    page = site.get("/queries/puppets", accept="text/html").text
    assert {form["action"] for form in tags(page, "form")} == {f"/graph{API}/puppets"}
    links = site.json(f"{API}/puppets")["links"].values()
    assert all(link.startswith(("http://test/graph/", BASE)) for link in links)


# -- RDF -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "accept", "rdf_format"),
    [
        ("/queries", "text/turtle", RdfFormat.TURTLE),
        ("/queries", "application/ld+json", RdfFormat.JSON_LD),
        ("/queries", "application/n-triples", RdfFormat.N_TRIPLES),
        ("/queries.ttl", "*/*", RdfFormat.TURTLE),
        ("/queries.jsonld", "*/*", RdfFormat.JSON_LD),
        (API, "text/turtle", RdfFormat.TURTLE),
        (API, "application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_catalogue_comes_as_rdf(site: Site, place: str, accept: str, rdf_format: RdfFormat) -> None:
    answer = site.get(place, accept=accept)
    subjects = {quad.subject for quad in parse(answer.content, format=rdf_format)}
    assert {NamedNode(f"{BASE}query/{name}") for name in QUERIES} <= subjects


@pytest.fixture(scope="module")
def store(site: Site) -> Store:
    made = Store()
    made.load(site.get("/queries.ttl").content, format=RdfFormat.TURTLE)
    return made


def found(store: Store, query: str) -> list[dict[str, str]]:
    prefixes = (
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "PREFIX schema: <https://schema.org/>\n"
    )
    solutions = store.query(prefixes + query)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: solution[name].value for name in names} for solution in solutions]  # type: ignore[union-attr]


def test_editors_find_examples_as_they_look_for_them(store: Store, site: Site) -> None:
    rows = found(
        store,
        "SELECT ?sq ?comment ?query { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;"
        " sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq",
    )
    assert [row["sq"] for row in rows] == [f"{BASE}query/{name}" for name in sorted(QUERIES)]
    assert rows[0]["comment"] == "Whether a puppet is known. Yes where it is."
    for row in rows:
        Store().query(row["query"])
        assert "#+" not in row["query"]


def test_editors_find_prefixes_as_they_look_for_them(store: Store) -> None:
    rows = found(store, "SELECT ?p ?n { [] sh:namespace ?n ; sh:prefix ?p } ORDER BY ?p")
    assert {"p": "cep", "n": CEP} in rows
    assert found(store, "SELECT ?x { ?x sh:prefixes/sh:declare/sh:prefix 'cep' }")


def test_each_query_has_its_kind_keywords_and_endpoint(store: Store) -> None:
    rows = found(
        store,
        "SELECT ?sq ?kind ?target { ?sq a ?kind ; schema:target ?target"
        " FILTER (?kind != sh:SPARQLExecutable) } ORDER BY ?sq",
    )
    assert [row["kind"].rpartition("#")[2] for row in rows] == [
        "SPARQLAskExecutable",
        "SPARQLSelectExecutable",
        "SPARQLConstructExecutable",
    ]
    assert {row["target"] for row in rows} == {"http://test/sparql"}
    tagged = found(store, "SELECT ?sq { ?sq schema:keywords 'puppets' } ORDER BY ?sq")
    assert [row["sq"].rpartition("/")[2] for row in tagged] == ["puppet-known", "puppets"]


def test_address_of_a_query_leads_to_what_is_said_of_it(site: Site) -> None:
    answer = site.get("/query/puppets", accept="text/turtle")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/queries/puppets"
    told = site.get(answer.headers["location"], accept="text/turtle")
    about = {quad.subject for quad in parse(told.content, format=RdfFormat.TURTLE)}
    assert NamedNode(f"{BASE}query/puppets") in about
    assert NamedNode(f"{BASE}query/puppet-known") not in about
    assert 'type="text/turtle"' in site.get("/queries/puppets", accept="text/html").headers["link"]


@pytest.mark.parametrize("name", ["é", "a%20b", "🎭", "%22%3E"])
def test_odd_address_is_led_on_and_is_not_there(site: Site, name: str) -> None:
    answer = site.get(f"/query/{name}")
    assert answer.status_code == 303
    assert site.get(answer.headers["location"], accept="text/html").status_code == 404


def test_describe_has_the_word_that_examples_use(tmp_path: Any) -> None:
    text = QUERIES["puppets-as-graph"].replace("CONSTRUCT { ?puppet ?p ?o }", "DESCRIBE ?puppet")
    turtle = toy_site(tmp_path, {"puppets-as-graph": text}).get("/queries.nt").text
    assert "<https://purl.expasy.org/sparql-examples/ontology#describe>" in turtle
