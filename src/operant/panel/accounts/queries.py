import hashlib
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from operant.platform import tenancy
from operant.platform.refusals import Gone

from .models import BackupCode, Person, Recovery


def welcome_link(person: Person) -> str:
    """Return the address at which a person without a password sets one. It works once, for three days."""
    key = urlsafe_base64_encode(str(person.pk).encode())
    return settings.PUBLIC_URL + reverse("welcome", args=[key, default_token_generator.make_token(person)])


def welcomed(key: str, token: str) -> Person:
    """
    Return whom a welcome link is for.

    :raises Gone: when it was used, is older than three days, or is none.
    """
    try:
        person = Person.objects.filter(pk=UUID(force_str(urlsafe_base64_decode(key)))).first()
    except ValueError:
        person = None
    if person is None or not default_token_generator.check_token(person, token):
        raise Gone("This link was used or is older than three days. Ask for a new one, or reset your password.")
    return person


def zones() -> list[tuple[str, str]]:
    """Return the time zones a person or an organization can choose, by name, with what to show."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def factors(person: Person) -> QuerySet[Authenticator]:
    """Return a person's second factors, oldest first: an authenticator app and passkeys."""
    return Authenticator.objects.filter(user_id=person.pk).select_related("factor").order_by("created_at", "pk")


def named(factor: Authenticator) -> str:
    """Return what a second factor is called."""
    return f"passkey {factor.data['name']}" if factor.type == Authenticator.Type.WEBAUTHN else "authenticator app"


def has_factor(person_id: UUID) -> bool:
    """Return whether a person has a second factor."""
    return Authenticator.objects.filter(user_id=person_id).exists()


def with_factor(people: Iterable[UUID]) -> set[UUID]:
    """Return which of these people have a second factor."""
    return set(Authenticator.objects.filter(user_id__in=list(people)).values_list("user_id", flat=True))


def backup_codes_left(person: Person) -> int:
    """Return how many backup codes a person has not used."""
    return BackupCode.objects.filter(person=person, used_at=None).count()


def recovery_of(person: Person) -> Recovery | None:
    """Return a person's open request to be let in without their second factor. Opens its own scope."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Recovery.objects.filter(person_id=person.pk, ended_at=None).first()


def recovery(secret: str) -> Recovery:
    """
    Return the open request that the link in its mail names, with its person. Opens its own scope.

    :raises Gone: when it has ended, or there is none.
    """
    with tenancy.organization_scope(tenancy.OPERATOR):
        asked = Recovery.objects.filter(ended_at=None).select_related("person")
        found = asked.filter(secret_hash=hashlib.sha256(secret.encode()).digest()).first()
    if found is None:
        raise Gone("This request has ended: it was canceled, or the second factor was removed.")
    return found


def open_recovery(recovery_id: UUID) -> Recovery | None:
    """Return a request to be let in, with its person, unless it has ended. Opens its own scope."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Recovery.objects.filter(pk=recovery_id, ended_at=None).select_related("person").first()
