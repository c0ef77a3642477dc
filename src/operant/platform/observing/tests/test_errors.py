"""The store of errors: grouped, counted, bounded, scrubbed, and never in the way."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from operant.panel.accounts.web import views
from operant.platform import clock, events, queue, trail
from operant.platform.events import jobs as reactions
from operant.platform.observing import errors
from operant.platform.observing.models import Failure
from operant.relay.web import answers
from operant.testing.asgi import ask
from operant.testing.queue import run_chore, run_jobs

log = logging.getLogger("operant.test")


def fail(said: str = "marzipan", kind: type[Exception] = ValueError) -> None:
    try:
        raise kind(f"got '{said}'")
    except kind:
        log.exception("It failed.")


def stored() -> list[tuple[str, int, str]]:
    errors.keeper.write()
    return sorted(Failure.objects.values_list("kind", "count", "doing"))


@queue.job("test.breaks", retry=False)
def _breaks() -> None:
    raise RuntimeError("it broke")


def test_a_flood_is_one_row_with_a_count(db, django_assert_num_queries):
    for number in range(500):
        fail(f"marzipan {number}")
    with django_assert_num_queries(4):
        assert errors.keeper.write() == 1
    (found,) = Failure.objects.all()
    assert (found.kind, found.count, found.message) == ("ValueError", 500, "got [value]")
    assert found.place.endswith("test_errors.py fail")
    assert found.first_at <= found.last_at and found.is_open and found.release
    assert "marzipan" not in repr(Failure.objects.values().get())


def test_a_page_a_raw_route_and_a_job_that_fail_end_there_with_their_request(cast, signed_in, monkeypatch):
    session = signed_in(cast.ada).cookies["ot-session"].value
    monkeypatch.setattr(views, "render", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(answers, "bearer_of", lambda *_: [][0])
    (page,) = ask("GET", "/me/", cookie=f"ot-session={session}").all("x-request-id")
    (beat,) = ask("POST", "/relay/heartbeat", b"{}").all("x-request-id")
    queue.defer("test.breaks")
    with pytest.raises(RuntimeError):
        run_jobs()
    assert stored() == [
        ("IndexError", 1, "/relay/heartbeat"), ("RuntimeError", 1, "test.breaks"), ("ZeroDivisionError", 1, "/me/"),
    ]  # fmt: skip
    assert [Failure.objects.get(kind=kind).request_id for kind in ("ZeroDivisionError", "IndexError")] == [page, beat]


def test_a_host_that_is_not_ours_is_nobodys_failure(db):
    assert (ask("GET", "/accounts/login/", host="evil.example").status, stored()) == (400, [])


def test_a_reaction_that_fails_ends_there(cast, monkeypatch):
    monkeypatch.setattr(reactions.reacting, "named", lambda listener: _react)
    with cast.at_harbour(cast.ada):
        row = events.models.Announcement.objects.create(name="test.thing.happened", payload={})
        monkeypatch.setattr(type(row), "event", lambda self: None)
        queue.defer("events.react", organization_id=row.organization_id, event_id=row.pk, listener="x")
    with pytest.raises(LookupError):
        run_jobs()
    assert stored() == [("LookupError", 1, "events.react")]


def _react(event: object) -> None:
    raise LookupError("nobody is there")


def test_it_survives_the_transaction_that_failed(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail()
        raise ZeroDivisionError
    assert [count for _, count, _ in stored()] == [1]


def test_what_cannot_be_written_now_is_written_later_and_fails_nobody(db, monkeypatch):
    fail()
    with monkeypatch.context() as broken:
        broken.setattr(Failure.objects, "filter", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            errors.keeper.write()
    fail()
    assert [count for _, count, _ in stored()] == [2]


def test_errors_of_the_database_are_grouped_by_who_asked(db):
    for asking in (_ask_one, _ask_another):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                asking(cursor)
        except Exception:
            log.exception("It failed.")
    errors.keeper.write()
    assert sorted(each.place.split()[-1] for each in errors.latest()) == ["_ask_another", "_ask_one"]


def _ask_one(cursor) -> None:
    cursor.execute("SELECT 1/0")


def _ask_another(cursor) -> None:
    cursor.execute("SELECT 2/0")


def test_the_store_does_not_feed_itself(db):
    logging.getLogger("operant.observing").error("Errors could not be written.")
    errors.keeper.thread = threading.current_thread()
    fail()
    assert stored() == []


def test_kinds_are_bounded_until_they_are_written(db, monkeypatch):
    monkeypatch.setattr(errors, "MOST_WAITING", 3)
    lost = errors.LOST._value.get()
    for number in range(5):
        log.error(f"Kind {number}.")
    assert len(stored()) == 3
    assert errors.LOST._value.get() == lost + 2


def test_an_error_without_an_exception_is_grouped_by_its_words(db):
    for task in ("stage.refresh", "relay.settle"):
        log.error("A job was given up: %s", task)
    assert [count for _, count, _ in stored()] == [2]


def test_what_was_solved_and_comes_again_is_open_again(db):
    fail()
    errors.keeper.write()
    (found,) = errors.latest()
    assert errors.solve(found.pk) and not errors.solve(found.pk)
    assert (list(errors.latest()), [each.count for each in errors.latest(solved=True)]) == ([], [1])
    with trail.begin(request_id="0123456789ab"):
        fail()
    errors.keeper.write()
    assert [(each.count, each.request_id) for each in errors.latest()] == [(2, "0123456789ab")]


def test_it_shrinks(db, monkeypatch):
    with clock.frozen():
        fail()
        errors.keeper.write()
        clock.advance(timedelta(days=91))
        for kind in (KeyError, TypeError, OSError):
            fail(kind=kind)
            errors.keeper.write()
            clock.advance(timedelta(minutes=1))
        monkeypatch.setattr(errors, "MOST_KEPT", 2)
        run_chore("observing.forget")
        assert [each.kind for each in errors.latest()] == ["OSError", "TypeError"]


def test_a_thread_of_its_own_writes_what_is_logged(django_db_setup, django_db_blocker, monkeypatch):
    monkeypatch.setattr(errors, "GATHER_SECONDS", 0.0)
    with django_db_blocker.unblock():
        try:
            with errors.keeper.writing():
                fail(kind=BlockingIOError)
            assert [each.count for each in errors.latest().filter(kind="BlockingIOError")] == [1]
        finally:
            # Committed, by a thread that no test's transaction holds.
            Failure.objects.filter(kind="BlockingIOError").delete()
            connection.close()


def test_what_is_logged_while_the_last_is_written_is_written_too(django_db_setup, django_db_blocker, monkeypatch):
    """The store waits after a failure, or is at work, when the process ends: nothing of its last moments is lost."""
    monkeypatch.setattr(errors, "GATHER_SECONDS", 0.0)
    count, failed = errors._count, threading.Event()

    def away_once(seen):
        if not failed.is_set():
            failed.set()
            raise OperationalError("the database is away")
        count(seen)

    monkeypatch.setattr(errors, "_count", away_once)
    with django_db_blocker.unblock():
        try:
            with errors.keeper.writing():
                fail(kind=ChildProcessError)
                assert failed.wait(60)
                fail(kind=ProcessLookupError)
            found = errors.latest().filter(kind__in=["ChildProcessError", "ProcessLookupError"])
            assert sorted((each.kind, each.count) for each in found) == [("ChildProcessError", 1), ("ProcessLookupError", 1)]
        finally:
            Failure.objects.filter(kind__in=["ChildProcessError", "ProcessLookupError"]).delete()
            connection.close()
