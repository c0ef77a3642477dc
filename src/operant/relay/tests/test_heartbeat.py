import json
from datetime import UTC, datetime, timedelta

import pytest

from operant.platform import clock
from operant.relay import events
from operant.relay.actions import hearing
from operant.relay.models import ClientError, Screen
from operant.relay.tests.helpers import republished
from operant.testing import stage as staging
from operant.testing.relay import fault, heartbeat


def _errors(cast):
    with cast.at_harbour():
        return list(ClientError.objects.order_by("code", "message").values_list("code", "message", "count"))


def test_a_heartbeat_is_stored_and_answered(screen, tv, board, fresh, frozen):
    tv.renew()
    version = board.published.public_id
    told = tv.beat(version=version, viewport={"w": 3840, "h": 2160}, browser={"engine": "WebKit", "major": 17})
    assert told.status_code == 200
    assert told.json() == {
        "wanted": version,
        "etag": tv.get("manifest").json()["etag"],
        "server_time": frozen.isoformat(),
        "next_in": 30,
    }
    now = fresh(screen)
    assert (now.viewport, now.browser, now.state) == ("3840 × 2160", "Safari 17", "online")
    assert (now.last_seen_at, now.rendered_version_id, now.rendered_at) == (frozen, board.published_id, frozen)
    assert now.due_at == frozen + timedelta(seconds=75)


def test_a_screen_that_missed_the_hint_learns_the_wanted_version(cast, screen, tv, board, fresh):
    old = board.published.public_id
    with cast.at_harbour(cast.ben):
        new = republished(cast, board).public_id
    assert tv.beat(version=old).json()["wanted"] == new
    assert fresh(screen).rendered_version.number == 1
    assert tv.beat(version=new).json()["wanted"] == new
    with cast.at_harbour():
        assert Screen.objects.get().rendered_version.number == 2


def test_a_version_that_was_never_published_here_is_refused(cast, screen, tv, board, fresh):
    with cast.at_meadow(cast.mallory):
        foreign = staging.published(cast.mallory).public_id
    tv.beat(version=board.published.public_id)
    seen = fresh(screen).last_seen_at
    for forged in (foreign, "ver_1111111111111111111111", "ver_x", "8", board.public_id):
        answer = tv.beat(version=forged)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert (fresh(screen).last_seen_at, fresh(screen).rendered_version_id) == (seen, board.published_id)


def test_a_version_of_another_dashboard_here_is_believed(cast, screen, tv):
    with cast.at_harbour(cast.ben):
        other = staging.published(cast.ben, name="Other")
    assert tv.beat(version=other.public_id).status_code == 200


@pytest.mark.parametrize(
    "broken",
    [
        {"ip": "10.0.0.1"}, {"viewport": {"w": 1, "h": 1, "dpi": 2}}, {"viewport": {"w": 1.5, "h": 1}},
        {"viewport": {"w": True, "h": 1}}, {"viewport": {"w": 1, "h": 99999}}, {"viewport": None},
        {"browser": {"engine": "Chrome/120 (Ada's TV)", "major": 120}}, {"browser": {"engine": "Chromium"}},
        {"browser": {"engine": "Chromium", "major": "120"}}, {"rendered": {"version": None}},
        {"rendered": {"version": None, "at": "2026-01-01T00:00:00Z"}}, {"rendered": {"version": "ver_x", "at": None}},
        {"rendered": {"version": "ver_x", "at": "2026-01-01T00:00:00"}}, {"errors": {}}, {"errors": [fault()] * 11},
        {"errors": [fault() | {"stack": "…"}]}, {"errors": [fault(code="Bad code")]}, {"errors": [fault(count=0)]},
        {"errors": [fault(count=10**9)]}, {"errors": [fault(message="x" * 501)]},
        {"errors": [fault() | {"first": "now"}]},
    ],
)  # fmt: skip
def test_anything_but_the_four_things_is_refused(screen, tv, fresh, broken):
    answer = tv.beat({**heartbeat(), **broken})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert fresh(screen).last_seen_at is None


