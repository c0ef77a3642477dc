from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models

from operant.platform import queue, tenancy

from . import hints, reacting
from .declaring import Event

if TYPE_CHECKING:
    from .models import Announcement


WITNESSES: list[Callable[[Event, "Announcement"], None]] = []
"""Called with every event and its row inside its transaction: platform knows no room, so recorders register here."""


def announce(event: Event, *, about: models.Model | None = None) -> "Announcement":
    """
    Record a fact in the open scope's transaction, wake those who watch it and queue its reactions.

    Rolled back means nothing left.

    :raises tenancy.NoScope: outside an organization's scope.
    """
    from .models import Announcement  # the package is imported before models are ready

    row = Announcement.objects.create(
        organization_id=tenancy.current_organization_id(),
        name=event.NAME,
        payload=event.model_dump(mode="json"),
        actor_id=tenancy.current_person_id(),
        subject_kind=about._meta.label if about is not None else "",
        subject_id=about.pk if about is not None else None,
    )
    for witness in WITNESSES:
        witness(event, row)
    hints.hint(*event.topics())
    for listener in reacting.listeners(type(event)):
        queue.defer(
            "events.react", lock=f"{listener}:{row.subject_id or row.pk}",
            organization_id=row.organization_id, event_id=row.pk, listener=listener,
        )
    return row
