"""
The player on the engines of old televisions does what it does on today's.

They take packages of their own (GPL, never shipped), so `make prove` runs them; `make test` has the player in today's Chromium.
"""

import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from operant.testing.waiting import until
from tests.journeys import running
from tests.player import conftest as player
from tests.player.fake_relay import FakeRelay, fixture

from . import engines

built, relay = player.built, player.relay
WALLS = ("company-pulse", "chart-shapes", "figures", "beside", "states")
pytestmark = [
    pytest.mark.skipif("PROOF_RUNS" not in os.environ, reason="make prove ONLY=engines runs them"),
    pytest.mark.skipif(not engines.can_run(), reason=f"The old engines need {engines.NEEDED}"),
]


@pytest.fixture(params=engines.MAJORS)
def tv(request, tmp_path, built, relay):
    tv = engines.Television(request.param, tmp_path)
    tv.switch_on(relay.address + "/tv")
    yield tv
    tv.lose_power()


@pytest.fixture
def paired(tv, relay):
    tv.becomes("document.querySelector('.pt-code').textContent === 'K7M\u20094QX'")
    relay.pair("Lobby")
    tv.becomes("operantPlayer.stream() === 'open'")
    return tv


@pytest.fixture(scope="module")
def pictures():
    """Where what they painted stays, for people to look at."""
    place = running.RESULTS / "engines"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def shows(tv, version: str) -> None:
    tv.becomes(f"window.operantPlayer && operantPlayer.version() === '{version}'")


def reported(relay: FakeRelay) -> list[str]:
    return [f"{error['code']}: {error['message']}" for beat in relay.heartbeats for error in beat["errors"]]


def test_every_kind_of_widget_is_painted(paired, relay, pictures):
    for number, name in enumerate(WALLS, 1):
        wanted = fixture(name)
        relay.publish(wanted)
        shows(paired, f"ver_{number}")
        assert paired.evaluate("operantPlayer.widgets()") == len(wanted["document"]["widgets"])
        until(lambda version=f"ver_{number}": relay.heartbeats[-1]["rendered"]["version"] == version)
        paired.picture(pictures / f"chrome{paired.major}-{name}.png")
    assert relay.heartbeats[-1]["browser"] == {"engine": "Chromium", "major": paired.major}
    # The figures of the fixtures are as old as they say.
    wrong = [each for each in reported(relay) if not each.startswith("data_old")]
    assert (wrong, [line for line in paired.said() if "rror" in line]) == ([], [])


def test_new_figures_arrive_without_a_new_picture(paired, relay):
    relay.publish(fixture("company-pulse"))
    shows(paired, "ver_1")
    paired.evaluate("!!(window.kept = document.querySelector('[data-widget=w2] .ow-value'))")
    row = relay.results["company-pulse-q1"]["rows"][0]
    relay.change("company-pulse-q1", rows=[[*row[:2], 5000, *row[3:]]])
    paired.becomes("kept.textContent === '5,000' && document.contains(kept)")


def test_a_broken_version_never_reaches_the_glass(paired, relay):
    relay.publish(fixture("company-pulse"))
    shows(paired, "ver_1")
    until(lambda: not paired.evaluate("operantPlayer.errors().length"))
    broken = fixture("company-pulse")
    broken["document"]["widgets"][6]["options"] = None
    relay.publish(broken)
    until(lambda: [each for each in reported(relay) if each.startswith("version_rejected")])
    assert paired.evaluate("operantPlayer.version()") == "ver_1"
    relay.publish(fixture("chart-shapes"))
    shows(paired, "ver_3")


def test_an_outage_leaves_the_picture_and_ends_by_itself(paired, relay):
    relay.publish(fixture("company-pulse"))
    shows(paired, "ver_1")
    relay.down = True
    relay.drop_streams()
    paired.becomes("operantPlayer.stream() !== 'open'")
    assert paired.evaluate("document.querySelector('[data-widget=w1] .ow-value').textContent") == "€482,310"
    relay.publish(fixture("chart-shapes"))
    relay.down = False
    shows(paired, "ver_2")


def test_without_power_and_network_what_was_painted_is_there_again(paired, relay):
    relay.publish(fixture("company-pulse"))
    shows(paired, "ver_1")
    # A version is kept once it has stood for ten seconds; the page itself is the service worker's.
    paired.becomes("window.since = window.since || Date.now(), Date.now() - since > 15000")
    relay.down = True
    relay.drop_streams()
    paired.lose_power()
    paired.switch_on(relay.address + "/tv")
    shows(paired, "ver_1")
    assert paired.evaluate("document.querySelector('[data-widget=w1] .ow-value').textContent") == "€482,310"
    relay.down = False
    relay.publish(fixture("chart-shapes"))
    shows(paired, "ver_2")


def test_commands_are_done_and_acknowledged(paired, relay):
    relay.command("identify")
    paired.becomes("document.querySelector('.pt-identify').textContent.indexOf('Lobby') >= 0")
    paired.evaluate("window.before = true")
    relay.command("reload")
    paired.becomes("!window.before && window.operantPlayer && operantPlayer.stream() === 'open'")
    assert [each["outcome"] for each in relay.acknowledged] == ["heard", "done"] * 2


def test_asked_for_its_picture_it_sends_one_or_says_that_it_cannot(paired, relay, pictures):
    relay.publish(fixture("company-pulse"))
    shows(paired, "ver_1")
    relay.command("screenshot")
    until(lambda: len(relay.acknowledged) == 2)
    assert paired.evaluate("operantPlayer.widgets()") == 9
    answer = relay.acknowledged[-1]
    if paired.major == 69:
        # Chrome 69 takes every canvas for somebody else's that such a picture was painted on; those before and after do not.
        assert (answer["outcome"], answer["reason"], relay.screenshots) == ("failed", "This engine cannot draw itself.", [])
        return
    assert answer["outcome"] == "done"
    [(query, sent)] = relay.screenshots
    (pictures / f"chrome{paired.major}-by-itself.jpg").write_bytes(sent)
    # An empty glass is some thousand bytes.
    assert (query["version"], sent[:3], 20_000 < len(sent) <= 200_000) == ("ver_1", b"\xff\xd8\xff", True)


def test_a_takeover_lies_over_everything_and_the_picture_is_turned(paired, relay, pictures):
    until_then = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    over = {"id": "tko_1", "until": until_then, "text": "Leave the building", "severity": "alert", "scene": None}
    relay.publish(fixture("company-pulse"), takeover=over, glass={"turned": 90, "zoom": 130})
    paired.becomes("document.querySelector('.pt-takeover').textContent.indexOf('Leave the building') >= 0")
    until(lambda: [each["outcome"] for each in relay.acknowledged] == ["heard", "done"])
    relay.publish(fixture("company-pulse"), glass={"turned": 90, "zoom": 130})
    paired.becomes("operantPlayer.takeover() === null && operantPlayer.version() === 'ver_2'")
    assert paired.evaluate("document.getElementById('glass').offsetHeight") == 1920
    paired.picture(pictures / f"chrome{paired.major}-turned.png")


def test_an_unpaired_screen_says_so(paired, relay):
    relay.unpair()
    paired.becomes("document.body.textContent.indexOf('This screen was unpaired. Pair it again') >= 0")
