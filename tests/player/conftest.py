"""A television: the built player in Chromium, opposite a relay that does what the test says."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from operant.testing.chromium import launched
from operant.testing.waiting import until

from .fake_relay import DIST, ROOT, FakeRelay

# Playwright keeps an event loop in this thread, and Django refuses its database where one runs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def built() -> None:
    if not (DIST / ".vite/manifest.json").exists():
        subprocess.run(["npm", "run", "--silent", "build:player"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def browser(built: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def relay() -> Iterator[FakeRelay]:
    relay = FakeRelay()
    yield relay
    relay.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield context
    context.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; every test of a page may assert that it is empty."""
    return []


@pytest.fixture
def tv(context: BrowserContext, relay: FakeRelay, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    page.goto(relay.address + "/tv")
    return page


@pytest.fixture
def paired(tv: Page, relay: FakeRelay) -> Page:
    relay.pair("Lobby")
    tv.get_by_text("This screen is paired as Lobby.").wait_for()
    until(lambda: tv.evaluate("operantPlayer.stream()") == "open")
    # A stream that opens asks once for what it may have missed; what a test counts comes after it.
    until(lambda: relay.asked.count("GET /relay/poll") == 1)
    return tv
