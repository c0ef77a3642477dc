"""Who watches the worker: web processes do, and mail by themselves."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from operant.panel.organizations.models import Membership, Role
from operant.platform import clock, queue, tenancy
from operant.platform.messaging import transport
from operant.platform.messaging.models import Message
from operant.platform.observing import figures
from operant.platform.queue import starts, waits
from operant.platform.queue.models import Lease, Start
from operant.platform.queue.progress import Line
from operant.testing import ingest
from operant.testing.queue import run_jobs
from operant.testing.sampled import WHOLE
from operant.testing.serving import ask, web
from operant.testing.waiting import until

from .. import alerter, watching

WORKER = [sys.executable, "-c", "import sys; from operant.cli import main; sys.exit(main())", "worker"]


class Ticks:
    """How long the machine runs, as the web process counts it."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture(autouse=True)
def ticks(monkeypatch):
    alerter.forget()
    monkeypatch.setattr(watching, "monotonic", made := Ticks())
    yield made
    alerter.forget()


def age_beats(seconds):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)", [seconds])


@pytest.fixture
def beating(cast, operator):
    # What the cast did is due since it was first made, which may be many tests ago.
    while waits.sweep():
        run_jobs()
    run_jobs()
    # A worker of another test may have left its own.
    Lease.ended("clock")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def mails():
    with tenancy.organization_scope(tenancy.OPERATOR):
        rows = Message.objects.filter(category="installation").order_by("created_at", "pk")
        return [(each.recipient, each.template, each.state) for each in rows]


def test_while_a_worker_beats_nobody_is_told(operator, beating):
    alerter.look()
    assert (mails(), "silent since" in operator.get(reverse("operating")).content.decode()) == ([], False)


def test_a_silent_worker_is_told_once_by_mail_and_on_every_page_and_so_is_its_return(cast, operator, beating, ticks):
    age_beats(0)
    alerter.look()
    ticks.at += 59
    age_beats(59)
    alerter.look()
    assert mails() == []
    ticks.at += 2
    age_beats(61)
    for _ in range(3):
        alerter.look()
    assert mails() == [("cleo@harbour.example", "worker_silent", "accepted")]
    for page in (reverse("operating"), "/o/harbour/screens/", "/o/harbour/"):
        assert "The worker has been silent since" in operator.get(page).content.decode()
    # The queue has a copy, which finds that it left.
    run_jobs()
    age_beats(0)
    alerter.look()
    page = operator.get("/o/harbour/screens/").content.decode()
    assert "silent since" not in page
    assert "The worker works again. This goes once nothing has been late for 2 min." in page
    ticks.at += 119
    alerter.look()
    assert len(mails()) == 1
    ticks.at += 1
    for _ in range(2):
        alerter.look()
    assert mails() == [("cleo@harbour.example", "worker_silent", "accepted"), ("cleo@harbour.example", "worker_back", "accepted")]
    assert "The worker" not in operator.get("/o/harbour/screens/").content.decode()


def test_a_worker_that_never_was_is_told_after_a_minute(operator, db, ticks):
    alerter.look()
    ticks.at += 59
    alerter.look()
    assert mails() == []
    ticks.at += 1
    alerter.look()
    assert mails() == [("cleo@harbour.example", "worker_silent", "accepted")]


def test_an_old_beat_is_told_only_when_this_process_saw_a_minute_of_silence(operator, beating, ticks):
    """It may have begun beside the leavings of a killed worker, or slept, or lost its database."""
    age_beats(3600)
    alerter.look()
    ticks.at += 59
    alerter.look()
    alerter.forget()
    ticks.at += 2
    alerter.look()
    assert mails() == []
    age_beats(0)
    alerter.look()
    assert (mails(), "silent since" in operator.get("/o/harbour/").content.decode()) == ([], False)


def test_a_server_that_refuses_for_now_is_asked_again_within_a_minute(operator, beating, ticks, monkeypatch):
    def refused(mail):
        raise transport.TryLater("greylisted")

    with clock.frozen():
        with monkeypatch.context() as now:
            now.setattr(transport, "deliver", refused)
            silence(ticks)
        assert mails() == [("cleo@harbour.example", "worker_silent", "queued")]
        clock.advance(timedelta(seconds=61))
        alerter.look()
        assert mails() == [("cleo@harbour.example", "worker_silent", "accepted")]


@pytest.mark.parametrize("names", [["cleo"], ["ben", "cleo"]])
def test_a_slow_server_gets_each_mail_once(operator, cast, beating, ticks, monkeypatch, names):
    if "ben" in names:
        with tenancy.organization_scope(tenancy.OPERATOR):
            Membership.objects.create(person=cast.ben, role=Role.ADMIN)
    deliver = transport.deliver

    def slow(mail):
        clock.advance(timedelta(seconds=200))
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(transport, "deliver", deliver)
            alerter.look()
        deliver(mail)

    monkeypatch.setattr(transport, "deliver", slow)
    with clock.frozen():
        silence(ticks)
    assert sorted(mails()) == [(f"{name}@harbour.example", "worker_silent", "accepted") for name in names]


