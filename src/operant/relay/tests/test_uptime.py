"""How much of a time a screen was heard of."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from operant.platform import clock
from operant.relay.actions import watching
from operant.relay.models import LATE_AFTER, OFFLINE_AFTER, Outage, Screen
from operant.relay.queries import fleet, uptime

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def since_days(cast, screen):
    """The screen was paired ten days before the noon that it is now, and is online."""
    with clock.frozen(NOON):
        with cast.at_harbour():
            seen = {"state": "online", "last_seen_at": NOON, "paired_at": NOON - 10 * DAY, "due_at": NOON + LATE_AFTER}
            Screen.objects.filter(pk=screen.pk).update(**seen)
        yield


def away(screen, since, hours):
    Outage.objects.create(screen=screen, began_at=since, ended_at=since + timedelta(hours=hours))


def listed(screen):
    return fleet.listed().get(pk=screen.pk)


def test_a_silence_is_written_when_it_is_over(cast, screen, tv, board):
    started = datetime.now(UTC) + timedelta(minutes=1)
    with clock.frozen(started):
        tv.beat(version=board.published.public_id)
    for silence in (LATE_AFTER, OFFLINE_AFTER):
        with clock.frozen(started + silence), cast.at_harbour():
            watching.settle(ids=[screen.pk])
            assert (Outage.objects.count(), Screen.objects.get().state) == (0, "late" if silence == LATE_AFTER else "offline")
    back = started + timedelta(minutes=8)
    with clock.frozen(back):
        tv.beat(version=board.published.public_id)
        tv.beat(version=board.published.public_id)
    with cast.at_harbour():
        assert list(Outage.objects.values_list("screen", "began_at", "ended_at")) == [(screen.pk, started, back)]


@pytest.mark.usefixtures("since_days")
def test_the_share_counts_from_the_pairing_and_within_the_window(cast, screen):
    with cast.at_harbour():
        assert uptime.share(listed(screen)) == 1
        away(screen, NOON - 9 * DAY, 24)
        away(screen, NOON - 40 * DAY, 24)
        assert uptime.share(listed(screen)) == pytest.approx(0.9)
        week = uptime.away(fleet.screens(), 7).get(pk=screen.pk)
        assert uptime.share(week, 7) == 1
        Screen.objects.filter(pk=screen.pk).update(state="offline", last_seen_at=NOON - DAY)
        assert uptime.share(listed(screen)) == pytest.approx(0.8)
        Screen.objects.filter(pk=screen.pk).update(state="never_seen", last_seen_at=None)
        assert uptime.share(listed(screen)) is None


@pytest.mark.usefixtures("since_days")
def test_days_are_those_of_the_calendar_there(cast, screen):
    tokyo = ZoneInfo("Asia/Tokyo")
    with cast.at_harbour():
        # From 22:00 to 04:00 in Tokyo.
        away(screen, datetime(2026, 11, 18, 13, tzinfo=UTC), 6)
        days = uptime.by_day(listed(screen), 30, tokyo)
        assert [each.on for each in days[-2:]] == [date(2026, 11, 19), date(2026, 11, 20)]
        assert {str(each.on): each.away_for / timedelta(hours=1) for each in days if each.away_for} == {
            "2026-11-18": 2, "2026-11-19": 4,
        }  # fmt: skip
        assert [each.share is None for each in days].count(True) == 19
        assert uptime.overall(days, listed(screen), tokyo) == pytest.approx(1 - 6 / 240)
        assert [each.tone for each in days[-4:]] == ["good", "poor", "poor", "good"]


@pytest.mark.usefixtures("since_days")
def test_what_goes_on_counts(cast, screen):
    with cast.at_harbour():
        Screen.objects.filter(pk=screen.pk).update(state="offline", last_seen_at=NOON - timedelta(hours=15))
        days = uptime.by_day(listed(screen), 7, ZoneInfo("UTC"))
        assert [each.away_for / timedelta(hours=1) for each in days[-2:]] == [3, 12]


@pytest.mark.parametrize(("share", "words"), [
    (None, "–"), (1, "100 %"), (0.999999, "99.99 %"), (0.95554, "95.55 %"), (0, "0.00 %"),
])  # fmt: skip
def test_a_share_is_never_rounded_up_to_all(share, words):
    assert uptime.percent(share) == words