@pytest.mark.parametrize("part", ["viewport", "browser", "rendered", "errors"])
def test_each_of_the_four_is_needed(screen, tv, part):
    body = heartbeat()
    del body[part]
    assert tv.beat(body).status_code == 422


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[1]", b"{", b"\x00", b"\xff\xfe\x00", b'{"viewport": NaN}', b"[" * 4000]
)
def test_malformed_heartbeats_get_a_sentence(screen, tv, raw):
    answer = tv.beat(raw)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["message"]


def test_a_huge_heartbeat_is_refused(screen, tv):
    answer = tv.beat(json.dumps(heartbeat()).encode() + b" " * 8192)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_errors_are_scrubbed_merged_and_counted(cast, screen, tv):
    canary = "fetch https://example.com/a?token=s3cr3t failed for ada@harbour.example, phone +49 170 1234567"
    errors = [
        fault(message=canary, count=2),
        fault(message=canary.replace("s3cr3t", "other"), count=3),
        fault("heap_high", ""),
    ]
    tv.beat(errors=errors)
    message = "fetch https://example.com/a failed for [email], phone [number]"
    assert _errors(cast) == [("heap_high", "", 1), ("script_error", message, 5)]
    tv.beat(errors=[fault(message=canary)])
    assert _errors(cast) == [("heap_high", "", 1), ("script_error", message, 6)]


def test_the_time_of_an_error_is_never_in_the_future(cast, screen, tv, frozen):
    tv.renew()
    later = (frozen + timedelta(days=400)).isoformat()
    tv.beat(errors=[fault() | {"first": later, "last": later}])
    with cast.at_harbour():
        assert ClientError.objects.get().last_at == frozen


def test_a_screen_keeps_its_newest_fifty_errors(cast, screen, tv, frozen):
    tv.renew()
    for beat in range(7):
        clock.advance(timedelta(seconds=30))
        tv.beat(errors=[fault(message=f"fault {beat} {'abcdefghij'[number]}") for number in range(10)])
    kept = [message for _, message, _ in _errors(cast)]
    assert len(kept) == hearing.ERRORS_KEPT
    assert not [message for message in kept if message.startswith(("fault 0", "fault 1"))]


def test_a_flood_is_refused_after_a_burst(screen, tv, frozen):
    tv.renew()
    answers = [tv.beat().status_code for _ in range(13)]
    assert answers == [200] * 11 + [429] * 2
    refused = tv.beat()
    assert (refused.json()["error"], refused.headers["retry-after"]) == ("too_many", "10")
    clock.advance(timedelta(seconds=2))
    assert [tv.beat().status_code for _ in range(3)] == [200, 200, 429]


def test_only_news_wakes_the_fleet_page(screen, tv, board, frozen, monkeypatch):
    hints = []
    monkeypatch.setattr(hearing, "hint", lambda *topics: hints.extend(topics))
    tv.renew()
    version = board.published.public_id

    def woken(**changes):
        clock.advance(timedelta(seconds=30))
        hints.clear()
        assert tv.beat(**changes).status_code == 200
        return list(hints)

    assert woken() == ["screens"]
    assert woken() == []
    assert woken(version=version) == ["screens"]
    assert woken(version=version) == []
    assert woken(version=version, errors=[fault()]) == ["screens"]
    assert woken(version=version, errors=[fault()]) == []


def test_a_heartbeat_after_being_offline_is_a_return(cast, screen, tv, board, fresh, frozen, announced):
    tv.renew()
    tv.beat()
    with cast.at_harbour():
        Screen.objects.update(state="offline", went_offline_at=frozen, due_at=None)
    clock.advance(timedelta(minutes=5))
    del announced[:]
    tv.beat()
    assert announced == [
        events.ScreenCameBack(
            screen_id=screen.public_id, name="Lobby", away_seconds=300, dashboard=board.name, version=1
        )
    ]
    assert (fresh(screen).state, fresh(screen).went_offline_at) == ("online", None)
    tv.beat()
    assert len(announced) == 1


def test_nothing_but_a_heartbeat_touches_last_seen(cast, screen, tv, fresh):
    tv.beat()
    with cast.at_harbour():
        Screen.objects.update(last_seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    tv.get("manifest")
    tv.get("poll")
    tv.post("ticket", "")
    tv.renew()
    tv.post("goodbye", {"access": tv.access})
    assert fresh(screen).last_seen_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_heartbeat_keeps_its_data_watched(cast, screen, tv, frozen):
    from operant.relay.actions import keeping
    from operant.stage.models import Result

    with cast.at_harbour(cast.ben):
        content = staging.document(staging.source(cast.ben))
        keeping.assign(screen=screen, dashboard=staging.published(cast.ben, name="Pulse", content=content).dashboard)
    tv.renew()
    clock.advance(timedelta(seconds=60))
    tv.beat()
    with cast.at_harbour():
        assert Result.objects.get().watched_until == clock.now() + timedelta(seconds=90)


def test_a_heartbeat_costs_few_statements(screen, tv, board, django_assert_max_num_queries):
    tv.beat(version=board.published.public_id)
    with django_assert_max_num_queries(8):
        assert tv.beat(version=board.published.public_id).status_code == 200


def test_any_offset_that_a_clock_may_have_is_understood(screen, tv, board, fresh):
    version = board.published.public_id
    rendered = {"version": version, "at": "2026-01-01T00:00:00+23:59"}
    assert tv.beat(heartbeat(rendered=rendered)).status_code == 200
    assert fresh(screen).rendered_at == datetime(2025, 12, 31, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1600-01-01T00:00:00Z"]
)
def test_a_clock_that_is_absurdly_wrong_is_refused_and_breaks_nothing(screen, tv, board, at):
    version = board.published.public_id
    assert tv.beat(heartbeat(rendered={"version": version, "at": at})).status_code == 422
    assert tv.beat(heartbeat(errors=[fault() | {"first": at, "last": at}])).status_code == 422
    assert tv.beat(version=version).status_code == 200
