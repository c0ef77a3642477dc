"""Alert settings and mutes of screens for programs."""

from datetime import timedelta

import pytest

from operant.platform import clock
from operant.testing import api

WHOLE = {"kinds": ["late", "offline"], "silent_minutes": 10, "never_seen_hours": 4, "errors_from": 30}
USUAL = {
    "kinds": ["never_seen", "offline", "behind", "errors", "frozen", "clock"], "silent_minutes": 3, "never_seen_hours": 2,
    "errors_from": 20, "is_own": False,
}  # fmt: skip


@pytest.fixture
def program(cast):
    return api.program(cast.at_harbour, cast.ann)


@pytest.fixture
def one(screen):
    return f"screens/{screen.public_id}"


def test_terms_of_everywhere_and_of_one_screen(program, one, announced):
    del announced[:]
    assert [program.get(each).json() for each in ("screen-alerting", f"{one}/alerting")] == [USUAL, USUAL]
    for _ in range(2):
        assert program.put("screen-alerting", WHOLE).json() == {**WHOLE, "is_own": False}
    assert program.get(f"{one}/alerting").json() == {**WHOLE, "is_own": False}
    for _ in range(2):
        assert program.put(f"{one}/alerting", {"kinds": []}).json() == {**USUAL, "kinds": [], "is_own": True}
    assert program.get(f"{one}/alerting").json()["is_own"] is True
    assert program.get("screen-alerting").json() == {**WHOLE, "is_own": False}
    for _ in range(2):
        assert program.delete(f"{one}/alerting").status_code == 204
    assert program.get(f"{one}/alerting").json() == {**WHOLE, "is_own": False}
    assert [each.NAME for each in announced] == [
        "relay.alerting.changed", "relay.screen.alerting_changed", "relay.screen.alerting_changed",
    ]  # fmt: skip


def test_a_screen_is_muted_until_a_time(screen, program, one, announced):
    until = clock.now().replace(microsecond=0) + timedelta(hours=30)
    said = until.isoformat().replace("+00:00", "Z")
    told = {"screen": screen.public_id, "name": "Lobby", "until": said}
    del announced[:]
    for _ in range(2):
        assert program.put(f"{one}/mute", {"until": said}).json() == told
    assert program.get("screen-mutes").json() == {"entries": [told], "next": None}
    for _ in range(2):
        assert program.delete(f"{one}/mute").status_code == 204
    assert program.get("screen-mutes").json() == {"entries": [], "next": None}
    assert [each.NAME for each in announced] == ["relay.screens.muted", "relay.screens.unmuted"]


@pytest.mark.parametrize("hours", [-1, 0, 24 * 7 + 1])
def test_a_mute_ends_within_a_week(program, one, hours):
    until = (clock.now() + timedelta(hours=hours)).isoformat()
    assert program.put(f"{one}/mute", {"until": until}).status_code == 422
    assert program.get("screen-mutes").json()["entries"] == []


@pytest.mark.parametrize("body", [{}, {"kinds": ["x"]}, {"kinds": [], "silent_minutes": 0}, {"kinds": [], "silent_minutes": 20161}])
def test_what_cannot_be_is_refused(program, one, body):
    assert [program.put(each, body).status_code for each in ("screen-alerting", f"{one}/alerting")] == [422, 422]


def test_others_find_nothing_and_a_token_that_reads_changes_nothing(cast, one):
    stranger = api.program(cast.at_meadow, cast.mallory)
    until = (clock.now() + timedelta(hours=1)).isoformat()
    asked = [
        ("GET", f"{one}/alerting", None), ("PUT", f"{one}/alerting", WHOLE), ("DELETE", f"{one}/alerting", None),
        ("PUT", f"{one}/mute", {"until": until}), ("DELETE", f"{one}/mute", None),
    ]  # fmt: skip
    assert [stranger.ask(*each).status_code for each in asked] == [404] * 5
    reader = api.program(cast.at_harbour, cast.ann, scopes=["relay:read"])
    assert [reader.ask(*each).status_code for each in asked] == [200, 403, 403, 403, 403]
    assert reader.put("screen-alerting", WHOLE).status_code == 403
