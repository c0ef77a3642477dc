from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from operant.panel.organizations import actions as organizations
from operant.platform import clock
from operant.platform.queue import waits
from operant.platform.refusals import Invalid, NotFound
from operant.stage import actions, engine, events, queries
from operant.stage.models import Alert, AlertReading, Result
from operant.stage.terms import Terms
from operant.testing import stage as things
from operant.testing.queue import claim, run_chore, run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOW = Terms("Revenue is low", "q1", "revenue", "last", "below", Decimal(20), hold_seconds=600, rest_seconds=600)
AT_ONCE = replace(LOW, hold_seconds=0, rest_seconds=0)


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard


@pytest.fixture
def watch(cast, pulse):
    """Make an alert of these terms on the published dashboard, with the first run behind it."""

    def made(terms):
        with cast.at_harbour(cast.ben):
            alert = actions.create_alert(dashboard=pulse, terms=terms, by=cast.ben)
        run_jobs()
        clock.advance(timedelta(minutes=6))
        return alert

    return made


def found(alert, value, kind="integer", **more):
    """Let a run that comes due now find this, six minutes after the last one; `value` is one cell."""
    row = Result.objects.get(key=Alert.objects.get(pk=alert.pk).key)
    Result.objects.filter(pk=row.pk).update(due_at=clock.now())
    outcome = engine.Outcome([{"name": "revenue", "type": kind}], [[value]], **more)
    actions.finish_run(run=actions.begin_run(result_id=row.pk), outcome=outcome)
    clock.advance(timedelta(minutes=6))
    return Alert.objects.get(pk=alert.pk)


def turns(announced):
    return [type(each).__name__ for each in announced if "Alert" in type(each).__name__]


def test_it_waits_fires_rests_and_is_over(cast, watch, announced):
    low = watch(LOW)
    announced.clear()
    with cast.at_harbour():
        states = [found(low, value).state for value in (12, 25, 12, 12, 11, 25, 12, 25, 25, 25)]
        assert states == ["pending", "ok", "pending", "pending", "firing", "resting", "firing", "resting", "resting", "ok"]
        low = queries.alert(low.pk)
        assert (low.value, low.trouble, low.fired_at) == ("25", "", NOW + timedelta(minutes=30))
    about = {"alert_id": low.public_id, "name": LOW.name, "dashboard_id": low.dashboard.public_id, "dashboard": "Company pulse"}
    assert announced == [
        events.AlertFired(**about, finding="11, below 20", value="11", limit="20"),
        events.AlertCleared(**about, value="25", limit="20", now="25"),
    ]


def test_it_is_judged_with_the_refresh_that_screens_share_and_without_any_screen(cast, watch):
    low = watch(LOW)
    with cast.at_harbour():
        row = Result.objects.get()
        assert (row.runs, row.is_alerted, row.due_at > clock.now() - timedelta(minutes=2)) == (1, True, True)
    for runs in (2, 3):
        clock.advance(timedelta(hours=2))
        with cast.at_harbour():
            actions.watch(document=queries.dashboard(low.dashboard_id).published.document)
        assert claim("result") == 1
        run_jobs()
        with cast.at_harbour():
            assert Result.objects.get().runs == runs
    clock.advance(timedelta(days=8))
    run_chore("stage.forget_results")
    claim("result")
    run_jobs()
    with cast.at_harbour():
        assert (Result.objects.get().runs, Alert.objects.get().value) == (4, "60")
        actions.delete_alert(alert=low)
        assert (Result.objects.get().is_alerted, AlertReading.objects.count()) == (False, 0)
    clock.advance(timedelta(hours=1))
    claim("result")
    run_jobs()
    with cast.at_harbour():
        assert (Result.objects.get().runs, Result.objects.get().due_at) == (4, None)


def test_no_value_keeps_the_state_and_says_why(cast, watch, announced):
    low = watch(AT_ONCE)
    with cast.at_harbour():
        assert found(low, 12).state == "firing"
        announced.clear()
        failed = found(low, 12, error="It took too long.")
        assert (failed.state, failed.trouble, failed.value) == ("firing", "It took too long.", "12")
        empty = found(low, None)
        assert (empty.state, empty.trouble) == ("firing", "There is no figure in the column “revenue”.")
        assert found(low, "much", kind="text").trouble == "The column “revenue” holds no figures."
        assert announced == []
        assert (found(low, 30).state, turns(announced)) == ("ok", ["AlertCleared"])


def test_silence_fires(cast, watch, announced):
    silent = watch(Terms("No orders", "q1", "revenue", "last", "silent"))
    announced.clear()
    with cast.at_harbour():
        seen = [(1, {}), (1, {"error": "Nobody answers."}), (None, {}), (5, {})]
        assert [found(silent, value, **more).state for value, more in seen] == ["ok", "firing", "firing", "ok"]
    assert [(each.value, getattr(each, "finding", "")) for each in announced] == [("", "no value"), ("5", "")]


