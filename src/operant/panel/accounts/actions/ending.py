"""Sessions end: one, all others, or the one that signs out. Their live streams end with them."""

from uuid import UUID

from django.db.models import QuerySet

from operant.platform.events import announce
from operant.platform.live import holders
from operant.platform.refusals import Gone

from .. import events
from ..home import at_home
from ..models import Person, Session
from ..sessions import fingerprint


def end(*, person: Person, sign_in_id: UUID) -> None:
    """
    This function will end one session of somebody. Opens its own scope.

    :raises Gone: when it has ended already, or was never theirs: nobody can tell which.
    """
    with at_home(person):
        if not _ended(person, Session.objects.filter(person=person, sign_in=sign_in_id)):
            raise Gone("That session has ended already.")


def end_others(*, person: Person, key: str | None) -> int:
    """This function will end somebody's sessions but the one with this key, and return how many. Opens its own scope."""
    with at_home(person):
        return _ended(person, _others(person, key))


def change_password(*, person: Person, key: str | None) -> None:
    """
    This function will tell that somebody has a new password, and end their sessions but the one with this key.

    Opens its own scope.
    """
    with at_home(person):
        announce(events.PasswordChanged(name=person.name), about=person)
        _ended(person, _others(person, key))


def sign_out(*, person: Person, sign_in_id: UUID | None) -> None:
    """This function will tell that somebody signed out in one browser. Opens its own scope."""
    with at_home(person):
        announce(events.SignedOut(name=person.name), about=person)
        if sign_in_id:
            holders.check(holders.SESSION, sign_in_id)


def _others(person: Person, key: str | None) -> QuerySet[Session]:
    return Session.objects.filter(person=person).exclude(pk=key and fingerprint(key))


def _ended(person: Person, sessions: QuerySet[Session]) -> int:
    ended = list(sessions.select_for_update().values_list("pk", "sign_in_id"))
    if ended:
        Session.objects.filter(pk__in=[key for key, _ in ended]).delete()
        announce(events.SessionsEnded(name=person.name, count=len(ended)), about=person)
        holders.check(holders.SESSION, *(sign_in_id for _, sign_in_id in ended if sign_in_id))
    return len(ended)
