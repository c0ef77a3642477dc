from datetime import timedelta

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Membership
from operant.platform import clock, retention
from operant.platform.events import CATALOGUE
from operant.platform.events.models import Announcement
from operant.platform.live import hint
from operant.platform.messaging import categories

from .. import queries
from ..models import Channel, Delivery, Notification
from ..wishes import Wishes

# What happens within this time of the first of it goes into one mail.
GATHERED_FOR = timedelta(seconds=60)
KEPT = retention.keep(
    "notifications", "What lies in inboxes", kept=timedelta(days=180), since="after it came",
    chore="notifications.forget_old",
)  # fmt: skip


def tell(*, announcement: Announcement) -> None:
    """This function will put a fact into the inbox of everybody who is to hear of it, and plan their mails."""
    told = set(Notification.objects.filter(event=announcement).values_list("person_id", flat=True))
    hearers = [each for each in queries.hearers(announcement) if each.person_id not in told]
    if not hearers:
        return
    category = CATALOGUE[announcement.name].TOLD.category
    wishes = queries.wishes_of([each.person for each in hearers], zone=organizations.organization().time_zone)
    made = [_notification(announcement, category, each, wishes[each.person_id]) for each in hearers]
    mailed = [each for each in made if wishes[each.person_id].wants(category, Channel.MAIL)]
    Notification.objects.bulk_create([each for each in made if each.is_shown or each in mailed])
    at = clock.now() + (timedelta() if categories.named(category).is_essential else GATHERED_FOR)
    Delivery.objects.bulk_create([Delivery(notification=each, channel=Channel.MAIL, due_at=at) for each in mailed])
    hint(*(queries.topic(each.person_id) for each in made if each.is_shown))


def forget_old() -> None:
    """This function will remove what has lain in inboxes for half a year."""
    Notification.objects.filter(created_at__lt=KEPT.cutoff).delete()


def _notification(announcement: Announcement, category: str, member: Membership, wishes: Wishes) -> Notification:
    is_shown = wishes.wants(category, Channel.INBOX)
    return Notification(person_id=member.person_id, event=announcement, category=category, is_shown=is_shown)
