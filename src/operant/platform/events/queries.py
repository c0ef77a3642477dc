from uuid import UUID

from .models import Announcement


def latest(*, limit: int = 20, subject_id: UUID | None = None) -> list[Announcement]:
    """Return the newest facts of the organization in scope, or those about one thing, newest first."""
    found = Announcement.objects.order_by("-at", "-id").prefetch_related("personal")
    return list((found.filter(subject_id=subject_id) if subject_id else found)[:limit])
