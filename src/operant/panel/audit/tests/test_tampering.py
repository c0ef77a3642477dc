"""Whoever may do everything to the database and rewrites what happened is found out, by the next check at the latest."""

import json

import pytest

from operant.panel.audit import actions, events, jobs, lines
from operant.panel.audit.models import Check, Checkpoint, Seal
from operant.panel.audit.queries import reading
from operant.platform import tenancy
from operant.platform.events.models import Announcement
from operant.testing.queue import run_chore, run_jobs

from .conftest import busy, sealed

ONE = "ANY (ARRAY(SELECT event_id FROM audit_seal WHERE sequence = 3))"
# What is done to the tables, and what is said of it.
TAMPERED = {
    "an entry's words": (
        "UPDATE events_announcement SET payload = payload || '{\"role\": \"owner\"}' WHERE name = 'organizations.role.changed'",
        "organizations.role.changed",
    ),
    "an entry's time": ("UPDATE events_announcement SET at = at - interval '1 hour' WHERE id = " + ONE, "entry 3"),
    "who acted": ("UPDATE events_announcement SET actor_id = gen_random_uuid() WHERE id = " + ONE, "entry 3"),
    "for whom": ("UPDATE events_announcement SET person_id = NULL WHERE name = 'organizations.role.changed'", "role.changed"),
    "what it is about": ("UPDATE events_announcement SET subject_id = gen_random_uuid() WHERE id = " + ONE, "entry 3"),
    "a commitment": (
        "UPDATE events_announcement SET commitments = '{}' WHERE name = 'organizations.member.invited'", "member.invited",
    ),
    "a personal value": (
        "UPDATE events_personal SET texts = '{\"email\": \"eve@harbour.example\"}' WHERE part = 'email'", "member.invited",
    ),
    "a salt": ("UPDATE events_personal SET salt = sha256('x') WHERE part = 'email'", "member.invited"),
    "a personal value is gone": ("DELETE FROM events_personal WHERE part = 'email'", "1 personal values are gone"),
    "a hash": ("UPDATE audit_seal SET hash = sha256('x') WHERE sequence = 3", "entry 3"),
    "two entries in each other's place": (
        "UPDATE audit_seal SET sequence = -3 WHERE sequence = 3; UPDATE audit_seal SET sequence = 3 WHERE sequence = 4;"
        "UPDATE audit_seal SET sequence = 4 WHERE sequence = -3", "entry 3",
    ),
    "an entry is gone": (
        "WITH gone AS (DELETE FROM audit_seal WHERE sequence = 3 RETURNING event_id) "
        "DELETE FROM events_announcement WHERE id IN (SELECT event_id FROM gone)", "entry 4",
    ),
    "the last entries are gone": ("DELETE FROM audit_seal WHERE sequence > 3", "the checkpoint of"),
    "all of it is gone": ("DELETE FROM audit_seal", "the checkpoint of"),
    "the first entries are gone": ("DELETE FROM audit_seal WHERE sequence < 3", "entry 3"),
    "a checkpoint says less": ("UPDATE audit_checkpoint SET sequence = 3", "the signature of the checkpoint"),
    "a checkpoint's head": ("UPDATE audit_checkpoint SET head = sha256('x')", "the signature of the checkpoint"),
    "a checkpoint's day": ("UPDATE audit_checkpoint SET date = date - 1", "the signature of the checkpoint"),
    "a checkpoint's key": ("UPDATE audit_checkpoint SET public_key = sha256('x')", "the signature of the checkpoint"),
    "an entry waits no longer": (
        "INSERT INTO events_announcement SELECT gen_random_uuid(), organization_id, name, payload, NULL, '', NULL, now(), "
        "'{}', '', '', NULL, '' FROM events_announcement WHERE name = 'organizations.role.changed'", "not in the chain",
    ),
}  # fmt: skip


