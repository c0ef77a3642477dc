"""The sealer: numbers without gaps, once for each entry, whoever seals and however often."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError, ProgrammingError

from operant.panel.audit import actions, lines, verify
from operant.panel.audit.models import Checkpoint, Seal, Unsealed
from operant.panel.audit.queries import chain
from operant.panel.organizations.events import MemberInvited
from operant.platform import clock, tenancy
from operant.platform.crypto import signatures
from operant.platform.events import announce
from operant.platform.events.models import Announcement
from operant.platform.queue import waits
from operant.testing.queue import run_chore, run_jobs

from .conftest import busy, exported, sealed


def test_the_clock_has_every_entry_sealed(cast):
    busy(cast)
    waits.sweep()
    assert "audit.seal" in run_jobs()
    with cast.at_harbour():
        assert (Unsealed.objects.count(), Seal.objects.count()) == (0, Announcement.objects.count())
        numbers = list(Seal.objects.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_each_hash_covers_the_entry_and_the_one_before(cast):
    busy(cast)
    sealed(cast)
    with cast.at_harbour():
        previous = bytes(32)
        for seal in Seal.objects.order_by("sequence").select_related("event"):
            entry = lines.entry(seal.event, sequence=seal.sequence, previous=previous)
            assert bytes(seal.hash) == lines.hashed(entry)
            previous = bytes(seal.hash)


def test_sealed_again_nothing_is_left_to_do(cast):
    busy(cast)
    with cast.at_harbour():
        count = Announcement.objects.count()
        assert (actions.seal(), actions.seal(), Seal.objects.count()) == (count, 0, count)


def test_in_batches_the_chain_goes_on(cast, monkeypatch):
    monkeypatch.setattr(actions, "SEALED_AT_ONCE", 2)
    busy(cast)
    run_jobs()
    waits.sweep()
    run_jobs()
    assert verified(cast.harbour.pk) == ""


def test_an_entry_that_commits_late_gets_a_later_number(cast):
    busy(cast)
    sealed(cast)
    with cast.at_harbour(cast.ada):
        before = chain.head()[0]
        late = announce(MemberInvited(email="late@harbour.example", role="viewer"))
        Unsealed.objects.filter(event=late).delete()
        early = Announcement.objects.create(name=late.name, payload={}, at=clock.now() - timedelta(hours=1))
        Unsealed.objects.create(event=early)
        actions.seal()
        assert Seal.objects.get(event=early).sequence == before + 1


def test_two_sealers_at_once_make_one_chain(committed):
    cast = committed
    with cast.at_harbour(cast.ada):
        for number in range(40):
            announce(MemberInvited(email=f"guest{number}@harbour.example", role="viewer"))
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(20)
        with cast.at_harbour():
            actions.seal()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    with cast.at_harbour():
        numbers = list(Seal.objects.order_by("sequence").values_list("sequence", flat=True))
        assert (numbers, Unsealed.objects.count()) == (list(range(1, Announcement.objects.count() + 1)), 0)
    assert verified(cast.harbour.pk) == ""


def test_a_sealer_that_falls_leaves_everything_waiting(cast):
    busy(cast)
    with pytest.raises(ZeroDivisionError), cast.at_harbour():
        actions.seal()
        raise ZeroDivisionError
    with cast.at_harbour():
        assert (Seal.objects.count(), Unsealed.objects.count()) == (0, Announcement.objects.count())
    sealed(cast)
    assert verified(cast.harbour.pk) == ""


def test_the_app_changes_and_removes_no_seal(cast):
    sealed(cast)
    with cast.at_harbour():
        for table in ("audit_seal", "audit_checkpoint"):
            for statement in (f"UPDATE {table} SET sequence = 7", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    connection.cursor().execute(statement)
        first = Seal.objects.order_by("sequence").first()
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.create(event=first.event, sequence=999, hash=bytes(32))


def test_a_checkpoint_a_day_is_signed_when_there_is_something_new(cast):
    busy(cast)
    run_jobs()
    run_chore("audit.mark")
    with cast.at_harbour():
        (made,) = Checkpoint.objects.all()
        assert (made.sequence, bytes(made.head), made.date) == (*chain.head(), clock.now().date())
        said = lines.stated(
            organization_id=cast.harbour.pk, sequence=made.sequence, head=made.head, date=made.date.isoformat(),
            public=bytes(made.public_key),
        )  # fmt: skip
    assert verify.signature_holds(signatures.public_key(), verify.signed("checkpoint", said), bytes(made.signature))
    run_chore("audit.mark")
    with cast.at_harbour():
        assert Checkpoint.objects.count() == 1


def test_each_organization_has_a_chain_of_its_own(cast):
    busy(cast)
    run_jobs()
    run_chore("audit.mark")
    with cast.at_meadow():
        assert chain.head()[0] == Announcement.objects.count()
    assert [verified(each) for each in (cast.harbour.pk, cast.meadow.pk, tenancy.OPERATOR)] == ["", "", ""]


def verified(organization_id) -> str:
    log = verify.Log()
    try:
        log.read(exported(organization_id))
        log.finish()
    except verify.Broken as error:
        return str(error)
    return ""
