from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint

from .. import events
from ..models import LATE_AFTER, OFFLINE_AFTER, Screen, Screens
from . import looking

# A clock that slept (the house was down, the worker was restarted) says nothing about the screens.
SLEPT = timedelta(seconds=60)
State = Screen.State


def settle(*, ids: Iterable[UUID | str]) -> None:
    """This function will say what the silence of these screens means now: nothing yet, late, or offline."""
    now = clock.now()
    rows = Screen.objects.paired().filter(pk__in=list(ids), due_at__lte=now)
    due = Screen.objects.filter(pk__in=[each.pk for each in rows.in_turn().only("pk")], due_at__lte=now)
    _let_be(due, now)
    late = _mark_late(due, now)
    rows = due.select_related("dashboard", "rendered_version").defer("dashboard__draft", "rendered_version__document")
    looking.wake(screens=[*late, *(screen.pk for screen in rows.exclude(pk__in=late) if _settle(screen, now))])


def _let_be(due: Screens, now: datetime) -> None:
    # Heartbeats in batches leave the wait alone, so most of those that are due were heard in the meantime.
    heard = due.filter(state=State.ONLINE, left_at=None, last_seen_at__gt=now - LATE_AFTER)
    heard.update(due_at=F("last_seen_at") + LATE_AFTER, leased_until=None)
    due.filter(due_at__lt=now - SLEPT).update(due_at=now + LATE_AFTER, leased_until=None)


def _settle(screen: Screen, now: datetime) -> bool:
    """Return whether another state was found."""
    if screen.left_at is not None:
        return _end(screen, "goodbye", now)
    return screen.last_seen_at <= now - OFFLINE_AFTER and _end(screen, "silence", now)


def _mark_late(due: Screens, now: datetime) -> list[UUID]:
    # Locked as they are, a heartbeat waits until this is over; many at once are one statement and one hint.
    silent = due.filter(state=State.ONLINE, left_at=None, last_seen_at__lte=now - LATE_AFTER, last_seen_at__gt=now - OFFLINE_AFTER)
    late = list(silent.values_list("pk", flat=True))
    if late:
        Screen.objects.filter(pk__in=late).update(state=State.LATE, due_at=F("last_seen_at") + OFFLINE_AFTER, leased_until=None)
        hint("screens")
    return late


def _end(screen: Screen, because: str, now: datetime) -> bool:
    alive = _still(screen).filter(state__in=[State.ONLINE, State.LATE])
    if not alive.moved(state=State.OFFLINE, went_offline_at=now, due_at=None, leased_until=None):
        return False
    version, dashboard = screen.rendered_version, screen.dashboard
    announce(
        events.ScreenWentOffline(
            screen_id=screen.public_id,
            name=screen.name,
            because=because,
            last_seen_at=screen.last_seen_at,
            dashboard=dashboard.name if dashboard else "",
            version=version.number if version else None,
        ),
        about=screen,
    )
    return True


def _still(screen: Screen):
    # A heartbeat between our reading and our writing wins: it moved both.
    return Screen.objects.paired().filter(pk=screen.pk, last_seen_at=screen.last_seen_at, due_at=screen.due_at)
