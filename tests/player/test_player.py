from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from operant.testing.waiting import until

from .conftest import opened
from .fake_relay import FakeRelay, fixture


def texts(tv: Page, selector: str) -> list[str]:
    return tv.locator(selector).all_inner_texts()


def widget(tv: Page, name: str) -> str:
    return tv.locator(f'[data-widget="{name}"] .ow-value').inner_text()


def becomes(tv: Page, expression: str, within: float = 30) -> None:
    # Not wait_for_function: it evaluates strings inside the page, where the security policy forbids it.
    def so() -> bool:
        try:
            return bool(tv.evaluate(expression))
        except Error:
            return False  # the page is being replaced

    until(so, expression, within)


def settled(tv: Page, version: str, within: float = 30) -> None:
    becomes(tv, f"window.operantPlayer && operantPlayer.version() === '{version}'", within)


def in_time(tv: Page, seen: Callable[[], Any], what: str = "it", step: int = 1000) -> None:
    """Put the player's clock forward, step by step, until something is so. The fixture `clock` lets tests do that."""
    until(lambda: seen() or tv.clock.run_for(step), what, every=0.05)


def version(tv: Page) -> str | None:
    return tv.evaluate("window.operantPlayer && operantPlayer.version()")


def accepted(tv: Page, version: str) -> None:
    """Let a version stand until it is believed, and what it shows is kept."""
    settled(tv, version)
    tv.clock.run_for(15_000)


def reported(relay: FakeRelay) -> list[str]:
    return [error["code"] for beat in relay.heartbeats for error in beat["errors"]]


def test_it_shows_a_code_until_it_is_paired(tv: Page, relay: FakeRelay, complaints: list[str]):
    tv.get_by_text("operant.example.com/pair", exact=True).wait_for()
    assert texts(tv, ".pt-code") == ["K7M\u20094QX"]
    assert tv.locator(".pt-qr path").count() == 1
    relay.pair("Lobby")
    tv.get_by_text("This screen is paired as Lobby.").wait_for()
    tv.get_by_text("Publish a dashboard to it, and it appears here.").wait_for()
    assert complaints == []


def test_a_published_dashboard_is_painted_and_reported_in_four_things(paired: Page, relay: FakeRelay, complaints: list[str]):
    relay.publish(fixture("company-pulse"))
    settled(paired, "ver_1")
    assert relay.asked.count("GET /relay/poll") == 1, "it came by push"
    assert paired.evaluate("operantPlayer.widgets()") == 9
    assert widget(paired, "w1") == "€482,310"
    until(lambda: relay.heartbeats and relay.heartbeats[-1]["rendered"]["version"] == "ver_1")
    beat = relay.heartbeats[-1]
    assert set(beat) == {"viewport", "browser", "rendered", "errors"}
    assert beat["viewport"] == {"w": 1920, "h": 1080}
    assert set(beat["browser"]) == {"engine", "major"}
    assert beat["browser"]["engine"] == "Chromium"
    assert set(beat["rendered"]) == {"version", "at"}
    assert complaints == []


