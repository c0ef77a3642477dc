"""A person's address changes once both the old and the new one have confirmed it."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import generate_user_code
from django.db import IntegrityError, transaction

from operant.platform import clock, messaging, reading, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, Refusal

from .. import events, queries
from ..home import at_home
from ..models import MailChange, Person

ENDED = "These codes no longer work: ten minutes are over, or too many were wrong. Ask for new ones."
TAKEN = "That address belongs to another account now. Choose another one."


def ask_to_change(*, person: Person, address: str) -> MailChange:
    """
    This function will send a code to a person's address and one to the address they want. Opens its own scope.

    What it does is the same for an address that somebody else has: only what the mail to that address says is not.

    :raises Invalid: when it is the address they have.
    """
    address = address.strip().lower()
    if address == person.email:
        raise Invalid("That is the address you have.")
    old, new = generate_user_code(length=8), generate_user_code(length=8)
    asked = MailChange(person=person, address=address)
    asked.old_code, asked.new_code = asked.fingerprint("old", old), asked.fingerprint("new", new)
    with at_home(person):
        _locked(person)
        MailChange.objects.filter(person=person).delete()
        asked.save(force_insert=True)
        _send(person, person.email, "mail_change_old", {"code": old, "address": address})
        template = "mail_change_taken" if queries.is_taken(address, by_other_than=person) else "mail_change_new"
        _send(person, address, template, {"code": new})
    return asked


def confirm_change(*, person: Person, codes: dict[str, str]) -> bool:
    """
    This function will take codes from the `old` and the `new` address, and return whether the change is made.

    It is made once both were right, together or one after the other. Opens its own scope. The person keeps no other
    session than the one that goes on with the new address.

    :raises Gone: when nothing is waiting for a code any more.
    :raises Invalid: naming each code that was wrong, as `wrong`.
    :raises Refusal: when somebody else has made the address theirs meanwhile.
    """
    with at_home(person):
        wrong, made = _taken(person, codes)
    if wrong:
        raise WrongCodes(wrong)
    return made


class WrongCodes(Invalid):
    """One code or both are wrong; `wrong` names them: `old`, `new`."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__("This code is wrong. It is in the newest mail.")
        self.wrong = wrong


def cancel_change(*, person: Person) -> None:
    """This function will forget that somebody asked to change their address: the codes stop working."""
    MailChange.objects.filter(person=person).delete()


@tenancy.reception()
def forget_changes() -> None:
    """This function will delete changes of address that nobody confirmed in time."""
    MailChange.objects.filter(asked_at__lt=clock.now() - MailChange.VALID_FOR).delete()


def _taken(person: Person, codes: dict[str, str]) -> tuple[list[str], bool]:
    _locked(person)
    asked = MailChange.objects.filter(person=person).first()
    if asked is None or asked.has_ended:
        raise Gone(ENDED)
    wrong = [side for side, code in codes.items() if not asked.takes(side, code)]
    for side in set(codes) - set(wrong):
        setattr(asked, f"is_{side}_confirmed", True)
    asked.wrong += bool(wrong)
    asked.save(update_fields=["is_old_confirmed", "is_new_confirmed", "wrong"])
    if asked.is_confirmed:
        _change(person, asked)
    return wrong, asked.is_confirmed


def _change(person: Person, asked: MailChange) -> None:
    before, person.email = person.email, asked.address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
            EmailAddress.objects.filter(user=person).delete()
            # Others may have begun to sign up with it; whoever has confirmed it owns it.
            EmailAddress.objects.filter(email=person.email, verified=False).delete()
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError:
        person.email = before
        raise Refusal(TAKEN) from None
    asked.delete()
    announce(events.MailChanged(name=person.name, before=before, now=person.email), about=person)
    _send(person, before, "mail_changed", {"before": before, "now": person.email, "at": clock.now()}, category="security")


def _locked(person: Person) -> None:
    # Two requests with the same codes, or with many wrong ones, come one after the other.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _send(person: Person, to: str, template: str, more: dict[str, Any], *, category: str = "sign_in") -> None:
    with reading.written_for(lambda: person):
        messaging.send_mail(to=to, template=template, category=category, person_id=person.pk, context={"email": to, **more})
