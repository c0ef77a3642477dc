"""
The render log: which version each screen painted from when to when. Inside the organization's scope.

It is read from heartbeats, so it knows what a screen said of itself and nothing else, and goes back as far as they are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.stage.models import DashboardVersion

from ..models import OFFLINE_AFTER, Screen

USUAL, LONGEST = timedelta(days=7), timedelta(days=93)
MOST_RUNS, MOST_LINES = 2000, 100_000
# A run ends where another version was painted, or where nothing was heard for as long as makes a screen offline. Read
# backwards in one go, so that it stops at the newest so many: a screen that turns has a run for most of its heartbeats.
_RUNS = f"""
WITH seen AS (
  SELECT at, version, lead(version) OVER w AS older, lead(at) OVER w AS older_at, max(at) OVER w AS newest,
    row_number() OVER w AS heartbeats, sum(errors) OVER w AS errors
  FROM relay_heartbeat WHERE organization_id = (SELECT app.org()) AND screen_id = %s::uuid
    AND at >= %s::timestamptz AND at < %s::timestamptz WINDOW w AS (ORDER BY at DESC ROWS UNBOUNDED PRECEDING)
)
SELECT version, at, coalesce(lag(older_at) OVER later, newest), heartbeats - lag(heartbeats, 1, 0::bigint) OVER later,
  errors - lag(errors, 1, 0::bigint) OVER later
FROM seen WHERE older_at IS NULL OR version IS DISTINCT FROM older OR at - older_at > interval '{OFFLINE_AFTER.total_seconds()} s'
WINDOW later AS (ORDER BY at DESC) ORDER BY at DESC LIMIT %s::int
"""


@dataclass(frozen=True)
class Run:
    """A time in which a screen painted one version: from its first heartbeat to its last, and how many errors came with them."""

    screen: str
    version_id: UUID | None
    dashboard_id: UUID | None
    dashboard: str
    number: int | None
    began_at: datetime
    ended_at: datetime
    heartbeats: int
    errors: int

    @property
    def lasted(self) -> timedelta:
        return self.ended_at - self.began_at


@dataclass(frozen=True)
class Period:
    """Between which instants somebody asks."""

    since: datetime
    until: datetime

    @classmethod
    def read(cls, since: datetime | None, until: datetime | None) -> "Period":
        """
        Return the time between two instants; what is not said is now, and a week before.

        :raises Invalid: when it ends before it begins, or is longer than heartbeats are kept.
        """
        end = until or clock.now()
        begin = since or end - USUAL
        if begin >= end:
            raise Invalid("It ends before it begins.")
        if end - begin > LONGEST:
            raise Invalid(f"Ask for at most {LONGEST.days} days at once: heartbeats are kept for about three months.")
        return cls(begin, end)


def runs(screen: Screen, period: Period, *, most: int = MOST_RUNS) -> list[Run]:
    """Return what one screen painted in a time, newest first, and no more than so many."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [screen.pk, period.since, period.until, most])
        rows = cursor.fetchall()
    known = _versions([version for version, *_ in rows])
    return [Run(screen.name, version, *known.get(version, (None, "", None)), *facts) for version, *facts in rows]


def of_all(screens: Sequence[Screen], period: Period) -> Iterator[Run]:
    """Return what several screens painted in a time, one after the other, and no more than a file should hold."""
    left = MOST_LINES
    for screen in screens:
        found = runs(screen, period, most=left)
        yield from found
        left -= len(found)
        if left <= 0:
            return


def _versions(keys: Sequence[UUID | None]) -> dict[UUID | None, tuple[UUID, str, int]]:
    rows = DashboardVersion.objects.filter(pk__in=set(keys) - {None}).order_by()
    found = rows.values_list("pk", "dashboard", "dashboard__name", "number")
    return {key: (dashboard, name, number) for key, dashboard, name, number in found}
