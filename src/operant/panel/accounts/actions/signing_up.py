"""What is written down of each sign-up, and which are let through."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from operant.platform import tenancy
from operant.platform.events import announce

from .. import events, naming, rules
from ..home import at_home
from ..models import Person, SignUp
from ..origins import Origin

Verdict = SignUp.Verdict


def judge(*, address: str, origin: Origin, is_trapped: bool, is_invited: bool) -> SignUp:
    """
    This function will write down a sign-up with what is to become of it.

    Whether the address has an account already plays no part, so that the answer does not tell.
    """
    with transaction.atomic():
        # One after the other from one network: otherwise many at once would each find room for one more.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"accounts.sign_up:{origin.network}"])
        return SignUp.objects.create(
            ip=origin.ip, network=origin.network, address_hash=hash_of(address),
            verdict=_verdict(address, origin.network, is_trapped, is_invited),
        )


def attach(*, sign_up: SignUp, person: Person) -> None:
    """This function will note who came of a sign-up. Erasing the person cuts it loose again."""
    SignUp.objects.filter(pk=sign_up.pk).update(person=person)


def complete(*, person: Person, name: str, opts_out: bool) -> None:
    """
    This function will name a person who has just signed up. Opens its own scope.

    :raises Invalid: when nobody can be called that.
    """
    person.name = naming.of_person(name)
    with at_home(person):
        person.save(update_fields=["name"])
        announce(events.SignedUp(person_id=str(person.pk), name=person.name, opts_out=opts_out), about=person)


@tenancy.reception()
def forget() -> None:
    """This function will delete sign-ups that are older than the operator wants to know them, if they said so."""
    if settings.SIGN_UP_DAYS:
        SignUp.objects.filter(at__lt=Now() - timedelta(days=settings.SIGN_UP_DAYS)).delete()


def hash_of(address: str) -> str:
    """Return what stands for a mail address: the same each time, and nothing to whoever lacks this installation's key."""
    return salted_hmac("accounts.sign_up", address.strip().lower(), algorithm="sha256").hexdigest()


def _verdict(address: str, network: str, is_trapped: bool, is_invited: bool) -> Verdict:
    if is_trapped:
        return Verdict.TRAPPED
    if is_invited:
        return Verdict.ADMITTED
    admitted = SignUp.objects.filter(network=network, verdict=Verdict.ADMITTED)
    lately = {f"in_{most}": Count("pk", filter=Q(at__gt=Now() - span)) for span, most in rules.SIGN_UPS}
    counted = admitted.aggregate(**lately)
    if any(counted[f"in_{most}"] >= most for _, most in rules.SIGN_UPS):
        return Verdict.TOO_MANY
    return Verdict.DISPOSABLE if rules.is_disposable(address) else Verdict.ADMITTED
