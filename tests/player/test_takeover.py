"""What lies over a screen: it comes at once, stays through reloads and outages, and ends by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from operant.testing.waiting import until

from .fake_relay import FakeRelay, fixture
from .test_player import in_time


def over(relay: FakeRelay, *, seconds: float = 600, **changes) -> dict:
    ends = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    takeover = {"id": "tko_1", "until": ends, "text": "Leave the building", "severity": "alert", "scene": None, **changes}
    relay.manifest = {**relay.manifest, "etag": relay.manifest["etag"] + "/over", "takeover": takeover}
    relay.tell("deploy", {"version": None, "etag": relay.manifest["etag"]})
    return takeover


def said(relay: FakeRelay) -> list[str]:
    return [each["outcome"] for each in relay.acknowledged]


def lies_over(tv: Page) -> str | None:
    return tv.evaluate("operantPlayer.takeover()")


def test_a_message_lies_over_the_dashboard_and_is_answered(paired: Page, relay: FakeRelay, complaints: list[str]):
    relay.publish(fixture("company-pulse"))
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_1")
    over(relay)
    paired.get_by_text("Leave the building").wait_for()
    until(lambda: said(relay) == ["heard", "done"])
    middle = paired.evaluate("document.elementFromPoint(960, 540).closest('.pt-takeover') !== null")
    assert (middle, complaints) == (True, [])
    # The dashboard goes on beneath it.
    assert paired.evaluate("operantPlayer.version()") == "ver_1"


@pytest.mark.usefixtures("clock")
def test_it_survives_a_reload_and_an_outage_and_ends_by_the_servers_clock(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_1")
    paired.evaluate("navigator.serviceWorker.ready.then(() => true)")
    over(relay, seconds=120)
    paired.get_by_text("Leave the building").wait_for()
    until(lambda: said(relay) == ["heard", "done"])
    relay.down = True
    relay.drop_streams()
    paired.reload()
    paired.get_by_text("Leave the building").wait_for()
    paired.clock.run_for(60_000)
    assert lies_over(paired) == "tko_1"
    in_time(paired, lambda: lies_over(paired) is None, "its end", 5000)
    assert paired.get_by_text("Leave the building").count() == 0


def test_it_can_be_ended_early(paired: Page, relay: FakeRelay):
    over(relay)
    paired.get_by_text("Leave the building").wait_for()
    relay.manifest = {key: value for key, value in relay.manifest.items() if key != "takeover"} | {"etag": "after"}
    relay.tell("deploy", {"version": None, "etag": "after"})
    until(lambda: lies_over(paired) is None)


def test_a_dashboard_lies_over_everything_too(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_1")
    shown = {key: relay.manifest[key] for key in ("number", "dashboard", "document", "data")}
    over(relay, text="", scene={**shown, "version": "ver_9"})
    until(lambda: said(relay) == ["heard", "done"])
    titles = "(where => [].map.call(document.querySelectorAll(where), each => each.textContent))"
    above, beneath = (paired.evaluate(f"{titles}('{where}')") for where in (".pt-takeover", ".pt-layer"))
    assert (len(above), above[0] == beneath[0], len(above[0]) > 100) == (1, True, True)


@pytest.mark.usefixtures("clock")
def test_the_picture_is_turned_and_made_smaller_without_starting_again(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_1")
    paired.evaluate("window.before = true")
    night = {"dim": 40, "dim_from": "00:00", "dim_until": "23:59"}
    relay.publish(fixture("company-pulse"), glass={"turned": 90, "overscan": 5, "zoom": 130, **night})
    until(lambda: paired.evaluate("operantPlayer.version()") == "ver_2")
    box = paired.locator("#player").bounding_box()
    assert box == {"x": 96, "y": 54, "width": 1728, "height": 972}
    upright = paired.evaluate("(glass => [glass.offsetWidth, glass.offsetHeight])(document.getElementById('glass'))")
    assert (upright, paired.evaluate("window.before")) == ([972, 1728], True)
    assert paired.evaluate("document.querySelector('.pt-dim').style.opacity") == "0.4"
    in_time(paired, lambda: relay.heartbeats and relay.heartbeats[-1]["viewport"] == {"w": 1080, "h": 1920}, "its heartbeat")
