"""The editor's page and what belongs to it, as HTTP has them."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph
import pytest

from api.assets import LICENCES
from api.messages import Reply, Request
from cepgraph.content import ROOMS, Content
from cepgraph.model import Model
from cepgraph.terms import CEP, PREFIXES, SKOS
from tests.api.site import Site
from tests.memory import MemoryGraph, project_model

TRIG = """
graph:network/notes {
  id:challenge/late a cep:Challenge ; rdfs:label "Late" ; cep:theme <urn:x> ; ex:own "1", "2" .
  id:challenge/later a cep:Challenge ; cep:theme <urn:x> .
}
"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


class Fields(HTMLParser):
    """The forms of a page, and the texts that stand in their text areas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self._writing = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.forms.append(dict(attrs))
        if tag == "textarea":
            self._writing = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._writing &= tag != "textarea"

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.texts[-1] += data


def site(model: Model) -> Site:
    return Site(MemoryGraph(model, TRIG), model)


@pytest.fixture(scope="module")
def model(built: Path) -> Model:
    return project_model()


@pytest.fixture(scope="module")
def rooms(model: Model) -> Site:
    """The rooms with everything that was built."""
    return site(model)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The rooms of an installation whose pages were not built."""
    folder = tmp_path_factory.mktemp("content")
    for room in ROOMS:
        (folder / room).symlink_to(Content.default().root / room)
    return site(Model(Content(folder)))


def front(rooms: Site, accept: str | None) -> Reply | None:
    headers = {} if accept is None else {"accept": accept}
    answer: Reply | None = rooms.app.state.editor.front(Request("GET", "", headers))
    return answer


def page(rooms: Site) -> str:
    reply = front(rooms, BROWSER)
    assert reply is not None
    return reply.body.decode()


@pytest.mark.parametrize("accept", [BROWSER, "text/html", "text/html, text/turtle;q=0.9"])
def test_who_would_rather_have_a_page_gets_the_editor(rooms: Site, accept: str) -> None:
    reply = front(rooms, accept)
    assert reply is not None
    assert reply.header("content-type") == "text/html; charset=utf-8"


@pytest.mark.parametrize("accept", [None, "*/*", "text/turtle", "text/html;q=0.5, text/turtle"])
def test_who_would_rather_have_rdf_does_not(rooms: Site, accept: str | None) -> None:
    assert front(rooms, accept) is None


