from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from operant.platform import clock
from operant.platform.refusals import Gone, Invalid, Refusal
from operant.stage import actions, events, planning, queries
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.queue import claim, run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MORNING = NOW + timedelta(hours=23)


@pytest.fixture
def frozen():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def pulse(frozen, cast, orders):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard


@pytest.fixture
def planned(cast, pulse):
    """A text, planned for tomorrow's morning in place of the number that is published."""
    with cast.at_harbour(cast.ben):
        changed = actions.save_draft(dashboard=pulse, revision=1, document=things.text_document("Company pulse"))
        return actions.plan_publication(dashboard=changed, revision=2, at=MORNING, by=cast.ben, note=" New\nlook ")


def turn(at):
    """Let the clock go on to an instant, with everything that is due then."""
    with clock.frozen(at):
        claim("publication")
        return run_jobs()


def test_what_was_planned_is_published_whatever_was_edited_since(cast, planned, orders, announced):
    with cast.at_harbour(cast.ann):
        dashboard = queries.dashboard(planned.dashboard_id)
        other = things.document(orders, "select 1 as revenue", title="Other words")
        edited = actions.save_draft(dashboard=dashboard, revision=2, document=other)
        actions.publish(dashboard=edited, revision=3, by=cast.ann)
    announced.clear()
    assert "stage.publish_planned" not in turn(MORNING - timedelta(seconds=1))
    assert "stage.publish_planned" in turn(MORNING)
    with cast.at_harbour():
        now = queries.dashboard(planned.dashboard_id)
        assert (now.published.number, now.published.note, now.published.published_by) == (3, "New look", cast.ben)
        assert now.published.document["widgets"] == planned.document["widgets"]
        assert (now.draft["title"], now.has_changes, queries.planned(now)) == ("Other words", True, None)
    assert [type(each) for each in announced] == [events.DashboardPublished]
    assert "stage.publish_planned" not in turn(MORNING + timedelta(days=1))


def test_two_workers_publish_once(cast, planned):
    with clock.frozen(MORNING), cast.at_harbour():
        assert actions.publish_planned(plan_id=planned.pk).number == 2
        assert actions.publish_planned(plan_id=planned.pk) is None


