import threading

import psycopg
import pytest
from django.db import connection

from operant.panel.accounts.actions import factors
from operant.panel.accounts.models import Person
from operant.panel.accounts.sessions import CONTEXT, SessionStore
from operant.platform import crypto, tenancy
from operant.platform.crypto import Ring, keys
from operant.platform.crypto.columns import SealedColumn, sealed_columns
from operant.platform.messaging.models import Message
from operant.platform.refusals import Refusal
from operant.testing import installations
from operant.testing.factors import code_of, with_app
from operant.testing.installations import HARBOUR, MAILS, MEADOW, started, waits_for_a_lock
from operant.testing.waiting import until
from operant.trust.actions import rotating
from operant.trust.actions.backing_up import back_up
from operant.trust.actions.restoring import restore
from operant.trust.database import sealed
from operant.trust.database.sealed import Damaged

MAIL_COLUMNS = 4
VALUES = 2 * MAILS * MAIL_COLUMNS + 1  # all mails of two organizations, and a session


def quiet(line):
    pass


def sealed_with(one) -> dict[int, int]:
    with psycopg.connect(**one.role("ot_owner")) as owner:
        return dict(sealed.counted(owner))


def rotated(one) -> rotating.Rotated:
    return rotating.rotate(one.role("ot_owner"), one.ring, quiet)


def finished(one) -> rotating.Rotated:
    return rotating.finish(one.role("ot_owner"), one.ring, quiet)


@pytest.fixture(scope="module")
def copied(filled, django_db_blocker, tmp_path_factory):
    """A copy of `filled`, with what it holds sealed kept aside."""
    with django_db_blocker.unblock():
        made = installations.make("operant_trust_keys", tmp_path_factory.mktemp("keys"), template=filled.name)
        made.ask("CREATE SCHEMA kept")
        for table in tables():
            made.ask(f"CREATE TABLE kept.{table} AS TABLE public.{table}")
        yield made
        installations.drop(made.name)


