from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.platform.refusals import Gone, Invalid, NotFound, Refusal
from operant.stage import actions, document, events, queries, showing
from operant.stage.actions import drafts
from operant.stage.models import Dashboard, DashboardVersion, Use
from operant.testing import stage as things


def names(announced):
    return [each.NAME for each in announced]


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        return actions.create(name="Company pulse", by=cast.ben, source=orders)


def saved(dashboard, content):
    return actions.save_draft(dashboard=dashboard, revision=dashboard.revision, document=content)


def test_a_dashboard_made_from_a_source_is_proposed_and_never_empty(cast, orders, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        made = actions.create(name="  Company   pulse ", by=cast.ben, source=orders)
        assert list(Use.objects.values_list("dashboard", "source")) == [(made.pk, orders.pk)]
    assert made.name == made.draft["title"] == "Company pulse"
    assert [each["kind"] for each in made.draft["widgets"]] == ["number", "number", "line", "bar", "table"]
    assert sum(each["w"] * each["h"] for each in made.draft["widgets"]) == 24 * 14
    assert announced == [
        events.DashboardCreated(dashboard_id=made.public_id, name="Company pulse", created_by="Ben")
    ]


def test_a_dashboard_needs_a_name(cast, db):
    with cast.at_harbour(), pytest.raises(Invalid, match="needs a name"):
        actions.create(name=" \n ", by=cast.ben)


def test_saving_moves_the_revision_and_follows_the_title(cast, pulse, orders, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        after = saved(pulse, things.text_document("Sales"))
        assert not Use.objects.exists()
        again = saved(after, things.text_document("Sales again"))
    assert (after.revision, after.name, after.has_changes, again.revision) == (2, "Sales", True, 3)
    assert announced == [events.DraftEdited(dashboard_id=pulse.public_id, name="Company pulse")]


def test_editing_is_told_once_for_each_sitting_of_each_person(cast, pulse, announced):
    announced.clear()
    with clock.frozen() as now:
        for person, minutes in ((cast.ben, 0), (cast.ann, 1), (cast.ben, 14), (cast.ben, 31)):
            with clock.frozen(now + timedelta(minutes=minutes)), cast.at_harbour(person):
                saved(queries.dashboard(pulse.pk), things.text_document(f"At {minutes}"))
    assert [type(each) for each in announced] == [events.DraftEdited] * 3


def test_a_stale_revision_is_refused_with_what_the_draft_is_now(cast, pulse):
    with cast.at_harbour(cast.ben):
        saved(pulse, things.text_document("First"))
        with pytest.raises(actions.Changed) as refused:
            actions.save_draft(dashboard=pulse, revision=1, document=things.text_document("Second"))
        assert queries.dashboard(pulse.pk).name == "First"
    assert refused.value.details == {"revision": 2, "document": things.text_document("First")}


def test_a_source_of_another_organization_is_refused(cast, orders):
    with cast.at_meadow(cast.mallory):
        mine = things.dashboard(cast.mallory)
        with pytest.raises(document.InvalidDocument) as refused:
            saved(mine, things.document(orders))
    assert refused.value.details == {
        "fields": [{"path": "queries.0.source", "message": "The data source of “Revenue” does not exist."}]
    }


def test_the_database_refuses_a_use_of_another_organizations_source(cast, orders):
    with cast.at_meadow(cast.mallory), pytest.raises(IntegrityError), transaction.atomic():
        mine = things.dashboard(cast.mallory)
        Use.objects.create(dashboard=mine, source_id=orders.pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_publishing_freezes_the_draft(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        version = actions.publish(dashboard=pulse, revision=1, by=cast.ben, note=" first\nlook ")
        now = queries.dashboard(pulse.pk)
        assert queries.published(pulse.pk) == version
    assert (version.number, version.note, version.document) == (1, "first look", pulse.draft)
    assert (now.published, now.has_changes, now.state) == (version, False, "Published v1")
    assert announced == [
        events.DashboardPublished(
            dashboard_id=pulse.public_id, name="Company pulse", version_id=version.public_id, number=1,
            note="first look", published_by="Ben",
        )
    ]  # fmt: skip
    assert announced[0].topics() == [f"dashboard:{pulse.public_id}", "dashboards"]


def test_two_clicks_are_one_version(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        first = actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        second = actions.publish(dashboard=pulse, revision=1, by=cast.ben)
    assert first == second
    assert names(announced) == ["stage.dashboard.published"]


def test_a_draft_that_somebody_else_changed_is_not_published(cast, pulse):
    with cast.at_harbour(cast.ben):
        saved(pulse, things.text_document())
        with pytest.raises(actions.Changed):
            actions.publish(dashboard=pulse, revision=1, by=cast.ben)


def test_an_empty_dashboard_is_not_published(cast, db):
    with cast.at_harbour(cast.ben):
        empty = actions.create(name="Empty", by=cast.ben)
        with pytest.raises(Invalid, match="no widget"):
            actions.publish(dashboard=empty, revision=1, by=cast.ben)


@pytest.mark.parametrize("statement", ["UPDATE stage_version SET note = 'x'", "DELETE FROM stage_version"])
def test_the_database_keeps_versions_as_they_are(cast, pulse, statement):
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        denied = pytest.raises(ProgrammingError, match="permission denied")
        with denied, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert DashboardVersion.objects.count() == 1


def test_going_back_to_what_is_published_is_no_change(cast, pulse):
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        changed = saved(queries.dashboard(pulse.pk), things.text_document())
        assert changed.has_changes
        assert not saved(changed, {**pulse.draft, "title": "Another name"}).has_changes


def test_a_name_alone_needs_no_publishing(cast, pulse, announced):
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        announced.clear()
        renamed = actions.rename(dashboard=queries.dashboard(pulse.pk), name="Pulse")
        assert actions.rename(dashboard=renamed, name="Pulse ").revision == 2
    assert (renamed.name, renamed.draft["title"], renamed.has_changes) == ("Pulse", "Pulse", False)
    assert announced == [
        events.DashboardRenamed(dashboard_id=pulse.public_id, before="Company pulse", name="Pulse")
    ]


def test_a_copy_has_the_draft_and_no_version(cast, pulse):
    with cast.at_harbour(cast.ben):
        actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        copies = [actions.duplicate(dashboard=pulse, by=cast.ben) for _ in range(2)]
    assert [each.name for each in copies] == ["Company pulse (copy)", "Company pulse (copy 2)"]
    assert [each.draft["widgets"] for each in copies] == [pulse.draft["widgets"]] * 2
    assert [each.published for each in copies] == [None, None]


def test_an_older_version_comes_back_as_draft(cast, pulse, announced):
    with cast.at_harbour(cast.ben):
        first = actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        actions.publish(dashboard=saved(pulse, things.text_document()), revision=2, by=cast.ben)
        announced.clear()
        back = actions.restore(version=first)
        assert (back.revision, back.published.number, back.has_changes) == (3, 2, True)
        assert back.draft["widgets"] == pulse.draft["widgets"]
    assert names(announced) == ["stage.dashboard.restored"]


def test_a_version_whose_source_is_gone_does_not_come_back(cast, pulse, orders):
    with cast.at_harbour(cast.ben):
        first = actions.publish(dashboard=pulse, revision=1, by=cast.ben)
        actions.publish(dashboard=saved(pulse, things.text_document()), revision=2, by=cast.ben)
        actions.delete_source(source=orders)
        with pytest.raises(Refusal, match="Version 1 cannot come back as it was"):
            actions.restore(version=first)


def test_deleting_can_be_undone(cast, pulse, announced):
    announced.clear()
    with cast.at_harbour(cast.ben):
        actions.archive(dashboard=pulse)
        with pytest.raises(NotFound):
            queries.dashboard(pulse.pk)
        with pytest.raises(Gone):
            actions.archive(dashboard=pulse)
        for _ in range(2):
            actions.bring_back(dashboard=queries.archived(pulse.pk) if _ == 0 else pulse)
        assert queries.dashboard(pulse.pk) == pulse
    assert names(announced) == ["stage.dashboard.archived", "stage.dashboard.returned"]


def test_a_dashboard_that_is_shown_somewhere_is_not_deleted(cast, pulse, monkeypatch):
    places = [showing.Place("Lobby", "/"), showing.Place("Kitchen", "/")]
    monkeypatch.setattr(showing, "_asked", [lambda ids: dict.fromkeys(ids, places)])
    with cast.at_harbour(cast.ben):
        with pytest.raises(Refusal, match="shown by Lobby, Kitchen"):
            actions.archive(dashboard=pulse)
        assert Dashboard.objects.standing().count() == 1


def test_what_is_read_under_the_lock_is_read_after_it(cast, pulse):
    with cast.at_harbour(cast.ben), CaptureQueriesContext(connection) as asked:
        queries.dashboard(pulse.pk, locked=True)
    locking, reading = [each["sql"] for each in asked if '"stage_dashboard"' in each["sql"]]
    assert "FOR UPDATE" in locking and "JOIN" not in locking
    assert "FOR UPDATE" not in reading and "JOIN" in reading


def test_a_source_deleted_while_a_draft_is_saved_is_said(cast, pulse, monkeypatch):
    monkeypatch.setattr(drafts, "_known", lambda public: [uuid4()])
    with cast.at_harbour(cast.ben), pytest.raises(Refusal, match="deleted just now"):
        drafts.remember_uses(pulse)
