"""What shows at a time: against a plain reference that looks at every minute, over midnights and changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from operant.relay import timetable
from operant.relay.timetable import When

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
# Begins of weeks: an ordinary one, with clocks put forward and back, over a new year, and where midnight is left out.
WEEKS = [
    ("Europe/Berlin", date(2026, 3, 27)), ("Europe/Berlin", date(2026, 10, 23)), ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)), ("Australia/Lord_Howe", date(2026, 4, 3)), ("Africa/Cairo", date(2026, 4, 22)),
    ("Asia/Kathmandu", date(2025, 12, 30)), ("UTC", date(2026, 6, 1)),
]  # fmt: skip
DAYS = 5

quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def rules(draw, first):
    made = []
    for position in range(draw(st.integers(0, 5))):
        since = draw(st.none() | st.integers(-1, DAYS))
        until = None if since is None else since + draw(st.integers(0, 2))
        made.append(
            When(
                position, draw(st.integers(1, 127)), draw(quarters), draw(quarters),
                None if since is None else first + timedelta(days=since),
                None if until is None else first + timedelta(days=until), draw(st.integers(0, 3)),
            )
        )  # fmt: skip
    return made


def covers(rule, shown):
    """Whether a naive time of a clock on the wall is within one of the rule's own stretches."""
    for back in (0, 1):
        day = shown.date() - timedelta(days=back)
        if rule.days & 2 ** day.weekday() == 0:
            continue
        if rule.first_on is not None and (day < rule.first_on or day > rule.last_on):
            continue
        begin = datetime.combine(day, rule.starts_at)
        end = datetime.combine(day, rule.ends_at)
        if end <= begin:
            end += timedelta(days=1)
        if begin <= shown < end:
            return True
    return False


def hours_a_week(rule):
    begin, end = datetime.combine(date(2026, 1, 1), rule.starts_at), datetime.combine(date(2026, 1, 1), rule.ends_at)
    span = (end - begin if end > begin else end - begin + timedelta(days=1)).total_seconds() / 3600
    return span * sum(1 for day in range(7) if rule.days & 2**day)


def is_stronger(one, other):
    if one.priority != other.priority:
        return one.priority > other.priority
    if (one.first_on is None) != (other.first_on is None):
        return other.first_on is None
    if one.first_on is not None and one.last_on - one.first_on != other.last_on - other.first_on:
        return one.last_on - one.first_on < other.last_on - other.first_on
    if hours_a_week(one) != hours_a_week(other):
        return hours_a_week(one) < hours_a_week(other)
    return one.position > other.position


def reference(rules, shown):
    best = None
    for rule in rules:
        if covers(rule, shown) and (best is None or is_stronger(rule, best)):
            best = rule
    return best


@pytest.mark.parametrize(("name", "first"), WEEKS)
@trying(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_minute_is_as_the_reference_says(name, first, data):
    zone, made = ZoneInfo(name), data.draw(rules(first))
    since = datetime.combine(first, time(), UTC)
    spans = timetable.spans(made, since, since + timedelta(days=DAYS), zone)
    assert (spans[0].since, spans[-1].until) == (since, since + timedelta(days=DAYS))
    assert [each.until for each in spans[:-1]] == [each.since for each in spans[1:]]
    assert all(one.rule != other.rule for one, other in zip(spans, spans[1:], strict=False))
    for minutes in range(0, DAYS * 24 * 60, 5):
        moment = since + minutes * MINUTE
        shown = moment.astimezone(zone).replace(tzinfo=None)
        expected = reference(made, shown)
        assert timetable.at(spans, moment).rule == timetable.holding(made, moment, zone) == expected


@trying(max_examples=10, deadline=None)
@example(start=time(2, 30), end=time(3, 15))
@given(start=quarters, end=quarters)
def test_switches_fall_on_the_minute_of_the_reference(start, end):
    rule = When(0, 127, start, end, None, None, 1)
    since = datetime(2026, 3, 28, 12, tzinfo=UTC)
    spans = timetable.spans([rule], since, since + timedelta(days=2), BERLIN)
    found, before = [], None
    for minutes in range(2 * 24 * 60):
        moment = since + minutes * MINUTE
        now = reference([rule], moment.astimezone(BERLIN).replace(tzinfo=None))
        if minutes == 0 or now != before:
            found.append((moment, now))
        before = now
    assert [(each.since, each.rule) for each in spans] == found


def test_the_hour_that_is_left_out_is_no_time_and_the_one_that_comes_twice_counts_twice():
    in_the_gap = When(0, 127, time(2, 15), time(2, 45), None, None, 1)
    spring, autumn = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert [each.rule for each in timetable.spans([in_the_gap], spring, spring + timedelta(hours=12), BERLIN)] == [None]
    on = [each for each in timetable.spans([in_the_gap], autumn, autumn + timedelta(hours=12), BERLIN) if each.rule]
    assert [each.since for each in on] == [autumn + timedelta(minutes=135), autumn + timedelta(minutes=195)]


def test_of_two_rules_the_urgent_then_the_dated_then_the_shorter_then_the_later_holds():
    noon, always = datetime(2026, 6, 1, 12, tzinfo=UTC), (time(), time(), None, None)
    day = date(2026, 6, 1)
    usual, later = When(0, 127, *always, 1), When(1, 127, *always, 1)
    shorter = When(0, 127, time(8), time(18), None, None, 1)
    dated, one_day = When(0, 127, time(), time(), day, day + timedelta(days=9), 1), When(0, 127, time(), time(), day, day, 1)
    urgent = When(0, 127, *always, 3)
    order = [usual, later, shorter, dated, one_day, urgent]
    for number, strongest in enumerate(order):
        assert timetable.holding(order[: number + 1][::-1], noon, BERLIN) == strongest
