"""Which screens that turn do not show what the clock says they must show now. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Min, Q

from operant.panel.organizations import queries as organizations
from operant.platform import clock

from ..models import LATE_AFTER, Screen, Screens, Site
from ..models.schedules import EVERY_DAY
from ..program import Program, Shows
from . import programs

CLOCK_ERROR = timedelta(seconds=30)
"""A screen turns by its own clock, which it sets by ours, and painting takes a moment."""
LOOKS_BACK = timedelta(minutes=10)
"""Whoever paints a turn this long ago, and nothing since though others had theirs, stands still."""


class Glass(NamedTuple):
    """What screens that are set to the same have painted, and when the oldest of them did."""

    shows: Shows
    version_id: UUID | None
    oldest: datetime | None


def judged(screens: Screens) -> Screens:
    """Add what is to be said of screens now, of those that turn by the clock."""
    return screens.judged(_wrong(), _asleep())


def _asleep() -> Q:
    """Outside the hours of its site a dark screen is no trouble."""
    with_hours = list(Site.objects.exclude(days=EVERY_DAY, opens_at=F("closes_at")))
    if not with_hours:
        return Q(pk__in=[])
    now, zone = clock.now(), organizations.organization().time_zone
    return Q(site__in=[each.pk for each in with_hours if not each.is_open_at(now, zone)])


def _wrong() -> Q:
    now, glasses = clock.now(), _glasses()
    # A screen that is online was heard within `LATE_AFTER`, and said then what it showed.
    since, until = now - LATE_AFTER - CLOCK_ERROR, now + CLOCK_ERROR
    known = programs.programs({each.shows for each in glasses}, now - LOOKS_BACK, until) if glasses else {}
    begun = {shows: _begun(program, since, now - LOOKS_BACK, until) for shows, program in known.items()}
    strangers = [each for each in glasses if each.version_id not in begun[each.shows]]
    return _with(strangers) | _standing_still(glasses, begun)


def _glasses() -> list[Glass]:
    rows = Screen.objects.turning().filter(state=Screen.State.ONLINE).order_by()
    alike = ("dashboard", "playlist", "schedule", "time_zone", "held", "rendered_version")
    grouped = rows.values_list(*alike).annotate(Min("rendered_at"))
    return [Glass(Shows(*shows), version, oldest) for *shows, version, oldest in grouped]


def _begun(program: Program, since: datetime, first: datetime, until: datetime) -> dict[UUID | None, datetime | None]:
    """Return what may be on the glass since a moment, and when it was painted at the earliest; None for long ago."""
    found: dict[UUID | None, datetime | None] = {}
    for version, begins, ends in _painted(program, first, until):
        if ends > since and version not in found:
            found[version] = None if begins == first else begins - CLOCK_ERROR
    return found


def _painted(program: Program, first: datetime, until: datetime) -> list[tuple[UUID | None, datetime, datetime]]:
    runs: list[tuple[UUID | None, datetime, datetime]] = []
    for scene, begins, ends in program.runs(first, until):
        version = scene and scene.version_id
        if runs and runs[-1][0] == version:
            runs[-1] = (version, runs[-1][1], ends)
        else:
            runs.append((version, begins, ends))
    return runs


def _standing_still(glasses: Iterable[Glass], begun: dict[Shows, dict[UUID | None, datetime | None]]) -> Q:
    found = Q(pk__in=[])
    for each in glasses:
        earliest = begun[each.shows].get(each.version_id)
        if earliest and each.oldest and each.oldest < earliest:
            found |= _with([each]) & Q(rendered_at__lt=earliest)
    return found


def _with(glasses: Iterable[Glass]) -> Q:
    found = Q(pk__in=[])
    alike: dict[tuple[Shows, UUID | None], set[UUID | None]] = defaultdict(set)
    for shows, version, _ in glasses:
        alike[shows._replace(dashboard_id=None), version].add(shows.dashboard_id)
    for ((_, playlist, schedule, zone, held), version), dashboards in alike.items():
        usual = Q(dashboard__in=dashboards - {None}) | (Q(dashboard=None) if None in dashboards else Q(pk__in=[]))
        found |= usual & Q(playlist=playlist, schedule=schedule, time_zone=zone, held=held, rendered_version=version)
    return found
