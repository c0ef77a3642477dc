"""Second factors: an authenticator app, passkeys, and ten backup codes for the day both are lost."""

import hashlib
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, Refusal

from .. import codes, demands, events, queries
from ..home import at_home
from ..models import BackupCode, Factor, Person, Tries
from ..notices import tell
from . import recovery

APP, PASSKEY, BACKUP_CODE = "totp", "webauthn", "backup_code"
MOST_PASSKEYS, LONGEST_NAME = 20, 60
WRONG = "That is not the code. Type the one that is shown now, or one of your backup codes."
USED = "That code was used already. Wait for the next one."


class Copied(Invalid):
    """A copy of a passkey may be about; `person` is whose it is."""

    def __init__(self, person: Person) -> None:
        super().__init__("This passkey was refused: it may have been copied. Use another way, and remove it.")
        self.person = person


def add_app(*, person: Person, secret: str, code: str) -> list[str]:
    """
    This function will make an app a person's second factor, once it has shown a right code. Opens its own scope.

    Returns ten backup codes when it is their first factor; all their other sessions are over then.

    :raises Refusal: when they have an app already.
    :raises Invalid: when the code is another.
    """
    counter = codes.app_counter(secret, code)
    if counter is None:
        raise Invalid("That is not the code the app shows now. Check that the clock of your phone is right.")
    with at_home(person):
        had = _locked(person)
        if any(each.type == APP for each in had):
            raise Refusal("You have an authenticator app already. Remove it first to set up another one.")
        made = Authenticator.objects.create(user=person, type=APP, data={}, created_at=clock.now())
        Factor.objects.create(authenticator=made, secret=secret, counter=counter)
        return _added(person, made, is_first=not had)


def add_passkey(*, person: Person, name: str, credential: dict[str, Any], counter: int) -> list[str]:
    """
    This function will add a passkey whose registration was verified. Opens its own scope.

    Returns ten backup codes when it is their first factor; all their other sessions are over then.

    :raises Refusal: when they have twenty.
    """
    with at_home(person):
        had = _locked(person)
        if len(had) > MOST_PASSKEYS:
            raise Refusal(f"You have {MOST_PASSKEYS} passkeys. Remove one that you no longer use.")
        made = WebAuthn.add(person, _name(name), credential).instance
        Factor.objects.create(authenticator=made, counter=counter)
        return _added(person, made, is_first=not had)


def rename_passkey(*, person: Person, key: UUID, name: str) -> None:
    """
    This function will give a passkey another name. Opens its own scope.

    :raises Gone: when it was removed.
    """
    with at_home(person):
        passkey = _found(_locked(person), key)
        before, passkey.data["name"] = passkey.data["name"], _name(name)
        if passkey.data["name"] == before:
            return
        passkey.save(update_fields=["data"])
        announce(events.PasskeyRenamed(name=person.name, before=before, now=passkey.data["name"]), about=person)


def remove(*, person: Person, key: UUID) -> None:
    """
    This function will take a second factor away; with the last one the backup codes go. Opens its own scope.

    :raises Gone: when it was removed before.
    :raises Refusal: when it is the last one and an organization demands one.
    """
    demanding = demands.of(person.pk)
    with at_home(person):
        had = _locked(person)
        factor = _found(had, key)
        if len(had) == 1 and demanding:
            raise Refusal(
                f"{' and '.join(demanding)} requires a second factor. Add another one first, or leave the organization."
            )
        factor.delete()
        if len(had) == 1:
            BackupCode.objects.filter(person=person).delete()
        announce(events.FactorRemoved(name=person.name, factor=queries.named(factor)), about=person)
        tell(person, "factor_removed", factor=queries.named(factor))


def make_backup_codes(*, person: Person) -> list[str]:
    """
    This function will make ten backup codes; those from before no longer work. Opens its own scope.

    :raises Refusal: without a second factor, for which they would stand in.
    """
    with at_home(person):
        if not _locked(person):
            raise Refusal("Backup codes stand in for a second factor: set one up first.")
        tell(person, "backup_codes_made")
        return _backup_codes(person)


