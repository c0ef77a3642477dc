"""
A wall that runs for months: thousands of refreshes and hundreds of versions later the page holds what it held.

Counted is what the browser still holds once its garbage is collected: bytes of the heap, nodes, listeners.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from operant.testing.chromium import driven
from operant.testing.waiting import until
from tests.player import conftest as player
from tests.player.fake_relay import FakeRelay, fixture

built, relay, context = player.built, player.relay, player.context
complaints, tv, paired = player.complaints, player.tv, player.paired
WALLS = ("company-pulse", "chart-shapes", "figures")
SAMPLE, EACH_VERSION = 60, 20
# As many before anything is measured: caches of formats and of compiled code fill up first.
WARM = 20
MOST_BYTES, MOST_NODES = 1_500_000, 200


@pytest.fixture(scope="module")
def browser(built: None) -> Iterator[Browser]:
    with driven() as started:
        yield started


class Holdings:
    """What the page holds after its garbage was collected."""

    def __init__(self, tv: Page) -> None:
        self.session = tv.context.new_cdp_session(tv)
        self.session.send("Performance.enable")

    def now(self) -> dict[str, float]:
        for _ in range(3):
            self.session.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in self.session.send("Performance.getMetrics")["metrics"]}
        return {name: metrics[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def swap(tv: Page, relay: FakeRelay, number: int) -> None:
    relay.publish(fixture(WALLS[number % len(WALLS)]), theme="light" if number % 2 else "dark")
    version = f"ver_{relay.number}"
    until(lambda: tv.evaluate("operantPlayer.version()") == version, version)


def refresh(relay: FakeRelay, number: int) -> None:
    keys = sorted(relay.results)
    key = keys[number % len(keys)]
    relay.change(key)
    wanted = relay.results[key]["seq"]
    until(lambda: relay.served.get(key) == wanted, f"{key} at {wanted}", every=0.002)


def test_months_of_refreshes_and_versions_leave_nothing_behind(paired: Page, relay: FakeRelay, complaints, tally):
    holdings = Holdings(paired)
    refreshes = tally.sample(SAMPLE)
    for number in range(WARM):
        swap(paired, relay, number)
        refresh(relay, number)
    # The same wall is on the glass at both measurements.
    swap(paired, relay, 0)
    before = holdings.now()
    for number in range(refreshes):
        if number % EACH_VERSION == 0:
            swap(paired, relay, number // EACH_VERSION)
        refresh(relay, number)
        tally.note(f"refresh {number}")
    swap(paired, relay, 0)
    grown = {name: value - before[name] for name, value in holdings.now().items()}
    within = grown["JSHeapUsedSize"] <= MOST_BYTES and grown["Nodes"] <= MOST_NODES and grown["JSEventListeners"] <= MOST_NODES
    tally.note("what the page holds", "" if within else f"it grew by {grown}")
    assert (tally.failures, complaints) == ([], [])
    assert paired.locator(".pt-layer").count() == 1


def test_what_is_held_on_to_is_seen(paired: Page, relay: FakeRelay):
    """The control: a page that keeps what was painted before is caught."""
    holdings = Holdings(paired)
    swap(paired, relay, 0)
    before = holdings.now()
    paired.evaluate("window.kept = []")
    for number in range(3):
        paired.evaluate("void kept.push(document.querySelector('.pt-layer'))")
        swap(paired, relay, number)
    assert holdings.now()["Nodes"] - before["Nodes"] > MOST_NODES
