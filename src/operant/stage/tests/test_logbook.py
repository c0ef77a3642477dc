from datetime import timedelta

import pytest
from django.urls import reverse

from operant.platform import clock
from operant.stage import actions, causes, engine, logbook, queries
from operant.stage.models import LoggedRun, Result, Viewer
from operant.testing import api
from operant.testing import stage as things
from operant.testing.queue import claim, run_chore, run_jobs


@pytest.fixture(autouse=True)
def still():
    with clock.frozen():
        yield


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard


def logged(cast):
    """Everything that stands in the log, the oldest first."""
    fields = ("cause", "rows", "error", "screens", "viewers")
    with cast.at_harbour():
        return list(LoggedRun.objects.order_by("at", "pk").values_list(*fields))


def ticked():
    claim("result")
    run_jobs()


def test_each_run_says_why_it_was_and_who_watched(cast, signed_in, pulse, orders, monkeypatch):
    run_jobs()
    assert logged(cast) == [("watch", 1, "", 0, 0)]
    ben, cleo = signed_in(cast.ben), signed_in(cast.cleo)
    wall = reverse("dashboard-wall", args=["harbour", pulse.pk])
    for reader in (ben, cleo, ben):
        told = reader.get(wall).json()
    with cast.at_harbour():
        assert told["pages"] == {"q1": reverse("query", args=["harbour", orders.pk, Result.objects.get().pk])}
        assert logbook.watchers(orders.pk, [Result.objects.get().key], "") == (0, 2)
        assert Viewer.objects.count() == 2
    monkeypatch.setattr(engine, "outcome", lambda *_: engine.Outcome(error="It took too long.", duration_ms=7))
    clock.advance(timedelta(seconds=40))
    with cast.at_harbour():
        actions.ask_now(result=Result.objects.get(), cause=causes.PERSON)
    run_jobs()
    clock.advance(timedelta(seconds=60))
    with cast.at_harbour():
        Result.objects.update(due_at=clock.now())
    ticked()
    assert logged(cast)[1:] == [("person", 0, "It took too long.", 0, 2), ("schedule", 0, "It took too long.", 0, 0)]
    with cast.at_harbour():
        assert logbook.day(logbook.runs(orders)) == logbook.Day(3, 2, *_figures())


def _figures():
    took = list(LoggedRun.objects.values_list("duration_ms", flat=True))
    return round(sum(took) / len(took)), max(took)


def test_new_data_and_alerts_are_causes_of_their_own(cast, pulse, orders):
    run_jobs()
    with cast.at_harbour():
        clock.advance(timedelta(seconds=1))
        actions.watching.ask_again(source=orders)
    ticked()
    with cast.at_harbour():
        row = Result.objects.get()
        Result.objects.update(due_at=None)
        actions.watch(document=pulse.draft)
        clock.advance(timedelta(seconds=50))
        actions.keep_watching(keys=[row.key])
    ticked()
    assert [cause for cause, *_ in logged(cast)] == ["watch", "data", "watch"]


def test_previews_are_logged_with_who_asked_also_when_they_fail(cast, signed_in, orders, pulse):
    ben = signed_in(cast.ben)
    preview = reverse("dashboard-preview", args=["harbour", pulse.pk])
    for sql in ("select 1 as one", "select wrong from nothing"):
        ben.post(preview, {"source": orders.public_id, "sql": sql}, content_type="application/json")
    ben.get(reverse("source-preview", args=["harbour", orders.pk]))
    with cast.at_harbour():
        found = list(LoggedRun.objects.filter(by=cast.ben).values_list("cause", "rows", "key").order_by("rows"))
        assert [each[:2] for each in found] == [("preview", 0), ("preview", 1), ("preview", 3)]
        assert found[1][2] == queries.key(orders.pk, "select 1 as one")
        assert "no table" in LoggedRun.objects.exclude(error="").get().error


def test_pages_and_programs_read_the_log(cast, signed_in, orders, pulse):
    run_jobs()
    with cast.at_harbour():
        row = Result.objects.get()
    cleo, here = signed_in(cast.cleo), ["harbour", orders.pk]
    page = cleo.get(reverse("query", args=[*here, row.pk]))
    assert ("Company pulse" in page.text, "Somebody began to watch" in page.text, "Run now" in page.text) == (True, True, False)
    assert cleo.post(reverse("query-run", args=[*here, row.pk])).status_code == 403
    signed_in(cast.ben).post(reverse("query-run", args=[*here, row.pk]))
    run_jobs()
    listed = cleo.get(reverse("source-runs", args=here) + "?cause=person").text
    assert (causes.WORDS["person"] in listed, reverse("query", args=[*here, row.pk]) in listed) == (True, True)
    program = api.program(cast.at_harbour, cast.ann)
    path = f"sources/{orders.public_id}"
    [asked] = program.get(f"{path}/queries").json()["entries"]
    assert (asked["id"], asked["state"], asked["refresh_seconds"]) == (row.public_id, "ok", 300)
    assert program.post(f"{path}/queries/{row.public_id}/runs").json()["due_at"] is not None
    run_jobs()
    runs = program.get(f"{path}/queries/{row.public_id}/runs").json()["entries"]
    assert sorted(each["cause"] for each in runs) == ["person", "program", "watch"]
    assert program.get(f"{path}/runs").json()["entries"] == runs


def test_the_log_forgets(cast, pulse):
    run_jobs()
    with cast.at_harbour():
        actions.look(dashboard=pulse, browser="b" * 64)
    clock.advance(timedelta(days=14, seconds=-1))
    run_chore("stage.forget_runs")
    assert len(logged(cast)) == 1
    clock.advance(timedelta(seconds=2))
    run_chore("stage.forget_runs")
    assert logged(cast) == []
    with cast.at_harbour():
        assert Viewer.objects.count() == 0
