from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from operant.panel.accounts.models import Person
from operant.platform import clock, queue, tenancy
from operant.platform.crypto import signatures
from operant.platform.events import Event, announce
from operant.platform.events.actors import NAME
from operant.platform.events.models import Announcement, PersonalValue
from operant.platform.live import hint
from operant.platform.refusals import Refusal

from . import events, lines, verify
from .models import Check, Checkpoint, Seal, Unsealed
from .queries import chain

SEALED_AT_ONCE = 2000
CHECKS_KEPT = 50


def record(event: Event, row: Announcement) -> None:
    """This function will let a new entry wait for its place in the chain."""
    Unsealed.objects.create(event=row)


def seal() -> int:
    """
    This function will give the entries that wait their places in the chain, and return how many those were.

    Two at once do it one after the other; done again, it finds nothing left to do.
    """
    _alone()
    waiting = list(Unsealed.objects.select_related("event").order_by("event__at", "event_id")[:SEALED_AT_ONCE])
    sequence, last = chain.head()
    made = []
    for each in waiting:
        sequence += 1
        last = lines.hashed(lines.entry(each.event, sequence=sequence, previous=last))
        made.append(Seal(event=each.event, sequence=sequence, hash=last))
    Seal.objects.bulk_create(made)
    Unsealed.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    if made:
        hint("audit")
    return len(made)


def mark() -> Checkpoint | None:
    """This function will sign how far the chain goes today; None when nothing was sealed since the last time."""
    _alone()
    (sequence, last), before = chain.head(), chain.checkpoint()
    if sequence == (before.sequence if before else 0):
        return None
    date, public = clock.now().date(), signatures.public_key()
    said = lines.stated(
        organization_id=tenancy.current_organization_id(), sequence=sequence, head=last, date=date.isoformat(), public=public
    )
    signature = signatures.sign(verify.signed("checkpoint", said))
    return Checkpoint.objects.create(sequence=sequence, head=last, date=date, public_key=public, signature=signature)


def ask_for_check(*, by: Person) -> Check:
    """
    This function will have the chain read from end to end soon.

    :raises Refusal: while it is being read.
    """
    before = chain.check()
    if before and before.is_running:
        raise Refusal("The log is being verified at this moment. Its progress is shown here.")
    announce(events.CheckAsked(asked_by=by.name))
    check = begin_check()
    queue.defer("audit.check", organization_id=tenancy.current_organization_id(), check_id=check.pk)
    return check


def begin_check() -> Check:
    """This function will note that the chain begins to be read, and forget the oldest of earlier times."""
    old = Check.objects.order_by("-begun_at").values_list("pk", flat=True)[CHECKS_KEPT - 1 :]
    Check.objects.filter(pk__in=list(old)).delete()
    hint("audit")
    return Check.objects.create(total=chain.head()[0])


def advance_check(*, check_id: UUID, entries: int) -> None:
    """This function will note how many entries a check has read."""
    Check.objects.filter(pk=check_id).update(entries=entries, told_at=clock.now())
    hint("audit")


def finish_check(*, check_id: UUID, entries: int, reason: str) -> None:
    """This function will note what a check found, and tell it when something is wrong."""
    reason = reason or chain.unaccounted()
    running = Check.objects.filter(pk=check_id, state=Check.State.RUNNING)
    state = Check.State.BROKEN if reason else Check.State.HELD
    if not running.moved(state=state, reason=reason[:500], entries=entries, ended_at=clock.now(), told_at=clock.now()):
        return
    hint("audit")
    if reason:
        announce(events.LogBroken(reason=reason[:500]))


def note_export(*, by: str, form: str) -> None:
    """This function will write down that the log is taken out as a file, and seal everything up to that."""
    announce(events.LogExported(exported_by=by, form=form))
    while seal():
        pass


def erase(*, person: Person, also_known_as: Iterable[str] = ()) -> int:
    """
    This function will erase what the log of the organization in scope says of a person, and return how many values.

    That is what stands with their own acts, and every name or address of theirs in what others did. The entries stay and
    the chain still verifies. A namesake's mention that no act of their own ties to them goes as well: nobody can tell.
    """
    theirs = PersonalValue.objects.filter(person_id=person.pk)
    names = {person.name, person.email, *also_known_as, *_names_at_the_time(theirs)} - {""}
    mentioned = [
        each.pk for each in PersonalValue.objects.filter(person_id=None).iterator(chunk_size=2000)
        if {text.casefold() for text in each.texts.values()} & {name.casefold() for name in names}
    ]
    gone = theirs.delete()[0] + PersonalValue.objects.filter(pk__in=mentioned).delete()[0]
    if gone:
        announce(events.ValuesErased(values=gone))
    return gone


def _names_at_the_time(theirs: Iterable[PersonalValue]) -> set[str]:
    return {each.texts[NAME] for each in theirs if NAME in each.texts}


def _alone() -> None:
    # One chain has one end: whoever adds to it waits for whoever does so now.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit {tenancy.current_organization_id()}"])
