from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from operant.platform.refusals import Gone

from .models import MailChange, Person


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


def is_taken(address: str, *, by_other_than: Person) -> bool:
    """Return whether somebody else has a mail address, or has begun to sign up with it."""
    others = Person.objects.exclude(pk=by_other_than.pk).filter(email__iexact=address)
    confirmed = EmailAddress.objects.exclude(user=by_other_than).filter(email__iexact=address, verified=True)
    return others.exists() or confirmed.exists()


def mail_change(person: Person) -> MailChange | None:
    """Return the change of address that waits for its codes, if one does."""
    asked = MailChange.objects.filter(person=person).first()
    return asked if asked and not asked.has_ended else None


def by_mail(address: str) -> Person | None:
    """Return whoever has a mail address, confirmed or not."""
    return Person.objects.filter(email__iexact=address).first()


def has_confirmed(person: Person) -> bool:
    """Return whether a person has confirmed the mail address they have."""
    return EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists()


def identities(person: Person) -> QuerySet[SocialAccount]:
    """Return the accounts elsewhere that a person signs in with, oldest first."""
    return SocialAccount.objects.filter(user=person).order_by("date_joined", "pk")


def can_enter_without(person: Person, identity: SocialAccount) -> bool:
    """Return whether a person still has a way in when they sign in with this account elsewhere no more."""
    others = identities(person).filter(provider=identity.provider).exclude(pk=identity.pk)
    return person.has_usable_password() or others.exists()
