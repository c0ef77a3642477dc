"""
Who watches the watchman: web processes look whether a worker lives, since a dead one tells nobody of anything.

While none does, no screen is found silent, nothing is refreshed and no mail leaves. So a web process mails by itself to
whoever runs this installation, once for all processes, and says so above every page.
"""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic
from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpRequest

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Role
from operant.platform import clock, messaging, reading, tenancy
from operant.platform.messaging.models import Message
from operant.platform.observing import figures
from operant.platform.observing.threads import in_thread
from operant.platform.queue.models import Lease
from operant.platform.ui.notices import Notice

log = logging.getLogger("operant.alerter")
EVERY_SECONDS = 10.0
SILENT_AFTER = timedelta(seconds=60)
TRIED_AGAIN = timedelta(minutes=1)
TOLD_AGAIN = timedelta(days=1)
LEASE = "worker silent"
_alive_at: float | None = None
_silent_since: datetime | None = None


async def watch() -> None:
    """Look again and again until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await in_thread(look)
        except Exception:
            # The database may be restarting: who watches must not end by what it watches, and what it did not see was no silence.
            forget()
            log.warning("It could not be found out whether a worker lives; trying again.", exc_info=True)


def forget() -> None:
    """Begin anew: only silence that this process saw itself is told, for an old beat may only mean that nobody looked."""
    global _alive_at, _silent_since
    _alive_at = _silent_since = None


def look() -> None:
    """Look once whether a worker lives, and mail to whoever runs this installation when that has changed."""
    global _alive_at, _silent_since
    age, now, ticks = figures.worker_silent_for(), clock.now(), monotonic()
    if age is not None and age < SILENT_AFTER.total_seconds():
        _alive_at, _silent_since = ticks - age, None
        if Lease.ended(LEASE):
            log.warning("A worker lives again.")
            _tell_of_life(now)
        return
    # One that ended as it should leaves nothing behind, and neither does one that never was.
    _alive_at = ticks if _alive_at is None else _alive_at
    if ticks - _alive_at < SILENT_AFTER.total_seconds():
        return
    _silent_since = _silent_since or now - (SILENT_AFTER if age is None else timedelta(seconds=age))
    holder = uuid4()
    if Lease.taken(LEASE, holder, now + TRIED_AGAIN):
        log.error("No worker lives: nothing is sent, refreshed or found silent until one does.")
        if _sent(_waiting() or _written("worker_silent", {"since": _silent_since})):
            Lease.taken(LEASE, holder, now + TOLD_AGAIN)


def notice(request: HttpRequest) -> Notice | None:
    """Return what stands above every page while no worker lives."""
    if _silent_since is None:
        return None
    since = reading.instant(_silent_since)
    return Notice(
        f"The worker has been silent since {since}. Until it lives again no alert is sent, no screen is found offline and "
        "no figure is refreshed. Whoever runs this installation was told."
    )


def _tell_of_life(now: datetime) -> None:
    with tenancy.organization_scope(tenancy.OPERATOR):
        for message in _silent(Message.State.QUEUED):
            message.withhold("A worker lives again.")
        was_told = _silent(Message.State.ACCEPTED).filter(created_at__gte=now - 2 * TOLD_AGAIN).exists()
    if was_told:
        _sent(_written("worker_back", {}))


def _sent(messages: Collection[Message]) -> bool:
    """Send these from here, and return whether one of them was taken: until then it is tried again soon."""
    for message in messages:
        try:
            # Not by the queue: nobody works on it. It holds a copy of each, and who claims one first sends it.
            messaging.send_now(message)
        except Exception:
            log.exception("A mail about the worker could not be sent; the others are.")
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Message.objects.filter(pk__in=[each.pk for each in messages], state=Message.State.ACCEPTED).exists()


def _waiting() -> list[Message]:
    """Return what a mail server refused for now: only a worker would try it again."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return list(_silent(Message.State.QUEUED))


def _silent(state: Message.State) -> QuerySet[Message]:
    return Message.objects.filter(template="worker_silent", state=state).order_by("created_at")


def _written(template: str, context: dict[str, object]) -> list[Message]:
    with tenancy.organization_scope(tenancy.OPERATOR):
        people = [each.person for each in organizations.members_from(Role.ADMIN) if each.person.is_active]
        if not people:
            log.error("Nobody is told by mail: the operator's organization has neither owners nor admins.")
        return [
            messaging.send_mail(to=each.email, template=template, category="installation", person_id=each.pk, context=context)
            for each in people
        ]
