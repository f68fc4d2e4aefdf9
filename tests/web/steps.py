"""What a researcher does in the editor, step by step."""

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.project.service import PATIENCE_S
from tests.web.browser import Visit

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
