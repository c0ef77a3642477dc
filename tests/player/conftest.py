"""A television: the built player in Chromium, opposite a relay that does what the test says."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from operant.testing.chromium import driven
from operant.testing.waiting import until

from .fake_relay import DIST, ROOT, FakeRelay

# Playwright keeps an event loop in this thread, and Django refuses its database where one runs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def built() -> None:
    if not (DIST / ".vite/manifest.json").exists():
        subprocess.run(["npm", "run", "--silent", "build:player"], cwd=ROOT, check=True)


@pytest.fixture(scope="package")
def browser(built: None) -> Iterator[Browser]:
    with driven() as started:
        yield started


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
def clock(context: BrowserContext) -> None:
    """Let the test put the player's clock forward, by `tv.clock`. It is there before any page is."""
    context.clock.install()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; every test of a page may assert that it is empty."""
    return []


@pytest.fixture
def tv(context: BrowserContext, relay: FakeRelay, complaints: list[str]) -> Page:
    return opened(context, relay, complaints=complaints)


@pytest.fixture
def paired(context: BrowserContext, relay: FakeRelay, complaints: list[str]) -> Page:
    page = opened(context, relay, "Lobby", complaints)
    until(lambda: page.evaluate("operantPlayer.stream()") == "open")
    # A stream that opens asks once for what it may have missed; what a test counts comes after it.
    until(lambda: relay.asked.count("GET /relay/poll") == 1)
    return page


def opened(context: BrowserContext, relay: FakeRelay, name: str = "", complaints: list[str] | None = None) -> Page:
    """Open the player, and pair it as a screen of this name, if any."""
    page, heard = context.new_page(), [] if complaints is None else complaints
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if "Content Security" in line.text else None)
    if name:
        # Before it asks for the first time: it would ask again three seconds later.
        relay.pair(name)
    page.goto(relay.address + "/tv")
    if name:
        page.get_by_text(f"This screen is paired as {name}.").wait_for()
    return page