def test_a_change_is_measured_against_what_was_seen_before(cast, watch):
    jump = watch(Terms("Jump", "q1", "revenue", "last", "changed", Decimal(20), within_seconds=600))
    with cast.at_harbour():
        AlertReading.objects.all().delete()
        early = found(jump, 100)
        assert (early.state, early.trouble) == ("ok", "There is no value from 10 minutes before yet.")
        assert [found(jump, value).state for value in (130, 110, 140)] == ["ok", "ok", "ok"]
        assert [found(jump, value).state for value in (150, 150)] == ["firing", "ok"]
        clock.advance(timedelta(hours=5))
        assert found(jump, 900).trouble == "There is no value from 10 minutes before yet."
        assert AlertReading.objects.count() == 7


def test_a_clock_that_was_set_back_neither_fires_nor_ends(cast, watch):
    low = watch(LOW)
    with cast.at_harbour():
        assert found(low, 12).state == "pending"
        with clock.frozen(NOW - timedelta(days=2)):
            assert found(low, 12).state == "pending"
        assert found(low, 12).state == "pending"
        assert found(low, 12).state == "firing"
        with clock.frozen(NOW - timedelta(days=2)):
            assert found(low, 25).state == "resting"


def test_what_fires_stands_on_the_widget_and_leaves_it(cast, watch):
    low = watch(AT_ONCE)
    with cast.at_harbour(cast.ben):
        key = found(low, 12).key
        [shown] = queries.results([key])
        assert shown["alerts"] == [{"column": "revenue", "text": "Revenue is low: 12, below 20"}]
        actions.change_alert(alert=low, terms=replace(AT_ONCE, name="Too low"), by=cast.ben)
        [renamed] = queries.results([key])
        assert (renamed["alerts"][0]["text"], renamed["seq"]) == ("Too low: 12, below 20", shown["seq"] + 1)
        actions.delete_alert(alert=low)
        [after] = queries.results([key])
        assert ("alerts" in after, after["seq"]) == (False, shown["seq"] + 2)


def test_muted_it_goes_on_and_notifies_nobody(cast, watch, announced):
    low = watch(AT_ONCE)
    announced.clear()
    with cast.at_harbour(cast.ben):
        actions.mute_alert(alert=low, until=clock.now() + timedelta(minutes=10), by=cast.ben)
        assert found(low, 12).state == "firing"
        assert list(queries.firing()) == []
        assert found(low, 30).state == "ok"
        assert (found(low, 12).state, [each.pk for each in queries.firing()]) == ("firing", [low.pk])
        with pytest.raises(Invalid):
            actions.mute_alert(alert=low, until=clock.now() + timedelta(days=31), by=cast.ben)
        actions.mute_alert(alert=low, until=clock.now() + timedelta(hours=8), by=cast.ben)
        for _ in range(2):
            actions.mute_alert(alert=low, until=None, by=cast.ben)
    assert turns(announced) == [
        "AlertMuted", "AlertFiredMuted", "AlertClearedMuted", "AlertFired", "AlertMuted", "AlertUnmuted",
    ]  # fmt: skip
    assert [type(each).TOLD.notify for each in announced] == [None, None, None, "stage.see", None, None]


def test_it_follows_what_is_published(cast, watch, orders, announced):
    low = watch(AT_ONCE)
    with cast.at_harbour(cast.ben):
        first = found(low, 12).key

        def publish(**changes):
            dashboard = queries.dashboard(low.dashboard_id)
            content = things.document(orders, **changes)
            if not changes:
                content["queries"], content["widgets"] = [], things.text_document()["widgets"]
            saved = actions.save_draft(dashboard=dashboard, revision=dashboard.revision, document=content)
            announced.clear()
            return actions.publish(dashboard=saved, revision=saved.revision, by=cast.ben)

        publish(sql="select 5 as revenue")
        second = queries.alert(low.pk)
        assert (second.key != first, second.state, AlertReading.objects.count()) == (True, "firing", 0)
        assert [Result.objects.get(key=key).is_alerted for key in (first, second.key)] == [False, True]
        assert Result.objects.get(key=first).alerts == []
        publish()
        lost = queries.alert(low.pk)
        assert (lost.key, lost.state, bool(lost.trouble), turns(announced)) == ("", "ok", True, ["AlertLost"])
        publish(sql="select 5 as revenue")
        back = queries.alert(low.pk)
        assert (back.key, back.trouble, turns(announced)) == (second.key, "", [])
        actions.archive(dashboard=queries.dashboard(low.dashboard_id))
        assert (list(queries.alerts()), Result.objects.filter(is_alerted=True).count()) == ([], 0)
        with pytest.raises(NotFound):
            queries.alert(low.pk)
        actions.bring_back(dashboard=queries.archived(low.dashboard_id))
        assert (queries.alert(low.pk).key, Result.objects.get(is_alerted=True).key) == (second.key, second.key)


def test_data_that_cannot_be_read_is_silence(cast, watch, orders):
    silent = watch(Terms("No orders", "q1", "revenue", "last", "silent"))
    with cast.at_harbour():
        type(orders).objects.update(state="failed", parquet=None)
        row = Result.objects.get()
        Result.objects.update(due_at=clock.now())
        assert actions.begin_run(result_id=row.pk) is None
        row = Result.objects.get()
        said = [{"column": "revenue", "text": "No orders: no value"}]
        assert (queries.alert(silent.pk).state, row.alerts, row.due_at > clock.now()) == ("firing", said, True)


