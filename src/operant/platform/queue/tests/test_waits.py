from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections

from operant.platform import clock, queue
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.platform.queue.models import Lease
from operant.testing.queue import arguments_of, queued, run_jobs

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def only_messages(monkeypatch):
    """Rows of other rooms may be due in the cast; these tests count messages."""
    monkeypatch.setattr(waits, "_WAITS", {"message": waits._WAITS["message"]})


@pytest.fixture
def still(cast):
    run_jobs()
    with clock.frozen() as at:
        yield at


def waiting(cast, *due_at) -> list:
    with cast.at_harbour():
        made = [
            Message.objects.create(
                category="account",
                template="invitation",
                recipient="ada@harbour.example",
                subject="",
                text="",
                html="",
                due_at=due,
                leased_until=None,
            )
            for due in due_at
        ]
    return [each.pk for each in made]


def test_what_is_due_is_claimed_and_handed_on_in_one_job_an_organization(cast, still):
    waiting(cast, still, still - MINUTE)
    assert waits.sweep() == 2
    assert queued() == ["messaging.deliver_due"]


def test_a_claimed_row_is_not_claimed_again_until_its_lease_ends(cast, still):
    waiting(cast, still)
    assert [waits.sweep(), waits.sweep()] == [1, 0]
    clock.advance(timedelta(seconds=59))
    assert waits.sweep() == 0
    # The job is lost: nobody settled the row, so it comes again.
    clock.advance(timedelta(seconds=2))
    assert waits.sweep() == 1


def test_rows_due_later_or_never_are_left_alone(cast, still):
    later, never = waiting(cast, still + MINUTE, None)
    assert waits.sweep() == 0
    with cast.at_harbour():
        leases = Message.objects.filter(pk__in=[later, never]).values_list("leased_until", flat=True)
        assert list(leases) == [None, None]
    clock.advance(MINUTE)
    assert waits.sweep() == 1


def test_each_organization_gets_its_own_job_with_its_own_rows(cast, still):
    (ours,) = waiting(cast, still)
    with cast.at_meadow():
        theirs = Message.objects.create(
            category="account",
            template="invitation",
            recipient="mallory@meadow.example",
            subject="",
            text="",
            html="",
            due_at=still,
            leased_until=None,
        ).pk
    waits.sweep()
    handed = {each["organization_id"]: each["ids"] for each in arguments_of("messaging.deliver_due")}
    assert handed == {str(cast.harbour.pk): [str(ours)], str(cast.meadow.pk): [str(theirs)]}


def test_a_batch_has_a_limit_and_the_rest_follows(cast, still, monkeypatch):
    monkeypatch.setattr(waits, "BATCH", 2)
    waiting(cast, *[still] * 5)
    assert [waits.sweep() for _ in range(4)] == [2, 2, 1, 0]


def test_the_serving_role_cannot_make_up_a_wait(cast):
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("INSERT INTO app.waits VALUES ('made_up', 'accounts_person', 'last_login', 'last_login')")


def test_two_clocks_at_once_share_the_rows(db):
    with committed_messages(20) as ids, session() as one, session() as other:
        claim = "SELECT id FROM app.claim_message(now(), interval '1 minute', 12)"
        # Neither has committed when the other asks: what one holds, the other passes over without waiting.
        first = {row[0] for row in one.execute(claim)}
        second = {row[0] for row in other.execute(claim)}
        assert (len(first), len(second), first & second) == (12, 8, set())
        assert first | second == ids


def test_one_process_at_a_time_runs_the_clock(db):
    with clock.frozen() as at:
        mine, yours = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
        taken = [Lease.taken("test-clock", who, clock.now() + MINUTE) for who in (mine, yours, mine)]
        clock.advance(2 * MINUTE)
        assert at < clock.now()
        after = [Lease.taken("test-clock", who, clock.now() + MINUTE) for who in (yours, mine)]
    assert (taken, after) == ([True, False, True], [True, False])


def test_ids_travel_as_text(cast):
    run_jobs()
    with cast.at_harbour():
        queue.defer("messaging.deliver", organization_id=cast.harbour.pk, ids=[cast.ada.pk])
    wanted = {"organization_id": str(cast.harbour.pk), "ids": [str(cast.ada.pk)]}
    assert arguments_of("messaging.deliver") == [wanted]


@contextmanager
def committed_messages(number: int):
    """Rows that other connections see, made as the owner under its migration flag and removed afterwards."""
    with session("owner") as owner:
        owner.execute("SET app.migrating = 'on'")
        try:
            made = owner.execute(
                "INSERT INTO messaging_message (id, organization_id, category, template, recipient, subject, text, "
                "html, state, attempts, error, due_at, created_at) "
                "SELECT gen_random_uuid(), gen_random_uuid(), 'notice', 't', ''::bytea, ''::bytea, "
                "''::bytea, ''::bytea, 'queued', 0, '', now(), now() "
                "FROM generate_series(1, %s) RETURNING id",
                [number],
            ).fetchall()
            owner.commit()
            yield {row[0] for row in made}
        finally:
            owner.rollback()
            owner.execute("SET app.migrating = 'on'")
            owner.execute("DELETE FROM messaging_message WHERE template = 't'")
            owner.commit()


@contextmanager
def session(alias: str = "default"):
    parameters = connections[alias].get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**wanted) as opened:
        yield opened
        opened.rollback()
