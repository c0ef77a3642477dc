"""Extracts: what a query of a database gave, kept as a table and refreshed on a schedule."""

import dataclasses
import os
import signal
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from time import sleep

import pytest
from django.db import IntegrityError, connection, transaction

from operant.platform import clock
from operant.platform.files import sandbox
from operant.platform.queue import stopping
from operant.platform.refusals import Invalid, NotFound, Refusal
from operant.stage import actions, asking, budgets, calls, causes, engine, events, jobs, queries, text
from operant.stage.models import MOST_READINGS, Extract, LoggedRun, Result, Source
from operant.stage.schedules import Schedule
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.queue import arguments_of, claim, queued, run_jobs
from operant.testing.waiting import until

from .processes import callers

HOURLY = Schedule(every_minutes=60)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BRANCHES = "select bid, bbalance from pgbench_branches"


def made(cast, till, sql=BRANCHES, schedule=HOURLY, name="Branches"):
    with cast.at_harbour(cast.ben):
        return actions.make_extract(name=name, origin=till, sql=sql, schedule=schedule, by=cast.ben)


def refreshed(cast):
    """Let the clock go on for all that is due now."""
    assert claim("extract") == 1
    return run_jobs()


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


def row_of(cast, source):
    with cast.at_harbour():
        return queries.extract(source)


def asked(cast, source, sql):
    with cast.at_harbour():
        place = queries.place(queries.source(source.pk))
    return engine.ask(place, sql, sandbox.Limits(rows=300_000, bytes=100_000_000, seconds=60))


def log_of(cast, source):
    with cast.at_harbour():
        runs = LoggedRun.objects.filter(source=source).order_by("at")
        return [(each.cause, each.rows, each.error, each.is_held) for each in runs]


@pytest.fixture
def branches(cast, till):
    """The extract “Branches” of Till, read once at noon."""
    with clock.frozen(NOON):
        found = made(cast, till)
        refreshed(cast)
    return again(cast, found)


def test_an_extract_is_read_soon_and_announced(cast, till, announced):
    source = made(cast, till, name=" Branches  of Till ")
    assert (source.state, source.has_data, source.is_database, source.noun) == ("converting", False, False, "extract")
    assert refreshed(cast) == ["stage.extract"]
    after = again(cast, source)
    assert (after.state, after.error, after.rows, after.has_data) == ("ready", "", 1, True)
    assert after.tables == [
        {
            "name": "branches_of_till", "rows": 1,
            "columns": [
                {"name": "bid", "type": "integer", "label": "bid", "currency": ""},
                {"name": "bbalance", "type": "integer", "label": "bbalance", "currency": ""},
            ],
        }
    ]  # fmt: skip
    assert announced == [
        events.ExtractMade(
            source_id=source.public_id, name="Branches of Till", origin="Till", schedule="every hour", made_by="Ben"
        ),
        events.ExtractRead(source_id=source.public_id, name="Branches of Till", rows=1),
    ]
    assert log_of(cast, till) == [("extract", 1, "", False)]


def test_it_is_asked_once_for_each_time_of_its_schedule(cast, till, branches, door):
    assert row_of(cast, branches).due_at == NOON + timedelta(hours=1)
    opened = door.opened
    with clock.frozen(NOON + timedelta(minutes=59)):
        assert (claim("extract"), queued(), door.opened) == (0, [], opened)
    with clock.frozen(NOON + timedelta(hours=1, seconds=1)):
        assert refreshed(cast) == ["stage.extract"]
        assert (claim("extract"), door.opened) == (0, opened + 1)
    assert log_of(cast, till) == [("extract", 1, "", False)] * 2


def test_of_several_one_is_read_and_the_others_go_behind_those_of_others(cast, till):
    sources = [made(cast, till, name=each) for each in "abc"]
    first, *others = [str(row_of(cast, each).pk) for each in sources]
    jobs.extract(organization_id=str(cast.harbour.pk), ids=[first, *others])
    assert [again(cast, each).has_data for each in sources] == [True, False, False]
    assert [each["ids"] for each in arguments_of("stage.extract")] == [sorted(others)]