def test_a_plan_is_canceled_once(cast, planned, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        dashboard = queries.dashboard(planned.dashboard_id)
        actions.cancel_publication(dashboard=dashboard)
        with pytest.raises(Gone):
            actions.cancel_publication(dashboard=dashboard)
    turn(MORNING)
    assert announced == [
        events.PublicationCanceled(dashboard_id=dashboard.public_id, name="Company pulse", reason="somebody canceled it")
    ]


def test_a_plan_takes_the_place_of_the_one_before(cast, planned):
    with cast.at_harbour(cast.ann):
        dashboard = queries.dashboard(planned.dashboard_id)
        actions.plan_publication(dashboard=dashboard, revision=2, at=MORNING + timedelta(days=1), by=cast.ann)
    assert "stage.publish_planned" not in turn(MORNING)
    turn(MORNING + timedelta(days=1))
    with cast.at_harbour():
        assert queries.dashboard(planned.dashboard_id).published.published_by == cast.ann


def test_what_cannot_be_planned_is_said(cast, planned):
    with cast.at_harbour(cast.ben):
        dashboard = queries.dashboard(planned.dashboard_id)
        for at, sentence in ((NOW, "This time is over"), (NOW + timedelta(days=367), "within a year")):
            with pytest.raises(Invalid, match=sentence):
                actions.plan_publication(dashboard=dashboard, revision=2, at=at, by=cast.ben)
        with pytest.raises(actions.Changed):
            actions.plan_publication(dashboard=dashboard, revision=1, at=MORNING, by=cast.ben)
        with pytest.raises(Invalid, match="no widget"):
            actions.plan_publication(dashboard=actions.create(name="Empty", by=cast.ben), revision=1, at=MORNING, by=cast.ben)


def test_a_source_that_only_a_plan_reads_is_kept(cast, orders, frozen):
    with cast.at_harbour(cast.ben):
        made = things.dashboard(cast.ben, content=things.document(orders))
        actions.plan_publication(dashboard=made, revision=1, at=MORNING, by=cast.ben)
        actions.save_draft(dashboard=made, revision=1, document=things.text_document())
        with pytest.raises(Refusal, match="read"):
            actions.delete_source(source=orders)
        actions.cancel_publication(dashboard=made)
        actions.delete_source(source=orders)


def test_the_plan_of_a_deleted_dashboard_is_canceled(cast, planned, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        actions.archive(dashboard=queries.dashboard(planned.dashboard_id))
    assert [each.NAME for each in announced] == ["stage.publication.canceled", "stage.dashboard.archived"]
    assert announced[0].reason == "the dashboard was deleted"


def test_what_was_published_already_is_not_published_twice(cast, planned, announced):
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=queries.dashboard(planned.dashboard_id), revision=2, by=cast.ben)
    announced.clear()
    turn(MORNING)
    assert [each.reason for each in announced] == ["it was published already"]


@pytest.mark.parametrize(("text", "instant"), [
    ("2026-03-03T08:00", "2026-03-03T07:00+00:00"), ("2026-07-03T08:00:59", "2026-07-03T06:00+00:00"),
    ("2026-10-25T02:30", "2026-10-25T00:30+00:00"),
])  # fmt: skip
def test_a_time_is_one_of_the_organizations_zone(text, instant):
    assert planning.moment(text, "Europe/Berlin") == datetime.fromisoformat(instant)


@pytest.mark.parametrize(("text", "sentence"), [
    ("2026-03-29T02:30", "Clocks in Europe/Berlin leave this time out"), ("tomorrow", "Choose a day and a time"),
    ("2026-03-03T08:00+01:00", "Choose a day"), ("0001-01-01T00:00", "Choose a day"), ("9999-12-31T23:59", "Choose a day"),
])  # fmt: skip
def test_a_time_that_is_none_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        planning.moment(text, "Europe/Berlin")


def at(name, *args):
    return reverse(name, args=["harbour", *args])


def test_publishing_later_from_the_page(cast, signed_in, planned):
    client, key = signed_in(cast.ben), planned.dashboard_id
    shown = client.get(at("dashboard", key)).content.decode()
    assert "It will be published on Tuesday, 3 March 2026, 08:00 (UTC)" in shown and "Cancel the plan" in shown
    wrong = client.post(at("dashboard-plan", key), {"revision": 2, "at": "2026-03-02T08:59"})
    assert (wrong.status_code, "This time is over." in wrong.content.decode()) == (422, True)
    assert client.post(at("dashboard-plan", key), {"revision": 1, "at": "2026-03-04T07:00"}).status_code == 409
    client.post(at("dashboard-plan", key), {"revision": 2, "at": "2026-03-04T07:00", "note": "Then"})
    with cast.at_harbour():
        plan = queries.planned(queries.dashboard(key))
    assert (plan.due_at, plan.note) == (datetime(2026, 3, 4, 7, tzinfo=UTC), "Then")
    viewer = signed_in(cast.cleo)
    seen = viewer.get(at("dashboard", key)).content.decode()
    assert "It will be published on" in seen and "Cancel the plan" not in seen
    assert viewer.post(at("dashboard-plan-cancellation", key)).status_code == 403
    assert client.post(at("dashboard-plan-cancellation", key)).status_code == 302
    assert client.post(at("dashboard-plan-cancellation", key)).status_code == 410


def test_programs_plan_and_cancel(cast, planned):
    mine, one = program(cast.at_harbour, cast.ann), f"dashboards/{planned.dashboard.public_id}/plan"
    assert (mine.get(one).json()["at"], mine.get(one).json()["planned_by"]) == ("2026-03-03T08:00:00Z", "Ben")
    assert mine.put(one, {"revision": 2, "at": "2026-03-04T08:00:00+01:00"}).json()["at"] == "2026-03-04T07:00:00Z"
    for wrong in ("2026-03-04T08:00:00", 1_900_000_000, "2026-03-01T08:00:00Z"):
        assert mine.put(one, {"revision": 2, "at": wrong}).status_code == 422
    assert [mine.delete(one).status_code, mine.delete(one).status_code, mine.get(one).status_code] == [204, 410, 404]
