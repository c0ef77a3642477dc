from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from operant.panel.accounts import queries as accounts
from operant.panel.organizations import rules
from operant.panel.organizations.models import Membership
from operant.platform import tenancy
from operant.platform.events import CATALOGUE, CONCERNED
from operant.platform.events.models import Announcement
from operant.platform.messaging import categories
from operant.platform.messaging.models import Message
from operant.platform.refusals import NotFound

from . import links
from .models import Channel, Notification, Rhythm, Wish
from .wishes import Wishes

Person = get_user_model()
MOST_COUNTED = 100


def topic(person_id: UUID) -> str:
    """Return the live topic of a person's inbox in the organization in scope."""
    return f"inbox:{person_id}"


def inbox(person_id: UUID) -> QuerySet[Notification]:
    """Return what lies in a person's inbox in the organization in scope, each with its fact."""
    return Notification.objects.of(person_id).select_related("event").prefetch_related("event__personal")


def unread_count(person_id: UUID) -> int:
    """Return how much of it is unread; of very much, a hundred."""
    return Notification.objects.of(person_id).unread()[:MOST_COUNTED].count()


def unread_for(request: HttpRequest) -> int | None:
    """Return what the bell shows to whoever asks, or None when there is nothing."""
    return unread_count(request.user.pk) or None


def hearers(announcement: Announcement) -> list[Membership]:
    """Return the members in scope who are to hear of a fact: mostly not whoever did it, and nobody who came after it."""
    members = Membership.objects.select_related("person").filter(person__is_active=True, joined_at__lte=announcement.at)
    if announcement.person_id and not CATALOGUE[announcement.name].TOLD.tells_actor:
        members = members.exclude(person_id=announcement.person_id)
    return [each for each in members if may_know(announcement, each)]


def may_know(announcement: Announcement, member: Membership) -> bool:
    """Return whether a member is one of those whom a fact names."""
    notify = CATALOGUE[announcement.name].TOLD.notify
    is_theirs = member.pk == announcement.subject_id
    if is_theirs or notify == CONCERNED:
        return is_theirs and notify == CONCERNED
    return notify is not None and rules.named(notify)(member)


def wishes_of(people: Iterable[Person], *, zone: str) -> dict[UUID, Wishes]:
    """Return what members in scope wish for. `zone` is that of whoever chose none of their own."""
    known = {each.pk: each for each in people}
    off: dict[UUID, set[tuple[str, str]]] = {key: set() for key in known}
    for wish in Wish.objects.filter(person__in=known, is_on=False):
        off[wish.person_id].add((wish.category, wish.channel))
    rhythms = Rhythm.objects.in_bulk(list(known))
    return {key: _wishes(off[key], person.time_zone or zone, rhythms.get(key)) for key, person in known.items()}


def own_wishes(person: Person) -> Wishes:
    """Return what a person wishes for. Opens its own scope."""
    with tenancy.person_scope(person.pk):
        return wishes_of([person], zone="UTC")[person.pk]


def told_categories() -> list[categories.Category]:
    """Return the categories that facts of some room are told under; the others are of mails only."""
    told = {event.TOLD.category for event in CATALOGUE.values() if event.TOLD.notify}
    return [each for each in categories.CATEGORIES.values() if each.name in told]


def ending(token: str) -> tuple[Person, str]:
    """
    Return whose mails of which category a link ends.

    :raises NotFound: when the link is none of ours, or its person's account has ended.
    """
    found = links.read(token)
    person = accounts.active(found.person_id) if found else None
    if found is None or person is None:
        raise NotFound("This link is not known here. It may be cut short, or the account it was for has ended.")
    return person, found.category


@tenancy.reception()
def wanting_mail(people: Iterable[Person], category: str) -> list[tuple[Person, str]]:
    """Return those of these people who want mails of a category, each with the address that ends them."""
    people = list(people)
    wishes = wishes_of(people, zone="UTC")
    wanted = (each for each in people if wishes[each.pk].wants(category, Channel.MAIL))
    return [(each, links.address(links.Ending(each.pk, category))) for each in wanted]


def rhythm_of(person: Person) -> Rhythm:
    """Return when a person's mails may come: what they chose, or the usual. Opens its own scope."""
    with tenancy.person_scope(person.pk):
        return Rhythm.objects.filter(person=person).first() or Rhythm(person=person)


def why_not(message: Message) -> str:
    """Return why a mail must not leave after all, or nothing. Asked in the mail's scope right before it does."""
    if message.person_id is None:
        return ""
    person = accounts.active(message.person_id)
    if person is None:
        return "The account has ended."
    if reason := _not_theirs(message, Membership.objects.filter(person=person).first()):
        return reason
    known = categories.CATEGORIES.get(message.category)
    if known is not None and known.is_essential:
        return ""
    # News of the product goes to members of other organizations than the one in scope, whose wishes it does not see.
    with tenancy.reception():
        wants = wishes_of([person], zone="UTC")[person.pk].wants(message.category, Channel.MAIL)
    return "" if wants else "They ended mails like this one."


def _not_theirs(message: Message, member: Membership | None) -> str:
    facts = [each.event for each in Notification.objects.filter(deliveries__message=message.pk).select_related("event")]
    # What the operator's organization writes is about accounts; a farewell goes to whoever has left just now.
    is_for_members = facts or not (message.category == "account" or message.organization_id == tenancy.OPERATOR)
    if member is None:
        return "They have left the organization." if is_for_members else ""
    return "" if all(may_know(each, member) for each in facts) else "They may no longer hear of it."


def _wishes(off: set[tuple[str, str]], zone: str, rhythm: Rhythm | None) -> Wishes:
    given = rhythm or Rhythm()
    quiet = (given.quiet_from, given.quiet_until) if given.quiet_from is not None else None
    return Wishes(frozenset(off), ZoneInfo(zone), given.is_daily, given.daily_at, quiet)