def test_what_reads_it_is_asked_again_after_each_refresh(cast, branches):
    content = things.document(branches, "select bbalance as revenue from branches")
    with cast.at_harbour(cast.ben):
        version = things.published(cast.ben, content=content)
        actions.watch(document=version.document)
    run_jobs()
    with cast.at_harbour():
        before = Result.objects.get()
        assert (before.state, before.rows_json) == ("ok", "[[0]]")
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        with cast.at_harbour():
            actions.refresh_extract(source=branches, cause=causes.PERSON)
        refreshed(cast)
        with cast.at_harbour():
            after = Result.objects.get()
            assert (after.due_at, after.cause) == (clock.now(), causes.DATA)


def test_an_origin_that_dies_half_way_leaves_the_old_rows(cast, till, branches, door, announced):
    with cast.at_harbour(cast.ben):
        actions.change_extract(
            source=branches, sql="select n, pg_sleep(0.01)::text as s from generate_series(1, 3000) n", schedule=HOURLY,
            by=cast.ben,
        )  # fmt: skip
    cut = threading.Timer(1.5, door.cut)
    cut.start()
    refreshed(cast)
    cut.join()
    after = again(cast, branches)
    assert (after.state, after.error, after.rows) == ("failed", "The database ended the connection in the middle.", 1)
    assert asked(cast, branches, "select bid from branches").rows == [[1]]
    row = row_of(cast, branches)
    assert (row.due_at - row.began_at, row.running_until, row.attempts) == (timedelta(hours=1), None, 0)
    assert log_of(cast, till)[-1] == ("extract", 0, after.error, False)
    reason = events.ExtractFailed(source_id=branches.public_id, name="Branches", reason=after.error)
    assert announced[-1] == reason


def test_a_call_that_is_killed_in_the_middle_leaves_the_old_rows(cast, till, branches):
    with cast.at_harbour(cast.ben):
        slow = "select n, pg_sleep(0.01)::text as s from generate_series(1, 3000) n"
        actions.change_extract(source=branches, sql=slow, schedule=HOURLY, by=cast.ben)
    killed = []
    killer = threading.Thread(target=lambda: killed.extend(kill_the_call(after=1.0)))
    killer.start()
    refreshed(cast)
    killer.join()
    after = again(cast, branches)
    assert (len(killed), after.state, after.rows, row_of(cast, branches).running_until) == (1, "failed", 1, None)
    assert asked(cast, branches, "select bid from branches").rows == [[1]]


def kill_the_call(after):
    """Kill the process that asks the database, once it has been asking for a while; return its id."""
    process = until(callers, "a call", 10)[0]
    sleep(after)
    os.kill(process, signal.SIGKILL)
    return [process]


def test_one_that_stays_broken_is_told_once_and_one_that_comes_back_once(cast, branches, door, announced):
    announced.clear()
    door.close()
    for hour in (1, 2):
        with clock.frozen(NOON + timedelta(hours=hour, seconds=5)):
            refreshed(cast)
    assert [type(each) for each in announced] == [events.ExtractFailed]
    assert (again(cast, branches).state, row_of(cast, branches).due_at) == ("failed", NOON + timedelta(hours=3, seconds=5))


def test_a_query_that_is_wrong_says_so_and_is_not_asked_again_before_its_time(cast, till):
    source = made(cast, till, "select nothing from pgbench_branches")
    refreshed(cast)
    after = again(cast, source)
    assert (after.state, after.error, after.has_data) == ("failed", 'Column "nothing" does not exist.', False)
    assert claim("extract") == 0


