from datetime import datetime
from uuid import UUID

from operant.platform import clock
from operant.platform.live import hint

from .. import queries
from ..models import Notification


def mark(*, notification: Notification, is_read: bool) -> Notification:
    """This function will mark a notification as read, or as unread again."""
    notification.read_at = (notification.read_at or clock.now()) if is_read else None
    notification.save(update_fields=["read_at"])
    hint(queries.topic(notification.person_id))
    return notification


def archive(*, notification: Notification, is_archived: bool = True) -> Notification:
    """This function will put a notification away, or back. What is put away counts as read."""
    now = clock.now()
    notification.archived_at = (notification.archived_at or now) if is_archived else None
    notification.read_at = notification.read_at or now
    notification.save(update_fields=["archived_at", "read_at"])
    hint(queries.topic(notification.person_id))
    return notification


def mark_all(*, person_id: UUID, until: datetime) -> int:
    """This function will mark all as read that had come until an instant, and return how many that were."""
    unread = Notification.objects.of(person_id).unread().filter(created_at__lte=until)
    count = unread.update(read_at=clock.now())
    hint(queries.topic(person_id))
    return count
