"""The editor, as researchers meet it, in Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Visit
from tests.web.steps import (
    CEP,
    COUNTED,
    FILES,
    PARTNERSHIPS,
    SCHOOLS,
    ask,
    opened,
    posted,
    rows,
    run,
    shown,
    text_of,
    write,
)

pytestmark = pytest.mark.slow


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


def test_title_is_that_of_the_citation(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    shown(page, "").get_by_label("Title").fill("Three Virtual Schools")
    shown(page, "").get_by_role("button", name="Cite this result").click()
    link = shown(page, ".permalink")
    with page.context.expect_page() as opening:
        link.click()
    expect(opening.value.get_by_role("heading", level=1)).to_have_text("Three Virtual Schools")


def test_permalink_stays_when_a_file_is_downloaded(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    shown(page, "").get_by_role("button", name="Cite this result").click()
    address = str(shown(page, ".permalink").get_attribute("href"))
    with page.expect_download():
        shown(page, ".answer").get_by_role("button", name="CSV").click()
    expect(shown(page, ".permalink")).to_have_attribute("href", address)


def test_chart_says_what_is_missing_where_there_is_no_number(visitor: Visit) -> None:
    page = opened(visitor)
    ask(page, SCHOOLS)
    expect(rows(page)).to_have_count(3)
    shown(page, "").get_by_role("button", name="Chart").click()
    expect(shown(page, ".yasr_results")).to_contain_text("a column that holds numbers only")
    expect(shown(page, "canvas")).to_have_count(0)
    shown(page, "").get_by_role("button", name="Table").click()
    expect(rows(page)).to_have_count(3)
    assert visitor.complaints == []


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