@pytest.mark.parametrize(
    "sql", ["delete from pgbench_branches", "select 1; select 2", "create table t (a int)", "select nextval('nowhere')"]
)
def test_nothing_but_one_select_is_asked(cast, till, sql):
    source = made(cast, till, sql)
    refreshed(cast)
    assert (again(cast, source).state, again(cast, source).has_data) == ("failed", False)


def test_what_writes_is_refused_by_the_transaction(cast, till):
    source = made(cast, till, "with gone as (delete from pgbench_branches returning 1) select * from gone")
    refreshed(cast)
    assert again(cast, source).state == "failed"
    assert pgbench.figures("select count(*) from pgbench_branches") == [(1,)]


def test_more_than_it_may_have_is_refused_and_not_cut(cast, till, branches, monkeypatch):
    small = dataclasses.replace(calls.EXTRACTED, rows=10)
    monkeypatch.setattr(calls.extract, "__defaults__", (small,))
    with cast.at_harbour(cast.ben):
        actions.change_extract(source=branches, sql="select aid from pgbench_accounts", schedule=HOURLY, by=cast.ben)
    refreshed(cast)
    after = again(cast, branches)
    said = "It gives more than 10 rows. Take fewer: filter them, or add them up."
    assert (after.state, after.error, after.rows) == ("failed", said, 1)


def test_over_the_quota_the_old_table_stays(cast, branches, settings):
    settings.FILE_QUOTA = 1
    with cast.at_harbour():
        actions.refresh_extract(source=branches, cause=causes.PERSON)
    refreshed(cast)
    after = again(cast, branches)
    said = "There is no room for this file: 0 MB of 0 MB are used. Delete files that are no longer needed."
    assert (after.state, after.rows, after.error) == ("failed", 1, said)
    assert asked(cast, branches, "select bid from branches").rows == [[1]]


def test_two_workers_at_once_ask_once(cast, till, branches):
    extract_id = row_of(cast, branches).pk
    with clock.frozen(NOON + timedelta(hours=2)):
        with cast.at_harbour():
            first = actions.begin_extract(extract_id=extract_id)
            second = actions.begin_extract(extract_id=extract_id)
        assert (first is None, second) == (False, None)
        assert claim("extract") == 0


def test_a_run_that_was_lost_is_taken_up_again_when_its_lease_is_over(cast, till, branches):
    extract_id = row_of(cast, branches).pk
    at = NOON + timedelta(hours=2)
    with clock.frozen(at), cast.at_harbour():
        lost = actions.begin_extract(extract_id=extract_id)
    with clock.frozen(at + actions.LEASE - timedelta(seconds=1)):
        assert claim("extract") == 0
    with clock.frozen(at + actions.LEASE + timedelta(seconds=1)):
        assert refreshed(cast) == ["stage.extract"]
        before = again(cast, branches)
        with cast.at_harbour():
            actions.fail_extract(extraction=lost, reason="Too late.", took_ms=1)
        assert (before.state, again(cast, branches).state, again(cast, branches).error) == ("ready", "ready", "")


def test_one_that_kills_the_worker_again_and_again_waits_for_its_next_time(cast, branches):
    extract_id, at = row_of(cast, branches).pk, NOON + timedelta(hours=2)
    for attempt in range(4):
        with clock.frozen(at + attempt * (actions.LEASE + timedelta(seconds=1))), cast.at_harbour():
            begun = actions.begin_extract(extract_id=extract_id)
            assert (begun is None) == (attempt == 3)
    after = again(cast, branches)
    assert (after.state, after.has_data) == ("failed", True)
    assert after.error == "Reading this stopped the server's worker several times, so it was left until its next time."
    assert row_of(cast, branches).attempts == 0


