"""Without a mouse: every stop is reached and seen, and what was opened gives the focus back. `make prove` walks every page."""

import os
import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from . import running
from .browsing import visit
from .conftest import sign_in
from .test_pages import INSIDE, OPERATORS, OUTSIDE, SIZES, things
from .walking import walk

DENSE = {"desk": ("people", "audit", "me-notifications"), "phone": ("dashboards", "settings")}
EVERY_PAGE = os.environ.get("WALK") == "every page"
# A screen's page is for a remote control: nothing on it is a stop.
OUTDOORS = [path for name, path in OUTSIDE.items() if name != "tv"]


@pytest.mark.parametrize("size", SIZES)
def test_every_stop_is_reached_and_seen(house: running.House, browser: Browser, size: str):
    visitor = visit(browser, house.url, viewport=SIZES[size])
    paths = OUTDOORS if EVERY_PAGE else []
    troubles = [trouble for path in paths for trouble in walked(visitor, path)]
    sign_in(visitor, house)
    paths = list(INSIDE.values()) if EVERY_PAGE else [INSIDE[name] for name in DENSE[size]]
    if EVERY_PAGE:
        thing = {kind: things(visitor, kind) for kind in ("dashboards", "sources", "screens")}
        parts = ("access", "text", "plan", "versions/", "versions/1", "comparison?before=1&after=3")
        paths += [*thing.values(), *(thing["dashboards"] + part for part in parts)]
    troubles += [trouble for path in paths for trouble in walked(visitor, path)]
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


@pytest.mark.skipif(not EVERY_PAGE, reason="make prove walks every page")
def test_every_stop_in_the_operators_room_is_reached_and_seen(house: running.House, browser: Browser):
    house.appoint("mallory@meadow.example")
    visitor = sign_in(visit(browser, house.url), house, "mallory@meadow.example")
    troubles = [trouble for path in OPERATORS.values() for trouble in walked(visitor, path)]
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


def walked(visitor, path: str) -> list[str]:
    visitor.open(path)
    troubles = walk(visitor.page)
    if EVERY_PAGE:
        visitor.page.reload()
        troubles += [f"backwards: {each}" for each in walk(visitor.page, "Shift+Tab")]
    return [f"{path}: {each}" for each in troubles]


def test_what_was_opened_gives_the_focus_back(ada):
    ada.open("/o/harbour/people/")
    page = ada.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    ada.open(things(ada, "screens"))
    menu = page.locator("main summary, header summary").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    line = page.get_by_role("button", name="Rename")
    reach(line)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()


def test_a_role_and_a_wish_are_changed_by_keys_alone(ada):
    page = ada.page
    ada.open("/o/harbour/people/")
    role = page.get_by_label(re.compile("^Role of Cleo"))
    for first_letter, told in (("e", "is now editor."), ("v", "is now viewer.")):
        reach(role)
        page.keyboard.press(first_letter)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text(told)).to_be_visible()
    ada.open("/me/notifications")
    wish = page.get_by_label("Product updates: Mail")
    for is_on in (False, True):
        reach(wish)
        page.keyboard.press("Space")
        reach(page.get_by_role("button", name="Save").first)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Saved. It holds from the next mail on.")).to_be_visible()
        expect(wish).to_be_checked(checked=is_on)


def reach(stop: Locator) -> None:
    """Press Tab until something has the focus, at most once around the page."""
    for _ in range(stop.page.locator("a, button, input, select, summary").count()):
        if stop.evaluate("each => each === document.activeElement"):
            return
        stop.page.keyboard.press("Tab")
    expect(stop).to_be_focused()
