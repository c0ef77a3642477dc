import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from operant.panel.organizations.models import Organization
from operant.platform import clock
from operant.platform.refusals import Invalid, NotFound
from operant.relay.program import Shows
from operant.relay.queries import devices
from operant.stage import actions, annotations, events, queries
from operant.stage.models import Annotation, Dashboard
from operant.testing import api
from operant.testing import stage as things

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def board(cast):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben).dashboard


def noted(dashboard):
    return [each["text"] for each in json.loads(Dashboard.objects.get(pk=dashboard.pk).noted)]


def test_what_happened_is_shown_where_it_was_noted_and_can_come_back(cast, board, announced):
    with cast.at_harbour(cast.ben):
        other = things.dashboard(cast.ben, name="Other")
        announced.clear()
        before = devices.board(cast.harbour.pk, Shows(board.pk))
        here = actions.annotate(dashboard=board, at=AT, text=" Version 8\n went out ", tag="#deploy", by=cast.ben)
        actions.annotate(dashboard=None, at=AT - timedelta(days=1), text="Power cut", by=cast.ben)
        assert json.loads(Dashboard.objects.get(pk=board.pk).noted) == [
            {"at": "2026-11-20T09:30:00Z", "text": "Version 8 went out", "tag": "deploy"},
            {"at": "2026-11-19T09:30:00Z", "text": "Power cut", "tag": ""},
        ]
        assert (noted(other), noted(things.dashboard(cast.ben, name="New"))) == (["Power cut"], ["Power cut"])
        after = devices.board(cast.harbour.pk, Shows(board.pk))
        tags = [devices.etag_of(each, Shows(board.pk), "Lobby", "dark", "") for each in (before, after)]
        assert tags[0] != tags[1]
        actions.remove_annotation(annotation=here, by=cast.ben)
        assert noted(board) == ["Power cut"]
        with pytest.raises(NotFound):
            annotations.one(here.pk, dashboard=board)
        actions.return_annotation(annotation=annotations.one(here.pk, dashboard=board, is_removed=True), by=cast.ben)
        assert noted(board) == ["Version 8 went out", "Power cut"]
        told = {
            "annotation_id": here.public_id, "dashboard_id": board.public_id, "where": board.name, "at": "2026-11-20T09:30:00Z",
            "text": "Version 8 went out", "tag": "deploy",
        }  # fmt: skip
        mine = [each for each in announced if getattr(each, "annotation_id", "") == here.public_id]
        assert mine == [
            events.AnnotationAdded(**told, added_by="Ben"), events.AnnotationRemoved(**told, removed_by="Ben"),
            events.AnnotationReturned(**told, returned_by="Ben"),
        ]  # fmt: skip
        early = AT.replace(year=1)
        for wrong in ({"text": "  "}, {"text": "x" * 201}, {"text": "x", "tag": "t" * 41}, {"text": "x", "at": early}):
            with pytest.raises(Invalid):
                actions.annotate(**{"dashboard": board, "at": AT, "by": cast.ben, **wrong})


def test_a_dashboard_that_comes_back_shows_what_was_noted_meanwhile(cast, board):
    with cast.at_harbour(cast.ben):
        gone = actions.annotate(dashboard=None, at=AT, text="Before", by=cast.ben)
        actions.archive(dashboard=board)
        actions.remove_annotation(annotation=gone, by=cast.ben)
        actions.annotate(dashboard=None, at=AT, text="Meanwhile", by=cast.ben)
        actions.bring_back(dashboard=board)
        assert noted(board) == ["Meanwhile"]


def test_what_was_deleted_a_day_ago_is_gone_with_the_next(cast, board):
    with cast.at_harbour(cast.ben), clock.frozen():
        old, new = (actions.annotate(dashboard=board, at=AT, text=text, by=cast.ben) for text in ("Old", "New"))
        actions.remove_annotation(annotation=old, by=cast.ben)
        clock.advance(timedelta(hours=25))
        actions.remove_annotation(annotation=new, by=cast.ben)
        assert list(Annotation.objects.values_list("text", flat=True)) == ["New"]


def test_an_editor_notes_on_the_page_in_the_organizations_time(cast, board, signed_in):
    def at(name, *more):
        return reverse(name, args=[cast.harbour.slug, board.pk, *more])

    with cast.at_harbour(cast.ada):
        Organization.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
    with clock.frozen(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)):
        assert 'value="2026-07-01T12:00"' in signed_in(cast.ben).get(at("annotations")).content.decode()
    ben, said = signed_in(cast.ben), {"text": "Version 8", "at": "2026-07-01T10:00", "tag": "deploy"}
    assert ben.post(at("annotations"), said).status_code == 302
    with cast.at_harbour(cast.ben):
        found = annotations.shown_on(queries.dashboard(board.pk)).get()
        assert (found.at, found.created_by) == (datetime(2026, 7, 1, 8, 0, tzinfo=UTC), cast.ben)
    assert "Version 8" in ben.get(at("annotations")).content.decode()
    assert ben.post(at("annotations"), {**said, "text": ""}).status_code == 422
    assert ben.post(at("annotation-removal", found.pk)).status_code == 302
    assert ben.post(at("annotation-removal", found.pk)).status_code == 404
    assert ben.post(at("annotation-return", found.pk)).status_code == 302
    cleo = signed_in(cast.cleo)
    assert (cleo.get(at("annotations")).status_code, cleo.post(at("annotations"), said).status_code) == (200, 403)
    assert ben.get(at("dashboard-wall")).json()["annotations"] == [
        {"at": "2026-07-01T08:00:00Z", "text": "Version 8", "tag": "deploy"}
    ]


def test_a_program_notes_a_deploy_for_every_dashboard_or_one(cast, board):
    robot = api.program(cast.at_harbour, cast.ada)
    one = f"dashboards/{board.public_id}/annotations"
    made = robot.post("annotations", {"text": "Version 8 went out", "tag": "deploy"}).json()
    mine = robot.post(one, {"text": "Here", "at": "2026-11-20T09:30:00Z"}).json()
    assert (made["dashboard"], mine["dashboard"], mine["at"]) == (None, board.public_id, "2026-11-20T09:30:00Z")
    assert [each["id"] for each in robot.get(one).json()["entries"]] == [mine["id"]]
    assert robot.delete(f"{one}/{made['id']}").status_code == 404
    assert robot.delete(f"{one}/{mine['id']}").status_code == 204
    assert robot.delete(f"annotations/{made['id']}").status_code == 204
    assert robot.get("annotations").json()["entries"] == []
