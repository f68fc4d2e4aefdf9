"""The editor, as researchers meet it, in Chromium."""

import re
import shlex
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.project.service import PATIENCE_S
from tests.web.browser import Visit, visit

pytestmark = pytest.mark.slow

CEP = "PREFIX cep: <https://w3id.org/cepgraph/ontology#>\n"
SCHOOLS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n" + CEP
SCHOOLS += "SELECT ?school ?label { ?school a cep:VirtualSchool ; rdfs:label ?label }"
SCHOOLS += " ORDER BY ?label LIMIT 3"
COUNTED = CEP + "SELECT ?kind (COUNT(?x) AS ?number) {\n"
COUNTED += "  VALUES ?kind { cep:Challenge cep:Solution cep:Idea } ?x a ?kind\n} GROUP BY ?kind"
PARTNERSHIPS = CEP + "SELECT ?p { ?p a cep:CulturalEducationPartnership } ORDER BY ?p"
FILES = {
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
    "JSON": "application/sparql-results+json",
    "XML": "application/sparql-results+xml",
}


def opened(visitor: Visit) -> Page:
    """The editor, when it has started."""
    visitor.page.goto("/sparql")
    expect(text_of(visitor.page)).to_be_visible()
    return visitor.page


def shown(page: Page, selector: str) -> Locator:
    """Something in the tab that is shown."""
    return page.locator(f".tabPanel.active {selector}")


def text_of(page: Page) -> Locator:
    return shown(page, ".yasqe .CodeMirror-code")


def write(page: Page, query: str) -> None:
    """Put a query in the place of what stands there, as by pasting."""
    text_of(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def written(page: Page) -> str:
    return str(
        page.evaluate(
            "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()"
        )
    )


def run(page: Page) -> None:
    shown(page, ".yasqe_queryButton").click()


def ask(page: Page, query: str) -> None:
    write(page, query)
    run(page)
    expect(shown(page, ".answer")).to_be_visible()


def rows(page: Page) -> Locator:
    return shown(page, ".yasr_results tbody tr")


def posted(service: str, query: str, media_type: str, **parameters: str) -> httpx.Response:
    answer = httpx.post(
        f"{service}/sparql",
        data={"query": query, **parameters},
        headers={"accept": media_type},
        timeout=PATIENCE_S,
    )
    answer.raise_for_status()
    return answer


def hints(page: Page) -> Locator:
    return page.locator(".CodeMirror-hint")


def complete(page: Page, typed: str) -> Locator:
    page.keyboard.type(typed)
    page.keyboard.press("Control+Space")
    expect(hints(page).first).to_be_visible()
    return hints(page)


def test_page_starts_without_complaints_and_asks_nobody_else(visitor: Visit) -> None:
    page = opened(visitor)
    run(page)
    expect(rows(page)).to_have_count(20)
    page.reload()
    expect(text_of(page)).to_be_visible()
    assert visitor.asked
    assert (visitor.elsewhere, visitor.complaints) == ([], [])


def test_from_the_home_page_to_a_cited_result_by_clicking(visitor: Visit) -> None:
    page = visitor.page
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="SPARQL editor").click()
    page.get_by_role("button", name=re.compile("Examples")).click()
    page.get_by_label("Search").fill("planned reported")
    page.get_by_role("dialog").get_by_role("button", name="Planned against reported").first.click()
    run(page)
    expect(rows(page).first).to_be_visible()
    shown(page, "").get_by_role("button", name="Cite this result").click()
    with page.context.expect_page() as opening:
        shown(page, ".permalink").click()
    citation = opening.value
    expect(citation.get_by_role("heading", name="How to cite")).to_be_visible()
    assert re.fullmatch(re.escape(visitor.service) + r"/citation/\w+", citation.url)
    citation.get_by_role("link", name="Open in the editor").click()
    expect(rows(citation).first).to_be_visible()
    assert (visitor.elsewhere, visitor.complaints) == ([], [])