def test_what_did_not_leave_while_it_was_silent_is_withheld_when_it_lives(operator, beating, ticks, monkeypatch):
    def refused(mail):
        raise transport.TryLater("greylisted")

    monkeypatch.setattr(transport, "deliver", refused)
    silence(ticks)
    live_on(ticks)
    assert mails() == [("cleo@harbour.example", "worker_silent", "withheld")]


def test_one_mail_that_fails_keeps_no_other_back(operator, cast, beating, ticks, monkeypatch):
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.ben, role=Role.ADMIN)
    deliver, failed = transport.deliver, []

    def delivered(mail):
        if not failed:
            failed.append(mail)
            raise RuntimeError("broken")
        deliver(mail)

    monkeypatch.setattr(transport, "deliver", delivered)
    silence(ticks)
    assert sorted(state for _, _, state in mails()) == ["accepted", "sending"]


def silence(ticks):
    """A minute of it, as this process sees it."""
    age_beats(0)
    alerter.look()
    ticks.at += 61
    age_beats(61)
    alerter.look()


def live_on(ticks, seconds=120):
    """It beats again, and all is well for that long."""
    age_beats(0)
    alerter.look()
    ticks.at += seconds
    alerter.look()


def test_it_is_back_only_when_it_stays(operator, beating, ticks):
    silence(ticks)
    live_on(ticks, seconds=100)
    ticks.at += 61
    age_beats(61)
    alerter.look()
    live_on(ticks, seconds=119)
    assert len(mails()) == 1
    ticks.at += 1
    alerter.look()
    assert [template for _, template, _ in mails()] == ["worker_silent", "worker_back"]


def test_it_is_back_only_when_what_was_overdue_is_done(operator, still_clock, beating, ticks):
    silence(ticks)
    clock.advance(timedelta(seconds=1))
    for minutes in (18, 16, 14, 12):
        with overdue(still_clock, minutes=minutes):
            live_on(ticks, seconds=50)
            assert len(mails()) == 1
            assert f"The worker works again, and is behind by {minutes} min." in operator.get("/o/harbour/").content.decode()
    live_on(ticks)
    assert [template for _, template, _ in mails()] == ["worker_silent", "worker_back"]


@pytest.fixture
def still_clock(cast):
    work()
    with clock.frozen() as at:
        yield at


def work():
    """What a worker would do by now."""
    run_jobs()
    while waits.sweep():
        run_jobs()


