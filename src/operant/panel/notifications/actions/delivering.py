from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Membership, Organization
from operant.platform import clock, messaging, queue
from operant.platform.messaging import categories

from .. import letters, links, queries
from ..models import Delivery
from ..wishes import Wishes
from .telling import GATHERED_FOR

# Between two mails to one person, however much happens.
PACE = timedelta(minutes=10)
State = Delivery.State


def hand_out(*, ids: Iterable[str]) -> None:
    """This function will queue one job for each person whom these deliveries are for, so that nobody waits for others."""
    waiting = Delivery.objects.filter(pk__in=list(ids), state=State.WAITING)
    for person_id, organization_id in waiting.values_list("notification__person_id", "organization_id").distinct():
        queue.defer("notifications.write", organization_id=organization_id, person_id=person_id)


def write(*, person_id: UUID) -> None:
    """This function will write to one person what waits for them: one mail of all that may come now."""
    now, due = clock.now(), _due(person_id)
    member = Membership.objects.select_related("person").filter(person=person_id, person__is_active=True).first()
    if member is None:
        _settle(due, State.DROPPED, now)
        return
    organization = organizations.organization()
    wishes = queries.wishes_of([member.person], zone=organization.time_zone)[person_id]
    may_hear = {each: _may_hear(each, member, wishes) for each in due}
    _settle([each for each, may in may_hear.items() if not may], State.DROPPED, now)
    free_from = _free_from(person_id, now)
    ready = [each for each, may in may_hear.items() if may and not _is_held(each, wishes, free_from, now)]
    for together in _apart(ready):
        _send(together, member, organization, is_daily=wishes.is_daily, now=now)


def _due(person_id: UUID) -> list[Delivery]:
    # Whoever comes second waits for the lock, and then finds nothing left.
    soon = clock.now() + GATHERED_FOR
    waiting = Delivery.objects.filter(notification__person_id=person_id, state=State.WAITING, due_at__lte=soon)
    rows = waiting.select_for_update(of=("self",)).select_related("notification__event")
    rows = rows.prefetch_related("notification__event__personal")
    return list(rows.order_by("-notification__created_at", "-pk"))


def _may_hear(delivery: Delivery, member: Membership, wishes: Wishes) -> bool:
    # Roles and wishes change while something waits.
    notification = delivery.notification
    return queries.may_know(notification.event, member) and wishes.wants(notification.category, delivery.channel)


def _free_from(person_id: UUID, now: datetime) -> datetime:
    lately = Delivery.objects.filter(state=State.SENT, settled_at__gt=now - PACE, notification__person_id=person_id)
    last = lately.aggregate(last=Max("settled_at"))["last"]
    return last + PACE if last else now


def _is_held(delivery: Delivery, wishes: Wishes, free_from: datetime, now: datetime) -> bool:
    notification = delivery.notification
    until = wishes.held_until(notification.category, notification.created_at, now)
    if until is None and free_from > now and not categories.named(notification.category).is_essential:
        until = free_from
    if until is None:
        return False
    Delivery.objects.filter(pk=delivery.pk).update(due_at=until, leased_until=None)
    return True


def _apart(ready: list[Delivery]) -> list[list[Delivery]]:
    essential = [each for each in ready if categories.named(each.notification.category).is_essential]
    optional = [each for each in ready if each not in set(essential)]
    return [*([each] for each in essential), *([optional] if optional else [])]


def _send(
    together: list[Delivery], member: Membership, organization: Organization, *, is_daily: bool, now: datetime
) -> None:
    about = {each.notification.category for each in together}
    category = about.pop() if len(about) == 1 else categories.SUMMARY
    is_essential = categories.named(category).is_essential
    notifications = [each.notification for each in together]
    message = messaging.send_mail(
        to=member.person.email, template="news", category=category, person_id=member.person_id,
        context=letters.letter(notifications, organization=organization, person=member.person, is_daily=is_daily),
        unsubscribe="" if is_essential else links.address(links.Ending(member.person_id, category)),
    )
    _settle(together, State.SENT, now, message_id=message.pk)


def _settle(deliveries: list[Delivery], state: str, now: datetime, message_id: UUID | None = None) -> None:
    keys = [each.pk for each in deliveries]
    settled = {"state": state, "settled_at": now, "due_at": None, "leased_until": None, "message_id": message_id}
    Delivery.objects.filter(pk__in=keys).update(**settled)
