from datetime import datetime
from uuid import UUID

from . import actors
from .declaring import Event
from .models import Announcement


def told_since(since: datetime, *, event: type[Event], subject_id: UUID) -> bool:
    """Return whether whoever acts here announced such a fact about a thing since then."""
    who = actors.actor()
    told = Announcement.objects.filter(subject_id=subject_id, at__gte=since, name=event.NAME)
    return told.filter(actor_kind=who.kind, actor_id=who.id).exists()


def latest(*, limit: int = 20, subject_id: UUID | None = None) -> list[Announcement]:
    """Return the newest facts of the organization in scope, or those about one thing, newest first."""
    found = Announcement.objects.order_by("-at", "-id").prefetch_related("personal")
    return list((found.filter(subject_id=subject_id) if subject_id else found)[:limit])
