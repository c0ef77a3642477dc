"""What a person wants to hear, and when their mails may come: pure policy, no queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from operant.platform.messaging import categories

from .models import Channel

Box = tuple[str, str]
"""A category and a channel."""


@dataclass(frozen=True)
class Wishes:
    """Everything a person chose. What is essential is wanted whatever they chose, and comes at once."""

    off: frozenset[Box] = frozenset()
    zone: ZoneInfo = ZoneInfo("UTC")
    is_daily: bool = False
    daily_at: time = time(8)
    quiet: tuple[time, time] | None = None

    def wants(self, category: str, channel: str) -> bool:
        """Return whether they want a category on a channel; a summary while they want anything that may stand in it."""
        if category == categories.SUMMARY:
            # Product updates come by themselves.
            parts = (each.name for each in categories.optional() if each.name != categories.PRODUCT_UPDATE)
            return any(self.wants(name, channel) for name in parts)
        known = categories.CATEGORIES.get(category)
        return (known is not None and known.is_essential) or (category, channel) not in self.off

    def held_until(self, category: str, since: datetime, now: datetime) -> datetime | None:
        """Return until when a mail that waits since then must go on waiting, or None when it may leave now."""
        if categories.named(category).is_essential:
            return None
        if self.is_daily and since > _latest(self.daily_at, self.zone, now):
            return _next(self.daily_at, self.zone, now)
        if self.quiet and _is_between(now.astimezone(self.zone).time(), *self.quiet):
            return _next(self.quiet[1], self.zone, now)
        return None


def boxes() -> Iterable[Box]:
    """Return what can be wished for."""
    return [(each.name, channel.value) for each in categories.optional() for channel in Channel]


def _is_between(at: time, start: time, end: time) -> bool:
    return start <= at < end if start < end else at >= start or at < end


def _next(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    return min(moment for moment in _moments(at, zone, now) if moment > now)


def _latest(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    return max(moment for moment in _moments(at, zone, now) if moment <= now)


def _moments(at: time, zone: ZoneInfo, now: datetime) -> list[datetime]:
    # Made from the clock on the wall each day. What is skipped when clocks go forward comes as long after the change
    # as it was to come after it, and of what comes twice when they go back the first counts.
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in (-2, -1, 0, 1, 2))
    return [datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day in days]
