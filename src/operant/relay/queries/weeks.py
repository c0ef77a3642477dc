"""The week of a screen or a schedule: what is on when and why. Inside the organization's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .. import phrasing, timetable
from ..models import Rule, Schedule
from . import playing, programs
from .moments import because

DAY, LOOKS = timedelta(days=1), 6


@dataclass(frozen=True)
class Block:
    """
    A part of a day in which one thing is on, and why. `since` and `until` are what a clock on the wall shows.

    `x` and `width` are minutes; `look` is one of six colors, or a word.
    """

    x: int
    width: int
    since: datetime
    until: datetime
    shows: str
    because: str
    rule: str
    look: str


@dataclass(frozen=True)
class Day:
    """One day of a zone and its blocks; `minutes` is how long it is, since clocks change."""

    on: date
    minutes: int
    blocks: list[Block]
    is_today: bool


def week(schedule: Schedule | None, zone: ZoneInfo, usual: str, first: date, now: datetime) -> list[Day]:
    """Return seven days of a zone from `first` on; `usual` is what is shown where no rule is on."""
    looks = _looks(playing.rules(schedule) if schedule else [])
    return [_day(schedule, usual, first + n * DAY, zone, now, looks) for n in range(7)]


def _day(
    schedule: Schedule | None, usual: str, day: date, zone: ZoneInfo, now: datetime, looks: dict[str, str]
) -> Day:
    begin, end = timetable.beginning(day, zone), timetable.beginning(day + DAY, zone)
    blocks = []
    for span, rule in programs.spans(schedule, begin, end, zone):
        shows = phrasing.shown(rule) if rule else usual
        look = looks[shows] if rule else "usual"
        x, width = (int(each.total_seconds() // 60) for each in (span.since - begin, span.until - span.since))
        # Without their zone: templates would turn them into the server's.
        wall = (each.astimezone(zone).replace(tzinfo=None) for each in (span.since, span.until))
        blocks.append(Block(x, width, *wall, shows, because(rule), rule.name if rule else "", look))
    return Day(day, int((end - begin).total_seconds() // 60), blocks, begin <= now < end)


def _looks(rules: Sequence[Rule]) -> dict[str, str]:
    named = dict.fromkeys(phrasing.shown(each) for each in rules if each.playlist_id or each.dashboard_id)
    return {name: str(number % LOOKS + 1) for number, name in enumerate(named)} | {"Nothing": "nothing"}

