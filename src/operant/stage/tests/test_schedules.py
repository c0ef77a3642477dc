"""When something is done again and again, also where clocks are turned."""

from datetime import UTC, datetime, time, timedelta

import pytest

from operant.platform.refusals import Invalid
from operant.stage.schedules import LONGEST, SHORTEST, Schedule

BERLIN = "Europe/Berlin"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "ended", "following"),
    [
        ("2026-11-20 12:00", "2026-11-20 12:04", "2026-11-20 12:30"),
        ("2026-11-20 12:00", "2026-11-20 12:29", "2026-11-20 12:30"),
        ("2026-11-20 12:00", "2026-11-20 12:30", "2026-11-20 13:00"),
        ("2026-11-20 12:00", "2026-11-21 09:10", "2026-11-21 09:40"),
    ],
)
def test_an_interval_runs_from_the_beginning_and_makes_up_for_nothing(began, ended, following):
    assert Schedule(every_minutes=30).after(at(began), at(ended), BERLIN) == at(following)


@pytest.mark.parametrize(
    ("daily", "now", "following"),
    [
        ("06:30", "2026-01-10 05:29", "2026-01-10 05:30"),
        ("06:30", "2026-01-10 05:30", "2026-01-11 05:30"),
        ("06:30", "2026-03-28 12:00", "2026-03-29 04:30"),
        ("06:30", "2026-10-24 12:00", "2026-10-25 05:30"),
        # On 29 March clocks go from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
        ("02:30", "2026-03-28 12:00", "2026-03-29 01:30"),
        ("02:30", "2026-03-29 01:30", "2026-03-30 00:30"),
        ("02:30", "2026-10-24 12:00", "2026-10-25 00:30"),
        ("02:30", "2026-10-25 00:30", "2026-10-26 01:30"),
        ("02:30", "2026-10-25 01:30", "2026-10-26 01:30"),
        ("00:00", "2026-01-09 23:30", "2026-01-10 23:00"),
    ],
)
def test_daily_is_by_the_clock_of_the_organization_and_once_a_day(daily, now, following):
    schedule = Schedule(daily_at=time.fromisoformat(daily))
    assert schedule.after(at(now), at(now), BERLIN) == at(following)


def test_a_year_of_days_has_each_day_once():
    schedule, now, days = Schedule(daily_at=time(2, 30)), at("2025-12-31 23:30"), set()
    for _ in range(365):
        now = schedule.after(now, now + timedelta(minutes=3), BERLIN)
        days.add(now.date())
    assert (len(days), now) == (365, at("2026-12-31 01:30"))


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule(5), "every 5 minutes"), (Schedule(60), "every hour"), (Schedule(90), "every 90 minutes"),
        (Schedule(1440), "every day"), (Schedule(10080), "every 7 days"),
        (Schedule(daily_at=time(6, 5)), "daily at 06:05 (Europe/Berlin)"),
    ],
)  # fmt: skip
def test_it_is_said_in_words(schedule, words):
    assert schedule.words(BERLIN) == words


@pytest.mark.parametrize("minutes", [SHORTEST, LONGEST])
def test_the_ends_of_what_an_interval_may_be_are_taken(minutes):
    Schedule(minutes).check()


@pytest.mark.parametrize("minutes", [SHORTEST - 1, LONGEST + 1])
def test_what_lies_outside_is_refused(minutes):
    with pytest.raises(Invalid):
        Schedule(minutes).check()
