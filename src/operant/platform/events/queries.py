from collections.abc import Collection
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


def latest(*, limit: int = 20, subject_id: UUID | None = None, names: Collection[str] | None = None) -> list[Announcement]:
    """Return the newest facts of the organization in scope, all or those about one thing or of these names, newest first."""
    found = Announcement.objects.order_by("-at", "-id").prefetch_related("personal")
    found = found if subject_id is None else found.filter(subject_id=subject_id)
    return list((found if names is None else found.filter(name__in=names))[:limit])
