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
    rows = due.select_related("dashboard", "rendered_version").defer("dashboard__draft", "rendered_version__document")
    looking.wake(screens=[screen.pk for screen in rows if _settle(screen, now)])


def _let_be(due: Screens, now: datetime) -> None:
    # Heartbeats in batches leave the wait alone, so most of those that are due were heard in the meantime.
    heard = due.filter(state=State.ONLINE, left_at=None, last_seen_at__gt=now - LATE_AFTER)
    heard.update(due_at=F("last_seen_at") + LATE_AFTER, leased_until=None)


def _settle(screen: Screen, now: datetime) -> bool:
    """Return whether another state was found."""
    if now - screen.due_at > SLEPT:
        _still(screen).moved(due_at=now + LATE_AFTER, leased_until=None)
    elif screen.left_at is not None:
        return _end(screen, "goodbye", now)
    elif screen.last_seen_at <= now - OFFLINE_AFTER:
        return _end(screen, "silence", now)
    elif screen.last_seen_at <= now - LATE_AFTER:
        return _mark_late(screen)
    return False


def _mark_late(screen: Screen) -> bool:
    offline_at = screen.last_seen_at + OFFLINE_AFTER
    is_late = _still(screen).filter(state=State.ONLINE).moved(state=State.LATE, due_at=offline_at, leased_until=None)
    if is_late:
        hint("screens")
    return is_late


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
