"""When something is done again and again: every so many minutes, or daily by an organization's clock; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from operant.platform.refusals import Invalid

SHORTEST, LONGEST = 5, 7 * 24 * 60
"""Minutes."""
_UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))


@dataclass(frozen=True)
class Schedule:
    """Every so many minutes, or daily at a time: one of the two."""

    every_minutes: int | None = None
    daily_at: time | None = None

    def check(self) -> None:
        """
        Refuse what is no schedule.

        :raises Invalid: when it is neither or both, or too often or too seldom.
        """
        if (self.every_minutes is None) == (self.daily_at is None):
            raise Invalid("Say how often it is refreshed: every so many minutes, or daily at a time.")
        if self.every_minutes is not None and not SHORTEST <= self.every_minutes <= LONGEST:
            raise Invalid(f"It is refreshed at least {SHORTEST} minutes after the last time, and at most a week after it.")

    def after(self, began: datetime, now: datetime, zone: str) -> datetime:
        """Return when it is next, if it began last at this moment and ended now. What was missed is not made up for."""
        if self.daily_at is not None:
            return _daily(self.daily_at, now, ZoneInfo(zone))
        every = timedelta(minutes=self.every_minutes or 0)
        # What takes longer than its interval rests for one.
        return began + every if began + every > now else now + every

    def words(self, zone: str) -> str:
        """Return it in words: “every 2 hours”, “daily at 06:30 (Europe/Berlin)”."""
        if self.daily_at is not None:
            return f"daily at {self.daily_at:%H:%M} ({zone})"
        total = self.every_minutes or 0
        minutes, noun = next(unit for unit in _UNITS if total % unit[0] == 0)
        count = total // minutes
        return f"every {noun}" if count == 1 else f"every {count} {noun}s"


def _daily(at: time, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    # A time that comes twice on a day is meant the first time; one that is left out comes an hour later by the clock.
    days = (today + timedelta(days=ahead) for ahead in range(3))
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return next(each for each in moments if each > now)
