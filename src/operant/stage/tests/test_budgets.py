from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.stage import actions, budgets, events, queries
from operant.stage.models import LoggedRun, Result, Source
from operant.testing import api
from operant.testing import stage as things
from operant.testing.queue import claim, run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPENT = "The budget of “Orders” is spent: 2 runs an hour. It is asked again at 10:00 (UTC)."


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        actions.set_budget(source=orders, runs=2, seconds=None, by=cast.ben)
        return things.published(cast.ben, name="Company pulse", content=things.document(orders, seconds=600)).dashboard


def watched_at(cast, pulse, minutes):
    with clock.frozen(NOW + timedelta(minutes=minutes)):
        with cast.at_harbour():
            keys = actions.watch(document=pulse.published.document)
            Result.objects.update(due_at=clock.now())
        claim("result")
        run_jobs()
        with cast.at_harbour():
            return queries.results(keys.values())[0], Result.objects.get()


def test_what_is_spent_is_said_and_ends_by_itself(cast, pulse):
    run_jobs()
    assert [watched_at(cast, pulse, minutes)[0]["state"] for minutes in (20,)] == ["ok"]
    told, row = watched_at(cast, pulse, 40)
    assert (told["state"], told["error"], told["rows"], told["computed_at"]) == ("failed", SPENT, [[60]], "2026-03-02T09:20:00Z")
    assert (row.due_at, row.is_held) == (NOW + timedelta(hours=1), True)
    told, row = watched_at(cast, pulse, 61)
    assert (told["state"], told["error"], row.is_held, row.runs) == ("ok", None, False, 3)
    with cast.at_harbour():
        assert list(LoggedRun.objects.order_by("at").values_list("is_held", "error")) == [
            (False, ""), (False, ""), (True, SPENT), (False, "")
        ]  # fmt: skip


def test_another_budget_goes_on_at_once(cast, pulse, orders, announced):
    run_jobs()
    watched_at(cast, pulse, 1)
    watched_at(cast, pulse, 2)
    announced.clear()
    with clock.frozen(NOW + timedelta(minutes=3)), cast.at_harbour(cast.ben):
        actions.set_budget(source=queries.source(orders.pk), runs=None, seconds=None, by=cast.ben)
        assert Result.objects.get().due_at == clock.now()
        with pytest.raises(Invalid, match="between 1 and 36,000"):
            actions.set_budget(source=orders, runs=None, seconds=36_001, by=cast.ben)
    assert announced == [
        events.SourceBudgetChanged(source_id=orders.public_id, name="Orders", budget="none", changed_by="Ben")
    ]


def test_seconds_are_spent_too(cast, orders):
    with cast.at_harbour(cast.ben):
        source = actions.set_budget(source=orders, runs=None, seconds=5, by=cast.ben)
        for minutes, taken in ((-70, 9_000), (-50, 1_000), (-30, 3_000), (-10, 1_500)):
            at = NOW + timedelta(minutes=minutes)
            LoggedRun.objects.create(source=source, key="k", cause="preview", at=at, duration_ms=taken)
        assert budgets.spent(source) == budgets.Spent(3, 5.5)
        held = budgets.held(source)
        assert (held.until, "5 seconds of queries an hour" in held.sentence) == (NOW + timedelta(minutes=10), True)
        assert budgets.held(Source.objects.get()).until == held.until


def test_previews_pages_and_programs_are_told(cast, signed_in, pulse, orders):
    run_jobs()
    ben, cleo = signed_in(cast.ben), signed_in(cast.cleo)
    asked = {"source": orders.public_id, "sql": "select 1"}
    preview = reverse("dashboard-preview", args=["harbour", pulse.pk])
    assert ben.post(preview, asked, content_type="application/json").status_code == 200
    refused = ben.post(preview, {**asked, "sql": "select 2"}, content_type="application/json")
    assert (refused.status_code, refused.json()["message"]) == (429, SPENT)
    # The answer of a moment ago costs nothing.
    assert ben.post(preview, {**asked, "again": False}, content_type="application/json").status_code == 200
    here = ["harbour", orders.pk]
    assert SPENT in cleo.get(reverse("source-preview", args=here)).text
    page = cleo.get(reverse("source", args=here)).text
    assert (SPENT in page, "2 runs an hour" in page, "Set a budget" in page) == (True, True, False)
    assert cleo.post(reverse("source-budget", args=here), {"runs": 9}).status_code == 403
    ben.post(reverse("source-budget", args=here), {"runs": "", "seconds": "7"})
    program = api.program(cast.at_harbour, cast.ann)
    told = program.get(f"sources/{orders.public_id}/budget").json()
    assert (told["runs"], told["seconds"], told["spent_runs"], told["held_until"]) == (None, 7, 2, None)
    changed = program.put(f"sources/{orders.public_id}/budget", {"runs": 2, "seconds": None}).json()
    assert changed["held_until"] == "2026-03-02T10:00:00Z"
    assert program.post(f"sources/{orders.public_id}/queries", {"sql": "select 3"}).status_code == 429
