"""Chromium on this machine, and what a visit to a page leaves behind."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PATIENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. Without one on this machine the tests fail."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium was not found; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page with what it asked for and what went wrong in it."""

    page: Page
    service: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of others than the service."""
        own = (self.service + "/", f"blob:{self.service}/", "data:")
        return [address for address in self.asked if not address.startswith(own)]


@contextmanager
def visit(browser: Browser, service: str, **options: Any) -> Iterator[Visit]:
    """A visitor whom the browser has never seen; ``options`` are those of a context."""
    context = browser.new_context(base_url=service, **options)
    context.set_default_timeout(PATIENCE_MS)
    made = Visit(context.new_page(), service)

    def watch(page: Page) -> None:
        page.on("request", lambda request: made.asked.append(request.url))
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on(
            "console",
            lambda told: made.complaints.append(told.text) if told.type == "error" else None,
        )

    watch(made.page)
    context.on("page", watch)
    yield made
    context.close()
