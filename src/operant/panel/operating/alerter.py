"""
Who watches the watchman: web processes look whether a worker works, since a dead one tells nobody of anything.

While none does, no screen is found silent, nothing is refreshed and no mail leaves. So a web process mails by itself to
whoever runs this installation, once for all processes, and says so above every page.
"""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpRequest

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Role
from operant.platform import clock, messaging, reading, tenancy
from operant.platform.messaging.models import Message
from operant.platform.observing.threads import in_thread
from operant.platform.queue.models import Lease
from operant.platform.ui.notices import Notice

from .watching import WELL_FOR, Trouble, Watcher

log = logging.getLogger("operant.alerter")
EVERY_SECONDS = 10.0
TRIED_AGAIN = timedelta(minutes=1)
# Longer than a mail server keeps one mail that is slow at every step: meanwhile nobody else writes another.
ONE_MAIL = timedelta(minutes=5)
TOLD_AGAIN = timedelta(days=1)
LEASE = "worker silent"
TEMPLATES = {"silent": "worker_silent", "falling": "worker_falling", "still": "worker_still"}
_watcher = Watcher()


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
    """Begin anew: only what this process saw itself is told."""
    global _watcher
    _watcher = Watcher()


def look() -> None:
    """Look once how the worker does, and mail to whoever runs this installation when that has changed."""
    trouble, now = _watcher.look(), clock.now()
    if trouble is None:
        if _watcher.is_well and Lease.ended(LEASE):
            log.warning("A worker works again.")
            _tell_of_life(now)
        return
    holder = uuid4()
    if Lease.taken(LEASE, holder, now + ONE_MAIL):
        log.error("The worker is out of order (%s): little or nothing is sent, refreshed or found silent.", trouble.how)
        messages = _waiting() or _written(TEMPLATES[trouble.how], _context(trouble))
        for message in messages:
            Lease.taken(LEASE, holder, clock.now() + ONE_MAIL)
            _send(message)
        Lease.taken(LEASE, holder, clock.now() + (TOLD_AGAIN if _is_taken(messages) else TRIED_AGAIN))


def notice(request: HttpRequest) -> Notice | None:
    """Return what stands above every page while the worker is out of order, or far behind."""
    trouble, behind_for = _watcher.trouble, _watcher.behind_for
    if trouble is None:
        return Notice(_behind(behind_for)) if behind_for else None
    if _watcher.is_over:
        return Notice(
            f"The worker works again{f', and is behind by {_minutes(behind_for)}' if behind_for else ''}. "
            f"This goes once nothing has been late for {_minutes(WELL_FOR)}."
        )
    since = reading.instant(trouble.since)
    stops = "no alert is sent, no screen is found offline and no figure is refreshed"
    comes = "alerts, mails and figures may come late, or not at all"
    said = {
        "silent": f"The worker has been silent since {since}. Until it lives again {stops}.",
        "falling": f"The worker has crashed {trouble.falls} times since {since}, soon after each start. Until one lasts {comes}.",
        "still": f"The worker stands still since {since}: {trouble.what}. Until it moves again {comes}.",
    }[trouble.how]
    return Notice(f"{said} Whoever runs this installation was told.")


def _behind(behind_for: timedelta) -> str:
    return f"The worker is behind by {_minutes(behind_for)}. It keeps working: alerts, mails and figures come that much later."


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} min"


def _context(trouble: Trouble) -> dict[str, object]:
    return {"since": trouble.since, "falls": trouble.falls, "what": trouble.what}


def _tell_of_life(now: datetime) -> None:
    with tenancy.organization_scope(tenancy.OPERATOR):
        for message in _silent(Message.State.QUEUED):
            message.withhold("A worker works again.")
        was_told = _silent(Message.State.ACCEPTED).filter(created_at__gte=now - 2 * TOLD_AGAIN).exists()
    if was_told:
        for message in _written("worker_back", {"minutes": WELL_FOR // timedelta(minutes=1)}):
            _send(message)


def _send(message: Message) -> None:
    try:
        # Not by the queue: nobody works on it. It holds a copy of each, and who claims one first sends it.
        messaging.send_now(message)
    except Exception:
        log.exception("A mail about the worker could not be sent; the others are.")


def _is_taken(messages: Collection[Message]) -> bool:
    """Return whether a mail server took one of them: until then it is tried again soon."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Message.objects.filter(pk__in=[each.pk for each in messages], state=Message.State.ACCEPTED).exists()


def _waiting() -> list[Message]:
    """Return what a mail server refused for now: only a worker would try it again."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return list(_silent(Message.State.QUEUED))


def _silent(state: Message.State) -> QuerySet[Message]:
    return Message.objects.filter(template__in=TEMPLATES.values(), state=state).order_by("created_at")


def _written(template: str, context: dict[str, object]) -> list[Message]:
    with tenancy.organization_scope(tenancy.OPERATOR):
        people = [each.person for each in organizations.members_from(Role.ADMIN) if each.person.is_active]
        if not people:
            log.error("Nobody is told by mail: the operator's organization has neither owners nor admins.")
        return [
            messaging.send_mail(to=each.email, template=template, category="installation", person_id=each.pk, context=context)
            for each in people
        ]