def test_every_change_of_every_table_is_found(committed, superuser):
    """All of them in one house: each is done, found, and taken back."""
    cast = committed
    busy(cast)
    sealed(cast)
    assert checked(cast) == ("held", "")
    missed = {}
    for what, (statement, words) in TAMPERED.items():
        with kept(superuser, cast):
            superuser.execute(statement)
            state, reason = checked(cast)
        if state != "broken" or words not in reason:
            missed[what] = (state, reason)
    assert missed == {}
    assert checked(cast) == ("held", "")


class kept:
    """The tables of the log as they were before, once the block is over."""

    TABLES = ("events_announcement", "events_personal", "audit_seal", "audit_checkpoint", "audit_unsealed", "audit_check")

    def __init__(self, superuser, cast):
        self.superuser, self.ids = superuser, [cast.harbour.pk, cast.meadow.pk, tenancy.OPERATOR]

    def __enter__(self):
        self.rows = {}
        for table in self.TABLES:
            found = self.superuser.execute(f"SELECT * FROM {table} WHERE organization_id = ANY(%s)", [self.ids])
            self.rows[table] = ([column.name for column in found.description], found.fetchall())

    def __exit__(self, *failure):
        for table, (columns, rows) in self.rows.items():
            self.superuser.execute(f"DELETE FROM {table} WHERE organization_id = ANY(%s)", [self.ids])
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
            for row in rows:
                values = [json.dumps(value) if isinstance(value, dict) else value for value in row]
                self.superuser.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def checked(cast) -> tuple[str, str]:
    jobs.check_nightly(organization_id=str(cast.harbour.pk))
    with cast.at_harbour():
        found = Check.objects.order_by("-begun_at").first()
        return found.state, found.reason


def test_a_chain_written_anew_does_not_have_what_was_signed(committed, superuser):
    """Somebody who knows how hashes are made changes an entry and every hash after it."""
    cast = committed
    busy(cast)
    sealed(cast)
    superuser.execute("UPDATE events_announcement SET at = at - interval '1 s' WHERE name = 'organizations.role.changed'")
    with cast.at_harbour():
        previous = bytes(32)
        for seal in Seal.objects.order_by("sequence").select_related("event"):
            previous = lines.hashed(lines.entry(seal.event, sequence=seal.sequence, previous=previous))
            superuser.execute("UPDATE audit_seal SET hash = %s WHERE id = %s", [previous, seal.pk])
    state, reason = checked(cast)
    assert (state, reason.split(": ")[1][:17]) == ("broken", "the checkpoint of")


@pytest.mark.parametrize("by", ["page", "night"])
def test_a_log_that_holds_is_said_to_hold(cast, by):
    busy(cast)
    run_jobs()
    if by == "page":
        with cast.at_harbour(cast.ann):
            actions.ask_for_check(by=cast.ann)
        run_jobs()
    else:
        run_chore("audit.check_nightly")
    with cast.at_harbour():
        (found,) = Check.objects.all()
        assert (found.state, found.entries, found.reason) == ("held", Seal.objects.count(), "")


def test_a_broken_log_is_told(committed, superuser, announced):
    cast = committed
    busy(cast)
    sealed(cast)
    superuser.execute("UPDATE audit_seal SET hash = sha256('x') WHERE sequence = 2")
    run_jobs()
    announced.clear()
    assert checked(cast)[0] == "broken"
    assert [type(each) for each in announced] == [events.LogBroken]
    assert "entry 2" in announced[0].reason


def test_one_entrys_page_says_whether_it_is_as_it_was_sealed(committed, superuser):
    cast = committed
    busy(cast)
    sealed(cast)
    with cast.at_harbour():
        found = Announcement.objects.get(name="organizations.role.changed").pk
        assert reading.evidence(reading.entry(found))["holds"]
    superuser.execute("UPDATE events_announcement SET at = at - interval '1 s' WHERE id = %s", [found])
    with cast.at_harbour():
        assert not reading.evidence(reading.entry(found))["holds"]
        assert Checkpoint.objects.count() == 1
