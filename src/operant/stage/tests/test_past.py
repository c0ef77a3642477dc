"""What a result's figures were before: kept with each answer, thinned out, and sent where a widget looks back."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.panel.organizations.models import Organization
from operant.platform import clock, queue, tenancy
from operant.stage import actions, document, engine, past, queries
from operant.stage.models import PastFigures, Result
from operant.testing import stage as things
from operant.testing.queue import run_chore, run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SQL = "select sum(revenue) as revenue, count(*) as orders, 'all' as name from orders"
COLUMNS = [{"name": "revenue", "type": "integer"}, {"name": "orders", "type": "integer"}, {"name": "name", "type": "text"}]


def looking(orders, since="hour", sql=SQL):
    made = things.document(orders, sql)
    made["widgets"][0]["options"] = {"value": "revenue", **({"since": since} if since else {})}
    return made


def test_gauges_and_progress_look_back_too(orders):
    made = things.document(orders)
    for kind, options in (("gauge", {"since": "day"}), ("progress", {"target": 10, "since": "hour"})):
        made["widgets"] = [{**made["widgets"][0], "kind": kind, "options": {"value": "revenue", **options}}]
        assert past.wanted(document.parse(made).as_sent()) == {"q1": {"revenue": past.SPANS[options["since"]]}}


@pytest.fixture
def pulse(cast, orders):
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            found = things.published(cast.ben, name="Company pulse", content=looking(orders)).dashboard
        yield found


def watched(cast, dashboard, values=None):
    with cast.at_harbour():
        return actions.watch(document=dashboard.published.document, values=values or {})["q1"]


def refreshed(cast, dashboard, revenue, *, after=timedelta(0), error=""):
    """Let time pass, and let the query be asked and answered like this."""
    clock.advance(after)
    key = watched(cast, dashboard)
    with cast.at_harbour():
        Result.objects.filter(key=key).update(due_at=clock.now(), leased_until=None)
        run = actions.begin_run(result_id=Result.objects.get(key=key).pk)
        actions.finish_run(run=run, outcome=engine.Outcome(columns=COLUMNS, rows=[[revenue, 2, "all"]], error=error))
        return queries.results([key])[0]


def put(result, ages, now=NOW):
    """Have figures of these ages in seconds, and no others, as the past of a result."""
    row = Result.objects.get(key=result["key"])
    PastFigures.objects.all().delete()
    PastFigures.objects.bulk_create(
        PastFigures(result=row, at=now - timedelta(seconds=each), figures={"revenue": each}) for each in ages
    )


def told(result):
    """When, in minutes before now, and the revenue then."""
    now = clock.now().timestamp()
    pairs = zip(result["past"]["at"], result["past"]["figures"]["revenue"], strict=True)
    return [(round((now - at) / 60), value) for at, value in pairs]


def test_each_answer_leaves_its_figures_and_takes_along_what_they_were_before(cast, pulse):
    with cast.at_harbour():
        key = queries.keys(pulse.published.document)["q1"]
    assert "past" not in json.loads(queries.unknown_text(key))
    first = refreshed(cast, pulse, 10)
    assert (told(first), list(first["past"]["figures"])) == ([(0, 10.0)], ["revenue"])
    second = refreshed(cast, pulse, "20.5", after=timedelta(minutes=5))
    assert told(second) == [(5, 10.0), (0, 20.5)]
    # What failed has no figures: the last good ones stay, and so does their past.
    failed = refreshed(cast, pulse, 99, after=timedelta(minutes=5), error="No.")
    assert (failed["state"], failed["past"]) == ("failed", second["past"])
    with cast.at_harbour():
        assert list(PastFigures.objects.order_by("at").values_list("figures", flat=True)) == [
            {"revenue": 10.0, "orders": 2.0}, {"revenue": 20.5, "orders": 2.0},
        ]  # fmt: skip


def test_nothing_more_is_asked_and_what_nobody_looks_back_on_is_not_sent(cast, orders):
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            plain = things.published(cast.ben, name="Plain", content=looking(orders, since=None)).dashboard
        assert "past" not in refreshed(cast, plain, 10)
        assert "past" not in refreshed(cast, plain, 11, after=timedelta(minutes=1))
        with cast.at_harbour(cast.ben):
            before = Result.objects.get()
            both = things.published(cast.ben, name="Looking", content=looking(orders)).dashboard
        key = watched(cast, both)
        with cast.at_harbour(cast.ben):
            after = Result.objects.get()
            # It was kept all along, so whoever begins to look back has it at once, and screens hear of it.
            assert told(queries.results([key])[0]) == [(1, 10.0), (0, 11.0)]
            assert (after.key, after.runs, after.seq) == (before.key, before.runs, before.seq + 1)
        watched(cast, both)
        with cast.at_harbour(cast.ben):
            assert Result.objects.get().seq == after.seq
            draft = actions.save_draft(dashboard=both, revision=both.revision, document=looking(orders, since=None))
            actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
            assert (Result.objects.get().past_wanted, Result.objects.get().past_json) == ({}, "")


def test_histories_of_other_values_and_other_queries_are_not_mixed(cast, orders):
    sql = "select sum(revenue) as revenue from orders where region = :region"
    content = looking(orders, sql=sql)
    content["queries"][0]["parameters"] = [{"name": "region", "type": "variable", "variable": "region"}]
    content["variables"] = [{"name": "region", "label": "", "type": "text", "default": "North"}]
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            both = things.published(cast.ben, name="Both", content=content).dashboard
        keys = [watched(cast, both, values) for values in ({}, {"region": "South"}, {"region": "Nowhere"})]
        run_jobs()
        with cast.at_harbour():
            PastFigures.objects.filter(result__key=keys[1]).update(figures={"revenue": 7})
            Result.objects.filter(key__in=keys).update(due_at=clock.advance(timedelta(minutes=1)))
            for result_id in Result.objects.filter(key__in=keys).values_list("pk", flat=True):
                queue.defer("stage.refresh", organization_id=tenancy.current_organization_id(), ids=[result_id])
        run_jobs()
        with cast.at_harbour():
            # What is nowhere has no figure: its sum is empty.
            assert [told(each) for each in queries.results(keys)] == [[(1, 30.0), (0, 30.0)], [(1, 7.0), (0, 30.0)], []]


def test_who_asks_with_a_value_leaves_those_their_past_who_ask_with_a_variable(cast, orders):
    sql = "select sum(revenue) as revenue from orders where region = :region"
    varying, fixed = looking(orders, "week", sql), looking(orders, "hour", sql)
    varying["queries"][0] |= {
        "parameters": [{"name": "region", "type": "variable", "variable": "region"}], "refresh_seconds": 60,
    }  # fmt: skip
    varying["variables"] = [{"name": "region", "label": "", "type": "text", "default": "North"}]
    fixed["queries"][0]["parameters"] = [{"name": "region", "type": "text", "value": "North"}]
    with cast.at_harbour(cast.ben):
        for name, content in (("Varying", varying), ("Fixed", fixed)):
            things.published(cast.ben, name=name, content=content)
        [row] = Result.objects.all()
        assert (row.past_wanted, row.refresh_seconds) == ({"revenue": past.WEEK}, 60)


@pytest.mark.parametrize(("since", "reach"), [("refresh", 65), ("hour", 65), ("day", 26 * 60), ("week", 182 * 60)])
def test_as_much_travels_as_is_looked_back_on(cast, orders, since, reach):
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            found = things.published(cast.ben, name="Pulse", content=looking(orders, since)).dashboard
        result = refreshed(cast, found, 1)
        with cast.at_harbour():
            put(result, [60 * each for each in (*range(120), *range(120, 2880, 10), *range(2880, 8 * 1440, 60))])
        shown = told(refreshed(cast, found, 5, after=timedelta(seconds=30)))
    assert (max(minute for minute, _ in shown) <= reach, len(shown) <= 3 * 66 + 2, shown[-1]) == (True, True, (0, 5.0))
    spans = {"refresh": [], "hour": [60], "day": [60, 1440], "week": [60, 1440, 10080]}[since]
    # Within a sixtieth of each span there is what it is compared with.
    assert [min(abs(minute - each) for minute, _ in shown) <= each / 60 + 1 for each in spans] == [True] * len(spans)


def test_the_refresh_before_is_found_however_long_ago_it_was(cast, pulse):
    refreshed(cast, pulse, 1)
    assert told(refreshed(cast, pulse, 2, after=timedelta(days=3))) == [(3 * 1440, 1.0), (0, 2.0)]


def test_what_is_kept_is_bounded_in_number_and_in_age(cast, pulse):
    result = refreshed(cast, pulse, 1)
    with cast.at_harbour():
        put(result, range(0, 9 * 86_400, 120))
    run_chore("stage.forget_past")
    with cast.at_harbour():
        ages = [(NOW - at).total_seconds() / 3600 for at in PastFigures.objects.values_list("at", flat=True)]
        bands = [sum(low <= age < high for age in ages) for low, high in ((0, 2), (2, 48), (48, 192), (192, 300))]
        assert bands == [60, 46 * 6, 144, 1], bands
    run_chore("stage.forget_past")
    with cast.at_harbour():
        assert PastFigures.objects.count() == sum(bands)
        # It goes with what it is the past of.
        Result.objects.all().delete()
        assert PastFigures.objects.count() == 0


def test_an_organization_has_its_own_past_alone(cast, pulse):
    refreshed(cast, pulse, 1)
    with cast.at_meadow():
        assert (PastFigures.objects.count(), Organization.objects.count()) == (0, 1)


def test_strangers_are_sent_the_past_of_columns_that_are_shown(cast, pulse):
    with cast.at_harbour(cast.ada):
        _, token = actions.create_share(dashboard=pulse, name="Board", by=cast.ada)
    result = refreshed(cast, pulse, 1)
    with cast.at_harbour():
        row = Result.objects.get(key=result["key"])
        row.past_json = past.text([(NOW, {"revenue": 1.0, "orders": 2.0})], {"revenue": past.HOUR, "orders": past.HOUR})
        row.save()
    said = Client().get(f"{reverse('shared', args=[token])}/wall").json()
    assert [each["past"] for each in said["results"]] == [{"at": [round(NOW.timestamp())], "figures": {"revenue": [1.0]}}]


_readings = st.lists(st.tuples(st.integers(0, 700_000), st.integers(-9, 9)), min_size=1, max_size=300, unique_by=lambda one: one[0])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_readings, st.sampled_from([past.HOUR, past.DAY, past.WEEK]))
def test_what_travels_are_readings_in_their_order_the_two_newest_among_them(readings, seconds):
    kept = [(NOW + timedelta(seconds=at), {"n": float(value)}) for at, value in sorted(readings)]
    shown = json.loads(past.text(kept, {"n": seconds, "gone": past.HOUR}))
    pairs = list(zip(shown["at"], shown["figures"]["n"], strict=True))
    all_pairs = [(round(at.timestamp()), each["n"]) for at, each in kept]
    assert (pairs, pairs[-2:]) == ([each for each in all_pairs if each in pairs], all_pairs[-2:])
    assert (len(pairs) <= 3 * 67 + 2, set(shown["figures"]["gone"])) == (True, {None})


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ([], {}), ([[None, "x", True]], {}), ([["12.50", 1, "x"]], {"a": 12.5, "b": 1.0}),
        ([["NaN", float("inf"), "x"]], {}), ([["9007199254740993", "one", 0]], {"a": 9007199254740992.0}),
        ([[1, 2, "x"], [3, 4, "y"]], {"a": 1.0, "b": 2.0}),
    ],
)  # fmt: skip
def test_the_figures_of_the_first_row_are_kept(cells, kept):
    columns = [{"name": "a", "type": "decimal"}, {"name": "b", "type": "integer"}, {"name": "c", "type": "text"}]
    assert past.figures(columns, cells) == kept


@pytest.mark.parametrize("beside", [{"compare": "before"}, {"along": "day"}])
def test_a_figure_is_compared_in_one_way(cast, orders, beside):
    wrong = looking(orders)
    wrong["widgets"][0]["options"] |= beside
    with pytest.raises(document.InvalidDocument) as refused:
        document.parse(wrong)
    assert [each["path"] for each in refused.value.details["fields"]] == ["widgets.0.options.since"]


def test_the_editor_sees_what_was_kept_of_the_same_question(cast, signed_in, orders, pulse):
    refreshed(cast, pulse, 10)
    refreshed(cast, pulse, 20, after=timedelta(minutes=1))
    editor, address = signed_in(cast.ben), reverse("dashboard-preview", args=["harbour", pulse.pk])

    def preview(sql):
        body = {"source": orders.public_id, "sql": sql, "parameters": [], "steps": []}
        return editor.post(address, body, content_type="application/json").json()

    assert preview(SQL)["past"]["figures"] == {"orders": [2.0, 2.0], "revenue": [10.0, 20.0]}
    assert "past" not in preview(f"{SQL} ")
