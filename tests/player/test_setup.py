"""A screen is set up with nothing but a television's remote, and says of itself what somebody in front of it wants to know."""

import pytest
from playwright.sync_api import BrowserContext, Page

from operant.testing.waiting import until

from .conftest import opened
from .fake_relay import FakeRelay, fixture

FOCUSED = "document.activeElement.textContent"


def facts(tv: Page) -> dict[str, str]:
    lines = tv.locator(".pt-fact").evaluate_all("lines => lines.map(line => [].map.call(line.children, each => each.textContent))")
    return dict(lines)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_arrows_and_ok_are_enough(tv: Page, relay: FakeRelay, size):
    tv.set_viewport_size({"width": size[0], "height": size[1]})
    tv.get_by_text("K7M").wait_for()
    assert tv.evaluate(FOCUSED) == "Another code"
    height = tv.evaluate("document.activeElement.getBoundingClientRect().height")
    # Letters of three percent of the glass are read from three meters.
    assert height >= size[1] * 0.05
    before = tv.query_selector(".pt-panel")
    tv.keyboard.press("Enter")
    until(lambda: relay.asked.count("POST /relay/hello") == 2)
    until(lambda: not before.evaluate("panel => panel.isConnected"), "the end of the first code")
    tv.get_by_text("K7M").wait_for()
    tv.get_by_text("About this screen").wait_for()
    for _ in range(3):
        tv.keyboard.press("ArrowDown")
    assert tv.evaluate(FOCUSED) == "About this screen"
    tv.keyboard.press("Enter")
    tv.locator(".pt-about").wait_for()
    assert (tv.evaluate(FOCUSED), facts(tv)["Screen"]) == ("Back", "Not paired yet")
    edge = tv.locator(".pt-facts").bounding_box()
    assert edge["y"] >= 0 and edge["y"] + edge["height"] <= size[1]
    tv.keyboard.press("Enter")
    until(lambda: tv.locator(".pt-about").count() == 0)
    # Where it was before: another code at the next OK is not what somebody meant.
    assert tv.evaluate(FOCUSED) == "About this screen"


def test_a_paired_screen_says_which_start_without_network_it_has(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_1")
    paired.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: paired.evaluate("caches.match('/tv').then(page => !!page)"))
    paired.keyboard.press("Enter")
    paired.locator(".pt-about").wait_for()
    told = facts(paired)
    assert told["Start without network"] == "Yes: the page and the last figures are kept here."
    assert (told["Screen"], told["Connection"]) == ("Lobby", "News comes at once")
    paired.keyboard.press("Escape")
    assert paired.locator(".pt-about").count() == 0


def test_it_says_why_there_is_none(context: BrowserContext, relay: FakeRelay):
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    tv = context.new_page()
    tv.goto(relay.address + "/tv")
    tv.get_by_text("K7M").wait_for()
    tv.keyboard.press("ArrowDown")
    tv.get_by_text("About this screen").click()
    tv.locator(".pt-about").wait_for()
    assert facts(tv)["Start without network"] == "No: browsers keep pages of https addresses only, and this one is not."


def test_a_film_keeps_it_awake_where_nothing_else_does(context: BrowserContext, relay: FakeRelay, complaints: list[str]):
    context.add_init_script("delete Navigator.prototype.wakeLock")
    tv = opened(context, relay, "Lobby", complaints)
    film = "document.querySelector('#player > video')"
    until(lambda: tv.evaluate(f"!!{film} && !{film}.paused && {film}.readyState >= 2"))
    # It goes on after its end.
    begun = tv.evaluate(f"{film}.currentTime")
    until(lambda: tv.evaluate(f"{film}.currentTime") < begun or tv.evaluate(f"{film}.ended"), within=20)
    assert (tv.evaluate(f"[{film}.muted, {film}.loop, {film}.ended]"), complaints) == ([True, True, False], [])
    tv.keyboard.press("Enter")
    tv.locator(".pt-about").wait_for()
    assert facts(tv)["Kept awake"] == "Yes: a film without picture and sound runs behind the dashboard."
