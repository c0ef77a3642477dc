import os

import pytest
from django.db import connection

from operant.platform import crypto
from operant.platform.crypto import BrokenSeal, Ring
from operant.platform.crypto.keys import ensure_keys
from operant.platform.messaging.models import Message

OLD, NEW = "1:" + "11" * 32, "2:" + "22" * 32


def test_what_was_sealed_opens():
    assert crypto.unseal(crypto.seal(b"secret", context="a"), context="a") == b"secret"


def test_two_seals_of_one_value_differ():
    assert crypto.seal(b"secret", context="a") != crypto.seal(b"secret", context="a")


def test_every_changed_byte_is_noticed():
    sealed = crypto.seal(b"secret", context="a")
    opened = []
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        try:
            opened.append(crypto.unseal(bytes(changed), context="a"))
        except BrokenSeal:
            continue
    assert opened == []


@pytest.mark.parametrize(
    "value", [b"", b"\x01", b"\x01\x01", b"\x01\x01" + bytes(12), b"plain text", b"\x02\x01" + bytes(40)]
)
def test_what_is_no_seal_is_refused(value):
    with pytest.raises(BrokenSeal):
        crypto.unseal(value, context="a")


def test_a_value_cut_short_is_refused():
    sealed = crypto.seal(b"secret", context="a")
    for length in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            crypto.unseal(sealed[:length], context="a")


def test_a_seal_opens_for_its_own_context_only():
    sealed = crypto.seal(b"secret", context="accounts.session")
    with pytest.raises(BrokenSeal):
        crypto.unseal(sealed, context="messaging_message.recipient")


def test_a_new_key_seals_and_the_old_one_still_opens():
    sealed = Ring.parsed(OLD).seal(b"secret", context="a")
    both = Ring.parsed(f"{NEW}\n{OLD}\n")
    assert both.unseal(sealed, context="a") == b"secret"
    assert both.seal(b"secret", context="a")[1] == 2
    with pytest.raises(BrokenSeal):
        Ring.parsed(NEW).unseal(sealed, context="a")


@pytest.mark.parametrize("text", ["", "1:", "abc", "1:" + "1" * 63, "1:" + "g" * 64, NEW + "\nx"])
def test_what_is_no_ring_is_refused(text):
    with pytest.raises(ValueError, match="A ring of keys has lines"):
        Ring.parsed(text)


@pytest.mark.parametrize("text", ["0:" + "1" * 64, "256:" + "1" * 64, "999:" + "1" * 64, f"{OLD}\n{OLD}", f"{OLD}\n0{OLD}"])
def test_a_number_is_one_byte_and_one_key(text):
    with pytest.raises(ValueError, match="from 1 to 255, and none twice"):
        Ring.parsed(text)


def test_a_ring_is_written_as_it_was_read():
    assert Ring.parsed(f"{NEW}\n{OLD}\n").text == f"{NEW}\n{OLD}\n"


def test_a_new_key_comes_first_with_a_number_of_its_own():
    ring = Ring.parsed(OLD).with_new_key()
    assert (list(ring.keys), ring.sealing) == ([2, 1], 2)
    last = Ring({255: b"x" * 32, 1: b"y" * 32})
    assert list(last.with_new_key().keys) == [2, 255, 1]
    with pytest.raises(ValueError, match="All 255 numbers are taken"):
        Ring(dict.fromkeys(range(1, 256), b"x" * 32)).with_new_key()


def test_the_key_that_seals_cannot_be_left_out():
    assert list(Ring.parsed(f"{NEW}\n{OLD}\n").without({1, 2}).keys) == [2]


def test_a_sealed_column_holds_no_clear_text(cast):
    with cast.at_harbour():
        made = Message.objects.create(
            category="account",
            template="invitation",
            recipient="ada@harbour.example",
            subject="Tuesday",
            text="",
            html="",
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT recipient, subject FROM messaging_message WHERE id = %s", [made.pk])
            recipient, subject = map(bytes, cursor.fetchone())
        again = Message.objects.get(pk=made.pk)
    assert b"ada" not in recipient
    assert b"Tuesday" not in subject
    assert (again.recipient, again.subject) == ("ada@harbour.example", "Tuesday")


def test_a_sealed_value_does_not_open_in_another_column(cast):
    with cast.at_harbour():
        made = Message.objects.create(
            category="account",
            template="invitation",
            recipient="ada@harbour.example",
            subject="Tuesday",
            text="",
            html="",
        )
        with connection.cursor() as cursor:
            cursor.execute("UPDATE messaging_message SET subject = recipient WHERE id = %s", [made.pk])
        with pytest.raises(BrokenSeal):
            Message.objects.get(pk=made.pk)


def test_keys_are_made_once_and_for_their_owner_only(tmp_path):
    ensure_keys(tmp_path)
    made = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    ensure_keys(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == made
    assert sorted(made) == ["audit.key", "django.key", "master.key", "signing.key"]
    modes = {os.stat(path).st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert (modes, os.stat(tmp_path / "keys").st_mode & 0o777) == ({0o600}, 0o700)
