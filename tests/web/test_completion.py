"""What the editor offers while a query is written."""

import pytest
from playwright.sync_api import expect

from tests.web.browser import Visit
from tests.web.steps import CEP, complete, opened, text_of, write, written

pytestmark = pytest.mark.slow


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
