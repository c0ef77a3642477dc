"""One house and one Chromium for all journeys; a browser of its own for every person in them."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from operant.testing.chromium import driven

from . import running
from .browsing import Visitor, visit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys" in item.path.as_posix():
            item.add_marker("journey")


# A house at work costs all others something: it ends with the last journey.
@pytest.fixture(scope="package")
def house() -> Iterator[running.House]:
    with running.running() as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=30_000)
    with driven() as started:
        yield started
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def person(house: running.House, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return a function: a new browser. At the end nothing in any of them may have gone wrong."""
    visitors: list[Visitor] = []

    def enter(**wishes: object) -> Visitor:
        visitors.append(visit(browser, house.url, **wishes))
        visitors[-1].context.set_default_timeout(30_000)
        return visitors[-1]

    yield enter
    gone_wrong = [each for visitor in visitors for each in visitor.unexpected()]
    for visitor in visitors:
        visitor.context.close()
    assert gone_wrong == []


@pytest.fixture
def ada(house: running.House, person: Callable[..., Visitor]) -> Visitor:
    """Ada, the demo's owner, signed in."""
    return sign_in(person(), house)


def sign_in(visitor: Visitor, house: running.House, email: str = "ada@harbour.example") -> Visitor:
    """Let somebody of the demo sign in; from the second time on they are signed in already."""
    if email in house.known:
        visitor.context.add_cookies(house.known[email])
        visitor.page = visitor.page or visitor.context.new_page()
        return visitor
    visitor.open("/accounts/login/")
    visitor.page.get_by_label("Email").fill(email)
    visitor.page.get_by_label("Password", exact=True).fill(house.password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()
    visitor.page.wait_for_url("**/o/**")
    house.known[email] = visitor.context.cookies()
    return visitor
