"""
Who watches the watchman: web processes look whether a worker lives, since a dead one tells nobody of anything.

While none does, no screen is found silent, nothing is refreshed and no mail leaves. So a web process mails by itself to
whoever runs this installation, once for all processes, and says so above every page.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import uuid4

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
TOLD_AGAIN = timedelta(days=1)
LEASE = "worker silent"
_silent_since: datetime | None = None


async def watch() -> None:
    """Look again and again until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await in_thread(look)
        except Exception:
            # The database may be restarting: who watches must not end by what it watches.
            log.warning("It could not be found out whether a worker lives; trying again.", exc_info=True)


def look() -> None:
    """Look once whether a worker lives, and mail to whoever runs this installation when that has changed."""
    global _silent_since
    age, now = figures.worker_silent_for(), clock.now()
    if age is not None and age < SILENT_AFTER.total_seconds():
        _silent_since = None
        if Lease.ended(LEASE):
            log.warning("A worker lives again.")
            _mail("worker_back", {})
        return
    if age is None and _silent_since is None:
        # One that ended as it should leaves nothing behind, and neither does one that never was.
        _silent_since = now
        return
    _silent_since = now - timedelta(seconds=age) if age is not None else _silent_since
    if now - _silent_since >= SILENT_AFTER and Lease.taken(LEASE, uuid4(), now + TOLD_AGAIN):
        log.error("No worker lives: nothing is sent, refreshed or found silent until one does.")
        _mail("worker_silent", {"since": _silent_since})


def notice(request: HttpRequest) -> Notice | None:
    """Return what stands above every page while no worker lives."""
    if _silent_since is None or clock.now() - _silent_since < SILENT_AFTER:
        return None
    since = reading.instant(_silent_since)
    return Notice(
        f"The worker has been silent since {since}. Until it lives again no alert is sent, no screen is found offline and "
        "no figure is refreshed. Whoever runs this installation was told."
    )


def _mail(template: str, context: dict[str, object]) -> None:
    for message in _written(template, context):
        # Not by the queue: nobody works on it. It holds a copy of each, and who claims one first sends it.
        messaging.send_now(message)


def _written(template: str, context: dict[str, object]) -> list[Message]:
    with tenancy.organization_scope(tenancy.OPERATOR):
        people = [each.person for each in organizations.members_from(Role.ADMIN) if each.person.is_active]
        if not people:
            log.error("Nobody is told by mail: the operator's organization has neither owners nor admins.")
        return [
            messaging.send_mail(to=each.email, template=template, category="installation", person_id=each.pk, context=context)
            for each in people
        ]
