"""A screen that is asked for its picture draws itself. What it sends is judged by its dots, beside what is on the glass."""

import pytest
from playwright.sync_api import BrowserContext, Page

from operant.testing.pictures import compare, png
from operant.testing.waiting import until

from .conftest import opened
from .fake_relay import FakeRelay, fixture
from .test_player import settled

CANNOT = "This engine cannot draw itself."
GRAY, BLUE = [124, 133, 148], [121, 166, 248]


def compared(tv: Page, relay: FakeRelay, *places: tuple[float, float]) -> dict:
    """Ask for a picture, and compare it with the glass."""
    relay.command("screenshot")
    until(lambda: outcomes(relay) == [("heard", ""), ("done", "")])
    [(_, sent)] = relay.screenshots
    told = compare(tv.context, sent, tv.screenshot(), *places)
    assert len(sent) <= 200_000
    return told


def outcomes(relay: FakeRelay) -> list[tuple[str, str]]:
    return [(each["outcome"], each.get("reason", "")) for each in relay.acknowledged]


def near(dot: list[int], color: list[int]) -> bool:
    return all(abs(one - other) <= 12 for one, other in zip(dot, color, strict=True))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_picture_is_what_the_glass_shows(paired: Page, relay: FakeRelay, complaints: list[str], theme: str):
    relay.publish(fixture("company-pulse"), theme=theme)
    settled(paired, "ver_1")
    bar, card = (0.8, 0.3), (0.2, 0.05)
    told = compared(paired, relay, bar, card)
    [(query, _)] = relay.screenshots
    assert query == {"command": relay.commands[0]["id"], "version": "ver_1"}
    # Letters are smoothed otherwise at half their size; a missing widget or font is ten times as far.
    assert (told["size"], told["apart"] < 4) == ([960, 540], True), told
    assert near(told["dots"][0], BLUE) == (theme == "dark")
    assert near(told["dots"][1], [255, 255, 255]) == (theme == "light")
    # Never in a heartbeat, and nothing on the page was touched.
    assert [beat.keys() for beat in relay.heartbeats if beat.keys() != {"viewport", "browser", "rendered", "errors"}] == []
    assert (paired.evaluate("operantPlayer.widgets()"), complaints) == (9, [])


def test_a_turned_screen_sends_its_picture_upright(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"), glass={"turned": 90})
    settled(paired, "ver_1")
    assert compared(paired, relay)["size"] == [540, 960]


def test_pictures_are_in_it_and_pages_from_elsewhere_are_gray(paired: Page, relay: FakeRelay):
    board = fixture("beside")
    address = next(each for each in board["document"]["widgets"] if each["id"] == "web")["options"]["address"]
    dots = b"".join(b"\0" + b"\xc0\x20\x20" * 40 for _ in range(40))
    plan_of_the_floor = {"body": png(40, 40, color=2, rows=dots), "content_type": "image/png"}
    paired.route("**/pictures/*", lambda route: route.fulfill(**plan_of_the_floor))
    relay.publish(board, frames={address: "/frame"})
    settled(paired, "ver_1")
    paired.locator(".ow-image").first.wait_for()
    plan, weather = (0.12, 0.8), (0.44, 0.85)
    told = compared(paired, relay, plan, weather)
    assert near(told["dots"][0], [192, 32, 32]), told
    assert near(told["dots"][1], GRAY), told


def test_what_lies_over_it_is_in_it_and_the_version_is_not_said(paired: Page, relay: FakeRelay):
    until_then = "2099-01-01T00:00:00Z"
    takeover = {"id": "tko_1", "until": until_then, "text": "Leave the building", "severity": "alert", "scene": None}
    relay.publish(fixture("company-pulse"), takeover=takeover)
    paired.get_by_text("Leave the building").wait_for()
    until(lambda: {"command": "tko_1", "outcome": "done"}.items() <= (relay.acknowledged or [{}])[-1].items())
    relay.acknowledged.clear()
    assert compared(paired, relay)["apart"] < 4
    assert relay.screenshots[0][0] == {"command": relay.commands[0]["id"]}


def test_an_engine_that_cannot_says_so_and_goes_on(context: BrowserContext, relay: FakeRelay, complaints: list[str]):
    # As WebKit does when a page was painted on it.
    throws = "HTMLCanvasElement.prototype.toBlob = () => { throw new DOMException('Tainted', 'SecurityError') }"
    context.add_init_script(throws)
    tv = opened(context, relay, "Lobby", complaints)
    relay.publish(fixture("company-pulse"))
    settled(tv, "ver_1")
    relay.command("screenshot")
    until(lambda: outcomes(relay) == [("heard", ""), ("failed", CANNOT)])
    assert (relay.screenshots, complaints) == ([], [])
    assert (tv.evaluate("operantPlayer.widgets()"), tv.evaluate("operantPlayer.errors()")) == (9, [])
