"""Mails about the safety of an account: nobody can switch them off."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import context

from operant.platform import clock, messaging

from . import origins, queries
from .models import Person


def tell(person: Person, change: str, **more: Any) -> None:
    """Write to a person that their account was changed. Leaves when the transaction commits."""
    address = EmailAddress.objects.get_primary_email(person) or person.email
    messaging.send_mail(
        to=address, template="account_changed", category="security", person_id=person.pk,
        context={"email": address, "change": change, "timestamp": clock.now(), **origin(), **more},
    )


def origin() -> dict[str, str]:
    """Return where the request at hand comes from, for a mail."""
    if context.request is None:
        return {}
    came = origins.of(context.request)
    return {"ip": came.ip, "device": queries.device(came)}
