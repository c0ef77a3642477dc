from uuid import UUID

from operant.platform.holdings import Rows, hold

from .models import Notification, Rhythm, Wish


@hold("wishes", "Notifications that you switched on or off.", "notifications_wish.person_id")
def wishes(person_id: UUID) -> Rows:
    return Wish.objects.filter(person=person_id).order_by("category", "channel").values("category", "channel", "is_on")


@hold("rhythm", "When your mails may come.", "notifications_rhythm.person_id")
def rhythm(person_id: UUID) -> Rows:
    return Rhythm.objects.filter(person=person_id).values("is_daily", "daily_at", "quiet_from", "quiet_until")


@hold(
    "notifications", "What came into your inbox: of which event, and when you read it.",
    "notifications_notification.person_id", of_organizations=True,
)  # fmt: skip
def notifications(person_id: UUID) -> Rows:
    found = Notification.objects.filter(person=person_id).order_by("-created_at")
    return found.values("event__name", "category", "created_at", "read_at", "archived_at")