def test_new_figures_arrive_without_a_new_picture(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    settled(paired, "ver_1")
    paired.evaluate("window.kept = document.querySelector('[data-widget=w2] .ow-value')")
    row = relay.results["company-pulse-q1"]["rows"][0]
    relay.change("company-pulse-q1", rows=[[*row[:2], 5000, *row[3:]]])
    becomes(paired, "kept.textContent === '5,000' && document.contains(kept)")


def test_the_next_version_replaces_the_last(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    settled(paired, "ver_1")
    relay.publish(fixture("chart-shapes"), theme="light")
    settled(paired, "ver_2")
    assert paired.locator(".ow-dashboard").count() == 1
    assert paired.locator(".ow-theme-light").count() == 1


@pytest.mark.usefixtures("clock")
def test_a_broken_version_never_reaches_the_glass(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    accepted(paired, "ver_1")
    broken = fixture("company-pulse")
    broken["document"]["widgets"][6]["options"] = None
    relay.publish(broken)
    in_time(paired, lambda: "version_rejected" in reported(relay), "its report")
    assert paired.evaluate("operantPlayer.version()") == "ver_1"
    assert widget(paired, "w1") == "€482,310"
    asked = relay.asked.count("GET /relay/manifest")
    paired.reload()
    settled(paired, "ver_1")
    until(lambda: relay.asked.count("GET /relay/manifest") > asked)
    assert reported(relay).count("version_rejected") == 1
    relay.publish(fixture("chart-shapes"))
    settled(paired, "ver_3")


@pytest.mark.usefixtures("clock")
def test_a_version_that_throws_on_the_glass_is_taken_back(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    accepted(paired, "ver_1")
    relay.publish(fixture("chart-shapes"))
    settled(paired, "ver_2")
    paired.evaluate("queueMicrotask(() => { throw new Error('broken for ada@harbour.example') })")
    settled(paired, "ver_1")
    in_time(paired, lambda: "version_rejected" in reported(relay), "its report")
    messages = [error["message"] for beat in relay.heartbeats for error in beat["errors"]]
    assert not [message for message in messages if "ada@" in message]


@pytest.mark.usefixtures("clock")
def test_what_was_refused_is_tried_again_when_the_server_named_something_else_meanwhile(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    accepted(paired, "ver_1")
    first = relay.manifest
    relay.publish(fixture("chart-shapes"))
    settled(paired, "ver_2")
    second = relay.manifest
    paired.evaluate("queueMicrotask(() => { throw new Error('broken') })")
    settled(paired, "ver_1")
    for manifest in (first, second):
        asked = relay.asked.count("GET /relay/manifest")
        relay.manifest = manifest
        relay.tell("deploy", {"version": manifest["version"], "etag": manifest["etag"]})
        until(lambda asked=asked: relay.asked.count("GET /relay/manifest") > asked)
    settled(paired, "ver_2")


@pytest.mark.usefixtures("clock")
def test_an_outage_leaves_the_picture_and_ends_by_itself(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    settled(paired, "ver_1")
    relay.down = True
    relay.drop_streams()
    until(lambda: paired.evaluate("operantPlayer.stream()") != "open")
    paired.clock.run_for(60_000)
    assert widget(paired, "w1") == "€482,310"
    relay.publish(fixture("chart-shapes"))
    relay.down = False
    in_time(paired, lambda: version(paired) == "ver_2", "ver_2")


@pytest.mark.usefixtures("clock")
def test_a_cold_start_without_network_paints_the_last_picture(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    accepted(paired, "ver_1")
    paired.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    relay.down = True
    relay.drop_streams()
    paired.reload()
    settled(paired, "ver_1")
    assert widget(paired, "w1") == "€482,310"
    assert paired.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
    relay.down = False
    relay.publish(fixture("chart-shapes"))
    in_time(paired, lambda: version(paired) == "ver_2", "ver_2")


@pytest.mark.usefixtures("clock")
def test_an_unpaired_screen_forgets_and_says_so(paired: Page, relay: FakeRelay):
    relay.publish(fixture("company-pulse"))
    settled(paired, "ver_1")
    relay.unpair()
    said = paired.get_by_text("This screen was unpaired. Pair it again")
    in_time(paired, said.count, "the end of its pairing")
    assert paired.locator(".ow-dashboard").count() == 0
    relay.pair("Canteen")
    in_time(paired, lambda: version(paired) == "ver_1", "ver_1")


@pytest.mark.usefixtures("clock")
def test_without_a_stream_the_poll_brings_the_news(tv: Page, relay: FakeRelay):
    relay.streaming = False
    relay.pair("Lobby")
    in_time(tv, tv.get_by_text("This screen is paired as Lobby.").count, "its pairing")
    relay.heartbeats.clear()
    in_time(tv, lambda: relay.heartbeats, "a heartbeat")
    relay.publish(fixture("company-pulse"))
    in_time(tv, lambda: version(tv) == "ver_1", "ver_1")
    row = relay.results["company-pulse-q1"]["rows"][0]
    relay.change("company-pulse-q1", rows=[[*row[:2], 5000, *row[3:]]])
    in_time(tv, lambda: widget(tv, "w2") == "5,000", "the new figure")


def outcomes(relay: FakeRelay) -> list[str]:
    return [each["outcome"] for each in relay.acknowledged]


@pytest.mark.usefixtures("clock")
def test_identify_shows_the_name_once_and_is_answered_as_often_as_it_comes(paired: Page, relay: FakeRelay):
    relay.command("identify")
    paired.locator(".pt-identify", has_text="Lobby").wait_for()
    until(lambda: outcomes(relay) == ["heard", "done"])
    in_time(paired, lambda: not paired.locator(".pt-identify").count(), "the end of the name")
    relay.tell("command", relay.commands[0])
    until(lambda: outcomes(relay) == ["heard", "done", "done"])
    assert paired.locator(".pt-identify").count() == 0
    assert {each["command"] for each in relay.acknowledged} == {relay.commands[0]["id"]}


@pytest.mark.parametrize("kind", ["reload", "clear_cache"])
def test_a_page_that_is_loaded_anew_does_not_repeat_it(paired: Page, relay: FakeRelay, kind: str):
    paired.evaluate("window.before = true")
    relay.command(kind)
    becomes(paired, "!window.before && window.operantPlayer")
    becomes(paired, "operantPlayer.stream() === 'open'")
    relay.tell("command", relay.commands[0])
    paired.evaluate("window.before = true")
    paired.wait_for_timeout(1000)
    assert paired.evaluate("window.before && operantPlayer.state()") == "paired"
    assert outcomes(relay) == ["heard", "done", "done"]
    assert relay.goodbyes == []


def test_a_restarted_player_begins_again_without_loading_the_page(paired: Page, relay: FakeRelay):
    paired.evaluate("window.before = true")
    streams = len(relay.streams)
    relay.command("restart")
    until(lambda: outcomes(relay) == ["heard", "done"])
    until(lambda: len(relay.streams) > streams)
    becomes(paired, "operantPlayer.stream() === 'open' && document.body.innerText.indexOf('This screen is paired as Lobby.') >= 0")
    assert paired.evaluate("window.before && operantPlayer.state()") == "paired"


def test_closing_the_page_says_goodbye(paired: Page, relay: FakeRelay):
    paired.close(run_before_unload=True)
    until(lambda: relay.goodbyes)
    assert relay.goodbyes == [{"access": relay.access}]


def test_a_page_that_was_put_aside_is_silent_until_it_is_shown_again(context: BrowserContext, relay: FakeRelay):
    # Before the page is there: a clock that came later could not take back what the page had already planned.
    context.clock.install()
    tv = opened(context, relay, "Lobby")
    until(lambda: relay.heartbeats)
    tv.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    until(lambda: relay.goodbyes)
    tv.set_viewport_size({"width": 800, "height": 600})
    tv.clock.run_for(60_000)
    tv.set_viewport_size({"width": 1000, "height": 700})
    tv.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    tv.clock.run_for(10_000)
    until(lambda: [beat for beat in relay.heartbeats if beat["viewport"]["w"] == 1000])
    assert [beat for beat in relay.heartbeats if beat["viewport"]["w"] == 800] == []


def test_it_stays_paired_where_there_is_no_database(context: BrowserContext, relay: FakeRelay):
    none = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('none') } })"
    context.add_init_script(none)
    tv = opened(context, relay, "Lobby")
    tv.reload()
    tv.get_by_text("This screen is paired as Lobby.").wait_for()
    assert relay.asked.count("POST /relay/hello") == 1
