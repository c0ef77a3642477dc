"""
What a schedule's rules say at a time: pure, and the one place that decides.

Times of day are those that a clock on the wall in the zone shows. In spring the hour that is left out is no time at all: a
rule that begins in it begins at its end. In autumn the hour that comes twice is both times the same hour.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class When:
    """When one rule is on, and how strong it is; `position` is its place in its schedule, the later made the higher."""

    position: int
    days: int
    starts_at: time
    ends_at: time
    first_on: date | None
    last_on: date | None
    priority: int

    def is_on(self, wall: datetime) -> bool:
        """Whether it is on while the clock on the wall shows this."""
        today, now = wall.date(), wall.time()
        if self.ends_at > self.starts_at:
            return self.begins_on(today) and self.starts_at <= now < self.ends_at
        return (self.begins_on(today) and now >= self.starts_at) or (now < self.ends_at and self.begins_on(today - DAY))

    def begins_on(self, day: date) -> bool:
        """Whether it begins on a day."""
        is_dated = self.first_on is None or self.last_on is None or self.first_on <= day <= self.last_on
        return is_dated and bool(self.days >> day.weekday() & 1)

    @property
    def strength(self) -> tuple[int, ...]:
        """Of the rules that are on, the one with the most holds: by priority, then the more specific, then the later made."""
        return self.priority, self.first_on is not None, -self._dated, -self._weekly, self.position

    @property
    def _dated(self) -> int:
        return (self.last_on - self.first_on).days if self.first_on and self.last_on else 0

    @property
    def _weekly(self) -> int:
        return self.days.bit_count() * _minutes(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Span:
    """From when until when one rule holds, or none."""

    since: datetime
    until: datetime
    rule: When | None


def holding(rules: Iterable[When], at: datetime, zone: ZoneInfo) -> When | None:
    """Return the rule that holds at an instant, or None where none is on."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return max((each for each in rules if each.is_on(wall)), key=lambda each: each.strength, default=None)


def spans(rules: Sequence[When], since: datetime, until: datetime, zone: ZoneInfo) -> list[Span]:
    """Return which rule holds when between two instants, without a gap; neighbors differ."""
    found: list[Span] = []
    for begin, end in pairwise(_moments(rules, since, until, zone)):
        rule = holding(rules, begin, zone)
        if found and found[-1].rule == rule:
            found[-1] = Span(found[-1].since, end, rule)
        else:
            found.append(Span(begin, end, rule))
    return found


def at(spans: Sequence[Span], moment: datetime) -> Span:
    """Return the span that holds a moment; before the first the first, after the last the last."""
    return spans[max(0, bisect_right(spans, moment, key=lambda each: each.since) - 1)]


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins."""
    return datetime.combine(day, MIDNIGHT, zone).astimezone(UTC)


def _moments(rules: Sequence[When], since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return every instant at which something may change, with both ends."""
    times = {MIDNIGHT, *(each.starts_at for each in rules), *(each.ends_at for each in rules)}
    found = {since.astimezone(UTC), until.astimezone(UTC)}
    for day in _days(since.astimezone(zone).date(), until.astimezone(zone).date()):
        found.update(datetime.combine(day, each.replace(fold=fold), zone).astimezone(UTC) for each in times for fold in (0, 1))
        found.update(_change_of_clocks(day, zone))
    return sorted(each for each in found if since <= each <= until)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


def _change_of_clocks(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    begin, end = beginning(day, zone), beginning(day + DAY, zone)
    if begin.astimezone(zone).utcoffset() == end.astimezone(zone).utcoffset():
        return
    before = begin.astimezone(zone).utcoffset()
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (begin + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    yield begin + timedelta(seconds=high)


def _minutes(starts_at: time, ends_at: time) -> int:
    span = (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute
    return span if span > 0 else span + 24 * 60