def test_things_in_the_table_link_to_their_pages_on_this_server(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    expect(rows(page)).to_have_count(3)
    link = rows(page).first.get_by_role("link")
    expect(link).to_have_attribute("href", re.compile(r"^/doc/virtual-school/E\d+$"))
    expect(link).to_have_attribute("title", re.compile("^https://w3id.org/cepgraph/id/"))
    with page.context.expect_page() as opening:
        link.click()
    expect(opening.value.get_by_role("heading", level=1)).to_contain_text("Virtual School")


def test_table_shows_text_as_text(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, 'SELECT ?x ?y { VALUES (?x ?y) { ("<img src=x onerror=alert(1)>" <javascript:a>) } }')
    expect(rows(page)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(rows(page).get_by_role("link")).to_have_count(0)
    assert visitor.complaints == []


def test_numbers_are_drawn_as_a_chart_in_bars_or_as_a_line(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, COUNTED)
    shown(page, "").get_by_role("button", name="Chart").click()
    expect(shown(page, "canvas")).to_have_attribute("aria-label", re.compile("number by kind"))
    bars = drawn(page)
    assert bars > 100
    shown(page, "").get_by_role("combobox", name="As", exact=True).select_option("line")
    expect(shown(page, "canvas")).to_be_visible()
    assert 0 < drawn(page) != bars
    assert visitor.complaints == []


def drawn(page: Page) -> int:
    """Points of a canvas that are not empty."""
    count = """canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
        return data.filter((value, place) => place % 4 === 3 && value > 0).length
    }"""
    return int(shown(page, "canvas").evaluate(count))


def test_chart_is_not_offered_where_there_is_no_number(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    expect(rows(page)).to_have_count(3)
    expect(shown(page, ".select_chart")).to_have_class(re.compile("disabled"))


@pytest.mark.parametrize("name", FILES)
def test_download_is_what_the_endpoint_answers(visitor: Visit, name: str) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    with page.expect_download() as downloading:
        shown(page, ".answer").get_by_role("button", name=name, exact=True).click()
    answer = posted(visitor.service, SCHOOLS, FILES[name], version="2")
    assert downloading.value.path().read_bytes() == answer.content
    assert re.fullmatch(r"query-version-2\.\w+", downloading.value.suggested_filename)


def test_graph_is_shown_as_a_table_and_downloaded_as_rdf(visitor: Visit) -> None:
    page = opened(visitor)
    query = CEP + "CONSTRUCT { ?x a cep:Region } { ?x a cep:Region }"
    ask(page, query)
    expect(rows(page)).to_have_count(9)
    with page.expect_download() as downloading:
        shown(page, ".answer").get_by_role("button", name="N-Triples").click()
    lines = downloading.value.path().read_text().splitlines()
    assert len(lines) == 9
    assert all("ontology#Region>" in line for line in lines)


def test_question_for_yes_or_no_is_answered_in_a_word(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, "ASK { ?s ?p ?o }")
    expect(shown(page, ".yasr_results")).to_contain_text("True")


def test_classes_are_completed_by_name_with_their_meaning(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, "")
    offered = complete(page, "SELECT * WHERE { ?x a cep:Chall")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("A finding that names a difficulty or an obstacle.")
    page.keyboard.press("Enter")
    assert written(page) == CEP + "SELECT * WHERE { ?x a cep:Challenge"


def test_words_of_a_label_complete_too_and_bring_their_prefix(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, "")
    offered = complete(page, "SELECT * WHERE { ?x a virtual")
    expect(offered.first).to_contain_text("Virtual School")
    page.keyboard.press("Enter")
    assert written(page) == CEP + "SELECT * WHERE { ?x a cep:VirtualSchool"


def test_properties_and_the_concepts_of_their_lists_are_completed(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, CEP + "SELECT * WHERE { ?x a cep:Challenge ; }")
    page.keyboard.press("ArrowLeft")
    expect(complete(page, "cep:addresses").first).to_contain_text("cep:addresses")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Backspace")
    page.keyboard.press("Control+Backspace")
    page.keyboard.press("Control+Backspace")
    page.keyboard.type(" cep:theme ")
    offered = complete(page, "fund")
    expect(offered).to_contain_text(["Funding"])
    page.keyboard.press("Enter")
    assert "<https://w3id.org/cepgraph/concept/theme/funding>" in written(page)
    assert visitor.elsewhere == []


def test_property_in_use_comes_before_one_that_is_not(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, CEP + "SELECT * WHERE { ?x ")
    offered = complete(page, "cep:")
    counts = [
        int(text.replace(",", "")) for text in offered.locator(".hint-count").all_inner_texts()[:5]
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0


def test_prefix_is_declared_when_it_is_used(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, "")
    page.keyboard.type("SELECT * { ?x dcterms:title ?y }")
    expect(text_of(page)).to_contain_text("PREFIX dcterms: <http://purl.org/dc/terms/>")


def test_mistake_is_told_with_its_line_and_marked_there(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, CEP + "SELECT * {\n  ?s cep:theme\n}")
    run(page)
    problem = shown(page, ".problem")
    expect(problem).to_contain_text("Not a SPARQL query")
    expect(shown(page, ".problem-line")).to_have_count(1)
    expect(shown(page, ".problem-text")).to_have_text("}")
    expect(shown(page, ".answer")).to_be_hidden()
    problem.get_by_role("button", name="Go to line 4, column 1").click()
    place = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor()")
    assert (place["line"], place["ch"]) == (3, 0)
    write(page, SCHOOLS)
    run(page)
    expect(rows(page)).to_have_count(3)
    expect(shown(page, ".problem-line")).to_have_count(0)


def test_refused_federation_is_told_in_words(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, "SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }")
    run(page)
    expect(shown(page, ".problem")).to_contain_text("SERVICE")
    assert visitor.elsewhere == []


def test_service_that_is_gone_is_told_in_words(visitor: Visit) -> None:
    page = opened(visitor)
    page.route("**/sparql", lambda route: route.abort())
    run(page)
    expect(shown(page, ".problem")).to_contain_text("The service cannot be reached")


def test_earlier_version_is_asked_when_it_is_chosen(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, PARTNERSHIPS)
    expect(shown(page, ".answer-version")).to_have_text("Version 2 of the graph")
    newest = rows(page).count()
    page.get_by_label("Version of the graph").fill("1")
    page.get_by_label("Version of the graph").press("Tab")
    run(page)
    expect(shown(page, ".answer-version")).to_have_text("Version 1 of the graph")
    expect(rows(page)).to_have_count(newest - 1)
    with page.expect_download() as downloading:
        shown(page, ".answer").get_by_role("button", name="CSV").click()
    expected = posted(visitor.service, PARTNERSHIPS, "text/csv", version="1")
    assert downloading.value.path().read_bytes() == expected.content


def test_version_that_does_not_exist_is_told(visitor: Visit) -> None:
    page = opened(visitor)
    page.get_by_label("Version of the graph").fill("99")
    page.get_by_label("Version of the graph").press("Tab")
    run(page)
    expect(shown(page, ".problem")).to_contain_text("version")


def test_shared_link_opens_the_query_at_its_version_and_runs_it(visitor: Visit) -> None:
    page = opened(visitor)
    write(page, PARTNERSHIPS)
    page.get_by_label("Version of the graph").fill("1")
    page.get_by_label("Version of the graph").press("Tab")
    shown(page, "").get_by_role("button", name="Share query").click()
    link = shown(page, ".yasqe_sharePopup input").input_value()
    assert link.startswith(f"{visitor.service}/sparql#query=")
    page.goto("/doc/")
    page.goto(link)
    expect(shown(page, ".answer-version")).to_have_text("Version 1 of the graph")
    assert written(page) == PARTNERSHIPS
    assert page.url == f"{visitor.service}/sparql"


def test_shared_command_asks_the_same_from_a_shell(visitor: Visit) -> None:
    page = opened(visitor)
    query = SCHOOLS.replace("LIMIT 3", 'LIMIT 2 # it\'s for "R" & curl')
    write(page, query)
    shown(page, "").get_by_role("button", name="Share query").click()
    shown(page, "").get_by_role("button", name="cURL").click()
    program, url, flag, header, data_flag, data = shlex.split(
        shown(page, ".yasqe_sharePopup input").input_value()
    )
    assert (program, flag, data_flag) == ("curl", "-H", "--data")
    assert (url, header) == (f"{visitor.service}/sparql", "Accept: text/csv")
    assert parse_qs(data) == {"query": [query]}


def test_examples_are_found_by_their_words_and_tags(visitor: Visit) -> None:
    page = opened(visitor)
    page.get_by_role("button", name=re.compile("Examples")).click()
    dialogue = page.get_by_role("dialog")
    names = httpx.get(f"{visitor.service}/sparql/editor.json", timeout=PATIENCE_S).json()[
        "examples"
    ]
    expect(dialogue.locator(".example")).to_have_count(len(names))
    dialogue.get_by_role("button", name="funding", exact=True).first.click()
    tagged = [example for example in names if "funding" in example["tags"]]
    assert 0 < len(tagged) <= dialogue.locator(".example").count() < len(names)
    page.keyboard.press("Escape")
    expect(dialogue).to_be_hidden()


def test_written_query_is_there_again_after_a_reload_and_its_answer_is_not(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    page.reload()
    expect(text_of(page)).to_contain_text("cep:VirtualSchool ; rdfs:label")
    expect(rows(page)).to_have_count(0)
    expect(shown(page, ".answer")).to_be_hidden()


def test_everything_can_be_done_without_a_mouse(visitor: Visit) -> None:
    page = opened(visitor)

    def tab_to(wanted: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches({wanted!r})"):
                return
        raise AssertionError(wanted)

    tab_to(".tools button")
    page.keyboard.press("Enter")
    page.keyboard.type("how many findings each theme has")
    tab_to(".example")
    page.keyboard.press("Enter")
    assert "# How many findings each theme has" in written(page)
    page.keyboard.press("Control+Enter")
    expect(rows(page).first).to_be_visible()
    tab_to(".yasr .select_chart")
    page.keyboard.press("Enter")
    expect(shown(page, "canvas")).to_be_visible()
    tab_to(".answer .cite")
    page.keyboard.press("Enter")
    expect(shown(page, ".permalink")).to_be_visible()
    assert visitor.complaints == []


@pytest.mark.parametrize("visitor", [{"viewport": {"width": 400, "height": 800}}], indirect=True)
def test_page_fits_a_narrow_screen(visitor: Visit) -> None:
    page = opened(visitor)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    ask(page, SCHOOLS)
    assert page.evaluate(fits)
    page.get_by_role("button", name=re.compile("Examples")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(fits)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_light_and_dark(browser: Browser, service: str, scheme: str) -> None:
    with visit(browser, service, color_scheme=scheme) as visitor:
        page = opened(visitor)
        colour = "getComputedStyle(document.querySelector('.yasqe .CodeMirror'))"
        paper, ink = (
            sum(map(int, re.findall(r"\d+", page.evaluate(f"{colour}.{name}"))[:3]))
            for name in ("backgroundColor", "color")
        )
    assert (paper > ink) == (scheme == "light")


@pytest.mark.parametrize("visitor", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_a_form_asks_the_same(visitor: Visit) -> None:
    page = visitor.page
    page.goto("/sparql")
    page.get_by_label("Query").first.fill(SCHOOLS)
    page.get_by_label("Answer as").first.select_option("JSON")
    with page.expect_response("**/sparql") as answering:
        page.get_by_role("button", name="Run").first.click()
    assert answering.value.json() == posted(visitor.service, SCHOOLS, FILES["JSON"]).json()
