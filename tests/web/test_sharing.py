"""Queries that come from the catalogue or from a link, and those that are passed on."""

import re
import shlex
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import expect

from tests.project.service import PATIENCE_S
from tests.web.browser import Visit
from tests.web.steps import PARTNERSHIPS, SCHOOLS, ask, opened, rows, shown, text_of, write, written

pytestmark = pytest.mark.slow


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
