"""Databases as data sources: kept, tested, asked and deleted like any other."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from operant.platform import clock, queue
from operant.platform.queue import waits
from operant.platform.refusals import NotFound, Refusal
from operant.stage import actions, calls, engine, events, jobs, proposals, queries
from operant.stage.calls import places
from operant.stage.models import Connection, Result, Source
from operant.stage.postgres import Database
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.queue import arguments_of, claim, queued, run_jobs

COUNT = "select count(*) as accounts from pgbench_accounts"


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


def changed(cast, source, **values):
    with cast.at_harbour(cast.ben):
        found = queries.source(source.pk)
        database = dataclasses.replace(queries.connected(found), password="", **values)
        return actions.change_connection(source=found, place=database, by=cast.ben)


def test_a_database_is_connected_tested_and_announced(cast, shop, announced):
    with cast.at_harbour(cast.ben):
        made = actions.connect(name=" Till  one ", place=shop, by=cast.ben)
        assert (made.state, made.has_data, made.is_database) == ("converting", False, True)
    assert queued().count("stage.test") == 1
    run_jobs()
    after = again(cast, made)
    assert (after.name, after.state, after.error, after.has_data) == ("Till one", "ready", "", True)
    assert [each["name"] for each in after.tables] == [
        "pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers",
    ]  # fmt: skip
    assert announced == [
        events.SourceConnected(
            source_id=made.public_id, name="Till one", database=f"{pgbench.NAME} at 127.0.0.1", connected_by="Ben"
        ),
        events.SourceReached(source_id=made.public_id, name="Till one", tables=4),
    ]


def test_the_password_is_sealed_in_the_row(cast, till, shop):
    with cast.at_harbour(), connection.cursor() as cursor:
        cursor.execute("SELECT password FROM stage_connection")
        assert shop.password.encode() not in bytes(cursor.fetchone()[0])
        assert queries.connected(here(till)).password == shop.password


def here(source):
    return queries.source(source.pk)


def test_a_database_that_does_not_answer_is_kept_and_says_why(cast, shop, announced):
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Till", place=dataclasses.replace(shop, password="wrong"), by=cast.ben)
    run_jobs()
    after = again(cast, made)
    assert (after.state, after.has_data, after.tables) == ("failed", False, [])
    assert after.error == "The database does not accept this user and password. Check both; capitals count."
    assert announced[1:] == [events.SourceUnreached(source_id=made.public_id, name="Till", reason=after.error)]
    assert [each["name"] for each in after.connection.steps] == ["resolve", "connect", "tls", "sign_in"]
    with cast.at_harbour():
        assert queries.readable_sources() == []


def test_tables_that_were_read_stay_when_a_later_test_fails(cast, till, door):
    door.close()
    with cast.at_harbour(cast.ben):
        actions.ask_for_test(source=here(till))
    run_jobs()
    after = again(cast, till)
    assert (after.state, after.has_data, len(after.tables)) == ("failed", True, 4)


def test_a_test_that_the_queue_lost_is_brought_by_the_clock(cast, shop):
    with clock.frozen(), cast.at_harbour(cast.ben):
        made = actions.connect(name="Till", place=shop, by=cast.ben)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with clock.frozen():
        clock.advance(timedelta(seconds=61))
        assert claim("source") == 1
        run_jobs()
    assert again(cast, made).state == "ready"


def test_a_change_overtakes_a_test_that_still_runs(cast, till):
    with cast.at_harbour(cast.ben):
        actions.ask_for_test(source=here(till))
        slow = actions.begin_test(source_id=till.pk)
    changed(cast, till, schema="nowhere")
    report = calls.probe(slow.place)
    with cast.at_harbour():
        actions.finish_test(test=slow, report=report)
    assert again(cast, till).state == "converting"
    run_jobs()
    assert again(cast, till).error.startswith("There is no table that this user may read.")


def test_an_empty_password_keeps_the_one_that_is_there(cast, till, shop, announced):
    made = changed(cast, till, schema="public")
    run_jobs()
    assert again(cast, till).state == "ready"
    with cast.at_harbour():
        named = {"key": str(till.pk), "schema": "public", "asker": str(cast.harbour.pk)}
        assert queries.connected(here(till)) == Database(**vars(shop) | named)
    assert announced[0] == events.SourceReconnected(
        source_id=made.public_id, name="Till", database=f"{pgbench.NAME} at 127.0.0.1", changed_by="Ben"
    )


@pytest.mark.parametrize(
    "elsewhere", [{"host": "db.example.com"}, {"port": 1}, {"user": "somebody"}, {"tls": "require"}, {"authority": "x"}]
)
def test_a_kept_password_is_not_sent_elsewhere(cast, till, elsewhere):
    with pytest.raises(actions.PasswordNeeded, match="Enter the password again"):
        changed(cast, till, **elsewhere)


def test_a_watched_query_is_answered_by_the_database(cast, till):
    with cast.at_harbour():
        keys = actions.watch(document=things.document(till, COUNT))
    assert [each for each in run_jobs() if each.startswith("stage.")] == ["stage.ask_outside"]
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert (found["state"], found["rows"]) == ("ok", [[pgbench.figures("SELECT count(*) FROM pgbench_accounts")[0][0]]])
    assert found["columns"] == [{"name": "accounts", "type": "integer"}]


def test_a_question_that_waits_for_its_turn_is_not_queued_again(cast, till):
    with cast.at_harbour():
        actions.watch(document=things.document(till, COUNT))
    [first] = arguments_of("stage.ask_outside")
    # As the clock would, that finds it due.
    for _ in range(3):
        app.tasks["stage.refresh"].func(**first)
    assert queued().count("stage.ask_outside") == 1


@pytest.mark.parametrize("watchers", [1, 50])
def test_one_question_a_refresh_however_many_watch(cast, till, door, watchers):
    asked = door.opened
    with cast.at_harbour():
        for _ in range(watchers):
            actions.watch(document=things.document(till, COUNT))
    run_jobs()
    assert door.opened - asked == 1


def test_when_the_database_is_gone_the_last_good_rows_stay(cast, till, door):
    with clock.frozen():
        with cast.at_harbour():
            keys = actions.watch(document=things.document(till, COUNT))
        run_jobs()
        door.close()
        clock.advance(timedelta(seconds=320))
        with cast.at_harbour():
            actions.keep_watching(keys=keys.values())
        waits.sweep()
        run_jobs()
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert (found["state"], found["rows"], found["seq"]) == ("failed", [[100_000]], 2)
    assert found["error"].startswith("127.0.0.1 refuses connections at port")


def test_a_fault_of_ours_is_not_blamed_on_the_query(cast, till, monkeypatch):
    monkeypatch.setattr(places, "place", lambda *_, **__: 1 / 0)
    with cast.at_harbour():
        place = queries.place(here(till))
    assert engine.outcome(place, COUNT).error == engine.OUR_FAULT


def test_a_first_dashboard_comes_from_a_table_with_something_to_show(cast, till):
    with cast.at_harbour():
        document = proposals.propose(here(till), title="Till")
        asked = queries.asked(document).values()
        place = queries.place(here(till))
    answers = [engine.outcome(place, each.sql) for each in asked]
    assert [each.error for each in answers] == [""] * len(document["widgets"])
    assert [each["title"] for each in document["widgets"]] == ["Rows", "Total abalance", "Total abalance by filler", "First rows"]
    assert all("from pgbench_accounts" in each.sql for each in asked)


def test_a_database_is_deleted_with_its_connection_and_nothing_in_it(cast, till, announced):
    with cast.at_harbour(cast.ben):
        board = things.dashboard(cast.ben, content=things.document(till, COUNT))
        with pytest.raises(Refusal, match="is read by"):
            actions.delete_source(source=here(till))
        actions.archive(dashboard=board)
        actions.delete_source(source=here(till))
        assert (Source.objects.count(), Connection.objects.count(), Result.objects.count()) == (0, 0, 0)
    assert pgbench.figures("SELECT count(*) FROM pgbench_tellers") == [(10,)]


def test_another_organization_finds_neither_source_nor_connection(cast, till):
    with cast.at_meadow():
        assert Connection.objects.count() == 0
        with pytest.raises(NotFound):
            queries.source(till.pk)
        assert actions.begin_test(source_id=till.pk) is None
        assert queries.asked_outside([till.pk]) == []


def test_a_file_has_no_connection(cast, orders):
    with cast.at_harbour(), pytest.raises(NotFound, match="Orders is a file and has no connection"):
        actions.ask_for_test(source=here(orders))


def test_a_lost_test_is_made_up_for_among_its_own_kind_and_once(cast, till):
    for _ in range(2):
        jobs.convert(organization_id=str(cast.harbour.pk), ids=[str(till.pk)])
    assert queued() == ["stage.test"]
    assert queue.waiting("stage.test", organization_id=cast.harbour.pk) == {str(till.pk)}
