from datetime import timedelta

import pytest

from operant.platform import clock
from operant.stage import actions, engine, queries
from operant.stage.models import RENEWED_BEFORE, WATCHED_FOR, Result
from operant.testing import stage as things
from operant.testing.queue import claim, queued, run_chore, run_jobs


@pytest.fixture
def still():
    with clock.frozen():
        yield


def ticked():
    """One tick of the clock and what the worker makes of it; returns how many rows were due."""
    due = claim("result")
    run_jobs()
    return due


def watched(cast, content, times=1):
    with cast.at_harbour():
        for _ in range(times):
            keys = actions.watch(document=content)
    return keys


def result(cast):
    with cast.at_harbour():
        return Result.objects.get()


def test_a_watched_query_is_answered(cast, orders, still):
    keys = watched(cast, things.document(orders))
    assert queued().count("stage.refresh") == 1
    run_jobs()
    with cast.at_harbour():
        [found] = queries.results(keys.values())
        assert queries.sequences(keys.values()) == {keys["q1"]: 1}
    assert found.pop("duration_ms") >= 0
    assert found == {
        "key": keys["q1"], "seq": 1, "state": "ok", "computed_at": queries.instant(clock.now()),
        "refresh_seconds": 300, "columns": [{"name": "revenue", "type": "integer"}], "rows": [[60]],
        "truncated": False, "error": None,
    }  # fmt: skip


@pytest.mark.parametrize("watchers", [1, 20, 200])
def test_one_upstream_run_per_refresh_however_many_watch(cast, orders, still, watchers):
    content = things.document(orders)
    watched(cast, content, watchers)
    run_jobs()
    assert result(cast).runs == 1
    for expected in (2, 3):
        clock.advance(timedelta(seconds=320))
        watched(cast, content, watchers)
        ticked()
        ticked()
        assert result(cast).runs == expected


def test_many_at_once_are_one_run(cast, orders, still):
    watched(cast, things.document(orders))
    with cast.at_harbour():
        row = Result.objects.get()
        taken = [actions.begin_run(result_id=row.pk) for _ in range(20)]
    assert sum(each is not None for each in taken) == 1
    assert result(cast).runs == 1


def test_nobody_watching_is_no_run(cast, orders, still):
    watched(cast, things.document(orders))
    run_jobs()
    clock.advance(timedelta(seconds=320))
    assert ticked() == 1
    assert (result(cast).runs, result(cast).due_at) == (1, None)
    clock.advance(timedelta(hours=1))
    assert ticked() == 0


def test_watching_again_asks_again(cast, orders, still):
    keys = watched(cast, things.document(orders))
    run_jobs()
    clock.advance(timedelta(seconds=320))
    ticked()
    with cast.at_harbour():
        actions.keep_watching(keys=keys.values())
    assert ticked() == 1
    assert result(cast).runs == 2


def test_a_watch_is_renewed_only_when_it_grows_old(cast, orders, still):
    keys = watched(cast, things.document(orders))
    until = result(cast).watched_until
    clock.advance(WATCHED_FOR - RENEWED_BEFORE)
    watched(cast, things.document(orders))
    assert result(cast).watched_until == until
    clock.advance(timedelta(seconds=1))
    with cast.at_harbour():
        actions.keep_watching(keys=keys.values())
    assert result(cast).watched_until == clock.now() + WATCHED_FOR


def test_after_a_failure_the_last_good_rows_stay(cast, orders, still, monkeypatch):
    watched(cast, things.document(orders))
    run_jobs()
    first = clock.now()
    monkeypatch.setattr(engine, "outcome", lambda *_: engine.Outcome(error="It took too long."))
    clock.advance(timedelta(seconds=320))
    watched(cast, things.document(orders))
    ticked()
    row = result(cast)
    assert (row.state, row.error, row.rows_json, row.seq) == ("failed", "It took too long.", "[[60]]", 2)
    assert row.computed_at == first
    assert row.due_at > clock.now()


