import hashlib
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from operant.platform import clock, tenancy
from operant.platform.refusals import Gone

from .models import BackupCode, MailChange, Person, Recovery, Session, SignIn
from .origins import Origin

# What allauth and `actions.factors` call what somebody shows, as people read it.
SHOWN = {
    "mail": "code from a mail", "code": "code from a mail", "totp": "authenticator app", "backup_code": "backup code",
    "webauthn": "passkey", "oidc": "identity provider",
}  # fmt: skip


def name_of(person_id: UUID) -> str:
    """Return what a person is called now; empty when there is nobody of that id."""
    return Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or ""


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


@cache
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


@tenancy.reception()
def active(person_id: UUID) -> Person | None:
    """Return who has an account of this id that is not switched off, wherever they belong."""
    return Person.objects.filter(pk=person_id, is_active=True).first()


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
    passkeys = factors(person).filter(type=Authenticator.Type.WEBAUTHN)
    return person.has_usable_password() or others.exists() or passkeys.exists()


def factors(person: Person) -> QuerySet[Authenticator]:
    """Return a person's second factors, oldest first: an authenticator app and passkeys."""
    return Authenticator.objects.filter(user_id=person.pk).select_related("factor").order_by("created_at", "pk")


def named(factor: Authenticator) -> str:
    """Return what a second factor is called."""
    return f"passkey {factor.data['name']}" if factor.type == Authenticator.Type.WEBAUTHN else "authenticator app"


@tenancy.reception()
def has_factor(person_id: UUID) -> bool:
    """Return whether a person has a second factor."""
    return Authenticator.objects.filter(user_id=person_id).exists()


@tenancy.reception()
def with_factor(people: Iterable[UUID]) -> set[UUID]:
    """Return which of these people have a second factor."""
    return set(Authenticator.objects.filter(user_id__in=list(people)).values_list("user_id", flat=True))


@tenancy.reception()
def how_many_reachable() -> int:
    """Return how many accounts stand whose address is confirmed."""
    return _reachable().count()


@tenancy.reception()
def reachable(most: int, *, after: UUID | None = None) -> list[Person]:
    """Return the next people whose account stands and whose address is confirmed, in the order of their ids, after one."""
    found = _reachable().order_by("pk")
    return list((found.filter(pk__gt=after) if after else found)[:most])


def _reachable() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True, emailaddress__primary=True, emailaddress__verified=True)


def backup_codes_left(person: Person) -> int:
    """Return how many backup codes a person has not used."""
    return BackupCode.objects.filter(person=person, used_at=None).count()


def whose(address: str) -> Person | None:
    """Return who signs in with a mail address, or nobody."""
    return Person.objects.filter(email=address.replace("\0", "").strip().lower()).first()


def ask_once_more(address: str) -> None:
    """Ask what allauth asks only about an address that nobody has: the time that an answer takes must not tell."""
    EmailAddress.objects.filter(email=address, verified=False).exists()


def news_of(person: Person, origin: Origin) -> str:
    """Return what is new about a sign-in from there: `device`, `place`, or nothing; the first one ever is no news."""
    before = SignIn.objects.filter(person=person, result=SignIn.Result.OK)
    # Without a country the network is the nearest to a place that is known.
    place = Q(country=origin.country) if origin.country else Q(network=origin.network)
    seen = before.aggregate(
        ever=Count("pk"), device=Count("pk", filter=Q(browser=origin.browser, system=origin.system)),
        place=Count("pk", filter=place),
    )
    if not seen["ever"] or (seen["device"] and seen["place"]):
        return ""
    return "place" if seen["device"] else "device"


@tenancy.reception()
def is_known_from(address: str, network: str) -> bool:
    """Return whether whoever has this mail address has signed in from a network before."""
    return SignIn.objects.filter(person__email=address.lower(), network=network, result=SignIn.Result.OK).exists()


def unfinished(person: Person, *, within: timedelta) -> int:
    """Return how often lately somebody knew the password and did not show the second factor."""
    return SignIn.objects.filter(person=person, result=SignIn.Result.UNFINISHED, at__gt=Now() - within).count()


def sign_ins(person: Person) -> QuerySet[SignIn]:
    """Return every attempt to sign in to somebody's account."""
    return SignIn.objects.filter(person=person)


def sessions(person: Person) -> list[Session]:
    """Return the browsers in which somebody is signed in, the last seen first, with `sign_in` on each."""
    rows = Session.objects.filter(person=person, expire_date__gt=clock.now()).select_related("sign_in").order_by("-seen_at")
    # One that was opened with an old password opens nothing any more.
    own = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return [each for each in rows if _opens(each.get_decoded().get(HASH_SESSION_KEY, ""), own)]


@tenancy.reception()
def is_signed_in(sign_in_id: str) -> bool:
    """Return whether the session of a sign-in stands."""
    return Session.objects.filter(sign_in=sign_in_id, expire_date__gt=clock.now()).exists()


def device(sign_in: SignIn | Origin) -> str:
    """Return what somebody signed in with, in words."""
    return " on ".join(filter(None, (sign_in.browser, sign_in.system))) or "An unknown browser"


def shown(factor: str) -> str:
    """Return what somebody showed when they signed in, in words."""
    return ", ".join(SHOWN.get(each, each) for each in factor.split("+"))


@tenancy.reception()
def recovery_of(person: Person) -> Recovery | None:
    """Return a person's open request to be let in without their second factor. Opens its own scope."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Recovery.objects.filter(person_id=person.pk, ended_at=None).first()


@tenancy.reception()
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


@tenancy.reception()
def open_recovery(recovery_id: UUID) -> Recovery | None:
    """Return a request to be let in, with its person, unless it has ended. Opens its own scope."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        return Recovery.objects.filter(pk=recovery_id, ended_at=None).select_related("person").first()


def _opens(shown: str, own: Iterable[str]) -> bool:
    return any(constant_time_compare(shown, each) for each in own)
