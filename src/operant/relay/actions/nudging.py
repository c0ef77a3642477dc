"""Screens that do not show what they should: told again, asked to reload, and only then somebody's trouble."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.tenancy.ids import parse_public_id

from .. import events
from ..models import Command, Screen, Watch
from ..troubles import BEHIND_AFTER
from . import asking

TOLD_AGAIN, RELOADED = timedelta(seconds=30), timedelta(minutes=2)
STEPS = (TOLD_AGAIN, RELOADED, BEHIND_AFTER)
_HOW = {1: "told again", 2: "asked to reload"}


def expect(*, dashboard: str) -> None:
    """This function will look whether the screens of a dashboard follow its new version, when they have had the time to."""
    _expect(Q(screen__dashboard=parse_public_id("dsh", dashboard)))


def expect_of(*, screens: Iterable[UUID]) -> None:
    """This function will look whether screens follow what they were told to show."""
    _expect(Q(screen__in=list(screens)))


def _expect(which: Q) -> None:
    now = clock.now()
    up = Watch.objects.filter(which, screen__state__in=[Screen.State.ONLINE, Screen.State.LATE], screen__unpaired_at=None)
    awake = Watch.objects.filter(pk__in=up.held())
    # Who is behind already goes on where it stands: who never follows is not forgiven with each new version.
    awake.filter(wanted_since=None).update(wanted_since=now, nudged=0)
    awake.filter(Q(due_at=None) | Q(due_at__gt=now + TOLD_AGAIN)).update(due_at=now + TOLD_AGAIN, leased_until=None)


def follow(*, screen: Screen, watch: Watch, behind: bool, now: datetime) -> None:
    """This function will nudge a screen that is behind as far as its time has come, and forget it when it is not."""
    if not behind:
        watch.wanted_since, watch.nudged = None, 0
        return
    watch.wanted_since = watch.wanted_since or now
    late = now - watch.wanted_since
    step = 2 if late >= RELOADED else 1 if late >= TOLD_AGAIN else 0
    if step > watch.nudged:
        _nudge(screen, step, int(late.total_seconds()))
        watch.nudged = step


def next_at(watch: Watch, now: datetime) -> datetime | None:
    """Return when a screen that is behind is to be looked at next, or None for the usual time."""
    if watch.wanted_since is None:
        return None
    return min((at for step in STEPS if (at := watch.wanted_since + step) > now), default=None)


def _nudge(screen: Screen, step: int, seconds: int) -> None:
    if step == 2:
        asking.ask(screen=screen, kind=Command.Kind.RELOAD, by=None)
    # Its hint wakes the screen's stream, which tells again what it should show.
    announce(events.ScreenNudged(screen_id=screen.public_id, name=screen.name, how=_HOW[step], seconds=seconds), about=screen)