def accept_code(*, person: Person, code: str) -> str:
    """
    This function will use up a code of a person's app or a backup code, and say which kind it was. Opens its own scope.

    :raises Invalid: when it is none of theirs, or was used.
    """
    code, is_backup_code = codes.read(code), codes.is_backup(code)
    with at_home(person):
        if is_backup_code:
            _use_backup_code(person, code)
        else:
            _use_app(person, code)
        recovery.needless(person)
    return BACKUP_CODE if is_backup_code else APP


def accept_passkey(*, person: Person, key: UUID, counter: int) -> None:
    """
    This function will note that a passkey has signed in, once its signature was verified. Opens its own scope.

    :raises Copied: when it counts and did not count on. Its owner is told by mail, once a day.
    :raises Invalid: when it was removed meanwhile.
    """
    with at_home(person):
        factor = Factor.objects.filter(pk=key, authenticator__user=person).first()
        if factor is None:
            raise Invalid("This passkey was removed. Use another way.")
        # Those that are kept in step over several devices do not count: they say 0 each time.
        if factor.count(counter) or factor.counter == counter == 0:
            _used(factor)
            return recovery.needless(person)
        _tell_of_copy(person, factor)
    raise Copied(person)


def _locked(person: Person) -> list[Authenticator]:
    # Whoever changes a person's factors stands in one line; what they decide by is true until they have written.
    Person.objects.select_for_update().get(pk=person.pk)
    return list(queries.factors(person))


def _found(had: list[Authenticator], key: UUID) -> Authenticator:
    for each in had:
        if each.factor.pk == key:
            return each
    raise Gone("It was removed already.")


def _added(person: Person, factor: Authenticator, *, is_first: bool) -> list[str]:
    announce(events.FactorAdded(name=person.name, factor=queries.named(factor)), about=person)
    tell(person, "factor_added", factor=queries.named(factor))
    if not is_first:
        return []
    # They were begun without the factor that now exists.
    person.end_sessions()
    return _backup_codes(person)


def _backup_codes(person: Person) -> list[str]:
    BackupCode.objects.filter(person=person).delete()
    made = codes.backup_codes()
    BackupCode.objects.bulk_create(
        BackupCode(person=person, name=code[: codes.NAMED_BY], fingerprint=codes.fingerprint(code)) for code in made
    )
    announce(events.BackupCodesMade(name=person.name), about=person)
    return [codes.grouped(code) for code in made]


def _use_app(person: Person, code: str) -> None:
    factor = Factor.objects.filter(authenticator__user=person, authenticator__type=APP).first()
    counter = codes.app_counter(factor.secret, code) if factor else None
    if counter is None:
        raise Invalid(WRONG)
    if not factor.count(counter):
        raise Invalid(USED)
    _used(factor)


def _use_backup_code(person: Person, code: str) -> None:
    unused = BackupCode.objects.filter(person=person, used_at=None)
    kept = unused.locked().filter(name=code[: codes.NAMED_BY]).first()
    if not codes.matches(code, kept.fingerprint if kept else None):
        raise Invalid(WRONG)
    kept.used_at = clock.now()
    kept.save(update_fields=["used_at"])
    left = unused.count()
    announce(events.BackupCodeUsed(name=person.name, left=left), about=person)
    tell(person, "backup_code_used", left=left)


def _tell_of_copy(person: Person, factor: Factor) -> None:
    key = hashlib.sha256(f"accounts.copied:{factor.pk}".encode()).hexdigest()
    if Tries.take(key, most=1, seconds=86400):
        tell(person, "passkey_copied", factor=queries.named(factor.authenticator))


def _used(factor: Factor) -> None:
    Authenticator.objects.filter(pk=factor.authenticator_id).update(last_used_at=clock.now())


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    return name or "Passkey"
