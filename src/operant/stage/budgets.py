"""How much a source may be asked within an hour, and when there is room again. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from operant.panel.organizations import queries as organizations
from operant.platform import clock

from .models import Extract, LoggedRun, Result, Source

WINDOW = timedelta(hours=1)
MOST_RUNS, MOST_SECONDS = 100_000, 36_000


@dataclass(frozen=True)
class Spent:
    """What the last hour's runs of a source came to, those under way among them."""

    runs: int
    seconds: float


@dataclass(frozen=True)
class Held:
    """That a source is not asked now, until when, and why."""

    until: datetime
    sentence: str


def spent(source: Source) -> Spent:
    """Return what was spent within the last hour."""
    found = _lately(source)
    return Spent(len(found) + _under_way(source), sum(taken for _, taken in found) / 1000)


def held(source: Source) -> Held | None:
    """Return why a source is not to be asked now, or None where its budget has room, or it has none."""
    if not source.has_budget:
        return None
    found = _lately(source)
    ends = [each for each in (_after_runs(source, found), _after_seconds(source, found)) if each]
    return Held(max(ends), _sentence(source, max(ends))) if ends else None


def _lately(source: Source) -> list[tuple[datetime, int]]:
    runs = LoggedRun.objects.filter(source=source, at__gt=clock.now() - WINDOW, is_held=False).order_by("at")
    return list(runs.values_list("at", "duration_ms"))


def _under_way(source: Source) -> int:
    now = clock.now()
    asked = Result.objects.filter(source=source, running_until__gt=now).count()
    return asked + Extract.objects.filter(origin=source, running_until__gt=now).count()


def _after_runs(source: Source, found: list[tuple[datetime, int]]) -> datetime | None:
    if source.budget_runs is None:
        return None
    over = len(found) + _under_way(source) - source.budget_runs
    if over < 0:
        return None
    # Of those under way nobody knows when they end; a minute from now is another look.
    return found[over][0] + WINDOW if over < len(found) else clock.now() + timedelta(minutes=1)


def _after_seconds(source: Source, found: list[tuple[datetime, int]]) -> datetime | None:
    left = sum(taken for _, taken in found)
    if source.budget_seconds is None or left < source.budget_seconds * 1000:
        return None
    for at, taken in found:
        left -= taken
        if left < source.budget_seconds * 1000:
            return at + WINDOW
    return None


def _sentence(source: Source, until: datetime) -> str:
    zone = organizations.organization().time_zone
    at = until.astimezone(ZoneInfo(zone))
    return f"The budget of “{source.name}” is spent: {words(source)}. It is asked again at {at:%H:%M} ({zone})."


def words(source: Source) -> str:
    """Return a source's budget in words."""
    runs = source.budget_runs and f"{source.budget_runs:,} {'run' if source.budget_runs == 1 else 'runs'}"
    seconds = source.budget_seconds and f"{source.budget_seconds:,} seconds of queries"
    found = " and ".join(each for each in (runs, seconds) if each)
    return f"{found} an hour" if found else "none"
