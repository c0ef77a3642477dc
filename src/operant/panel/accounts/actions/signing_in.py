"""What is written down of each attempt to sign in, and who is told."""

import hashlib
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from operant.platform import messaging, retention, tenancy
from operant.platform.events import announce

from .. import events, places, queries
from ..home import at_home
from ..models import Person, SignIn, Tries
from ..origins import Origin

REFUSED = retention.keep(
    "refused", "Refused sign-ins of addresses and passkeys that nobody has", kept=timedelta(days=90),
    since="after they were refused", chore="accounts.forget_attempts",
)  # fmt: skip
MOST_UNFINISHED = 3


def begin(*, person: Person, origin: Origin, factor: str) -> SignIn:
    """
    This function will write down that somebody knew the password and is to show the second factor. Opens its own scope.

    The third within a day that nobody finished is told to the owner of the account, once a day.
    """
    with at_home(person):
        _locked(person)
        made = SignIn.objects.create(person=person, result=SignIn.Result.UNFINISHED, factor=factor, **asdict(origin))
        made.refresh_from_db(fields=["at"])
        count = queries.unfinished(person, within=timedelta(days=1))
        if count >= MOST_UNFINISHED and Tries.take(_key("unfinished", person), most=1, seconds=86400):
            _tell(person, "sign_in_unfinished", made, {"count": count})
    return made


def succeed(*, person: Person, origin: Origin, factor: str, begun_id: UUID | str | None = None) -> SignIn:
    """
    This function will write down that somebody signed in, and tell them by mail when they never did from there before.

    It takes the place of what `begin` wrote down. Opens its own scope.
    """
    with at_home(person):
        # Of two at once from the same new place the second finds the first: one mail.
        _locked(person)
        SignIn.objects.filter(pk=begun_id, person=person, result=SignIn.Result.UNFINISHED).delete()
        news = queries.news_of(person, origin)
        made = SignIn.objects.create(person=person, result=SignIn.Result.OK, factor=factor, **asdict(origin))
        made.refresh_from_db(fields=["at"])
        announce(
            events.SignedIn(
                name=person.name, factor=queries.shown(factor), browser=origin.browser, place=origin.country, from_ip=origin.ip
            ),
            about=person,
        )
        if news:
            _tell(person, "sign_in_new", made, {"news": news})
    return made


def refuse(*, person: Person | None, origin: Origin, result: SignIn.Result, factor: str = "password") -> SignIn:
    """This function will write down that an attempt to sign in was refused."""
    return SignIn.objects.create(person=person, result=result, factor=factor, **asdict(origin))


@tenancy.reception()
def tell_of_attack(*, sign_in_id: UUID) -> None:
    """
    This function will tell the owner of an account that too many attempts to enter it were refused.

    Opens its own scope. An attempt on an address that nobody has is nobody's.
    """
    refused = SignIn.objects.select_related("person").filter(pk=sign_in_id, person__isnull=False).first()
    if refused is None:
        return
    lately = SignIn.objects.filter(person=refused.person, at__gt=Now() - timedelta(hours=1))
    with at_home(refused.person):
        _tell(refused.person, "sign_in_attack", refused, {"count": lately.exclude(result=SignIn.Result.OK).count()})


@tenancy.reception()
def forget_attempts() -> None:
    """This function will delete counters that ran out, and refusals that were of nobody's account after 90 days."""
    Tries.objects.filter(expires_at__lt=Now()).delete()
    SignIn.objects.filter(person=None, at__lt=Now() - REFUSED.kept).delete()


def _locked(person: Person) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _key(told: str, person: Person) -> str:
    return hashlib.sha256(f"accounts.{told}:{person.pk}".encode()).hexdigest()


def _tell(person: Person, template: str, sign_in: SignIn, more: dict[str, object]) -> None:
    messaging.send_mail(
        to=person.email, template=template, category="security", person_id=person.pk,
        context={
            "at": sign_in.at, "ip": sign_in.ip, "place": places.name(sign_in.country), "device": queries.device(sign_in),
            "link": settings.PUBLIC_URL + reverse("sessions"), **more,
        },
    )