def test_page_may_load_from_this_server_alone(rooms: Site) -> None:
    reply = front(rooms, BROWSER)
    assert reply is not None
    policy = reply.header("content-security-policy") or ""
    parts = dict(part.split(maxsplit=1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["connect-src"] == "'self'"
    assert not re.search(r"https?:", policy)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', reply.body.decode())
    assert [address for address in addresses if not address.startswith(("/", "#"))] == []


def test_scripts_and_styles_are_kept_for_a_year_packed_or_not(rooms: Site) -> None:
    loaded = re.findall(r'(?:src|href)="(/assets/editor-[^"/]+)"', page(rooms))
    types = {}
    for address in loaded:
        plain = rooms.get(address, accept_encoding="identity")
        packed = rooms.get(address, accept_encoding="br, gzip")
        refused = rooms.get(address, accept_encoding="gzip;q=0")
        assert plain.content == packed.content == refused.content
        assert [a.headers.get("content-encoding") for a in (plain, packed, refused)] == [
            None,
            "gzip",
            None,
        ]
        assert plain.headers["etag"] != packed.headers["etag"]
        assert "Accept-Encoding" in packed.headers["vary"]
        assert "immutable" in plain.headers["cache-control"]
        assert int(packed.headers["content-length"]) < len(gzip.compress(plain.content, 1))
        types[address.rsplit(".", 1)[1]] = plain.headers["content-type"]
    assert types == {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


def test_licences_of_the_packages_in_the_scripts_are_served(rooms: Site) -> None:
    (address,) = re.findall(rf'href="(/assets/[^"]+/{re.escape(LICENCES)})"', page(rooms))
    answer = rooms.get(address)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for package in ("@zazuko/yasgui", "codemirror", "chart.js", "jquery", "datatables.net"):
        assert re.search(rf"^{package} [\d.]+: MIT$", answer.text, re.MULTILINE), package
    assert answer.text.count("Permission is hereby granted") > 20


def test_file_that_was_not_built_is_404(rooms: Site, bare: Site) -> None:
    assert rooms.get("/assets/manifest.json").status_code == 404
    assert rooms.get("/assets/../../pyproject.toml").status_code == 404
    assert bare.get(f"/assets/x/{LICENCES}").status_code == 404


def test_page_that_was_not_built_is_a_form_and_tells_how_to_get_the_editor(bare: Site) -> None:
    text = page(bare)
    assert "<script" not in text
    assert "python web/build.py" in text
    fields = Fields(text)
    examples = bare.json("/sparql/editor.json")["examples"]
    assert len(fields.forms) == len(fields.texts) == len(examples) + 1
    assert all(form["action"] == "/sparql" and form["method"] == "post" for form in fields.forms)
    for query in fields.texts:
        pyoxigraph.Store().query(query)


def test_form_without_scripts_is_the_same(rooms: Site, bare: Site) -> None:
    assert Fields(page(rooms)).texts == Fields(page(bare)).texts


def test_editor_offers_our_prefixes(rooms: Site) -> None:
    assert rooms.json("/sparql/editor.json")["prefixes"] == PREFIXES


def test_editor_offers_every_class_and_property_of_the_ontology(rooms: Site, model: Model) -> None:
    offered = rooms.json("/sparql/editor.json")
    named = {term["iri"] for kind in ("classes", "properties") for term in offered[kind]}
    declared = {
        q.subject.value
        for q in model.ontology
        if q.predicate.value == SKOS + "definition" and q.subject.value.startswith(CEP)
    }
    assert declared - named == set()
    ours = [term for term in offered["classes"] if term["iri"].startswith(CEP)]
    assert [term["iri"] for term in ours if not (term["label"] and term["description"])] == []


def test_what_is_in_use_comes_first_with_how_often(rooms: Site) -> None:
    offered = rooms.json("/sparql/editor.json")
    for kind in ("classes", "properties"):
        counts = [term["count"] for term in offered[kind]]
        assert counts == sorted(counts, reverse=True)
    counted = {term["iri"]: term["count"] for term in offered["properties"]}
    assert counted[CEP + "theme"] == 2
    assert counted["https://example.org/own"] == 2
    assert counted[CEP + "amount"] == 0
    assert {term["iri"]: term["count"] for term in offered["classes"]}[CEP + "Challenge"] == 2


def test_properties_know_the_list_of_their_values(rooms: Site) -> None:
    offered = rooms.json("/sparql/editor.json")
    (theme,) = (term for term in offered["properties"] if term["short"] == "cep:theme")
    entries = {entry["label"]: entry for entry in offered["lists"][theme["list"]]}
    assert entries["Funding"]["iri"].endswith("/concept/theme/funding")
    assert entries["Funding"]["description"]
    named = {term["list"] for term in offered["properties"] if "list" in term}
    assert named == set(offered["lists"])


def test_examples_are_the_whole_catalogue_and_run_as_they_stand(rooms: Site, model: Model) -> None:
    examples = rooms.json("/sparql/editor.json")["examples"]
    assert {example["name"] for example in examples} == {query.name for query in model.catalogue}
    for example in examples:
        query = model.catalogue.query(example["name"])
        assert "#+" not in example["text"]
        for parameter in query.parameters:
            assert re.search(
                rf"^# .* begin WHERE with:\n#   VALUES \?{parameter.name} {{ .+ }}$",
                example["text"],
                re.MULTILINE,
            )
        pyoxigraph.Store().query(example["text"])


def test_offer_is_told_anew_only_when_the_graph_has_changed(model: Model) -> None:
    graph = MemoryGraph(model, TRIG)
    rooms = Site(graph, model)
    first = rooms.get("/sparql/editor.json")
    again = rooms.get("/sparql/editor.json", if_none_match=first.headers["etag"])
    assert (first.headers["cepgraph-version"], again.status_code) == (str(graph.version), 304)
    graph.load("graph:network/more { id:idea/x a cep:Idea }")
    later = rooms.get("/sparql/editor.json", if_none_match=first.headers["etag"])
    assert (later.status_code, later.json()["version"]) == (200, graph.version)