@contextmanager
def overdue(at, *, minutes):
    """A mail that has been due for so long, and that nobody claims."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        made = Message.objects.create(
            category="account", template="invitation", recipient="ada@harbour.example", subject="", text="", html="",
            due_at=at - timedelta(minutes=minutes), leased_until=None,
        )  # fmt: skip
    yield made
    with tenancy.organization_scope(tenancy.OPERATOR):
        Message.objects.filter(pk=made.pk).update(due_at=None)


def test_a_clock_that_hangs_is_told_although_the_worker_beats(operator, still_clock, beating, ticks):
    """What it claims next says so, and its own lease does where nothing is due."""
    Lease.taken("clock", uuid4(), still_clock - timedelta(seconds=50))
    for seconds, told in ((0, []), (9, []), (50, []), (1, ["worker_still"])):
        ticks.at += seconds
        clock.advance(timedelta(seconds=seconds))
        alerter.look()
        assert [template for _, template, _ in mails()] == told
    page = operator.get("/o/harbour/").content.decode()
    assert "The worker stands still since" in page and "its clock finds nothing that is due" in page
    work()
    clock.advance(timedelta(seconds=1))
    Lease.ended("clock")
    Lease.taken("clock", uuid4(), clock.now() + timedelta(seconds=5))
    live_on(ticks)
    assert [template for _, template, _ in mails()] == ["worker_still", "worker_back"]


def test_what_is_due_and_claimed_by_nobody_is_told_by_its_kind(operator, still_clock, beating, ticks):
    with overdue(still_clock, minutes=1):
        alerter.look()
        ticks.at += 60
        alerter.look()
        assert [template for _, template, _ in mails()] == ["worker_still"]
        assert "what is due of the kind “message” waits" in operator.get("/o/harbour/").content.decode()


def test_a_queue_that_is_merely_busy_is_behind_and_mails_nobody(operator, still_clock, beating, ticks):
    """Each look finds another first one: it moves, however late it is."""
    for minutes in (20, 18, 15, 12):
        with overdue(still_clock, minutes=minutes):
            alerter.look()
            ticks.at += 300
            page = operator.get("/o/harbour/").content.decode()
            assert f"The worker is behind by {minutes} min. It keeps working" in page
    alerter.look()
    assert (mails(), "The worker" in operator.get("/o/harbour/").content.decode()) == ([], False)


def test_short_jobs_that_nobody_begins_are_told_and_those_behind_a_lock_are_not(operator, still_clock, beating, ticks):
    queue.defer("queue.forget_jobs", lock="one")
    queue.defer("queue.forget_jobs", lock="one")
    age_jobs(seconds=600)
    alerter.look()
    ticks.at += 300
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs)")
    alerter.look()
    assert mails() == []
    queue.defer("queue.forget_jobs")
    age_jobs(seconds=600)
    alerter.look()
    ticks.at += 300
    alerter.look()
    assert [template for _, template, _ in mails()] == ["worker_still"]
    assert "its short jobs wait" in operator.get("/o/harbour/").content.decode()


def age_jobs(*, seconds):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - make_interval(secs => %s)", [seconds])


def test_a_worker_that_falls_soon_after_each_start_is_told_until_one_lasts(operator, still_clock, beating, ticks):
    def fall(lived):
        starts.begin(worker := uuid4())
        clock.advance(timedelta(seconds=lived))
        starts.see(worker)
        clock.advance(timedelta(seconds=30))
        age_beats(0)
        alerter.look()
        return worker

    fall(400)
    for _ in range(2):
        fall(5)
        assert mails() == []
    fall(5)
    assert [template for _, template, _ in mails()] == ["worker_falling"]
    assert "The worker has crashed 3 times since" in operator.get("/o/harbour/").content.decode()
    starts.begin(worker := uuid4())
    clock.advance(timedelta(minutes=5))
    work()
    starts.see(worker)
    live_on(ticks, seconds=119)
    assert len(mails()) == 1
    ticks.at += 1
    alerter.look()
    fall(5)
    assert [template for _, template, _ in mails()] == ["worker_falling", "worker_back"]


def test_one_that_ends_as_it_was_told_has_not_fallen_and_old_ones_are_forgotten(still_clock):
    for _ in range(3):
        starts.begin(worker := uuid4())
        clock.advance(timedelta(seconds=30))
        starts.end(worker)
    starts.begin(uuid4())
    clock.advance(timedelta(hours=2, seconds=1))
    assert (starts.falls(), Start.objects.count()) == ([], 1)
    starts.begin(worker := uuid4())
    assert list(Start.objects.values_list("pk", flat=True)) == [worker]


def test_it_is_told_again_each_day(operator, beating, ticks):
    with clock.frozen():
        silence(ticks)
        clock.advance(timedelta(hours=23))
        alerter.look()
        assert len(mails()) == 1
        clock.advance(timedelta(hours=1, seconds=1))
        alerter.look()
    assert len(mails()) == 2


def test_what_a_database_that_is_away_makes_of_a_look_ends_nothing(monkeypatch):
    import asyncio

    from django.db import OperationalError

    looks = []

    def away():
        looks.append(1)
        raise OperationalError

    monkeypatch.setattr(alerter, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(alerter, "look", away)

    async def watched():
        watching = asyncio.create_task(alerter.watch())
        while len(looks) < 3:
            await asyncio.sleep(0.01)
        assert not watching.done()
        watching.cancel()

    asyncio.run(watched())


def forget():
    """What belongs to no organization outlives a test that commits."""
    Lease.ended(alerter.LEASE)
    Lease.ended("clock")
    Start.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


@pytest.fixture
def committed(django_db_setup, django_db_blocker, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        cache.clear()
        forget()
        with ingest.committed() as made:
            yield made
        forget()


@pytest.mark.skipif(not WHOLE, reason="it waits for minutes: make prove ONLY=whole; tests/proofs/test_watched.py is the sample")
def test_a_worker_that_is_killed_is_told_of_by_the_web_process(committed, settings):
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=committed.cleo, role=Role.OWNER)
    with web() as (_, port), subprocess.Popen(WORKER, env={**os.environ}) as worker:
        try:
            until(lambda: (figures.worker_silent_for() or 99) < 5, "a worker that lives", 30)
            assert mails() == []
            worker.send_signal(signal.SIGKILL)
            assert worker.wait(10) == -signal.SIGKILL
            until(lambda: [state for _, _, state in mails()] == ["accepted"], "a mail that no worker sent", 120)
        finally:
            worker.kill()
        assert ask(port, "GET", "/healthz").status == 200
    outbox = [path.read_text() for path in Path(settings.OUTBOX).glob("*.eml")]
    assert [text for text in outbox if "The worker of Operant has been silent" in text and "cleo@harbour.example" in text]


def test_many_that_are_due_at_one_moment_stand_still_only_when_fewer_are_left_no_more(ticks):
    def due(left):
        return [Line("watch", timedelta(minutes=5), "the one moment", timedelta(seconds=60), left)]

    watcher = watching.Watcher()
    looks = [(0, 25_000), (61, 24_500), (120, 24_000), (181, 24_600)]
    found = [watcher._still(due(left), at) for at, left in looks]
    # What is due besides is no sign that any of it is done.
    assert [each and each.how for each in found] == [None, None, None, "still"]
