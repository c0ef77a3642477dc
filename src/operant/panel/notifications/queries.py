from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from operant.panel.organizations import rules
from operant.panel.organizations.models import Membership
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
    """Return the members in scope who are to hear of a fact: not whoever did it, and nobody who came after it."""
    members = Membership.objects.select_related("person").filter(person__is_active=True, joined_at__lte=announcement.at)
    members = members.exclude(person_id=announcement.person_id) if announcement.person_id else members
    return [each for each in members if may_know(announcement, each)]


def may_know(announcement: Announcement, member: Membership) -> bool:
    """Return whether a member is one of those whom a fact names."""
    notify = CATALOGUE[announcement.name].TOLD.notify
    is_theirs = member.pk == announcement.subject_id
    if is_theirs or notify == CONCERNED:
        return is_theirs and notify == CONCERNED
    return notify is not None and rules.named(notify)(member)


def wishes_of(people: Iterable[Person], *, zone: str) -> dict[UUID, Wishes]:
    """Return what people wish for. `zone` is that of whoever chose none of their own."""
    known = {each.pk: each for each in people}
    off: dict[UUID, set[tuple[str, str]]] = {key: set() for key in known}
    for wish in Wish.objects.filter(person__in=known, is_on=False):
        off[wish.person_id].add((wish.category, wish.channel))
    rhythms = Rhythm.objects.in_bulk(list(known))
    return {key: _wishes(off[key], person.time_zone or zone, rhythms.get(key)) for key, person in known.items()}


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
    person = Person.objects.filter(pk=found.person_id, is_active=True).first() if found else None
    if found is None or person is None:
        raise NotFound("This link is not known here. It may be cut short, or the account it was for has ended.")
    return person, found.category


def rhythm_of(person: Person) -> Rhythm:
    """Return when a person's mails may come: what they chose, or the usual."""
    return Rhythm.objects.filter(person=person).first() or Rhythm(person=person)


def why_not(message: Message) -> str:
    """Return why a mail must not leave after all, or nothing. Asked in the mail's scope right before it does."""
    if message.person_id is None:
        return ""
    person = Person.objects.filter(pk=message.person_id, is_active=True).first()
    if person is None:
        return "The account has ended."
    known = categories.CATEGORIES.get(message.category)
    if known is not None and known.is_essential:
        return ""
    if not Membership.objects.filter(person=person).exists():
        return "They have left the organization."
    wants = wishes_of([person], zone="UTC")[person.pk].wants(message.category, Channel.MAIL)
    return "" if wants else "They ended mails like this one."


def _wishes(off: set[tuple[str, str]], zone: str, rhythm: Rhythm | None) -> Wishes:
    given = rhythm or Rhythm()
    quiet = (given.quiet_from, given.quiet_until) if given.quiet_from is not None else None
    return Wishes(frozenset(off), ZoneInfo(zone), given.is_daily, given.daily_at, quiet)