def test_wrong_sql_is_said_in_the_result(cast, orders):
    keys = watched(cast, things.document(orders, "select nothing from orders"))
    run_jobs()
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert (found["state"], found["rows"], found["computed_at"]) == ("failed", [], None)
    assert "nothing" in found["error"]


def test_ten_million_rows_are_cut_and_say_so(cast, orders):
    keys = watched(cast, things.document(orders, "select i from range(10000000) t(i), (from orders limit 1)"))
    run_jobs()
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert (found["state"], found["truncated"], len(found["rows"])) == ("ok", True, 10_000)


def test_data_that_changes_during_a_run_is_asked_again(cast, orders, still):
    watched(cast, things.document(orders))
    with cast.at_harbour():
        run = actions.begin_run(result_id=Result.objects.get().pk)
        clock.advance(timedelta(seconds=1))
        Result.objects.update(due_at=clock.now())
        actions.finish_run(run=run, outcome=engine.Outcome(rows=[[1]]))
        assert Result.objects.get().due_at == clock.now()
    run_jobs()
    assert result(cast).runs == 2


def test_a_run_that_lost_its_lease_writes_nothing(cast, orders, still):
    watched(cast, things.document(orders))
    with cast.at_harbour():
        row = Result.objects.get()
        late = actions.begin_run(result_id=row.pk)
        clock.advance(timedelta(minutes=1))
        actions.keep_watching(keys=[row.key])
        assert actions.begin_run(result_id=row.pk)
        actions.finish_run(run=late, outcome=engine.Outcome(rows=[["late"]]))
        assert Result.objects.get().state == "waiting"


def test_the_shortest_published_interval_counts(cast, orders, still):
    with cast.at_harbour(cast.ben):
        slow = things.published(cast.ben, name="Slow", content=things.document(orders, seconds=900)).dashboard
        assert Result.objects.get().refresh_seconds == 900
        fast = things.published(cast.ben, name="Fast", content=things.document(orders, seconds=60)).dashboard
        assert Result.objects.get().refresh_seconds == 60
        changed = actions.save_draft(dashboard=fast, revision=1, document=things.document(orders, seconds=3600))
        actions.publish(dashboard=changed, revision=2, by=cast.ben)
        assert Result.objects.get().refresh_seconds == 900
        assert slow.published.document["queries"][0]["refresh_seconds"] == 900


def test_unknown_keys_are_forbidden_and_other_organizations_are_unknown(cast, orders):
    keys = watched(cast, things.document(orders))
    run_jobs()
    with cast.at_meadow():
        [found] = queries.results(keys.values())
        assert queries.sequences(keys.values()) == {}
        assert actions.watch(document=things.document(orders)) != keys
        assert not Result.objects.exists()
    assert (found["state"], found["rows"], found["columns"]) == ("forbidden", [], [])


def test_a_query_without_source_or_sql_asks_nothing(cast, orders):
    content = things.document(orders, " ")
    with cast.at_harbour():
        assert actions.watch(document=content) == {}
        content["queries"][0].update(source="", sql="select 1")
        assert queries.keys(content) == {}


def test_watching_costs_the_same_for_one_query_and_for_thirty(cast, orders, django_assert_num_queries):
    def content(count):
        made = things.document(orders)
        made["queries"] = [{**made["queries"][0], "id": f"q{n}", "sql": f"select {n}"} for n in range(count)]
        return made

    for count in (1, 30):
        watched(cast, content(count))
        with cast.at_harbour(), django_assert_num_queries(2):
            actions.watch(document=content(count))


def test_answers_that_nobody_watches_are_forgotten_unless_a_published_dashboard_asks_for_them(cast, orders, still):
    shown, forgotten = things.document(orders), things.document(orders, sql="select 1 as revenue")
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=shown)
        kept = queries.keys(shown)["q1"]
    watched(cast, forgotten)
    run_jobs()
    clock.advance(timedelta(days=6))
    run_chore("stage.forget_results")
    with cast.at_harbour():
        assert Result.objects.count() == 2
    clock.advance(timedelta(days=2))
    run_chore("stage.forget_results")
    assert result(cast).key == kept