def test_restarts_of_the_house_are_not_held_against_it(cast, branches):
    with cast.at_harbour(cast.ben):
        slow = "select n, pg_sleep(0.01)::text as s from generate_series(1, 120) n"
        actions.change_extract(source=branches, sql=slow, schedule=HOURLY, by=cast.ben)
    for _ in range(MOST_READINGS + 1):
        with stopped_in_the_middle():
            refreshed(cast)
        row = row_of(cast, branches)
        assert (row.attempts, row.running_until, row.due_at <= clock.now()) == (0, None, True)
        assert (again(cast, branches).rows, again(cast, branches).error) == (1, "")
    refreshed(cast)
    assert (again(cast, branches).state, again(cast, branches).rows) == ("ready", 120)


@contextmanager
def stopped_in_the_middle():
    """Do what the worker does when it is told to stop, while the origin is asked; in the thread of the test's transaction."""
    before = signal.signal(signal.SIGALRM, lambda *_: stopping.give_all_back())
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_budget_of_its_origin_holds_it_and_counts_it(cast, till, branches):
    with clock.frozen(NOON + timedelta(seconds=1)):
        with cast.at_harbour(cast.ben):
            actions.set_budget(source=till, runs=1, seconds=None, by=cast.ben)
            actions.refresh_extract(source=branches, cause=causes.PERSON)
        refreshed(cast)
    assert [(cause, held) for cause, _, _, held in log_of(cast, till)] == [("extract", False), ("person", True)]
    assert (again(cast, branches).state, row_of(cast, branches).due_at.hour) == ("ready", 13)
    with clock.frozen(NOON + timedelta(seconds=9)):
        with cast.at_harbour(cast.ben):
            actions.set_budget(source=till, runs=5, seconds=None, by=cast.ben)
        assert refreshed(cast) == ["stage.extract"]


def test_one_under_way_counts_in_the_budget(cast, till, branches):
    extract_id = row_of(cast, branches).pk
    with clock.frozen(NOON + timedelta(hours=2)), cast.at_harbour(cast.ben):
        actions.set_budget(source=till, runs=1, seconds=None, by=cast.ben)
        assert actions.begin_extract(extract_id=extract_id) is not None
        assert (budgets.spent(till).runs, budgets.held(queries.source(till.pk)) is None) == (1, False)


def test_what_was_asked_with_another_query_is_not_kept(cast, branches):
    extract_id = row_of(cast, branches).pk
    with clock.frozen(NOON + timedelta(hours=2)):
        with cast.at_harbour(cast.ben):
            begun = actions.begin_extract(extract_id=extract_id)
            actions.change_extract(source=branches, sql="select 7 as seven", schedule=HOURLY, by=cast.ben)
        assert claim("extract") == 0, "the one under way ends first"
        with cast.at_harbour():
            actions.fail_extract(extraction=begun, reason="Of the other query.", took_ms=5)
        assert again(cast, branches).state == "ready"
        refreshed(cast)
    assert asked(cast, branches, "select * from branches").rows == [[7]]


def test_what_came_from_where_its_origin_was_before_is_not_kept(cast, till, branches):
    extract_id = row_of(cast, branches).pk
    with clock.frozen(NOON + timedelta(hours=2)):
        with cast.at_harbour(cast.ben):
            begun = actions.begin_extract(extract_id=extract_id)
            elsewhere = dataclasses.replace(queries.connected(till), schema="nowhere")
            actions.change_connection(source=till, place=elsewhere, by=cast.ben)
            actions.fail_extract(extraction=begun, reason="Of the other place.", took_ms=5)
        assert (again(cast, branches).error, row_of(cast, branches).due_at) == ("", clock.now())


def test_an_origin_stays_while_an_extract_is_made_of_it(cast, till, branches):
    with cast.at_harbour(cast.ben), pytest.raises(Refusal) as refused:
        actions.delete_source(source=till)
    assert refused.value.sentence == "Till is what extracts are made of: Branches. Delete those first."
    with cast.at_harbour(cast.ben):
        actions.delete_source(source=branches)
        assert (Extract.objects.count(), Source.objects.filter(pk=branches.pk).exists()) == (0, False)
        actions.delete_source(source=queries.source(till.pk))


