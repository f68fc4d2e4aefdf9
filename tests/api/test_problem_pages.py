"""What a browser shows where something is wrong, and what programs are told instead."""

import pytest

from tests.api.site import Site
from tests.api.toy_queries import toy_site

API = "/api/v1/queries"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return toy_site(tmp_path_factory.mktemp("content"))


@pytest.mark.parametrize("place", ["/queries/none", "/nothing", "/doc/nothing/at-all"])
def test_browser_is_shown_a_page_that_leads_on(site: Site, place: str) -> None:
    shown = site.get(place, accept=BROWSER)
    assert shown.status_code == 404
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["vary"] == "Accept"
    assert "frame-ancestors" in shown.headers["content-security-policy"]
    assert '<a href="/queries">' in shown.text
    assert int(shown.headers["content-length"]) == len(shown.content)


@pytest.mark.parametrize("accept", ["*/*", "application/json", PROBLEM, "text/csv", ""])
def test_program_is_told_a_problem_document(site: Site, accept: str) -> None:
    told = site.get(f"{API}/none", accept=accept)
    assert (told.status_code, told.headers["content-type"]) == (404, PROBLEM)


def test_page_and_document_say_the_same(site: Site) -> None:
    detail = site.get(f"{API}/none").json()["detail"]
    assert "none" in detail
    assert detail.replace("'", "&#39;") in site.get(f"{API}/none", accept=BROWSER).text


def test_head_is_told_the_same_without_a_body(site: Site) -> None:
    told = site.request("HEAD", f"{API}/none", accept=BROWSER)
    assert (told.status_code, told.content) == (404, b"")
    assert told.headers["content-type"] == "text/html; charset=utf-8"


def test_what_was_asked_for_is_not_read_as_html(site: Site) -> None:
    shown = site.get(f"{API}/puppets?<b>=1", accept=BROWSER)
    assert shown.status_code == 422
    assert "<b>" not in shown.text
    assert "&lt;b&gt;" in shown.text


@pytest.mark.parametrize("form", ["", "&format=csv", "&format=html"])
def test_wrong_value_in_a_form_is_shown_in_the_form(site: Site, form: str) -> None:
    shown = site.get(f"{API}/puppets?name=Punch&strings=many{form}", accept=BROWSER)
    assert shown.status_code == 422
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["cache-control"] == "no-store"
    assert 'role="alert"' in shown.text
    assert "strings: " in shown.text
    assert 'name="name" value="Punch"' in shown.text
    assert 'name="strings" value="many"' in shown.text
    assert shown.text.count('aria-invalid="true"') == 1


def test_wrong_value_is_a_problem_document_for_a_program(site: Site) -> None:
    told = site.get(f"{API}/puppets?strings=many&format=csv")
    assert (told.status_code, told.headers["content-type"]) == (422, PROBLEM)
    assert told.json()["parameter"] == "strings"


def test_wrong_version_is_not_asked_again_with_the_form(site: Site) -> None:
    shown = site.get(f"{API}/puppets?version=old", accept=BROWSER)
    assert shown.status_code == 422
    assert "version: " in shown.text
    assert 'name="version"' not in shown.text


def test_right_form_shows_no_fault(site: Site) -> None:
    shown = site.get(f"{API}/puppets?strings=3", accept=BROWSER)
    assert shown.status_code == 200
    assert "aria-invalid" not in shown.text
    assert 'role="alert"' not in shown.text
