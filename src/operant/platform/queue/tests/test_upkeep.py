from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app

from operant.platform import clock, queue, tenancy
from operant.platform.queue import jobs, upkeep
from operant.testing.queue import arguments_of, queued, run_chore, run_jobs

HOUR = timedelta(hours=1)


@pytest.fixture
def chores(cast, monkeypatch):
    monkeypatch.setattr(upkeep, "_CHORES", {})
    run_jobs()
    with clock.frozen():
        yield


def test_a_chore_is_queued_once_in_its_interval(chores):
    queue.every(HOUR, job="queue.forget_counters")
    assert [upkeep.queue_due(), upkeep.queue_due()] == [["queue.forget_counters"], []]
    clock.advance(HOUR + timedelta(seconds=1))
    assert upkeep.queue_due() == ["queue.forget_counters"]
    assert queued() == ["queue.forget_counters"] * 2


def test_each_chore_has_its_own_interval(chores):
    queue.every(HOUR, job="queue.forget_counters")
    queue.every(2 * HOUR, job="queue.forget_jobs")
    assert upkeep.queue_due() == ["queue.forget_counters", "queue.forget_jobs"]
    clock.advance(HOUR + timedelta(seconds=1))
    assert upkeep.queue_due() == ["queue.forget_counters"]


def test_a_chore_of_organizations_is_queued_in_each_of_them(chores, cast):
    queue.every(HOUR, job="files.sweep", in_each_organization=True)
    upkeep.queue_due()
    found = {each["organization_id"] for each in arguments_of("files.sweep")}
    assert found == {str(cast.harbour.pk), str(cast.meadow.pk), str(tenancy.OPERATOR)}


def test_a_chore_of_many_organizations_takes_one_statement_for_a_thousand(chores, cast, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    queue.every(HOUR, job="files.sweep", in_each_organization=True)
    with CaptureQueriesContext(connection) as asked:
        upkeep.queue_due()
    assert sum("procrastinate_defer_jobs" in each["sql"] for each in asked) == 2
    assert len(arguments_of("files.sweep")) == 3


def test_the_house_has_a_chore_for_everything_that_grows():
    assert set(upkeep._CHORES) == {
        "accounts.forget_attempts", "accounts.forget_mail_changes", "accounts.forget_sessions", "api.forget_answers",
        "audit.check_nightly", "audit.mark",
        "files.sweep", "notifications.forget_old", "observing.audit", "observing.forget", "observing.forget_usage",
        "organizations.remind",
        "queue.forget_counters", "queue.forget_jobs", "queue.revive", "relay.forget_deployments", "relay.forget_pairings",
        "relay.forget_screenshots", "relay.turn_months",
        "stage.forget_past", "stage.forget_pictures", "stage.forget_readings", "stage.forget_results", "stage.forget_runs",
        "webhooks.forget",
    }  # fmt: skip


def job(status: str, *, age: str, attempts: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, attempts) "
            "VALUES ('default', 'events.react', %s) RETURNING id",
            [attempts],
        )
        key = cursor.fetchone()[0]
        for state in dict.fromkeys(("doing", status)):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, key])
        cursor.execute(f"UPDATE procrastinate_events SET at = now() - interval '{age}' WHERE job_id = %s", [key])
        return key


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def test_jobs_that_are_over_are_forgotten_after_two_weeks(cast):
    run_jobs()
    old, young, waiting = job("failed", age="15 days"), job("failed", age="13 days"), job("doing", age="15 days")
    run_job("queue.forget_jobs")
    assert states() == {young: "failed", waiting: "doing"}
    assert old not in states()


def test_a_job_whose_worker_died_is_queued_again_and_given_up_in_the_end(cast):
    run_jobs()
    left, deadly = job("doing", age="1 minute"), job("doing", age="1 minute", attempts=5)
    run_job("queue.revive")
    assert states() == {left: "todo", deadly: "failed"}


def test_a_job_of_a_living_worker_is_left_alone(cast):
    run_jobs()
    running = job("doing", age="1 hour")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET worker_id = %s WHERE id = %s", [cursor.fetchone()[0], running])
    run_job("queue.revive")
    assert states() == {running: "doing"}


def run_job(name: str) -> None:
    app.tasks[name].func()


def test_counters_that_ran_out_are_forgotten(cast):
    cache.set("old", 1, 1)
    cache.set("young", 1, 600)
    with clock.frozen(clock.now() + timedelta(seconds=60)):
        run_jobs()
        run_chore("queue.forget_counters")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM operant_cache")
        assert [row[0] for row in cursor.fetchall()] == [":1:young"]