@pytest.fixture
def house(copied, filled, django_db_blocker):
    """That copy, in which every sealed value and the ring are what they were before any rotation."""
    with django_db_blocker.unblock():
        copied.ring.write_bytes(filled.ring.read_bytes())
        back = (f"DELETE FROM public.{each}; INSERT INTO public.{each} TABLE kept.{each};" for each in tables())
        copied.ask(f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {' '.join(back)} END $$")
        yield copied


def tables() -> list[str]:
    return sorted({column.table for column in sealed_columns()})


def test_every_sealed_column_is_found():
    names = ("recipient", "unsubscribe", "subject", "text", "html")
    mail = [SealedColumn("messaging_message", "id", each, f"messaging_message.{each}") for each in names]
    session = SealedColumn("accounts_session", "session_key", "session_data", CONTEXT, as_text=True)
    found = [column for column in sealed_columns() if column.table in ("messaging_message", "accounts_session")]
    assert found == [*mail, session]


def test_everything_is_sealed_anew_and_the_old_key_can_go(house):
    with house.served():
        assert sealed_with(house) == {1: VALUES}
        assert rotated(house) == rotating.Rotated(key=2, values=VALUES)
        assert sealed_with(house) == {2: VALUES}
        assert rotating.forget(house.role("ot_owner"), house.ring) == {1}
        assert list(Ring.parsed(house.ring.read_text()).keys) == [2]
        with tenancy.organization_scope(MEADOW):
            assert sorted(mail.subject for mail in Message.objects.all()) == sorted(f"Letter {n}" for n in range(MAILS))


def test_a_session_lives_through_a_rotation(house):
    with house.served():
        session = SessionStore()
        session["word"] = "lighthouse"
        session.save()
        rotated(house)
        rotating.forget(house.role("ot_owner"), house.ring)
        assert SessionStore(session.session_key)["word"] == "lighthouse"


def test_a_second_factor_lives_through_a_rotation(house):
    with house.served():
        with tenancy.reception():
            ben = Person.objects.get(email="ben@harbour.example")
        secret, _ = with_app(ben)
        rotated(house)
        assert rotating.forget(house.role("ot_owner"), house.ring) == {1}
        assert factors.accept_code(person=ben, code=code_of(secret)) == "totp"


def with_a_late_value(house):
    """Rotate; and then somebody writes, who still has the old key."""
    rotated(house)
    old = Ring(dict(list(Ring.parsed(house.ring.read_text()).keys.items())[::-1]))
    house.ask("UPDATE messaging_message SET html = %s WHERE id = (SELECT id FROM messaging_message LIMIT 1)",
              old.seal(b"late", context="messaging_message.html"))  # fmt: skip


def test_a_key_in_use_is_not_forgotten(house):
    with house.served():
        with_a_late_value(house)
        assert rotating.forget(house.role("ot_owner"), house.ring) == set()
        assert finished(house) == rotating.Rotated(key=2, values=1)
        assert rotating.forget(house.role("ot_owner"), house.ring) == {1}


def test_a_rotation_makes_a_key_whatever_was_left_of_an_earlier_one(house):
    """Whoever rotates after a leak wants a key that nobody has read."""
    with house.served():
        with_a_late_value(house)
        assert rotated(house) == rotating.Rotated(key=3, values=VALUES)
        assert rotating.forget(house.role("ot_owner"), house.ring) == {1, 2}


def test_nothing_is_forgotten_while_somebody_writes(house, monkeypatch):
    monkeypatch.setattr(rotating, "LOCK_SECONDS", 1)
    with house.served():
        rotated(house)
        with psycopg.connect(**house.role("ot_owner")) as writer:
            writer.execute("LOCK TABLE messaging_message IN ROW EXCLUSIVE MODE")
            with pytest.raises(Refusal, match="try again in a moment"):
                rotating.forget(house.role("ot_owner"), house.ring)
        assert list(Ring.parsed(house.ring.read_text()).keys) == [2, 1]


def test_what_is_written_meanwhile_is_kept(house):
    """Somebody changes every mail of Harbour, again and again, while all of them are sealed anew."""
    stop, rounds = threading.Event(), []

    def write():
        while not stop.is_set():
            with tenancy.organization_scope(HARBOUR):
                for mail in Message.objects.order_by("id"):
                    Message.objects.filter(pk=mail.pk).update(subject=f"Round {len(rounds)}")
            rounds.append(len(rounds))
        connection.close()

    with house.served():
        writer = threading.Thread(target=write)
        writer.start()
        until(lambda: rounds or not writer.is_alive(), "a first round")
        rotated(house)
        stop.set()
        writer.join()
        assert set(sealed_with(house)) == {2}
        with tenancy.organization_scope(HARBOUR):
            assert {mail.subject for mail in Message.objects.all()} == {f"Round {len(rounds) - 1}"}


def test_a_value_that_was_written_meanwhile_is_not_overwritten(house):
    """The rotation has read a row and waits for its lock; whoever holds that writes something newer."""
    with house.served():
        last = house.ask("SELECT id FROM messaging_message ORDER BY id DESC LIMIT 1")[0][0]
        with psycopg.connect(**house.role("ot_owner")) as holder:
            holder.execute("SELECT set_config('app.migrating', 'on', true)")
            holder.execute("SELECT 1 FROM messaging_message WHERE id = %s FOR UPDATE", [last])
            rotation = threading.Thread(target=rotated, args=[house])
            rotation.start()
            until(lambda: waits_for_a_lock(house), "a rotation that waits")
            newer = crypto.seal(b"newer", context="messaging_message.recipient")
            holder.execute("UPDATE messaging_message SET recipient = %s WHERE id = %s", [newer, last])
        rotation.join()
        assert set(sealed_with(house)) == {2}
        (value,) = house.ask("SELECT recipient FROM messaging_message WHERE id = %s", last)[0]
        assert value == newer


def test_a_killed_rotation_is_finished_with_its_key(house):
    with house.served():
        last = house.ask("SELECT id FROM messaging_message ORDER BY id DESC LIMIT 1")[0][0]
    with psycopg.connect(**house.role("ot_owner")) as holder:
        holder.execute("SELECT set_config('app.migrating', 'on', true)")
        sealed.BATCH, before = 10, sealed.BATCH
        holder.execute("SELECT 1 FROM messaging_message WHERE id = %s FOR UPDATE", [last])
        process = started(lambda: rotated(house), house)
        until(lambda: waits_for_a_lock(house), "a rotation that waits")
        process.kill()
        process.join()
        sealed.BATCH = before
    between = sealed_with(house)
    assert set(between) == {1, 2}
    with house.served():
        assert finished(house) == rotating.Rotated(key=2, values=between[1])
        assert sealed_with(house) == {2: VALUES}


def spoiled(house, spoil, number=0) -> Damaged:
    """Change the sealed value of a mail, and return its name."""
    row, value = house.ask("SELECT id, html FROM messaging_message ORDER BY id")[number]
    changed = spoil(value)
    house.ask("UPDATE messaging_message SET html = %s WHERE id = %s", changed, row)
    return Damaged("messaging_message", str(row), "html", changed[1] if len(changed) > 1 else 0)


def with_one_bit_changed(value):
    return value[:-1] + bytes([value[-1] ^ 1])


SPOILS = (
    lambda value: Ring.parsed("9:" + "99" * 32).seal(b"gone", context="messaging_message.html"),
    with_one_bit_changed,
    lambda value: b"\x02" + value[1:],
    lambda value: value[:1],
    lambda value: b"",
)


def test_what_nobody_can_open_is_named_and_left_and_stops_no_rotation(house):
    left = [spoiled(house, spoil, number) for number, spoil in enumerate(SPOILS)]
    kept = "SELECT html FROM messaging_message WHERE id = ANY(%s) ORDER BY id"
    before = house.ask(kept, [each.row for each in left])
    whole = VALUES - len(SPOILS)
    with house.served():
        assert rotated(house) == rotating.Rotated(key=2, values=whole, stuck=left)
        assert rotated(house) == rotating.Rotated(key=3, values=whole, stuck=left)
    assert house.ask(kept, [each.row for each in left]) == before
    assert [each.number for each in left] == [9, 1, 1, 0, 0]


def test_a_damaged_session_is_named(house):
    house.ask("UPDATE accounts_session SET session_data = '!no seal!'")
    ((key,),) = house.ask("SELECT session_key FROM accounts_session")
    with house.served():
        assert rotated(house).stuck == [Damaged("accounts_session", key, "session_data", 0)]


def test_the_key_of_a_damaged_value_is_kept(house):
    spoiled(house, with_one_bit_changed)
    with house.served():
        rotated(house)
        assert rotated(house).key == 3
        assert rotating.forget(house.role("ot_owner"), house.ring) == {2}
        assert list(Ring.parsed(house.ring.read_text()).keys) == [3, 1]


def test_no_key_is_forgotten_while_a_value_does_not_say_which_one_it_needs(house):
    left = spoiled(house, lambda value: value[:1] + bytes([7]) + value[2:])
    with house.served():
        rotated(house)
        with pytest.raises(Refusal) as refused:
            rotating.forget(house.role("ot_owner"), house.ring)
        assert str(refused.value).splitlines()[1:] == [f"✗ {left}"]
        assert list(Ring.parsed(house.ring.read_text()).keys) == [2, 1]
        house.ask("DELETE FROM messaging_message WHERE id = %s", left.row)
        assert rotating.forget(house.role("ot_owner"), house.ring) == {1}


def test_a_backup_from_before_a_rotation_brings_its_ring(filled, installation, identity, tmp_path):
    house, path = installation("rotated", template=filled.name), tmp_path / "before.backup"
    with house.served():
        back_up(house.source, path, identity.to_public(), quiet)
        rotated(house)
        rotating.forget(house.role("ot_owner"), house.ring)
        before = sealed_with(house)
        restore(path, identity, house.target, quiet)
        assert (sealed_with(house), before) == ({1: 2 * MAILS * MAIL_COLUMNS}, {2: VALUES})
        assert crypto.ring().sealing == 1
        assert len(list(house.home.glob("master.key.replaced-*"))) == 1
        with tenancy.organization_scope(MEADOW):
            assert {mail.text for mail in Message.objects.all()} == {"Tuesday at nine"}


def test_a_process_that_serves_reads_the_new_ring_by_itself(house):
    with house.served():
        before = crypto.seal(b"word", context="a")
        ring = Ring.parsed(house.ring.read_text()).with_new_key()
        keys.write_ring(house.ring, ring.text)
        after = crypto.seal(b"word", context="a")
        assert (before[1], after[1]) == (1, 2)
        assert [crypto.unseal(each, context="a") for each in (before, after)] == [b"word", b"word"]
