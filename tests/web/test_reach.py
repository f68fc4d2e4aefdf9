"""The editor for everybody: without a mouse, on small screens, in the dark, without scripts."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser import Visit, visit
from tests.web.steps import FILES, SCHOOLS, ask, opened, posted, rows, shown, written

pytestmark = pytest.mark.slow


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
