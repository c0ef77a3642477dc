import hashlib
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from operant.platform import clock, tenancy
from operant.platform.refusals import Gone

from .models import BackupCode, Person, Recovery, Session, SignIn
from .origins import Origin


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


def is_known_from(address: str, network: str) -> bool:
    """Return whether whoever has this mail address has signed in from a network before."""
    return SignIn.objects.filter(person__email=address.lower(), network=network, result=SignIn.Result.OK).exists()


def sign_ins(person: Person) -> QuerySet[SignIn]:
    """Return every attempt to sign in to somebody's account."""
    return SignIn.objects.filter(person=person)


def sessions(person: Person) -> list[Session]:
    """Return the browsers in which somebody is signed in, the last seen first, with `sign_in` on each."""
    rows = Session.objects.filter(person=person, expire_date__gt=clock.now()).select_related("sign_in").order_by("-seen_at")
    # One that was opened with an old password opens nothing any more.
    own = person.get_session_auth_hash()
    return [each for each in rows if constant_time_compare(each.get_decoded().get(HASH_SESSION_KEY, ""), own)]


def is_signed_in(sign_in_id: str) -> bool:
    """Return whether the session of a sign-in stands."""
    return Session.objects.filter(sign_in=sign_in_id, expire_date__gt=clock.now()).exists()


def device(sign_in: SignIn) -> str:
    """Return what somebody signed in with, in words."""
    return " on ".join(filter(None, (sign_in.browser, sign_in.system))) or "An unknown browser"


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
