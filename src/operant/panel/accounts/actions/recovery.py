"""Letting in somebody who lost their second factor and their backup codes: slowly, and in front of everybody."""

import hashlib
import secrets
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse

from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, Refusal

from .. import events, queries
from ..home import at_home
from ..models import RECOVERY_AFTER, BackupCode, Person, Recovery
from ..notices import tell


def ask(*, person: Person) -> Recovery:
    """
    This function will note that a person lost their second factor, and write to them. Opens its own scope.

    The doorstep has seen their password and a code from their mail. Organizations learn of it by a reaction.

    :raises Refusal: when they have no second factor, or have asked before.
    """
    secret, now = secrets.token_urlsafe(24), clock.now()
    with at_home(person):
        Person.objects.select_for_update().get(pk=person.pk)
        if not queries.has_factor(person.pk):
            raise Refusal("You have no second factor that could be lost. Sign in with your password.")
        if _open(person):
            raise Refusal("You have asked already. The mail about it says when the second factor is removed.")
        asked = Recovery.objects.create(
            person=person, secret_hash=hashlib.sha256(secret.encode()).digest(), asked_at=now, due_at=now + RECOVERY_AFTER
        )
        announce(events.RecoveryAsked(**_told(asked, person)), about=asked)
        _write(person, asked, secret)
    return asked


def cancel(*, recovery: Recovery) -> None:
    """
    This function will end a request, and leave the second factor as it is. Opens its own scope.

    :raises Gone: when it has ended before.
    """
    with at_home(recovery.person):
        if not _canceled(recovery, recovery.person):
            raise Gone("This request has ended already.")


def needless(person: Person) -> None:
    """This function will cancel an open request of somebody who just showed that nothing is lost. Inside a scope."""
    if asked := _open(person):
        _canceled(asked, person)


@tenancy.reception()
def finish(*, recovery_id: UUID) -> bool:
    """
    This function will remove all second factors of whoever asked, and end their sessions. In the operator's scope.

    Returns whether this call did; a request that has ended stays as it ended.
    """
    asked = Recovery.objects.select_related("person").filter(pk=recovery_id, ended_at=None).first()
    if asked is None:
        return False
    # Whoever adds or shows a factor at this moment goes first or finds it done.
    person = Person.objects.select_for_update().get(pk=asked.person_id)
    if not asked.end(clock.now()):
        return False
    Authenticator.objects.filter(user=person).delete()
    BackupCode.objects.filter(person=person).delete()
    person.end_sessions()
    announce(events.RecoveryDone(**_told(asked, person)), about=asked)
    tell(person, "recovered")
    return True


def _open(person: Person) -> Recovery | None:
    return Recovery.objects.filter(person_id=person.pk, ended_at=None).first()


def _canceled(asked: Recovery, person: Person) -> bool:
    if not asked.end(clock.now()):
        return False
    announce(events.RecoveryCanceled(**_told(asked, person)), about=asked)
    tell(person, "recovery_canceled")
    return True


def _told(asked: Recovery, person: Person) -> dict[str, str]:
    return {"recovery_id": str(asked.pk), "person_id": str(person.pk), "name": person.name}


def _write(person: Person, asked: Recovery, secret: str) -> None:
    messaging.send_mail(
        to=person.email, template="recovery_asked", category="security", person_id=person.pk,
        context={
            "email": person.email, "due_at": asked.due_at,
            "link": settings.PUBLIC_URL + reverse("recovery_cancellation", args=[secret]),
        },
    )  # fmt: skip