def test_one_that_was_deleted_while_it_was_asked_is_not_missed(cast, branches):
    extract_id = row_of(cast, branches).pk
    with clock.frozen(NOON + timedelta(hours=2)), cast.at_harbour(cast.ben):
        begun = actions.begin_extract(extract_id=extract_id)
        actions.delete_source(source=branches)
        actions.fail_extract(extraction=begun, reason="Gone.", took_ms=1)
        assert Extract.objects.count() == 0


def test_it_is_made_of_connected_databases_of_its_organization_only(cast, till, orders):
    with cast.at_harbour(cast.ben), pytest.raises(Refusal, match="Orders is a file: an extract is made of a database"):
        actions.make_extract(name="Copy", origin=orders, sql="select 1", schedule=HOURLY, by=cast.ben)
    with cast.at_meadow(), pytest.raises(NotFound):
        queries.source(till.pk)


def test_no_row_can_name_a_source_of_another_organization(cast, till, branches):
    with cast.at_meadow(cast.mallory):
        mine = things.source(cast.mallory)
        with pytest.raises(IntegrityError), transaction.atomic():
            Extract.objects.create(source=mine, origin_id=till.pk, sql="select 1", every_minutes=60)
            connection.check_constraints()
        assert Extract.objects.count() == 0


@pytest.mark.parametrize(
    ("sql", "schedule", "said"),
    [
        ("  ", HOURLY, "Write the query whose answer is to be kept."),
        ("select 1", Schedule(), "Say how often it is refreshed: every so many minutes, or daily at a time."),
        ("select 1", Schedule(60, time(6)), "Say how often it is refreshed: every so many minutes, or daily at a time."),
        ("select 1", Schedule(4), "It is refreshed at least 5 minutes after the last time, and at most a week after it."),
    ],
)
def test_what_is_no_extract_is_refused(cast, till, sql, schedule, said):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid) as refused:
        actions.make_extract(name="Branches", origin=till, sql=sql, schedule=schedule, by=cast.ben)
    assert refused.value.sentence == said


def test_who_asks_for_it_twice_gets_it_once(cast, till, branches):
    with clock.frozen(NOON + timedelta(minutes=5)):
        with cast.at_harbour():
            actions.refresh_extract(source=branches, cause=causes.PERSON)
            actions.refresh_extract(source=branches, cause=causes.PERSON)
        refreshed(cast)
        assert claim("extract") == 0
    assert [cause for cause, *_ in log_of(cast, till)] == ["extract", "person"]


def test_a_dashboard_with_one_travels_as_text(cast, branches):
    content = things.document(branches, "select bbalance as revenue from branches")
    with cast.at_harbour(cast.ben):
        dashboard = things.dashboard(cast.ben, content=content)
        words = text.written(dashboard.draft, queries.source_labels())
        copy = actions.create_from_text(words=words, by=cast.ben)
        [query] = copy.draft["queries"]
        assert ("source: Branches" in words, query["source"]) == (True, branches.public_id)


def test_people_ask_it_with_duckdbs_sql(cast, branches):
    asker = asking.Asker(cast.harbour.pk, cast.ben, lambda: cast.at_harbour(cast.ben), causes.PREVIEW)
    found = asking.ask(asker, branches.pk, lambda _: "select bid from branches where :low <= bid", engine.PREVIEW, [
        {"name": "low", "type": "integer", "value": 1},
    ])  # fmt: skip
    assert found.rows == [[1]]


def test_a_fault_of_ours_is_no_reason_to_ask_at_once_again(cast, branches, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("of ours")

    monkeypatch.setattr(jobs.sandbox, "tabulate", broken)
    with clock.frozen(NOON + timedelta(hours=2)):
        refreshed(cast)
        assert (again(cast, branches).error, claim("extract")) == (engine.OUR_FAULT, 0)