def test_numbers_are_told_as_the_organization_writes_them_and_kept_as_programs_do(cast, watch, announced):
    with cast.at_harbour(cast.ada):
        organizations.change_settings(organization=cast.harbour, locale="de-DE")
    low = watch(replace(AT_ONCE, limit=Decimal("20000.5")))
    made = next(each for each in announced if isinstance(each, events.AlertCreated))
    assert made.terms == "the last revenue is below 20.000,5"
    with cast.at_harbour():
        found(low, 12_345)
        assert Result.objects.get(is_alerted=True).alerts == [
            {"column": "revenue", "text": "Revenue is low: 12.345, below 20.000,5"}
        ]
        announced.clear()
        found(low, 1_234_567)
    assert [(each.value, each.limit, each.sentence()) for each in announced] == [
        ("1234567", "20000.5", "Revenue is low on Company pulse is over: 1.234.567")
    ]


def test_what_cannot_be_watched(cast, pulse, watch):
    watch(LOW)
    with cast.at_harbour(cast.ben):
        draft = things.dashboard(cast.ben)
        for dashboard, terms in (
            (draft, LOW), (pulse, replace(LOW, query_id="q2")), (pulse, replace(LOW, column="month")),
            (pulse, replace(LOW, name=" ")),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                actions.create_alert(dashboard=dashboard, terms=terms, by=cast.ben)


def test_readings_are_kept_for_a_month_and_once_a_minute(cast, watch):
    low = watch(LOW)
    with cast.at_harbour():
        for _ in range(3):
            found(low, 12)
            clock.advance(-timedelta(minutes=6, seconds=-1))
        assert AlertReading.objects.count() == 2
    clock.advance(timedelta(days=31))
    run_chore("stage.forget_readings")
    with cast.at_harbour():
        assert AlertReading.objects.count() == 0


def test_changed_terms_that_are_the_same_are_no_news(cast, watch, announced):
    low = watch(LOW)
    announced.clear()
    with cast.at_harbour(cast.ben):
        actions.change_alert(alert=low, terms=LOW, by=cast.ben)
        assert announced == []
        actions.change_alert(alert=low, terms=replace(LOW, reduce="highest"), by=cast.ben)
        assert [each.terms for each in announced] == ["the highest revenue is below 20 for 10 minutes"]
        assert (queries.alert(low.pk).value, AlertReading.objects.count()) == ("", 0)


def test_changed_terms_are_judged_by_at_once(cast, watch):
    low = watch(LOW)
    with cast.at_harbour(cast.ben):
        Result.objects.update(due_at=clock.now() + timedelta(hours=1))
        actions.change_alert(alert=low, terms=replace(AT_ONCE, limit=Decimal(1_000)), by=cast.ben)
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        assert queries.alert(low.pk).state == "firing"


def test_another_organizations_alert_is_none_here(cast, watch):
    low = watch(LOW)
    with cast.at_meadow(cast.mallory):
        assert (list(queries.alerts()), Alert.objects.count(), AlertReading.objects.count()) == ([], 0, 0)
        with pytest.raises(NotFound):
            actions.mute_alert(alert=low, until=None, by=cast.mallory)


def test_people_are_told_in_the_units_that_the_query_says(cast, orders, announced):
    content = things.document(orders)
    content["queries"][0]["columns"] = [{"column": "revenue", "format": "currency", "currency": "EUR"}]
    with cast.at_harbour(cast.ben):
        pulse = things.published(cast.ben, name="Company pulse", content=content).dashboard
        alert = actions.create_alert(dashboard=pulse, terms=AT_ONCE, by=cast.ben)
    run_jobs()
    clock.advance(timedelta(minutes=6))
    with cast.at_harbour():
        assert found(alert, "1234.5", "decimal").written == "€1,234.50"
        assert found(alert, 12).finding == "€12, below €20"
        found(alert, 1200)
        told = [each for each in announced if type(each).__name__ in ("AlertCreated", "AlertFired", "AlertCleared")]
        assert [each.sentence() for each in told] == [
            "Ben made the alert Revenue is low on Company pulse: the last revenue is below €20",
            "Revenue is low on Company pulse: €12, below €20", "Revenue is low on Company pulse is over: €1,200",
        ]  # fmt: skip
    # Another unit is published: what is told from now on has it.
    content["queries"][0]["columns"] = [{"column": "revenue", "unit": "pcs"}]
    with cast.at_harbour(cast.ben):
        draft = actions.save_draft(dashboard=pulse, revision=queries.dashboard(pulse.pk).revision, document=content)
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
        assert Alert.objects.get().written == "1,200 pcs"


def test_what_was_told_before_units_were_is_still_read():
    about = {"alert_id": "alr_1", "name": "Low", "dashboard_id": "dsh_1", "dashboard": "Pulse", "value": "1200", "limit": "20"}
    assert events.AlertCleared(**about).sentence() == "Low on Pulse is over: 1200"
