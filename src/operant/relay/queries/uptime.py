"""
How much of a time screens were heard of. Inside the organization's scope.

A screen that says nothing for three minutes was away since its last heartbeat (`Outage`); before it was paired nothing is
said of it. What nobody noticed since Operant itself was down counts as heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DurationField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from operant.platform import clock

from ..models import Outage, Screen, Screens

WINDOWS = (7, 30, 90)
USUAL = 30
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Day:
    """One day of a screen: which share of it it was heard of, None where nothing is known, and how long it was away."""

    on: date
    share: float | None
    away_for: timedelta

    @property
    def percent(self) -> str:
        return percent(self.share)

    @property
    def tone(self) -> str:
        if self.share is None:
            return "none"
        return "good" if self.share >= 0.999 else "fair" if self.share >= 0.95 else "poor"


def away(screens: Screens, days: int = USUAL) -> Screens:
    """Add `away_for`: how long each was away within so many days, not counting a time that still goes on."""
    since = clock.now() - timedelta(days=days)
    length = F("ended_at") - Greatest("began_at", Value(since))
    mine = Outage.objects.filter(screen=OuterRef("pk"), ended_at__gt=since).order_by().values("screen")
    found = Subquery(mine.annotate(n=Sum(length, output_field=DurationField())).values("n"))
    return screens.annotate(away_for=Coalesce(found, Value(timedelta()), output_field=DurationField()))


def share(screen: Screen, days: int = USUAL) -> float | None:
    """Return which share of so many days a screen of `away` was heard of; None of one that never was."""
    now = clock.now()
    since = max(now - timedelta(days=days), screen.paired_at)
    if screen.last_seen_at is None or now <= since:
        return None
    going_on = now - max(screen.last_seen_at, since) if screen.state == Screen.State.OFFLINE else timedelta()
    return max(0.0, 1 - (screen.away_for + going_on) / (now - since))


def by_day(screen: Screen, days: int, zone: ZoneInfo) -> list[Day]:
    """Return each of the last days of a screen by a zone's calendar, today last."""
    now = clock.now()
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    spans = _away(screen, _midnight(first, zone), now)
    return [_day(first + timedelta(days=number), zone, screen, spans, now) for number in range(days)]


def overall(days: Sequence[Day], screen: Screen, zone: ZoneInfo) -> float | None:
    """Return the share of all these days together."""
    known = [each for each in days if each.share is not None]
    if not known:
        return None
    now = clock.now()
    since = max(_midnight(known[0].on, zone), screen.paired_at)
    return max(0.0, 1 - sum((each.away_for for each in known), timedelta()) / (now - since)) if now > since else None


def percent(share: float | None) -> str:
    """Return a share in words: “99.95 %”. Never “100 %” of what was away for a moment."""
    if share is None:
        return "–"
    return "100 %" if share >= 1 else f"{min(int(share * 10_000) / 100, 99.99):.2f} %"


def _away(screen: Screen, since: datetime, now: datetime) -> list[Span]:
    rows = Outage.objects.filter(screen=screen, ended_at__gt=since).order_by("began_at").values_list("began_at", "ended_at")
    going_on = [(screen.last_seen_at, now)] if screen.state == Screen.State.OFFLINE and screen.last_seen_at else []
    return [*rows, *going_on]


def _day(on: date, zone: ZoneInfo, screen: Screen, spans: Sequence[Span], now: datetime) -> Day:
    begins = max(_midnight(on, zone), screen.paired_at)
    ends = min(_midnight(on + timedelta(days=1), zone), now)
    if ends <= begins or screen.last_seen_at is None:
        return Day(on, None, timedelta())
    lost = (max(timedelta(), min(until, ends) - max(since, begins)) for since, until in spans)
    away_for = sum(lost, timedelta())
    return Day(on, max(0.0, 1 - away_for / (ends - begins)), away_for)


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone).astimezone(UTC)
