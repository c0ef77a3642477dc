from collections.abc import Mapping
from datetime import time
from uuid import UUID

from operant.panel.accounts.home import at_home
from operant.panel.accounts.models import Person
from operant.platform import tenancy
from operant.platform.events import announce
from operant.platform.messaging import categories
from operant.platform.refusals import Invalid

from .. import events, queries
from ..models import Channel, Rhythm, Wish
from ..wishes import Box, boxes


def change(*, person: Person, changes: Mapping[Box, bool]) -> None:
    """
    This function will switch categories on or off on channels, and leave all others as they are. Opens its own scope.

    :raises Invalid: when one of them cannot be switched.
    """
    if set(changes) - set(boxes()):
        raise Invalid("What keeps your account safe and says where you belong cannot be switched off.")
    found = queries.own_wishes(person)
    changes = {box: is_on for box, is_on in changes.items() if found.wants(*box) != is_on}
    if changes:
        with at_home(person):
            _switch(person, changes)
            announce(events.WishesChanged(name=person.name, changes=_told(changes)), about=person)


def change_rhythm(*, person: Person, is_daily: bool, daily_at: time, quiet: tuple[time, time] | None) -> None:
    """
    This function will change when a person's mails may come. Opens its own scope.

    :raises Invalid: when quiet hours begin when they end.
    """
    if quiet and quiet[0] == quiet[1]:
        raise Invalid("Quiet hours need an end that differs from their beginning.")
    begin, end = quiet or (None, None)
    chosen = {"is_daily": is_daily, "daily_at": daily_at, "quiet_from": begin, "quiet_until": end}
    standing = queries.rhythm_of(person)
    if all(getattr(standing, name) == value for name, value in chosen.items()):
        return
    with at_home(person):
        Rhythm.objects.update_or_create(person=person, defaults=chosen)
        often = f"mails once a day at {daily_at:%H:%M}" if is_daily else "mails at once"
        hours = f", none between {begin:%H:%M} and {end:%H:%M}" if quiet else ""
        announce(events.WishesChanged(name=person.name, changes=often + hours), about=person)


def stop_mail(*, person: Person, category: str) -> None:
    """This function will end mails of a category, or all that can be ended. Twice is as once. Opens its own scope."""
    _switch_mail(person, category, False)


@tenancy.reception()
def stop_updates(*, person_id: UUID) -> None:
    """This function will end product updates for a person whose browser opted out of them at sign-up. Opens its own scope."""
    person = Person.objects.filter(pk=person_id).first()
    if person:
        stop_mail(person=person, category=categories.PRODUCT_UPDATE)


def resume_mail(*, person: Person, category: str) -> None:
    """This function will take up mails of a category again, or all of them. Opens its own scope."""
    _switch_mail(person, category, True)


def _switch_mail(person: Person, category: str, is_on: bool) -> None:
    names = [each.name for each in categories.optional()] if category == categories.SUMMARY else [category]
    with tenancy.person_scope(person.pk):
        off = Wish.objects.filter(person=person, channel=Channel.MAIL, is_on=False, category__in=names).count()
    if off == (0 if is_on else len(names)):
        return
    told = events.MailResumed if is_on else events.MailStopped
    with at_home(person):
        _switch(person, {(name, Channel.MAIL.value): is_on for name in names})
        announce(told(name=person.name, category=categories.named(category).label), about=person)


def _switch(person: Person, changes: Mapping[Box, bool]) -> None:
    for (category, channel), is_on in changes.items():
        Wish.objects.update_or_create(
            person=person, category=category, channel=channel, defaults={"is_on": is_on}
        )


def _told(changes: Mapping[Box, bool]) -> str:
    words = (f"{category} by {channel} {'on' if is_on else 'off'}" for (category, channel), is_on in changes.items())
    return ", ".join(words)
